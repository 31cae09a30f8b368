-- name: used
-- grain: customer
-- as_of: $as_of
-- description: what is used of the total limit: statements not paid, what is carried over, and what no statement has billed yet
WITH balance AS (
  SELECT p.n, r.closed_on, r.balance_krw
  FROM core.revolving r
  JOIN people p ON p.customer_id = r.customer_id
  WHERE r.business_date BETWEEN $used_from AND $as_of
  QUALIFY row_number() OVER (PARTITION BY p.n ORDER BY r.closed_on DESC) = 1
),
bills AS (
  SELECT
    s.n,
    -- What was carried over before the balance was struck is in it.
    sum(s.rest_krw) FILTER (
      WHERE s.state IN ('open', 'unpaid') OR (s.state = 'carried' AND s.due_on > coalesce(b.closed_on, $month_ago))
    ) AS krw
  FROM statements s
  LEFT JOIN balance b ON b.n = s.n
  GROUP BY s.n
)
SELECT
  p.n,
  greatest(0, coalesce(b.balance_krw, 0) + coalesce(s.krw, 0) + coalesce(u.krw, 0))::BIGINT AS used_krw
FROM people p
LEFT JOIN balance b ON b.n = p.n
LEFT JOIN bills s ON s.n = p.n
LEFT JOIN unbilled u ON u.n = p.n
WHERE b.n IS NOT NULL OR s.n IS NOT NULL OR u.n IS NOT NULL
