-- name: debts
-- grain: customer
-- as_of: $as_of
-- description: delinquency, card loans and revolving
WITH late AS (
  SELECT
    customer_id,
    count(*) FILTER (WHERE is_open) AS open_count,
    coalesce(sum(overdue_krw) FILTER (WHERE is_open), 0)::BIGINT AS open_krw,
    coalesce(max(date_diff('day', overdue_from, $as_of)) FILTER (WHERE is_open), 0) AS open_days,
    count(*) FILTER (WHERE overdue_from >= $from_12) AS times_12,
    max(overdue_from) AS last_from
  FROM (SELECT *, resolved_on IS NULL OR resolved_on > $as_of AS is_open FROM core.delinquencies) AS d
  WHERE overdue_from <= $as_of
  GROUP BY customer_id
),
loans AS (
  SELECT
    customer_id,
    count(*) FILTER (WHERE is_open) AS open_count,
    coalesce(sum(balance_krw) FILTER (WHERE is_open), 0)::BIGINT AS balance_krw,
    count(*) FILTER (WHERE opened_on >= $from_12) AS opened_12,
    max(opened_on) AS last_opened_on
  FROM (SELECT *, closed_on IS NULL OR closed_on > $as_of AS is_open FROM core.card_loans) AS l
  WHERE opened_on <= $as_of
  GROUP BY customer_id
),
carried AS (
  SELECT customer_id, closed_on, balance_krw, rate_percent::DOUBLE AS rate_percent
  FROM core.revolving
  WHERE business_date BETWEEN $used_from AND $as_of
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY closed_on DESC) = 1
)
SELECT
  p.n,
  l.open_count AS late_count,
  l.open_krw AS late_krw,
  l.open_days AS late_days,
  l.times_12 AS late_times_12,
  l.last_from AS late_last_from,
  n.open_count AS loan_count,
  n.balance_krw AS loan_krw,
  n.opened_12 AS loans_opened_12,
  n.last_opened_on AS loan_last_opened_on,
  r.closed_on AS revolving_on,
  r.balance_krw AS revolving_krw,
  r.rate_percent AS revolving_percent
FROM people p
LEFT JOIN late l ON l.customer_id = p.customer_id
LEFT JOIN loans n ON n.customer_id = p.customer_id
LEFT JOIN carried r ON r.customer_id = p.customer_id
WHERE l.customer_id IS NOT NULL OR n.customer_id IS NOT NULL OR r.customer_id IS NOT NULL
