-- Approvals; a cancel is a row of its own with a negative amount, on the day of the cancel. Cash advances are not spending.
SELECT
    t.transaction_id,
    t.business_date,
    t.business_month,
    t.amount_krw,
    t.approved_at,
    t.customer_id,
    t.card_id,
    t.merchant_id,
    coalesce(t.industry_code, m.industry_code, 'UNKNOWN') AS industry_code,
    t.channel,
    t.region,
    t.wallet,
    t.installment_months
FROM core.transactions t
LEFT JOIN core.merchants m ON m.merchant_id = t.merchant_id
WHERE t.product = 'purchase'
