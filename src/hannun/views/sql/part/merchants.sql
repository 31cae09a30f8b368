-- name: merchants
-- grain: customer
-- as_of: the 12 months that end on $as_of
-- description: the five largest merchants by won
WITH visits AS (
  SELECT
    n,
    merchant_id,
    sum(krw_12)::BIGINT AS krw,
    sum(purchases_12)::BIGINT AS purchases,
    max(last_on) AS last_on
  FROM places
  GROUP BY n, merchant_id
),
favourites AS (
  SELECT
    n,
    unnest(max(struct_pack(krw := krw, merchant_id := merchant_id, purchases := purchases, last_on := last_on), 5)) AS visit
  FROM visits
  WHERE krw > 0
  GROUP BY n
)
SELECT
  f.n,
  list(struct_pack(
    merchant_id := f.visit.merchant_id,
    name := m.name,
    industry_ko := i.name_ko,
    industry_en := i.name_en,
    krw := f.visit.krw,
    purchases := f.visit.purchases,
    last_on := f.visit.last_on
  ) ORDER BY f.visit.krw DESC, f.visit.merchant_id DESC) AS merchants
FROM favourites f
LEFT JOIN core.merchants m ON m.merchant_id = f.visit.merchant_id
LEFT JOIN core.industries i ON i.industry_code = m.industry_code
GROUP BY f.n
