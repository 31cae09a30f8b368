-- name: usage
-- grain: customer × level: the whole (all), a month, an industry, a merchant (the five largest of 12 months)
-- as_of: $as_of; windows of 3 and 12 months end on it
-- description: all sums of spending from one reading of it; the other parts read this. What a level does not have is NULL
WITH spent AS MATERIALIZED (
  SELECT
    customer_id,
    merchant_id,
    industry_code,
    business_date AS day,
    date_diff('month', $trend_from, business_date)::INTEGER AS month,
    amount_krw,
    channel = 'online' AS is_online,
    region = 'overseas' AS is_overseas,
    installment_months > 1 AS is_installment
  FROM spending
  WHERE business_date BETWEEN $trend_from AND $as_of
    AND business_month >= $first_month
    AND hash(customer_id) % $chunks = $chunk
),
months AS (
  SELECT
    customer_id,
    month,
    sum(amount_krw)::BIGINT AS krw,
    count(*) FILTER (WHERE amount_krw > 0) AS purchases,
    coalesce(sum(amount_krw) FILTER (WHERE is_online), 0)::BIGINT AS online_krw,
    coalesce(sum(amount_krw) FILTER (WHERE is_overseas), 0)::BIGINT AS overseas_krw,
    coalesce(sum(amount_krw) FILTER (WHERE is_installment), 0)::BIGINT AS installment_krw
  FROM spent
  GROUP BY customer_id, month
),
windows AS (
  SELECT
    customer_id,
    industry_code,
    coalesce(sum(amount_krw) FILTER (WHERE day >= $from_12), 0)::BIGINT AS krw_12,
    count(*) FILTER (WHERE amount_krw > 0 AND day >= $from_12) AS purchases_12,
    coalesce(sum(amount_krw) FILTER (WHERE day >= $from_3), 0)::BIGINT AS krw_3,
    count(*) FILTER (WHERE amount_krw > 0 AND day >= $from_3) AS purchases_3,
    coalesce(sum(amount_krw) FILTER (WHERE day >= $from_6 AND day < $from_3), 0)::BIGINT AS krw_3_before,
    max(day) FILTER (WHERE amount_krw > 0) AS last_on
  FROM spent
  GROUP BY customer_id, industry_code
),
visits AS (
  SELECT
    customer_id,
    merchant_id,
    sum(amount_krw)::BIGINT AS krw,
    count(*) FILTER (WHERE amount_krw > 0) AS purchases,
    max(day) FILTER (WHERE amount_krw > 0) AS last_on
  FROM spent
  WHERE day >= $from_12
  GROUP BY customer_id, merchant_id
),
favourites AS (
  SELECT
    customer_id,
    unnest(max(struct_pack(krw := krw, merchant_id := merchant_id, purchases := purchases, last_on := last_on), 5)) AS visit
  FROM visits
  WHERE krw > 0
  GROUP BY customer_id
),
whole AS (
  SELECT
    customer_id,
    sum(krw)::BIGINT AS krw,
    sum(online_krw)::BIGINT AS online_krw,
    sum(overseas_krw)::BIGINT AS overseas_krw,
    sum(installment_krw)::BIGINT AS installment_krw
  FROM months
  GROUP BY customer_id
),
recent AS (
  SELECT
    customer_id,
    sum(krw_12)::BIGINT AS krw_12,
    sum(purchases_12)::BIGINT AS purchases_12,
    sum(krw_3)::BIGINT AS krw_3,
    sum(krw_3_before)::BIGINT AS krw_3_before,
    max(last_on) AS last_on
  FROM windows
  GROUP BY customer_id
)
SELECT 'month' AS level, * FROM months
UNION ALL BY NAME
SELECT 'industry' AS level, * FROM windows
UNION ALL BY NAME
SELECT
  'merchant' AS level,
  customer_id,
  visit.merchant_id AS merchant_id,
  visit.krw AS krw_12,
  visit.purchases AS purchases_12,
  visit.last_on AS last_on
FROM favourites
UNION ALL BY NAME
SELECT 'all' AS level, w.*, r.* EXCLUDE (customer_id)
FROM whole w
JOIN recent r ON r.customer_id = w.customer_id
