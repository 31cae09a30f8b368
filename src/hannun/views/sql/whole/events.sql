-- name: events
-- grain: event
-- as_of: the 12 months that end on $as_of
-- description: joining, leaving, cards issued and closed, contacts (not those held back) and responses of campaigns
WITH happened AS (
  SELECT customer_id, joined_on AS day, 'joined' AS kind, NULL::VARCHAR AS name, NULL::VARCHAR AS name_en, NULL::VARCHAR AS detail,
    customer_id AS key
  FROM core.customers WHERE is_member
  UNION ALL
  SELECT customer_id, left_on, 'left', NULL, NULL, NULL, customer_id FROM core.customers WHERE is_member
  UNION ALL
  SELECT c.holder_id, c.issued_on, 'card_issued', coalesce(p.name, c.product_id), p.name_en, c.relation, c.card_id
  FROM core.cards c LEFT JOIN core.card_products p ON p.product_id = c.product_id
  WHERE NOT coalesce(c.is_placeholder, false)
  UNION ALL
  SELECT c.holder_id, c.closed_on, 'card_closed', coalesce(p.name, c.product_id), p.name_en, c.relation, c.card_id
  FROM core.cards c LEFT JOIN core.card_products p ON p.product_id = c.product_id
  WHERE NOT coalesce(c.is_placeholder, false)
  UNION ALL
  SELECT t.customer_id, t.business_date, 'campaign_contact', coalesce(c.name, t.campaign_id), NULL, t.channel, t.campaign_id
  FROM core.campaign_contacts t LEFT JOIN core.campaigns c ON c.campaign_id = t.campaign_id
  WHERE NOT t.is_holdout
  UNION ALL
  SELECT r.customer_id, r.business_date, 'campaign_response', coalesce(c.name, r.campaign_id), NULL, r.kind, r.response_id
  FROM core.campaign_responses r LEFT JOIN core.campaigns c ON c.campaign_id = r.campaign_id
)
SELECT p.n, h.day, h.kind, h.name, h.name_en, h.detail, h.key
FROM happened h
JOIN people p ON p.customer_id = h.customer_id
WHERE h.day BETWEEN $from_12 AND $as_of
