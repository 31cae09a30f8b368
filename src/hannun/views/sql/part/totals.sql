-- name: totals
-- grain: customer
-- as_of: the 13 calendar months that end with the month of $as_of, and windows that end on it
-- description: spending as a whole
WITH whole AS (
  SELECT
    n,
    sum(krw)::BIGINT AS krw,
    sum(online_krw)::BIGINT AS online_krw,
    sum(overseas_krw)::BIGINT AS overseas_krw,
    sum(installment_krw)::BIGINT AS installment_krw
  FROM months
  GROUP BY n
),
windows AS (
  SELECT
    n,
    sum(krw_12)::BIGINT AS krw_12,
    sum(purchases_12)::BIGINT AS purchases_12,
    sum(krw_3)::BIGINT AS krw_3,
    sum(krw_3_before)::BIGINT AS krw_3_before,
    max(last_on) AS last_on
  FROM places
  GROUP BY n
)
SELECT w.*, r.* EXCLUDE (n)
FROM whole w
JOIN windows r ON r.n = w.n
