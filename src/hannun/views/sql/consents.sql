-- name: consents
-- grain: customer
-- as_of: $as_of
-- description: consents in force or withdrawn, by purpose and channel; reconfirmation is due every two years
SELECT
  customer_id,
  list(struct_pack(
    purpose := purpose,
    channel := channel,
    night := night,
    given_on := (given_at + INTERVAL 9 HOUR)::DATE,
    withdrawn_on := (withdrawn_at + INTERVAL 9 HOUR)::DATE,
    is_active := withdrawn_at IS NULL OR (withdrawn_at + INTERVAL 9 HOUR)::DATE > $as_of,
    reconfirm_by := ((coalesce(reconfirmed_at, given_at) + INTERVAL 9 HOUR)::DATE + INTERVAL 2 YEAR)::DATE
  ) ORDER BY purpose, channel) AS consents
FROM core.consents
WHERE hash(customer_id) % $chunks = $chunk
GROUP BY customer_id
