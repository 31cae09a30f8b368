-- name: cards
-- grain: card
-- as_of: $as_of
-- description: cards held or once held, by holder
SELECT
  n.n,
  c.card_id,
  c.product_id,
  p.name AS product_name,
  p.name_en AS product_name_en,
  p.kind,
  c.relation,
  c.issued_on,
  CASE WHEN c.closed_on <= $as_of THEN c.closed_on END AS closed_on,
  CASE
    WHEN c.closed_on <= $as_of THEN 'closed'
    WHEN c.suspended THEN 'suspended'
    ELSE 'open'
  END AS state
FROM core.cards c
JOIN people n ON n.customer_id = c.holder_id
LEFT JOIN core.card_products p ON p.product_id = c.product_id
WHERE coalesce(c.issued_on <= $as_of, true) AND NOT coalesce(c.is_placeholder, false)
