-- name: grades
-- grain: customer
-- as_of: of each population the latest scoring on or before $as_of
-- description: marketing grades and points of the twelve segments in which the customer stands best
WITH latest AS (
  SELECT population, max(as_of) AS as_of FROM score.marketing_score WHERE as_of <= $as_of GROUP BY population
),
ranked AS (
  SELECT
    s.*,
    count(*) OVER (PARTITION BY s.customer_id) AS segments,
    row_number() OVER (
      PARTITION BY s.customer_id
      ORDER BY s.grade, s.usage_krw DESC, s.related_usage_krw DESC, s.segment_id, s.population
    ) AS place
  FROM score.marketing_score s
  JOIN latest l ON l.population = s.population AND l.as_of = s.as_of
  WHERE hash(s.customer_id) % $chunks = $chunk
)
SELECT
  r.customer_id,
  any_value(r.segments) AS segments,
  max(r.as_of) AS scored_as_of,
  min(r.model_version) AS model_version,
  list(struct_pack(
    population := r.population,
    segment_id := r.segment_id,
    name_ko := n.name_ko,
    name_en := n.name_en,
    grade := r.grade,
    points := r.points,
    usage_krw := r.usage_krw
  ) ORDER BY r.place) AS grades
FROM ranked r
LEFT JOIN segment_names n ON n.segment_id = r.segment_id
WHERE r.place <= 12
GROUP BY r.customer_id
