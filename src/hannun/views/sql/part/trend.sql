-- name: trend
-- grain: customer
-- as_of: the 13 calendar months that end with the month of $as_of
-- description: spending month by month; months without spending are zero
SELECT
  p.n,
  list(struct_pack(
    month := strftime(($trend_from + to_months(g.month))::DATE, '%Y-%m'),
    krw := coalesce(u.krw, 0),
    purchases := coalesce(u.purchases, 0),
    online_krw := coalesce(u.online_krw, 0),
    offline_krw := coalesce(u.krw - u.online_krw, 0),
    overseas_krw := coalesce(u.overseas_krw, 0),
    installment_krw := coalesce(u.installment_krw, 0),
    cash_advance_krw := coalesce(c.krw, 0)
  ) ORDER BY g.month) AS months,
  count(*) FILTER (WHERE u.purchases > 0) AS active_months
FROM people p
CROSS JOIN (SELECT unnest(range(13))::INTEGER AS month) AS g
LEFT JOIN months u ON u.n = p.n AND u.month = g.month
LEFT JOIN cash c ON c.n = p.n AND c.month = g.month
WHERE p.n BETWEEN $low AND $high
GROUP BY p.n
