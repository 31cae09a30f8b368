-- name: purchases (by settlements 매입)
-- grain: one settlement
-- as_of: settlements posted in the 13 calendar months that end on $as_of, of approvals up to 90 days older
-- description: what is spending where the company has settlements: the amount and the day of posting, returns negative
SELECT
  t.customer_id,
  t.merchant_id,
  coalesce(t.industry_code, m.industry_code, '') AS industry_code,
  s.posted_on AS day,
  s.amount_krw,
  t.product = 'cash_advance' AS is_cash,
  t.channel = 'online' AS is_online,
  t.region = 'overseas' AS is_overseas,
  t.installment_months > 1 AS is_installment
FROM core.settlements s
JOIN core.transactions t ON t.transaction_id = s.transaction_id
LEFT JOIN core.merchants m ON m.merchant_id = t.merchant_id
WHERE s.business_date BETWEEN $trend_from AND $as_of
  AND t.business_date BETWEEN $approved_from AND $as_of
  AND hash(t.customer_id) % $chunks = $chunk
