-- name: events
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: the ten latest events: joining, cards issued and closed, contacts (not those held back) and responses of campaigns
WITH events AS (
  SELECT customer_id, joined_on AS day, 'joined' AS kind, NULL::VARCHAR AS name, NULL::VARCHAR AS detail, customer_id AS key
  FROM core.customers WHERE is_member
  UNION ALL
  SELECT customer_id, left_on, 'left', NULL, NULL, customer_id FROM core.customers WHERE is_member
  UNION ALL
  SELECT c.holder_id, c.issued_on, 'card_issued', p.name, c.relation, c.card_id
  FROM core.cards c LEFT JOIN core.card_products p ON p.product_id = c.product_id
  UNION ALL
  SELECT c.holder_id, c.closed_on, 'card_closed', p.name, c.relation, c.card_id
  FROM core.cards c LEFT JOIN core.card_products p ON p.product_id = c.product_id
  UNION ALL
  SELECT t.customer_id, t.business_date, 'campaign_contact', c.name, t.channel, t.campaign_id
  FROM core.campaign_contacts t LEFT JOIN core.campaigns c ON c.campaign_id = t.campaign_id
  WHERE NOT t.is_holdout
  UNION ALL
  SELECT r.customer_id, r.business_date, 'campaign_response', c.name, r.kind, r.response_id
  FROM core.campaign_responses r LEFT JOIN core.campaigns c ON c.campaign_id = r.campaign_id
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY day DESC, kind, key) AS place
  FROM events
  WHERE day BETWEEN $from_12 AND $as_of AND hash(customer_id) % $chunks = $chunk
)
SELECT
  customer_id,
  list(struct_pack("on" := day, kind := kind, name := name, detail := detail) ORDER BY place) FILTER (WHERE place <= 10) AS events,
  count(*) FILTER (WHERE kind = 'campaign_contact') AS contacts_12,
  count(*) FILTER (WHERE kind = 'campaign_response') AS responses_12
FROM ranked
GROUP BY customer_id
