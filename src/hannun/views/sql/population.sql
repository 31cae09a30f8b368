-- name: population
-- grain: customer
-- as_of: $as_of
-- description: everybody who has a view: customers, holders and payers of cards, and whoever spent
SELECT customer_id FROM core.customers WHERE hash(customer_id) % $chunks = $chunk
UNION
SELECT holder_id FROM core.cards WHERE holder_id IS NOT NULL AND hash(holder_id) % $chunks = $chunk
UNION
SELECT payer_id FROM core.cards WHERE payer_id IS NOT NULL AND hash(payer_id) % $chunks = $chunk
UNION
SELECT customer_id FROM usage
UNION
SELECT customer_id FROM cash
