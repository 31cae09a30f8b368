-- name: limits
-- grain: customer
-- as_of: $as_of
-- description: limits in force, and what of the total is used: the unpaid rest of the last statement and credit approvals since
WITH latest AS (
  SELECT customer_id, kind, limit_krw, effective_on
  FROM core.limits
  WHERE effective_on <= $as_of AND hash(customer_id) % $chunks = $chunk
  QUALIFY row_number() OVER (PARTITION BY customer_id, kind ORDER BY effective_on DESC) = 1
),
billed AS (
  SELECT customer_id, statement_on, greatest(0, billed_krw - paid_krw) AS unpaid_krw
  FROM core.statements
  WHERE business_date BETWEEN $used_from AND $as_of AND hash(customer_id) % $chunks = $chunk
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY statement_on DESC, statement_id) = 1
),
since AS (
  SELECT coalesce(c.payer_id, t.customer_id) AS customer_id, sum(t.amount_krw)::BIGINT AS krw
  FROM core.transactions t
  LEFT JOIN core.cards c ON c.card_id = t.card_id
  LEFT JOIN core.card_products p ON p.product_id = c.product_id
  LEFT JOIN billed b ON b.customer_id = coalesce(c.payer_id, t.customer_id)
  WHERE t.business_date BETWEEN $used_from AND $as_of
    AND t.business_date > coalesce(b.statement_on, $month_ago)
    AND coalesce(p.kind, 'credit') = 'credit'
    AND hash(coalesce(c.payer_id, t.customer_id)) % $chunks = $chunk
  GROUP BY ALL
),
wide AS (
  SELECT
    customer_id,
    max(limit_krw) FILTER (WHERE kind = 'total') AS total_krw,
    max(limit_krw) FILTER (WHERE kind = 'cash_advance') AS cash_advance_krw,
    max(limit_krw) FILTER (WHERE kind = 'card_loan') AS card_loan_krw,
    max(effective_on) AS changed_on
  FROM latest
  GROUP BY customer_id
)
SELECT
  w.*,
  greatest(0, coalesce(b.unpaid_krw, 0) + coalesce(s.krw, 0)) AS used_krw
FROM wide w
LEFT JOIN billed b ON b.customer_id = w.customer_id
LEFT JOIN since s ON s.customer_id = w.customer_id
