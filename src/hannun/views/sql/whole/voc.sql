-- name: voc
-- grain: contact
-- as_of: the 12 months that end on $as_of
-- description: contacts of the customer; the texts stay in the lake
SELECT p.n, v.business_date AS day, v.channel, v.kind, v.received_at, v.voc_id
FROM core.voc v
JOIN people p ON p.customer_id = v.customer_id
WHERE v.business_date BETWEEN $from_12 AND $as_of
