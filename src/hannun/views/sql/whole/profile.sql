-- name: profile
-- grain: customer
-- as_of: $as_of
-- description: membership, and demographics in bands; no direct personal data is read here
WITH base AS (
  SELECT
    p.n,
    c.customer_id IS NOT NULL AND NOT coalesce(c.is_placeholder, false) AS is_known,
    c.member_type,
    c.is_member AND coalesce(c.joined_on <= $as_of, true) AS is_member,
    CASE WHEN c.joined_on <= $as_of THEN c.joined_on END AS joined_on,
    CASE WHEN c.left_on <= $as_of THEN c.left_on END AS left_on,
    c.sex,
    c.region_code[:2] AS region,
    c.occupation,
    c.marital_status,
    c.home_ownership,
    c.income_band,
    nullif(trim(c.life_stage), '') AS given_stage,
    CASE
      WHEN c.birth_date IS NOT NULL THEN
        date_diff('year', c.birth_date, $as_of)
        - CASE WHEN (month(c.birth_date), day(c.birth_date)) > (month($as_of), day($as_of)) THEN 1 ELSE 0 END
      ELSE try_cast(regexp_extract(c.age_band, '[0-9]+') AS BIGINT)
    END AS age,
    c.birth_date IS NULL AS is_age_given,
    c.age_band AS given_band,
    c.household_size,
    c.children
  FROM people p
  LEFT JOIN core.customers c ON c.customer_id = p.customer_id
)
SELECT
  n,
  is_known,
  member_type,
  CASE
    WHEN NOT is_known THEN 'unknown'
    WHEN NOT is_member THEN 'prospect'
    WHEN left_on IS NOT NULL THEN 'left'
    ELSE 'member'
  END AS membership,
  joined_on,
  left_on,
  greatest(0, date_diff('month', joined_on, coalesce(left_on, $as_of))
    - CASE WHEN day(joined_on) > day(coalesce(left_on, $as_of)) THEN 1 ELSE 0 END) AS tenure_months,
  sex,
  region,
  occupation,
  marital_status,
  home_ownership,
  income_band,
  CASE
    WHEN is_age_given THEN given_band
    WHEN age < 20 THEN '0-19'
    WHEN age >= 80 THEN '80+'
    ELSE format('{0}-{1}', age // 10 * 10, age // 10 * 10 + 9)
  END AS age_band,
  CASE WHEN household_size >= 5 THEN '5+' ELSE household_size::VARCHAR END AS household_band,
  CASE WHEN children >= 3 THEN '3+' ELSE children::VARCHAR END AS children_band,
  given_stage,
  CASE
    WHEN given_stage IS NOT NULL OR member_type = '법인' OR age IS NULL THEN NULL
    WHEN age >= 65 THEN 'retired'
    WHEN coalesce(children, 0) > 0 AND age >= 50 THEN 'grown_children'
    WHEN coalesce(children, 0) > 0 THEN 'raising_children'
    WHEN age >= 50 THEN 'mature'
    WHEN marital_status = '기혼' THEN 'couple'
    WHEN age < 30 THEN 'young'
    ELSE 'single'
  END AS derived_stage
FROM base
