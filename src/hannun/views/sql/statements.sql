-- name: statements
-- grain: customer
-- as_of: $as_of
-- description: the six latest statements of the last 13 months, and what of those that are due is unpaid
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY statement_on DESC, statement_id) AS place
  FROM core.statements
  WHERE business_date BETWEEN $trend_from AND $as_of AND hash(customer_id) % $chunks = $chunk
)
SELECT
  customer_id,
  coalesce(sum(greatest(0, billed_krw - paid_krw)) FILTER (WHERE due_on <= $as_of), 0)::BIGINT AS unpaid_krw,
  list(struct_pack(
    statement_on := statement_on,
    due_on := due_on,
    billed_krw := billed_krw,
    paid_krw := paid_krw,
    paid_on := paid_on
  ) ORDER BY place) FILTER (WHERE place <= 6) AS statements
FROM ranked
GROUP BY customer_id
