-- name: grades
-- grain: customer
-- as_of: of each population the latest scoring on or before $as_of
-- description: the twelve segments in which the customer stands best; of the populations that a segment was graded in, the best
WITH latest AS (
  SELECT population, max(as_of) AS as_of FROM score.marketing_score WHERE as_of <= $as_of GROUP BY population
),
best AS (
  SELECT s.*
  FROM score.marketing_score s
  JOIN latest l ON l.population = s.population AND l.as_of = s.as_of
  WHERE hash(s.customer_id) % $chunks = $chunk
  QUALIFY row_number() OVER (
    PARTITION BY s.customer_id, s.segment_id
    ORDER BY s.grade, s.usage_krw DESC, s.related_usage_krw DESC, s.population
  ) = 1
),
ranked AS (
  SELECT
    *,
    count(*) OVER (PARTITION BY customer_id) AS segments,
    row_number() OVER (
      PARTITION BY customer_id
      ORDER BY grade, usage_krw DESC, related_usage_krw DESC, segment_id
    ) AS place
  FROM best
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
