-- Money that the relation `spending` leaves out where it follows settlements.
WITH orphans AS (
    SELECT count(*) AS n, coalesce(sum(s.amount_krw), 0)::BIGINT AS krw
    FROM core.settlements s
    ANTI JOIN core.transactions t ON t.transaction_id = s.transaction_id
    WHERE s.business_month >= $since_month AND s.business_month <= $until_month AND s.business_date <= $until::DATE
),
begun AS (
    SELECT min(business_month) AS month
    FROM core.settlements
),
earlier AS (
    SELECT count(*) AS n, coalesce(sum(t.amount_krw), 0)::BIGINT AS krw
    FROM core.transactions t
    JOIN begun b ON t.business_month < b.month
    WHERE t.product = 'purchase' AND t.business_month >= $since_month AND t.business_date <= $until::DATE
)
SELECT
    o.n AS settlements,
    o.krw AS settlements_krw,
    e.n AS approvals,
    e.krw AS approvals_krw,
    b.month AS settled_since
FROM orphans o, earlier e, begun b
