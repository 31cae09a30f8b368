-- name: grades_part
-- grain: customer
-- as_of: of each population the latest scoring on or before $as_of
-- description: each segment once: first those of which the customer is a member, with the populations that he was graded in,
--   the best first; then the four nearest of the others
WITH own AS (
  SELECT
    n,
    segment_id,
    list_sort(list(struct_pack(
      grade := grade, population := population, scored_as_of := as_of, points := points, usage_krw := usage_krw
    ))) AS populations
  FROM grades
  WHERE n BETWEEN $low AND $high AND is_member
  GROUP BY n, segment_id
),
others AS (
  SELECT
    n,
    segment_id,
    min(grade) AS grade,
    max(points) AS points,
    max(usage_krw) AS usage_krw,
    max(related_usage_krw) AS related_usage_krw
  FROM grades
  WHERE n BETWEEN $low AND $high AND NOT is_member
  GROUP BY n, segment_id
),
nearest AS (
  SELECT
    x.n,
    unnest(min(struct_pack(
      grade := x.grade, less := -x.usage_krw, lesser := -x.related_usage_krw, segment_id := x.segment_id, points := x.points
    ), 4)) AS found
  FROM others x
  ANTI JOIN own o ON o.n = x.n AND o.segment_id = x.segment_id
  GROUP BY x.n
),
listed AS (
  SELECT
    n,
    segment_id,
    struct_pack(
      is_other := false, grade := populations[1].grade, less := -populations[1].usage_krw, lesser := NULL::BIGINT,
      segment_id := segment_id, points := populations[1].points, populations := populations
    ) AS item
  FROM own
  UNION ALL
  SELECT
    n,
    found.segment_id,
    struct_pack(
      is_other := true, grade := found.grade, less := found.less, lesser := found.lesser,
      segment_id := found.segment_id, points := found.points, populations := []
    )
  FROM nearest
),
gathered AS (
  SELECT
    l.n,
    count(*) FILTER (WHERE NOT l.item.is_other) AS member_of,
    list_sort(list(struct_insert(l.item, name_ko := s.name_ko, name_en := s.name_en))) AS items
  FROM listed l
  LEFT JOIN segment_names s ON s.segment_id = l.segment_id
  GROUP BY l.n
)
SELECT
  n,
  member_of,
  list_transform(items, lambda x: struct_pack(
    segment_id := x.segment_id,
    name_ko := x.name_ko,
    name_en := x.name_en,
    is_member := NOT x.is_other,
    grade := x.grade,
    points := x.points,
    usage_krw := -x.less,
    related_usage_krw := -x.lesser,
    populations := x.populations
  )) AS grades
FROM gathered
