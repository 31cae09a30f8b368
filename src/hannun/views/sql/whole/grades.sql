-- name: grades
-- grain: customer × segment × population
-- as_of: of each population the latest scoring on or before $as_of
-- description: grades that say something: those of members of the segment; of the others those that usage decided, not the draw
WITH latest AS (
  SELECT population, max(as_of) AS as_of FROM score.marketing_score WHERE as_of <= $as_of GROUP BY population
)
SELECT
  p.n,
  s.segment_id,
  s.population,
  s.as_of,
  s.is_member,
  s.grade,
  s.points,
  s.usage_krw,
  s.related_usage_krw
FROM score.marketing_score s
JOIN latest l ON l.population = s.population AND l.as_of = s.as_of
JOIN people p ON p.customer_id = s.customer_id
WHERE s.is_member OR (NOT s.tie_broken AND (s.usage_krw > 0 OR s.related_usage_krw > 0))
