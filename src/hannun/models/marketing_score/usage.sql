-- What each member spent in each segment over whole months, split by what populations tell apart.
-- A purchase that several lines of a segment fit counts once; what fits the segment is never counted as related to it.
WITH bought AS (
    SELECT s.customer_id, s.merchant_id, s.industry_code, s.region, s.channel, s.wallet IS NOT NULL AS by_wallet, s.amount_krw, s.card_id
    FROM spending s
    WHERE s.business_month >= $first_month AND s.business_month <= $last_month
),
places AS (
    SELECT b.merchant_id, b.industry_code, b.region, b.channel, lower(any_value(m.name)) AS name, lower(any_value(m.brand)) AS brand
    FROM bought b
    LEFT JOIN core.merchants m ON m.merchant_id = b.merchant_id
    GROUP BY b.merchant_id, b.industry_code, b.region, b.channel
),
candidates AS (
    SELECT p.*, r.rule, r.segment, r.related, r.has_names
    FROM places p
    JOIN rule_industries i ON i.industry_code = p.industry_code
    JOIN rules r ON r.rule = i.rule
    WHERE r.has_industries AND (r.region IS NULL OR r.region = p.region) AND (r.channel IS NULL OR r.channel = p.channel)
    UNION ALL
    SELECT p.*, r.rule, r.segment, r.related, r.has_names
    FROM places p, rules r
    WHERE NOT r.has_industries AND (r.region IS NULL OR r.region = p.region) AND (r.channel IS NULL OR r.channel = p.channel)
),
fitting AS (
    SELECT c.merchant_id, c.industry_code, c.region, c.channel, c.segment, bool_and(c.related) AS related
    FROM candidates c
    WHERE NOT c.has_names OR EXISTS (
        SELECT 1 FROM rule_names n
        WHERE n.rule = c.rule AND (CASE WHEN n.is_brand THEN c.brand = n.wanted ELSE contains(c.name, n.wanted) END)
    )
    GROUP BY c.merchant_id, c.industry_code, c.region, c.channel, c.segment
)
SELECT
    f.segment,
    m.position,
    CASE p.kind WHEN 'credit' THEN 0 WHEN 'check' THEN 1 ELSE 2 END::UTINYINT AS kind,
    b.by_wallet,
    coalesce(sum(b.amount_krw) FILTER (WHERE NOT f.related), 0)::BIGINT AS usage,
    count(*) FILTER (WHERE NOT f.related AND b.amount_krw > 0) AS times,
    coalesce(sum(b.amount_krw) FILTER (WHERE f.related), 0)::BIGINT AS related_usage
FROM bought b
JOIN member_positions m ON m.customer_id = b.customer_id
JOIN fitting f ON f.merchant_id = b.merchant_id AND f.industry_code = b.industry_code AND f.region = b.region AND f.channel = b.channel
LEFT JOIN core.cards c ON c.card_id = b.card_id
LEFT JOIN core.card_products p ON p.product_id = c.product_id
GROUP BY f.segment, m.position, 3, b.by_wallet
ORDER BY f.segment
