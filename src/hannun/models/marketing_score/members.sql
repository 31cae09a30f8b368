-- 유효회원: holders of an open card at as_of, who have not left; companies are not people and stay out.
-- A holder that only a card names (a placeholder customer, or one not known yet) counts: what is unknown of them stays
-- unknown. Somebody who was deleted from the customers does not, whatever their cards say.
WITH held AS (
    SELECT
        c.holder_id AS customer_id,
        bool_or(p.kind = 'credit') AS has_credit,
        bool_or(p.kind = 'check') AS has_check
    FROM core.cards c
    LEFT JOIN core.card_products p ON p.product_id = c.product_id
    WHERE c.issued_on <= $as_of::DATE
        AND (c.closed_on IS NULL OR c.closed_on > $as_of::DATE)
        AND ($count_suspended OR NOT coalesce(c.suspended, false))
    GROUP BY c.holder_id
),
deleted AS (
    SELECT DISTINCT customer_id FROM history.customers WHERE op = 'delete'
),
wallets AS (
    SELECT DISTINCT customer_id
    FROM spending
    WHERE wallet IS NOT NULL AND amount_krw > 0 AND business_month >= $wallet_since_month AND business_date <= $as_of::DATE
)
SELECT
    h.customer_id,
    md5_number_lower(h.customer_id)::UBIGINT AS tie,
    coalesce(h.has_credit, false) AS has_credit,
    coalesce(h.has_check, false) AS has_check,
    w.customer_id IS NOT NULL AS uses_wallet,
    coalesce(u.member_type = '개인사업자', false) AS is_business,
    coalesce(h.has_credit AND u.life_stage IS NOT NULL AND u.member_type = '개인', false) AS life_stage_credit,
    coalesce(h.has_check AND u.life_stage IS NOT NULL AND u.member_type = '개인', false) AS life_stage_check
FROM held h
LEFT JOIN core.customers u ON u.customer_id = h.customer_id
LEFT JOIN wallets w ON w.customer_id = h.customer_id
LEFT JOIN deleted d ON d.customer_id = h.customer_id
WHERE (u.left_on IS NULL OR u.left_on > $as_of::DATE)
    AND u.member_type IS DISTINCT FROM '법인'
    AND (u.customer_id IS NOT NULL OR d.customer_id IS NULL)
ORDER BY h.customer_id
