-- name: months
-- grain: customer × month
-- as_of: the 13 calendar months that end with the month of $as_of
-- description: spending of each month in which there was any
SELECT
  n,
  month,
  sum(amount_krw)::BIGINT AS krw,
  count(*) FILTER (WHERE counts) AS purchases,
  coalesce(sum(amount_krw) FILTER (WHERE is_online), 0)::BIGINT AS online_krw,
  coalesce(sum(amount_krw) FILTER (WHERE is_overseas), 0)::BIGINT AS overseas_krw,
  coalesce(sum(amount_krw) FILTER (WHERE is_installment), 0)::BIGINT AS installment_krw
FROM purchases
WHERE n BETWEEN $low AND $high
GROUP BY n, month
