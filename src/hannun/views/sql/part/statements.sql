-- name: statements_part
-- grain: customer
-- as_of: $as_of
-- description: the six latest statements of the last 13 months, and what of those that are due is unpaid
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY n ORDER BY statement_on DESC, statement_id) AS place
  FROM statements
  WHERE n BETWEEN $low AND $high
)
SELECT
  n,
  coalesce(sum(rest_krw) FILTER (WHERE state = 'unpaid'), 0)::BIGINT AS unpaid_krw,
  list(struct_pack(
    statement_on := statement_on,
    due_on := due_on,
    billed_krw := billed_krw,
    paid_krw := paid_krw,
    paid_on := paid_on,
    state := state
  ) ORDER BY place) FILTER (WHERE place <= 6) AS statements
FROM ranked
GROUP BY n
