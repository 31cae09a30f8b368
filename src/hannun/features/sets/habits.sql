-- name: habits
-- entity: customer
-- grain: customer_id
-- as_of: the 90 days that end with as_of
-- months: 4
-- description_en: Where and when a customer buys: shares of the purchases of 90 days
-- description_ko: 채널·시간대 이용 비중
-- column customer_id: The customer / 고객번호
-- column purchases: Purchases in the window / 이용건수
-- column online_share: Share bought online / 온라인 비중
-- column wallet_share: Share paid with a wallet / 간편결제 비중
-- column overseas_share: Share bought overseas / 해외 비중
-- column installment_share: Share paid in instalments / 할부 비중
-- column weekend_share: Share bought on Saturday or Sunday, by the clock in Seoul / 주말 비중
-- column dawn_share: Share bought from 00:00 to 06:00 in Seoul / 새벽 비중
-- column morning_share: Share bought from 06:00 to 11:00 / 오전 비중
-- column lunch_share: Share bought from 11:00 to 14:00 / 점심 비중
-- column afternoon_share: Share bought from 14:00 to 18:00 / 오후 비중
-- column evening_share: Share bought from 18:00 to 22:00 / 저녁 비중
-- column night_share: Share bought from 22:00 to 24:00 / 심야 비중
WITH bought AS (
    SELECT
        customer_id,
        channel,
        region,
        wallet,
        installment_months,
        isodow(timezone('Asia/Seoul', approved_at)) AS weekday,
        hour(timezone('Asia/Seoul', approved_at)) AS at_hour
    FROM spending
    WHERE amount_krw > 0 AND business_month >= $since_month AND business_date > $as_of::DATE - 90 AND business_date <= $as_of::DATE
)
SELECT
    customer_id,
    count(*) AS purchases,
    count(*) FILTER (WHERE channel = 'online') / count(*) AS online_share,
    count(*) FILTER (WHERE wallet IS NOT NULL) / count(*) AS wallet_share,
    count(*) FILTER (WHERE region = 'overseas') / count(*) AS overseas_share,
    count(*) FILTER (WHERE installment_months > 1) / count(*) AS installment_share,
    count(*) FILTER (WHERE weekday >= 6) / count(*) AS weekend_share,
    count(*) FILTER (WHERE at_hour < 6) / count(*) AS dawn_share,
    count(*) FILTER (WHERE at_hour >= 6 AND at_hour < 11) / count(*) AS morning_share,
    count(*) FILTER (WHERE at_hour >= 11 AND at_hour < 14) / count(*) AS lunch_share,
    count(*) FILTER (WHERE at_hour >= 14 AND at_hour < 18) / count(*) AS afternoon_share,
    count(*) FILTER (WHERE at_hour >= 18 AND at_hour < 22) / count(*) AS evening_share,
    count(*) FILTER (WHERE at_hour >= 22) / count(*) AS night_share
FROM bought
GROUP BY customer_id
