-- name: consents
-- grain: customer × purpose × channel
-- as_of: $as_of
-- description: consents in force or withdrawn; reconfirmation is due every two years. A withdrawal that is still to come is not told
WITH dated AS (
  SELECT
    customer_id,
    purpose,
    channel,
    night,
    (given_at + INTERVAL 9 HOUR)::DATE AS given_on,
    (withdrawn_at + INTERVAL 9 HOUR)::DATE AS withdrawn_on,
    (reconfirmed_at + INTERVAL 9 HOUR)::DATE AS reconfirmed_on
  FROM core.consents
)
SELECT
  p.n,
  d.purpose,
  d.channel,
  d.night,
  d.given_on,
  CASE WHEN d.withdrawn_on <= $as_of THEN d.withdrawn_on END AS withdrawn_on,
  (coalesce(CASE WHEN d.reconfirmed_on <= $as_of THEN d.reconfirmed_on END, d.given_on) + INTERVAL 2 YEAR)::DATE AS reconfirm_by
FROM dated d
JOIN people p ON p.customer_id = d.customer_id
WHERE d.given_on <= $as_of
