-- name: industries
-- grain: customer
-- as_of: the 3 and the 12 months that end on $as_of
-- description: the eight largest industries by won in each window, the rest as one sum, and the five largest merchants
WITH spent AS (
  SELECT
    u.customer_id,
    u.industry_code,
    i.name_ko,
    i.name_en,
    w.months,
    CASE w.months WHEN 3 THEN u.krw_3 ELSE u.krw_12 END AS krw,
    CASE w.months WHEN 3 THEN u.purchases_3 ELSE u.purchases_12 END AS purchases
  FROM usage u
  CROSS JOIN (VALUES (3), (12)) AS w(months)
  LEFT JOIN core.industries i ON i.industry_code = u.industry_code
  WHERE u.level = 'industry'
),
ranked AS (
  SELECT
    *,
    sum(krw) OVER (PARTITION BY customer_id, months)::BIGINT AS total_krw,
    row_number() OVER (PARTITION BY customer_id, months ORDER BY krw DESC, industry_code) AS place
  FROM spent
),
listed AS (
  SELECT
    customer_id,
    months,
    any_value(total_krw) AS total_krw,
    sum(krw) FILTER (WHERE place > 8 OR krw <= 0)::BIGINT AS other_krw,
    list(struct_pack(
      industry_code := industry_code,
      name_ko := name_ko,
      name_en := name_en,
      krw := krw,
      purchases := purchases,
      share_percent := CASE WHEN total_krw > 0 THEN round(100 * krw / total_krw, 1) END
    ) ORDER BY place) FILTER (WHERE place <= 8 AND krw > 0) AS items
  FROM ranked
  GROUP BY customer_id, months
),
merchants AS (
  SELECT
    u.customer_id,
    list(struct_pack(
      merchant_id := u.merchant_id,
      name := m.name,
      industry_ko := i.name_ko,
      industry_en := i.name_en,
      krw := u.krw_12,
      purchases := u.purchases_12,
      last_on := u.last_on
    ) ORDER BY u.krw_12 DESC, u.merchant_id) AS items
  FROM usage u
  LEFT JOIN core.merchants m ON m.merchant_id = u.merchant_id
  LEFT JOIN core.industries i ON i.industry_code = m.industry_code
  WHERE u.level = 'merchant'
  GROUP BY u.customer_id
)
SELECT
  l.customer_id,
  any_value(l.total_krw) FILTER (WHERE l.months = 3) AS total_3,
  any_value(l.other_krw) FILTER (WHERE l.months = 3) AS other_3,
  any_value(l.items) FILTER (WHERE l.months = 3) AS items_3,
  any_value(l.total_krw) FILTER (WHERE l.months = 12) AS total_12,
  any_value(l.other_krw) FILTER (WHERE l.months = 12) AS other_12,
  any_value(l.items) FILTER (WHERE l.months = 12) AS items_12,
  any_value(m.items) AS merchants
FROM listed l
LEFT JOIN merchants m ON m.customer_id = l.customer_id
GROUP BY l.customer_id
