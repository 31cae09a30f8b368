-- name: events_part
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: the ten latest events
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY n ORDER BY day DESC, kind, key) AS place
  FROM events
  WHERE n BETWEEN $low AND $high
)
SELECT
  n,
  list(struct_pack("on" := day, kind := kind, name := name, name_en := name_en, detail := detail) ORDER BY place)
    FILTER (WHERE place <= 10) AS events,
  count(*) FILTER (WHERE kind = 'campaign_contact') AS contacts_12,
  count(*) FILTER (WHERE kind = 'campaign_response') AS responses_12
FROM ranked
GROUP BY n
