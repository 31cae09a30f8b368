-- name: cash
-- grain: customer × month
-- as_of: the 13 calendar months that end with the month of $as_of
-- description: cash advances, by approvals; they are not spending
SELECT p.n, date_diff('month', $trend_from, t.business_date)::TINYINT AS month, sum(t.amount_krw)::BIGINT AS krw
FROM core.transactions t
JOIN people p ON p.customer_id = t.customer_id
WHERE t.business_date BETWEEN $trend_from AND $as_of AND t.product = 'cash_advance'
GROUP BY ALL
