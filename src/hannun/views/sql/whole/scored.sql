-- name: scored
-- grain: customer
-- as_of: of each population the latest scoring on or before $as_of
-- description: who was graded at all, in how many segments, when and by which version
WITH latest AS (
  SELECT population, max(as_of) AS as_of FROM score.marketing_score WHERE as_of <= $as_of GROUP BY population
)
SELECT p.n, max(s.as_of) AS scored_as_of, max(s.model_version) AS model_version
FROM score.marketing_score s
JOIN latest l ON l.population = s.population AND l.as_of = s.as_of
JOIN people p ON p.customer_id = s.customer_id
GROUP BY p.n
