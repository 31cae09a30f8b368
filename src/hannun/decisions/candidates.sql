-- Everybody graded for a segment in a population, best first, each with the reason that keeps them off a list, if any.
-- A consent for the channel speaks before one for all channels; a later withdrawal of all channels ends it, too.
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
given AS (
    SELECT customer_id, channel, night, given_at, withdrawn_at, greatest(given_at, coalesce(reconfirmed_at, given_at)) AS confirmed_at
    FROM core.consents
    WHERE purpose = 'marketing' AND channel IN ($channel, 'all') AND given_at < $now::TIMESTAMPTZ
),
consent AS (
    SELECT
        coalesce(o.customer_id, a.customer_id) AS customer_id,
        CASE WHEN o.customer_id IS NOT NULL THEN o.night ELSE a.night END AS night,
        CASE WHEN o.customer_id IS NOT NULL THEN o.confirmed_at ELSE a.confirmed_at END AS confirmed_at,
        coalesce(
            CASE
                WHEN o.customer_id IS NULL THEN a.withdrawn_at < $now::TIMESTAMPTZ
                ELSE coalesce(o.withdrawn_at < $now::TIMESTAMPTZ, false)
                    OR (a.withdrawn_at < $now::TIMESTAMPTZ AND a.withdrawn_at >= o.given_at)
            END,
            false
        ) AS withdrawn
    FROM (SELECT * FROM given WHERE channel = $channel) o
    FULL JOIN (SELECT * FROM given WHERE channel = 'all') a ON a.customer_id = o.customer_id
)
SELECT
    g.*,
    CASE
        WHEN u.left_on <= $as_of::DATE THEN 'left'
        WHEN k.customer_id IS NULL THEN 'no_open_card'
        WHEN k.all_suspended THEN 'suspended'
        WHEN c.customer_id IS NULL THEN 'no_consent'
        WHEN c.withdrawn THEN 'withdrawn'
        WHEN c.confirmed_at < $confirmed_since::TIMESTAMPTZ THEN 'not_reconfirmed'
        WHEN $night AND NOT coalesce(c.night, false) THEN 'no_night_consent'
    END AS reason
FROM graded g
LEFT JOIN core.customers u ON u.customer_id = g.customer_id
LEFT JOIN open_cards k ON k.customer_id = g.customer_id
LEFT JOIN consent c ON c.customer_id = g.customer_id
ORDER BY g.grade, g.score DESC, g.rank
