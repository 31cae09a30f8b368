-- Everybody graded for a segment in a population, best first, each with the reason that keeps them off a list, if any.
-- The last word counts: consents for the channel and for all channels stand if they were given after every withdrawal of
-- either. What was said after the day counts for nothing. The channel's own consent says whether nights were agreed to.
WITH graded AS (
    SELECT customer_id, is_member, usage_krw, score, rank, grade, points
    FROM score.marketing_score
    WHERE as_of = $graded_as_of::DATE AND population = $population AND segment_id = $segment_id
),
open_cards AS (
    SELECT holder_id AS customer_id, bool_and(coalesce(suspended, false)) AS all_suspended
    FROM core.cards
    WHERE issued_on <= $as_of::DATE AND (closed_on IS NULL OR closed_on > $as_of::DATE)
    GROUP BY holder_id
),
deleted AS (
    SELECT DISTINCT customer_id FROM history.customers WHERE op = 'delete'
),
given AS (
    SELECT
        customer_id,
        channel = $channel AS own,
        night,
        given_at,
        CASE WHEN reconfirmed_at > given_at AND reconfirmed_at < $now::TIMESTAMPTZ THEN reconfirmed_at ELSE given_at END AS confirmed_at,
        max(CASE WHEN withdrawn_at < $now::TIMESTAMPTZ THEN withdrawn_at END) OVER (PARTITION BY customer_id) AS last_withdrawn_at
    FROM core.consents
    WHERE purpose = 'marketing' AND channel IN ($channel, 'all') AND given_at < $now::TIMESTAMPTZ
),
judged AS (
    SELECT customer_id, own, night, stands, stands AND confirmed_at >= $confirmed_since::TIMESTAMPTZ AS fresh
    FROM (SELECT *, coalesce(given_at > last_withdrawn_at, true) AS stands FROM given)
),
consent AS (
    SELECT
        customer_id,
        bool_or(stands) AS stands,
        bool_or(fresh) AS fresh,
        coalesce(bool_or(night) FILTER (WHERE fresh AND own), bool_or(night) FILTER (WHERE fresh), false) AS night
    FROM judged
    GROUP BY customer_id
)
SELECT
    g.*,
    CASE
        WHEN u.left_on <= $as_of::DATE THEN 'left'
        WHEN u.customer_id IS NULL AND d.customer_id IS NOT NULL THEN 'deleted'
        WHEN k.customer_id IS NULL THEN 'no_open_card'
        WHEN k.all_suspended THEN 'suspended'
        WHEN c.customer_id IS NULL THEN 'no_consent'
        WHEN NOT c.stands THEN 'withdrawn'
        WHEN NOT c.fresh THEN 'not_reconfirmed'
        WHEN $night AND NOT c.night THEN 'no_night_consent'
    END AS reason
FROM graded g
LEFT JOIN core.customers u ON u.customer_id = g.customer_id
LEFT JOIN deleted d ON d.customer_id = g.customer_id
LEFT JOIN open_cards k ON k.customer_id = g.customer_id
LEFT JOIN consent c ON c.customer_id = g.customer_id
ORDER BY g.grade, g.score DESC, g.rank
