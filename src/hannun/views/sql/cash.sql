-- name: cash
-- grain: customer × month
-- as_of: the 13 calendar months that end with the month of $as_of
-- description: cash advances, by approvals; they are not spending
SELECT customer_id, date_diff('month', $trend_from, business_date) AS month, sum(amount_krw)::BIGINT AS krw
FROM core.transactions
WHERE business_date BETWEEN $trend_from AND $as_of
  AND product = 'cash_advance'
  AND hash(customer_id) % $chunks = $chunk
GROUP BY ALL
