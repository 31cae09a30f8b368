-- name: places
-- grain: customer × merchant × industry
-- as_of: windows of 3, 6 and 12 months that end on $as_of
-- description: spending at each merchant
SELECT
  n,
  merchant_id,
  industry_code,
  coalesce(sum(amount_krw) FILTER (WHERE day >= $from_12), 0)::BIGINT AS krw_12,
  count(*) FILTER (WHERE counts AND day >= $from_12) AS purchases_12,
  coalesce(sum(amount_krw) FILTER (WHERE day >= $from_3), 0)::BIGINT AS krw_3,
  count(*) FILTER (WHERE counts AND day >= $from_3) AS purchases_3,
  coalesce(sum(amount_krw) FILTER (WHERE day >= $from_6 AND day < $from_3), 0)::BIGINT AS krw_3_before,
  max(day) FILTER (WHERE counts) AS last_on
FROM purchases
WHERE n BETWEEN $low AND $high
GROUP BY n, merchant_id, industry_code
