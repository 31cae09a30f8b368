-- name: usage
-- grain: customer × level: the whole (7), a month (3), an industry (5), a merchant (6); merchants only the five largest
-- as_of: $as_of; windows of 3 and 12 months end on it
-- description: sums of spending in one pass over the purchases; every other part reads this
WITH sums AS (
  SELECT
    customer_id,
    month,
    industry_code,
    merchant_id,
    grouping_id(month, industry_code, merchant_id) AS level,
    sum(amount_krw) FILTER (WHERE NOT is_cash)::BIGINT AS krw,
    count(*) FILTER (WHERE NOT is_cash AND amount_krw > 0) AS purchases,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND is_online)::BIGINT AS online_krw,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND is_overseas)::BIGINT AS overseas_krw,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND is_installment)::BIGINT AS installment_krw,
    sum(amount_krw) FILTER (WHERE is_cash)::BIGINT AS cash_advance_krw,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND day >= $from_12)::BIGINT AS krw_12,
    count(*) FILTER (WHERE NOT is_cash AND amount_krw > 0 AND day >= $from_12) AS purchases_12,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND day >= $from_3)::BIGINT AS krw_3,
    count(*) FILTER (WHERE NOT is_cash AND amount_krw > 0 AND day >= $from_3) AS purchases_3,
    sum(amount_krw) FILTER (WHERE NOT is_cash AND day >= $from_6 AND day < $from_3)::BIGINT AS krw_3_before,
    max(day) FILTER (WHERE NOT is_cash AND amount_krw > 0) AS last_on
  FROM (SELECT *, date_diff('month', $trend_from, day) AS month FROM purchases) AS p
  GROUP BY GROUPING SETS ((customer_id), (customer_id, month), (customer_id, industry_code), (customer_id, merchant_id))
)
SELECT * REPLACE (
  coalesce(krw, 0) AS krw,
  coalesce(online_krw, 0) AS online_krw,
  coalesce(overseas_krw, 0) AS overseas_krw,
  coalesce(installment_krw, 0) AS installment_krw,
  coalesce(cash_advance_krw, 0) AS cash_advance_krw,
  coalesce(krw_12, 0) AS krw_12,
  coalesce(krw_3, 0) AS krw_3,
  coalesce(krw_3_before, 0) AS krw_3_before
)
FROM sums
QUALIFY level <> 6
  OR row_number() OVER (PARTITION BY customer_id, level ORDER BY krw_12 DESC NULLS LAST, merchant_id) <= 5
