-- name: consents_part
-- grain: customer
-- as_of: $as_of
-- description: the consents of a customer, by purpose and channel
SELECT
  n,
  list(struct_pack(
    purpose := purpose,
    channel := channel,
    night := night,
    given_on := given_on,
    withdrawn_on := withdrawn_on,
    is_active := withdrawn_on IS NULL,
    reconfirm_by := reconfirm_by
  ) ORDER BY purpose, channel) AS consents
FROM consents
WHERE n BETWEEN $low AND $high
GROUP BY n
