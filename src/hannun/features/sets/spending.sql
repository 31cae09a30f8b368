-- name: spending
-- entity: customer
-- grain: customer_id, industry_code, month
-- as_of: calendar months up to the month of as_of; months_back 0 is that month as far as it has gone
-- months: 13
-- description_en: Spending of a customer in an industry in a month
-- description_ko: 고객의 업종별 월 이용금액
-- column customer_id: The customer / 고객번호
-- column industry_code: The industry, the finest level known / 업종코드
-- column month: Calendar month, YYYY-MM / 기준월
-- column months_back: Months between that month and the month of as_of / as_of 기준 경과 개월
-- column is_complete: Whether the month had ended by as_of / 마감된 월 여부
-- column amount_krw: Won spent, net of cancels and returns / 이용금액(취소 차감)
-- column purchases: Number of purchases, cancels not counted / 이용건수
SELECT
    customer_id,
    industry_code,
    business_month AS month,
    date_diff('month', min(business_date), $as_of::DATE)::BIGINT AS months_back,
    last_day(min(business_date)) <= $as_of::DATE AS is_complete,
    sum(amount_krw)::BIGINT AS amount_krw,
    count(*) FILTER (WHERE amount_krw > 0) AS purchases
FROM spending
WHERE business_month >= $since_month AND business_date <= $as_of::DATE
GROUP BY customer_id, industry_code, business_month
