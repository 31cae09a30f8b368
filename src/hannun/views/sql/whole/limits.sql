-- name: limits
-- grain: customer
-- as_of: $as_of
-- description: limits in force
WITH latest AS (
  SELECT customer_id, kind, max(effective_on) AS effective_on, arg_max(limit_krw, effective_on) AS limit_krw
  FROM core.limits
  WHERE effective_on <= $as_of
  GROUP BY customer_id, kind
)
SELECT
  p.n,
  max(l.limit_krw) FILTER (WHERE l.kind = 'total') AS total_krw,
  max(l.limit_krw) FILTER (WHERE l.kind = 'cash_advance') AS cash_advance_krw,
  max(l.limit_krw) FILTER (WHERE l.kind = 'card_loan') AS card_loan_krw,
  max(l.effective_on) AS changed_on
FROM latest l
JOIN people p ON p.customer_id = l.customer_id
GROUP BY p.n
