-- name: ranking
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: place of a customer's yearly spending among all customers who spent; equal amounts share the better place
SELECT
  customer_id,
  rank() OVER (ORDER BY annual_krw DESC) AS place,
  count(*) OVER () AS compared
FROM annual
WHERE annual_krw > 0
