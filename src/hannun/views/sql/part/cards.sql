-- name: cards_part
-- grain: customer
-- as_of: $as_of
-- description: cards, open ones first, at most twelve listed; valid (유효회원): holds an open card, not suspended unless a setting says so
WITH ranked AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY n
      ORDER BY state = 'closed', state = 'suspended', issued_on DESC NULLS LAST, card_id
    ) AS place
  FROM cards
  WHERE n BETWEEN $low AND $high
)
SELECT
  n,
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
GROUP BY n
