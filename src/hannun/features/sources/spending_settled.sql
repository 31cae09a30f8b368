-- Settlements, each with what its approval knows. The day is the day of posting: a month that has passed stays as it is.
-- Cancels and returns are settlements with a negative amount. Cash advances are not spending.
SELECT
    s.transaction_id,
    s.business_date,
    s.business_month,
    s.amount_krw,
    t.approved_at,
    t.customer_id,
    t.card_id,
    t.merchant_id,
    coalesce(t.industry_code, m.industry_code, 'UNKNOWN') AS industry_code,
    t.channel,
    t.region,
    t.wallet,
    t.installment_months
FROM core.settlements s
JOIN core.transactions t ON t.transaction_id = s.transaction_id
LEFT JOIN core.merchants m ON m.merchant_id = t.merchant_id
WHERE t.product = 'purchase'
