"""A plain model, as a judge of the simulator: simple features by SQL, a logistic regression by NumPy, AUC."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHURN = """
WITH month AS (
    SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 MONTH))::DATE AS start
), moment AS (SELECT last_day(start) AS as_of FROM month),
member AS (
    SELECT customer_id, min(joined_on) AS joined_on, max(left_on) AS left_on, min(birth_date) AS birth_date
    FROM '{folder}/customers.parquet' WHERE is_member GROUP BY 1
),
entity AS (
    SELECT a.as_of, m.customer_id, date_diff('day', m.joined_on, a.as_of) / 30.4 AS tenure,
           coalesce(date_diff('day', m.birth_date, a.as_of) / 365.25, 45) AS age,
           coalesce(m.left_on BETWEEN a.as_of + 1 AND last_day(a.as_of + 1), false) AS label
    FROM moment a JOIN member m ON m.joined_on < a.as_of - 120 AND (m.left_on IS NULL OR m.left_on > a.as_of)
),
bought AS (
    SELECT customer_id, last_day(CAST(approved_at + INTERVAL 9 HOUR AS DATE)) AS month_end, count(*) AS n,
           sum(amount_krw) AS won, avg(CAST(channel = 'online' AS INT)) AS online, count(DISTINCT merchant_id) AS merchants,
           max(CAST(approved_at + INTERVAL 9 HOUR AS DATE)) AS latest
    FROM '{folder}/transactions-*.parquet' GROUP BY 1, 2
),
spent AS (
    SELECT e.as_of, e.customer_id, sum(b.n) FILTER (b.month_end = e.as_of) AS n1,
           sum(b.won) FILTER (b.month_end = e.as_of) AS won1,
           sum(b.n) AS n3, sum(b.won) AS won3, avg(b.online) AS online, max(b.latest) AS latest, max(b.merchants) AS merchants
    FROM entity e JOIN bought b ON b.customer_id = e.customer_id AND b.month_end BETWEEN e.as_of - 95 AND e.as_of GROUP BY 1, 2
),
said AS (
    SELECT e.as_of, e.customer_id, count(*) AS voc, count(*) FILTER (v.kind IN ('불만', '민원', '악성')) AS complaints
    FROM entity e JOIN '{folder}/voc.parquet' v ON v.customer_id = e.customer_id
     AND CAST(v.received_at + INTERVAL 9 HOUR AS DATE) BETWEEN e.as_of - 90 AND e.as_of GROUP BY 1, 2
),
held AS (
    SELECT e.as_of, e.customer_id, count(DISTINCT card_id) AS cards, max(p.annual_fee_krw) AS fee
    FROM entity e JOIN (SELECT card_id, holder_id, product_id, min(issued_on) AS issued_on, max(closed_on) AS closed_on
                        FROM '{folder}/cards.parquet' GROUP BY 1, 2, 3) c
      ON c.holder_id = e.customer_id AND c.issued_on <= e.as_of AND (c.closed_on IS NULL OR c.closed_on > e.as_of)
    JOIN (SELECT DISTINCT product_id, annual_fee_krw FROM '{folder}/card_products.parquet') p USING (product_id) GROUP BY 1, 2
),
app AS (
    SELECT e.as_of, e.customer_id, count(*) AS events
    FROM entity e JOIN '{folder}/app_events-*.parquet' v ON v.customer_id = e.customer_id
     AND CAST(v.occurred_at + INTERVAL 9 HOUR AS DATE) BETWEEN date_trunc('month', e.as_of) AND e.as_of GROUP BY 1, 2
)
SELECT e.as_of, e.customer_id, e.label, e.tenure, e.age, ln(1 + coalesce(n1, 0)) AS n1,
       ln(1 + greatest(coalesce(won1, 0), 0)) AS won1,
       ln(1 + coalesce(n3, 0)) AS n3, ln(1 + greatest(coalesce(won3, 0), 0)) AS won3, coalesce(online, 0) AS online,
       coalesce(date_diff('day', latest, e.as_of), 95) AS recency, coalesce(merchants, 0) AS merchants,
       coalesce(voc, 0) AS voc, coalesce(complaints, 0) AS complaints, coalesce(cards, 0) AS cards, ln(1 + coalesce(fee, 0)) AS fee,
       ln(1 + coalesce(events, 0)) AS events, h.churn AS oracle
