-- name: cards
-- grain: customer
-- as_of: $as_of
-- description: cards held, open ones first, at most twelve listed; valid (유효회원): holds an open card, not suspended unless a setting says so
WITH held AS (
  SELECT
    c.holder_id AS customer_id,
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
  LEFT JOIN core.card_products p ON p.product_id = c.product_id
  WHERE coalesce(c.issued_on <= $as_of, true)
    AND NOT coalesce(c.is_placeholder, false)
    AND hash(c.holder_id) % $chunks = $chunk
),
ranked AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY customer_id
      ORDER BY state = 'closed', state = 'suspended', issued_on DESC NULLS LAST, card_id
    ) AS place
  FROM held
)
SELECT
  customer_id,
  count(*) AS cards_ever,
  count(*) FILTER (WHERE state <> 'closed') AS cards_held,
  bool_or(state = 'open' OR ($count_suspended AND state = 'suspended')) AS is_valid_member,
  list(struct_pack(
    card_id := card_id,
    product_id := product_id,
    product_name := product_name,
    product_name_en := product_name_en,
    kind := kind,
    relation := relation,
    issued_on := issued_on,
    closed_on := closed_on,
    state := state
  ) ORDER BY place) FILTER (WHERE place <= 12) AS cards
FROM ranked
GROUP BY customer_id
