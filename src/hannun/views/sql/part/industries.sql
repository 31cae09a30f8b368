-- name: industries
-- grain: customer
-- as_of: the 3 and the 12 months that end on $as_of
-- description: the eight largest industries by won in each window, the rest as one sum
WITH spent AS (
  SELECT
    n,
    industry_code,
    sum(krw_12)::BIGINT AS krw_12,
    sum(purchases_12)::BIGINT AS purchases_12,
    sum(krw_3)::BIGINT AS krw_3,
    sum(purchases_3)::BIGINT AS purchases_3
  FROM places
  GROUP BY n, industry_code
),
tops AS (
  SELECT
    s.n,
    sum(s.krw_3)::BIGINT AS total_3,
    sum(s.krw_12)::BIGINT AS total_12,
    min(struct_pack(less := -s.krw_3, code := s.industry_code, purchases := s.purchases_3, ko := i.name_ko, en := i.name_en), 8)
      FILTER (WHERE s.krw_3 > 0) AS top_3,
    min(struct_pack(less := -s.krw_12, code := s.industry_code, purchases := s.purchases_12, ko := i.name_ko, en := i.name_en), 8)
      FILTER (WHERE s.krw_12 > 0) AS top_12
  FROM spent s
  LEFT JOIN core.industries i ON i.industry_code = s.industry_code
  GROUP BY s.n
)
SELECT
  n,
  total_3,
  total_3 + coalesce(list_sum(list_transform(top_3, lambda x: x.less)), 0)::BIGINT AS other_3,
  list_transform(top_3, lambda x: struct_pack(
    industry_code := x.code, name_ko := x.ko, name_en := x.en, krw := -x.less, purchases := x.purchases,
    share_percent := CASE WHEN total_3 > 0 THEN round(-100 * x.less / total_3, 1) END
  )) AS items_3,
  total_12,
  total_12 + coalesce(list_sum(list_transform(top_12, lambda x: x.less)), 0)::BIGINT AS other_12,
  list_transform(top_12, lambda x: struct_pack(
    industry_code := x.code, name_ko := x.ko, name_en := x.en, krw := -x.less, purchases := x.purchases,
    share_percent := CASE WHEN total_12 > 0 THEN round(-100 * x.less / total_12, 1) END
  )) AS items_12
FROM tops
