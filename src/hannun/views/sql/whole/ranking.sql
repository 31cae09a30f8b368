-- name: ranking
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: place of a customer's yearly spending among all customers who spent; equal amounts share the better place
SELECT n, rank() OVER (ORDER BY krw DESC) AS place, count(*) OVER () AS compared
FROM (SELECT n, sum(amount_krw)::BIGINT AS krw FROM purchases WHERE day >= $from_12 GROUP BY n) AS annual
WHERE krw > 0
