-- name: people
-- grain: customer
-- as_of: $as_of
-- description: everybody who has a view, numbered in the order of the identifier: customers, holders and payers of cards, and
--   whoever bought lately. Whose record was deleted has none, whatever was bought before.
WITH named AS (
  SELECT customer_id FROM core.customers
  UNION
  SELECT holder_id FROM core.cards
  UNION
  SELECT payer_id FROM core.cards
  UNION
  SELECT customer_id FROM core.transactions WHERE business_date BETWEEN $approved_from AND $as_of
)
SELECT named.customer_id, (row_number() OVER (ORDER BY named.customer_id) - 1)::INTEGER AS n
FROM named
LEFT JOIN core.customers c ON c.customer_id = named.customer_id
WHERE named.customer_id IS NOT NULL
  AND (c.customer_id IS NOT NULL OR named.customer_id NOT IN (SELECT customer_id FROM history.customers WHERE op = 'delete'))
