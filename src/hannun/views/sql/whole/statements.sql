-- name: statements
-- grain: statement
-- as_of: $as_of
-- description: statements of the last 13 months. Who paid at least the minimum carries the rest over (리볼빙): it is not unpaid.
--   A payment that is still to come has not been made
WITH paid AS (
  SELECT
    customer_id,
    statement_id,
    statement_on,
    due_on,
    billed_krw,
    minimum_krw,
    CASE WHEN paid_on > $as_of THEN 0 ELSE paid_krw END AS paid_krw,
    CASE WHEN paid_on <= $as_of THEN paid_on END AS paid_on
  FROM core.statements
  WHERE business_date BETWEEN $trend_from AND $as_of
)
SELECT
  p.n,
  s.statement_id,
  s.statement_on,
  s.due_on,
  s.billed_krw,
  s.paid_krw,
  s.paid_on,
  CASE
    WHEN s.due_on > $as_of THEN 'open'
    WHEN s.paid_krw >= s.billed_krw THEN 'paid'
    WHEN s.paid_krw >= s.minimum_krw THEN 'carried'
    ELSE 'unpaid'
  END AS state,
  greatest(0, s.billed_krw - s.paid_krw) AS rest_krw
FROM paid s
JOIN people p ON p.customer_id = s.customer_id
