-- name: purchases (by approvals 승인)
-- grain: one approval or cancel
-- as_of: approvals of the 13 calendar months that end on $as_of
-- description: what is spending where the company has no settlements: approvals, cancels negative
SELECT
  t.customer_id,
  t.merchant_id,
  coalesce(t.industry_code, m.industry_code, '') AS industry_code,
  t.business_date AS day,
  t.amount_krw,
  t.product = 'cash_advance' AS is_cash,
  t.channel = 'online' AS is_online,
  t.region = 'overseas' AS is_overseas,
  t.installment_months > 1 AS is_installment
FROM core.transactions t
LEFT JOIN core.merchants m ON m.merchant_id = t.merchant_id
WHERE t.business_date BETWEEN $trend_from AND $as_of
  AND hash(t.customer_id) % $chunks = $chunk