FROM entity e LEFT JOIN spent USING (as_of, customer_id) LEFT JOIN said USING (as_of, customer_id)
LEFT JOIN held USING (as_of, customer_id) LEFT JOIN app USING (as_of, customer_id)
JOIN '{truth}/hazards.parquet' h ON h.customer_id = e.customer_id AND h.as_of = e.as_of
ORDER BY e.as_of, e.customer_id
"""

RESPONSE = """
WITH contact AS (
    SELECT c.campaign_id, c.customer_id, CAST(c.contacted_at + INTERVAL 9 HOUR AS DATE) AS day, k.segment_id
    FROM '{folder}/campaign_contacts.parquet' c JOIN '{folder}/campaigns.parquet' k USING (campaign_id) WHERE NOT c.is_holdout
),
used AS (SELECT DISTINCT campaign_id, customer_id FROM '{folder}/campaign_responses.parquet' WHERE kind = 'use'),
person AS (SELECT customer_id, min(birth_date) AS birth_date, any_value(sex) AS sex FROM '{folder}/customers.parquet' GROUP BY 1),
bought AS (
    SELECT t.customer_id, CAST(t.approved_at + INTERVAL 9 HOUR AS DATE) AS day, t.amount_krw AS won, s.segment_id,
           t.wallet, t.channel
    FROM '{folder}/transactions-*.parquet' t
    LEFT JOIN (SELECT DISTINCT merchant_id, industry_code FROM '{folder}/merchants.parquet') m USING (merchant_id)
    LEFT JOIN '{truth}/segments.parquet' s ON s.industry_code = coalesce(t.industry_code, m.industry_code)
),
past AS (
    SELECT c.campaign_id, c.customer_id, count(*) AS n, sum(won) AS won,
           count(*) FILTER (b.segment_id = c.segment_id) AS seg_n,
           sum(won) FILTER (b.segment_id = c.segment_id) AS seg_won, max(b.day) FILTER (b.segment_id = c.segment_id) AS seg_latest,
           avg(CAST(b.wallet IS NOT NULL AS INT)) AS wallet, avg(CAST(b.channel = 'online' AS INT)) AS online
    FROM contact c JOIN bought b ON b.customer_id = c.customer_id AND b.day BETWEEN c.day - 90 AND c.day - 1 GROUP BY 1, 2
)
SELECT c.campaign_id, c.customer_id, u.customer_id IS NOT NULL AS label,
       coalesce(date_diff('day', birth_date, c.day) / 365.25, 45) AS age,
       CAST(coalesce(sex = 'F', false) AS INT) AS woman, ln(1 + coalesce(n, 0)) AS n,
       ln(1 + greatest(coalesce(won, 0), 0)) AS won,
       ln(1 + coalesce(seg_n, 0)) AS seg_n, ln(1 + greatest(coalesce(seg_won, 0), 0)) AS seg_won,
       coalesce(date_diff('day', seg_latest, c.day), 91) AS seg_recency, coalesce(wallet, 0) AS wallet,
       coalesce(online, 0) AS online,
       t.response AS oracle
FROM contact c LEFT JOIN used u USING (campaign_id, customer_id) JOIN person USING (customer_id)
LEFT JOIN past USING (campaign_id, customer_id) JOIN '{truth}/uplift.parquet' t USING (campaign_id, customer_id)
ORDER BY c.campaign_id, c.customer_id
"""


def rows(sql: str, company: Path, **more: str) -> dict[str, NDArray[np.generic]]:
    """The columns of a query over the files."""
    filled = sql.format(folder=company, truth=company.with_name(company.name + "-truth"), **more)
    with duckdb.connect(config={"threads": 2}) as connection:
        found = connection.sql(filled).to_arrow_table()
    return {name: found[name].to_numpy(zero_copy_only=False) for name in found.column_names}


def auc(label: NDArray[np.generic], score: NDArray[np.generic]) -> float:
    """Chance that a positive stands above a negative (ties count half)."""
    label = np.asarray(label, bool)
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positives = int(label.sum())
    return float((rank[label].sum() - positives * (positives + 1) / 2) / (positives * (len(label) - positives)))


def logistic_regression(x: Floats, y: Floats, *, penalty: float = 1.0) -> Floats:
    """Weights (intercept last) by Newton's method with a ridge."""
    full = np.column_stack([x, np.ones(len(x))])
    weights = np.zeros(full.shape[1])
    ridge = np.eye(full.shape[1]) * penalty
    ridge[-1, -1] = 0
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(full @ weights, -30, 30)))
        gradient = full.T @ (y - p) - ridge @ weights
        step = np.linalg.solve((full * (p * (1 - p))[:, None]).T @ full + ridge, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def lift_share(data: dict[str, NDArray[np.generic]], train: NDArray[np.bool_]) -> tuple[float, float, float]:
    """AUC of the regression and of the oracle on the later rows, and the first's share of the oracle's lift over 0.5."""
    names = [name for name in data if name not in ("as_of", "customer_id", "campaign_id", "label", "oracle")]
    x = np.column_stack([np.asarray(data[name], np.float64) for name in names])
    x = (x - x[train].mean(axis=0)) / np.maximum(x[train].std(axis=0), 1e-9)
    weights = logistic_regression(x[train], np.asarray(data["label"], np.float64)[train])
    score = x @ weights[:-1]
    plain = auc(data["label"][~train], score[~train])
    best = auc(data["label"][~train], np.asarray(data["oracle"], np.float64)[~train])
    return plain, best, (plain - 0.5) / (best - 0.5)
