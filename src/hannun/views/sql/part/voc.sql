-- name: voc_part
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: contacts of the customer by kind, and the five latest; the texts stay in the lake
WITH contacts AS (
  SELECT * FROM voc WHERE n BETWEEN $low AND $high
),
kinds AS (
  SELECT
    n,
    list(struct_pack(kind := kind, contacts := contacts) ORDER BY contacts DESC, kind) AS kinds
  FROM (SELECT n, kind, count(*) AS contacts FROM contacts GROUP BY ALL) AS c
  GROUP BY n
),
latest AS (
  SELECT
    n,
    count(*) AS contacts_12,
    count(*) FILTER (WHERE day >= $from_3) AS contacts_3,
    count(*) FILTER (WHERE kind IN ('불만', '민원', '악성')) AS complaints_12,
    list(struct_pack("on" := day, channel := channel, kind := kind) ORDER BY place) FILTER (WHERE place <= 5) AS latest
  FROM (
    SELECT *, row_number() OVER (PARTITION BY n ORDER BY received_at DESC, voc_id) AS place FROM contacts
  ) AS c
  GROUP BY n
)
SELECT l.*, k.kinds
FROM latest l
JOIN kinds k ON k.n = l.n
