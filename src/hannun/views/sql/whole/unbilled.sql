-- name: unbilled
-- grain: customer
-- as_of: $as_of
-- description: credit approvals, net of cancels, that no statement has billed yet, by whoever pays; of a purchase in instalments
--   the instalments to come
WITH last_bill AS (
  SELECT n, max(statement_on) AS statement_on FROM statements WHERE statement_on >= $used_from GROUP BY n
),
lines AS (
  SELECT
    coalesce(c.payer_id, t.customer_id) AS customer_id,
    t.business_date AS day,
    greatest(1, t.installment_months) AS terms,
    CASE WHEN t.installment_months > 1 THEN coalesce(t.original_transaction_id, t.transaction_id) END AS instalments_of,
    t.amount_krw
  FROM core.transactions t
  LEFT JOIN core.cards c ON c.card_id = t.card_id
  LEFT JOIN core.card_products p ON p.product_id = c.product_id
  WHERE t.business_date BETWEEN $owed_from AND $as_of
    AND (t.business_date >= $used_from OR t.installment_months > 1)
    AND coalesce(p.kind, 'credit') = 'credit'
),
approvals AS (
  SELECT customer_id, min(day) AS day, max(terms) AS terms, sum(amount_krw)::BIGINT AS krw
  FROM lines
  GROUP BY customer_id, instalments_of, CASE WHEN instalments_of IS NULL THEN day END
),
dated AS (
  SELECT p.n, a.day, a.terms, a.krw, coalesce(b.statement_on, $month_ago) AS billed_on
  FROM approvals a
  JOIN people p ON p.customer_id = a.customer_id
  LEFT JOIN last_bill b ON b.n = p.n
)
SELECT
  n,
  sum(CASE
    WHEN day > billed_on THEN krw
    ELSE krw * greatest(0, terms - 1 - date_sub('month', day, billed_on)) // terms
  END)::BIGINT AS krw
FROM dated
GROUP BY n
