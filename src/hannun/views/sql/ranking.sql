-- name: ranking
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: place of a customer's yearly spending among all customers who spent; equal amounts share the better place
WITH annual AS (
  SELECT customer_id, sum(amount_krw)::BIGINT AS annual_krw
  FROM purchases
  WHERE NOT is_cash AND day >= $from_12
  GROUP BY customer_id
  HAVING sum(amount_krw) > 0
)
SELECT
  customer_id,
  annual_krw,
  rank() OVER (ORDER BY annual_krw DESC) AS place,
  count(*) OVER () AS compared
FROM annual
