-- name: purchases
-- grain: purchase or cancel
-- as_of: the 13 calendar months that end with the month of $as_of
-- description: all spending, read once and kept narrow; what was cancelled in full, and the cancels, count as no purchase
SELECT
  p.n,
  s.merchant_id,
  s.industry_code,
  s.business_date AS day,
  date_diff('month', $trend_from, s.business_date)::TINYINT AS month,
  s.amount_krw,
  s.amount_krw > 0 AND c.transaction_id IS NULL AS counts,
  coalesce(s.channel = 'online', false) AS is_online,
  coalesce(s.region = 'overseas', false) AS is_overseas,
  coalesce(s.installment_months > 1, false) AS is_installment
FROM spending s
JOIN people p ON p.customer_id = s.customer_id
LEFT JOIN cancelled c ON c.transaction_id = s.transaction_id
WHERE s.business_date BETWEEN $trend_from AND $as_of AND s.business_month >= $first_month
