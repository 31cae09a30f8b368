-- name: recency
-- entity: customer
-- grain: customer_id
-- as_of: days up to as_of; windows of 30, 90 and 365 days that end with as_of
-- months: 13
-- description_en: How lately, how often and how much a customer spends
-- description_ko: 최근성·빈도·금액
-- column customer_id: The customer / 고객번호
-- column last_purchase_on: Day of the last purchase / 최근 이용일
-- column days_since_purchase: Days between the last purchase and as_of / 최근 이용 후 경과일
-- column active_days_90d: Days with a purchase in the last 90 days / 최근 90일 이용일수
-- column purchases_30d: Purchases in the last 30 days / 최근 30일 이용건수
-- column purchases_90d: Purchases in the last 90 days / 최근 90일 이용건수
-- column purchases_365d: Purchases in the last 365 days / 최근 365일 이용건수
-- column amount_30d_krw: Won spent in the last 30 days, net / 최근 30일 이용금액
-- column amount_90d_krw: Won spent in the last 90 days, net / 최근 90일 이용금액
-- column amount_365d_krw: Won spent in the last 365 days, net / 최근 365일 이용금액
-- column industries_90d: Industries bought in during the last 90 days / 최근 90일 이용 업종수
SELECT
    customer_id,
    max(business_date) FILTER (WHERE amount_krw > 0) AS last_purchase_on,
    date_diff('day', max(business_date) FILTER (WHERE amount_krw > 0), $as_of::DATE)::BIGINT AS days_since_purchase,
    count(DISTINCT business_date) FILTER (WHERE amount_krw > 0 AND business_date > $as_of::DATE - 90) AS active_days_90d,
    count(*) FILTER (WHERE amount_krw > 0 AND business_date > $as_of::DATE - 30) AS purchases_30d,
    count(*) FILTER (WHERE amount_krw > 0 AND business_date > $as_of::DATE - 90) AS purchases_90d,
    count(*) FILTER (WHERE amount_krw > 0) AS purchases_365d,
    coalesce(sum(amount_krw) FILTER (WHERE business_date > $as_of::DATE - 30), 0)::BIGINT AS amount_30d_krw,
    coalesce(sum(amount_krw) FILTER (WHERE business_date > $as_of::DATE - 90), 0)::BIGINT AS amount_90d_krw,
    sum(amount_krw)::BIGINT AS amount_365d_krw,
    count(DISTINCT industry_code) FILTER (WHERE amount_krw > 0 AND business_date > $as_of::DATE - 90) AS industries_90d
FROM spending
WHERE business_month >= $since_month AND business_date > $as_of::DATE - 365 AND business_date <= $as_of::DATE
GROUP BY customer_id
