-- What each member spent over whole months, by the segments that the purchases fit (a pattern) and what populations tell apart.
-- place: numbered as `places_of` in rules.py does. kind: 0, 1, 2 for a credit, check, unknown card, doubled; 1 more by a wallet.
WITH kinds AS (
    SELECT c.card_id, CASE p.kind WHEN 'credit' THEN 0 WHEN 'check' THEN 2 END AS kind
    FROM core.cards c
    LEFT JOIN core.card_products p ON p.product_id = c.product_id
),
bought AS (
    SELECT
        m.position,
        (
            (coalesce(i.number, 0) * 3 + CASE s.region WHEN 'domestic' THEN 0 WHEN 'overseas' THEN 1 ELSE 2 END) * 3
            + CASE s.channel WHEN 'offline' THEN 0 WHEN 'online' THEN 1 ELSE 2 END
        ) * $classes::BIGINT + coalesce(n.class, 0) AS place,
        coalesce(k.kind, 4) + (s.wallet IS NOT NULL)::INTEGER AS kind,
        s.amount_krw
    FROM spending s
    JOIN member_positions m ON m.customer_id = s.customer_id
    LEFT JOIN industry_numbers i ON i.industry_code = s.industry_code
    LEFT JOIN merchant_classes n ON n.merchant_id = s.merchant_id
    LEFT JOIN kinds k ON k.card_id = s.card_id
    WHERE s.business_month >= $first_month AND s.business_month <= $last_month
)
SELECT
    p.pattern::INTEGER AS pattern,
    b.position::INTEGER AS position,
    b.kind::UTINYINT AS kind,
    sum(b.amount_krw)::BIGINT AS won,
    (count(*) FILTER (WHERE b.amount_krw > 0))::INTEGER AS times
FROM bought b
JOIN places p ON p.place = b.place
GROUP BY p.pattern, b.position, b.kind
