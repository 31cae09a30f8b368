-- name: document
-- grain: customer
-- as_of: $as_of
-- description: the six columns of the single view as one JSON text, and the few columns that a list of customers shows
SELECT
  o.customer_id,
  p.membership,
  p.member_type,
  p.age_band,
  coalesce(c.is_valid_member, false) AS is_valid_member,
  coalesce(c.cards_held, 0) AS cards_held,
  coalesce(u.krw_12, 0) AS annual_krw,
  to_json(struct_pack(
    customer_id := o.customer_id,
    status := struct_pack(
      membership := struct_pack(
        status := 'ok',
        state := p.membership,
        member_type := p.member_type,
        joined_on := p.joined_on,
        left_on := p.left_on,
        tenure_months := p.tenure_months
      ),
      demographics := struct_pack(
        status := 'ok',
        age_band := p.age_band,
        sex := p.sex,
        region := p.region,
        occupation := p.occupation,
        marital_status := p.marital_status,
        home_ownership := p.home_ownership,
        income_band := p.income_band
      ),
      cards := struct_pack(
        status := 'ok',
        is_valid_member := coalesce(c.is_valid_member, false),
        held := coalesce(c.cards_held, 0),
        ever := coalesce(c.cards_ever, 0),
        items := coalesce(c.cards, [])
      ),
      consents := struct_pack(status := 'ok', items := coalesce(k.consents, []))
    ),
    life_stage := struct_pack(
      stage := struct_pack(
        status := 'ok',
        source := CASE WHEN p.given_stage IS NOT NULL THEN 'given' WHEN p.derived_stage IS NOT NULL THEN 'derived' ELSE 'unknown' END,
        code := p.derived_stage,
        given := p.given_stage
      ),
      household := struct_pack(
        status := 'ok',
        age_band := p.age_band,
        size_band := p.household_band,
        children_band := p.children_band
      )
    ),
    industries := struct_pack(
      months_3 := struct_pack(
        status := 'ok', total_krw := coalesce(i.total_3, 0), other_krw := coalesce(i.other_3, 0), items := coalesce(i.items_3, [])
      ),
      months_12 := struct_pack(
        status := 'ok', total_krw := coalesce(i.total_12, 0), other_krw := coalesce(i.other_12, 0), items := coalesce(i.items_12, [])
      ),
      merchants := struct_pack(status := 'ok', items := coalesce(m.merchants, []))
    ),
    value := struct_pack(
      spending := struct_pack(
        status := 'ok',
        annual_krw := coalesce(u.krw_12, 0),
        monthly_average_krw := coalesce(u.krw_12, 0) // 12,
        purchases := coalesce(u.purchases_12, 0),
        top_percent := CASE WHEN r.place IS NOT NULL THEN ((100 * r.place + r.compared - 1) // r.compared)::BIGINT END,
        compared_customers := coalesce(r.compared, 0)
      ),
      events := struct_pack(
        status := 'ok',
        contacts_12 := coalesce(e.contacts_12, 0),
        responses_12 := coalesce(e.responses_12, 0),
        items := coalesce(e.events, [])
      ),
      grades := struct_pack(
        status := 'ok',
        scored_as_of := f.scored_as_of,
        model_version := f.model_version,
        member_of := coalesce(g.member_of, 0),
        items := coalesce(g.grades, [])
      )
    ),
    trend := struct_pack(
      months := struct_pack(status := 'ok', active_months := t.active_months, items := t.months),
      "change" := struct_pack(
        status := 'ok',
        last_3_krw := coalesce(u.krw_3, 0),
        before_3_krw := coalesce(u.krw_3_before, 0),
        change_percent := CASE
          WHEN u.krw_3_before > 0 THEN round(100 * (u.krw_3 - u.krw_3_before) / u.krw_3_before, 1)
        END,
        online_percent := CASE WHEN u.krw > 0 THEN round(100 * u.online_krw / u.krw, 1) END,
        overseas_percent := CASE WHEN u.krw > 0 THEN round(100 * u.overseas_krw / u.krw, 1) END,
        installment_percent := CASE WHEN u.krw > 0 THEN round(100 * u.installment_krw / u.krw, 1) END,
        last_on := u.last_on
      )
    ),
    finance := struct_pack(
      limits := struct_pack(
        status := 'ok',
        total_krw := l.total_krw,
        cash_advance_krw := l.cash_advance_krw,
        card_loan_krw := l.card_loan_krw,
        changed_on := l.changed_on,
        used_krw := CASE WHEN l.n IS NOT NULL THEN coalesce(d.used_krw, 0) END,
        used_percent := CASE WHEN l.total_krw > 0 THEN round(100 * coalesce(d.used_krw, 0) / l.total_krw, 1) END
      ),
      statements := struct_pack(status := 'ok', unpaid_krw := coalesce(s.unpaid_krw, 0), items := coalesce(s.statements, [])),
      delinquency := struct_pack(
        status := 'ok',
        open_count := coalesce(b.late_count, 0),
        open_krw := coalesce(b.late_krw, 0),
        open_days := coalesce(b.late_days, 0),
        times_12 := coalesce(b.late_times_12, 0),
        last_from := b.late_last_from
      ),
      card_loans := struct_pack(
        status := 'ok',
        open_count := coalesce(b.loan_count, 0),
        balance_krw := coalesce(b.loan_krw, 0),
        opened_12 := coalesce(b.loans_opened_12, 0),
        last_opened_on := b.loan_last_opened_on
      ),
      revolving := struct_pack(
        status := 'ok',
        closed_on := b.revolving_on,
        balance_krw := coalesce(b.revolving_krw, 0),
        rate_percent := b.revolving_percent
      ),
      voc := struct_pack(
        status := 'ok',
        contacts_12 := coalesce(v.contacts_12, 0),
        contacts_3 := coalesce(v.contacts_3, 0),
        complaints_12 := coalesce(v.complaints_12, 0),
        kinds := coalesce(v.kinds, []),
        latest := coalesce(v.latest, [])
      )
    )
  ))::VARCHAR AS document
FROM people o
LEFT JOIN profile p ON p.n = o.n
LEFT JOIN cards_part c ON c.n = o.n
LEFT JOIN consents_part k ON k.n = o.n
LEFT JOIN industries i ON i.n = o.n
LEFT JOIN merchants m ON m.n = o.n
LEFT JOIN trend t ON t.n = o.n
LEFT JOIN events_part e ON e.n = o.n
LEFT JOIN scored f ON f.n = o.n
LEFT JOIN grades_part g ON g.n = o.n
LEFT JOIN limits l ON l.n = o.n
LEFT JOIN used d ON d.n = o.n
LEFT JOIN statements_part s ON s.n = o.n
LEFT JOIN debts b ON b.n = o.n
LEFT JOIN voc_part v ON v.n = o.n
LEFT JOIN totals u ON u.n = o.n
LEFT JOIN ranking r ON r.n = o.n
WHERE o.n BETWEEN $low AND $high
ORDER BY o.n
