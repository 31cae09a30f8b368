-- name: voc
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: contacts of the customer by kind, and the five latest; the texts stay in the lake
WITH contacts AS (
  SELECT customer_id, business_date AS day, channel, kind, received_at, voc_id
  FROM core.voc
  WHERE business_date BETWEEN $from_12 AND $as_of AND hash(customer_id) % $chunks = $chunk
),
kinds AS (
  SELECT
    customer_id,
    list(struct_pack(kind := kind, contacts := contacts) ORDER BY contacts DESC, kind) AS kinds
  FROM (SELECT customer_id, kind, count(*) AS contacts FROM contacts GROUP BY ALL) AS c
  GROUP BY customer_id
),
latest AS (
  SELECT
    customer_id,
    count(*) AS contacts_12,
    count(*) FILTER (WHERE day >= $from_3) AS contacts_3,
    count(*) FILTER (WHERE kind IN ('불만', '민원')) AS complaints_12,
    list(struct_pack("on" := day, channel := channel, kind := kind) ORDER BY place) FILTER (WHERE place <= 5) AS latest
  FROM (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY received_at DESC, voc_id) AS place FROM contacts
  ) AS c
  GROUP BY customer_id
)
SELECT l.*, k.kinds
FROM latest l
JOIN kinds k ON k.customer_id = l.customer_id
