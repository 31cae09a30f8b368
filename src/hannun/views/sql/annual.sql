-- name: annual
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: yearly spending of everybody, for the ranking, when the customers are worked through in portions
SELECT customer_id, sum(amount_krw)::BIGINT AS annual_krw
FROM spending
WHERE business_date BETWEEN $from_12 AND $as_of AND business_month >= $first_month
GROUP BY customer_id
