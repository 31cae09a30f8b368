-- name: cancelled
-- grain: transaction
-- as_of: $as_of
-- description: purchases that were cancelled in full, at once or in parts: they count as no purchase
WITH cancels AS (
  SELECT original_transaction_id AS transaction_id, -sum(amount_krw)::BIGINT AS krw
  FROM core.transactions
  WHERE original_transaction_id IS NOT NULL AND amount_krw < 0 AND business_date <= $as_of
  GROUP BY original_transaction_id
)
SELECT t.transaction_id
FROM core.transactions t
JOIN cancels c ON c.transaction_id = t.transaction_id
WHERE t.amount_krw > 0 AND c.krw >= t.amount_krw
