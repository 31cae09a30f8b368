"""The company looks like one: amounts, places, habits, hidden truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.simulate.conftest import PLAN, Read

LIFESTYLES = [
    "appearance",
    "car_care",
    "overseas_travel",
    "domestic_travel",
    "coffee",
    "gourmet",
    "delivery",
    "solo_living",
    "grocery",
    "department",
    "online_shopping",
    "direct_purchase",
    "subscription",
    "games",
    "driving",
    "commuting",
    "mobility",
    "hotel",
    "culture",
    "fitness",
    "golf",
    "outdoor",
    "reading",
    "fashion",
    "health",
    "education",
    "parenting",
    "digital",
    "home_living",
    "pets",
]


def _sums(table: pa.Table, key: str, value: str = "amount_krw") -> np.ndarray:
    return table.group_by(key).aggregate([(value, "sum")])[f"{value}_sum"].to_numpy()


def test_an_active_member_buys_ten_to_twenty_times_a_month_with_a_wide_spread(read: Read) -> None:
    table = read("transactions")
    bought = table.filter(pc.and_(pc.greater(table["amount_krw"], 0), pc.is_valid(table["card_id"])))
    counts = bought.group_by("customer_id").aggregate([("amount_krw", "count"), ("amount_krw", "sum")])
    monthly = counts["amount_krw_count"].to_numpy() / PLAN.months
    assert 10 < monthly.mean() < 22
    won = counts["amount_krw_sum"].to_numpy() / PLAN.months
    low, middle, high = np.percentile(won, [20, 50, 80])
    assert low * 2 < middle < high / 1.5
    assert 200_000 < middle < 1_500_000


def test_all_thirty_lifestyles_have_users(read: Read, truth: Read) -> None:
    segments = dict(zip(*(truth("segments")[name].to_pylist() for name in ("industry_code", "segment_id")), strict=True))
    merchants = dict(zip(*(read("merchants")[name].to_pylist() for name in ("merchant_id", "industry_code")), strict=True))
    users: dict[str, set[str]] = {name: set() for name in LIFESTYLES}
    table = read("transactions").select(["customer_id", "merchant_id", "industry_code"])
    for customer, merchant, own in zip(*(column.to_pylist() for column in table.columns), strict=True):
        segment = segments.get(own or merchants.get(merchant, ""), "")
        if segment in users:
            users[segment].add(customer)
    assert len(users) == 30
    assert {name: len(found) for name, found in users.items() if len(found) < 0.01 * PLAN.customers} == {}


def test_industries_are_a_tree_of_three_levels(read: Read) -> None:
    table = read("industries").to_pylist()
    codes = {row["industry_code"]: row["parent_code"] for row in table}
    assert len(codes) > 120
    for code, parent in codes.items():
        assert (parent is None) == (len(code) == 2)
        assert parent is None or (len(parent) == len(code) - 2 and codes.get(parent, "") != code and code.startswith(parent))


def test_at_least_sixty_products_have_dated_rules_in_tiers(read: Read) -> None:
    products, rules = read("card_products"), read("card_benefits")
    assert len(pc.unique(products["product_id"])) >= 60
    assert pc.sum(pc.is_valid(products["discontinued_on"])).as_py() >= 5
    assert len(pc.unique(rules["product_id"])) == len(pc.unique(products["product_id"]))
    assert set(pc.unique(rules["benefit_kind"]).to_pylist()) == {"discount", "points", "cashback"}
    assert set(pc.unique(rules["basis"]).to_pylist()) == {"승인", "매입"}
    assert pc.sum(pc.is_valid(rules["valid_to"])).as_py() > 20
    for column in (
        "rate_percent",
        "fixed_krw",
        "per_litre_krw",
        "limit_group",
        "monthly_count",
        "min_amount_krw",
        "max_benefit_krw",
    ):
        assert rules[column].null_count < rules.num_rows, column


def test_about_fifteen_per_cent_are_no_members_and_some_of_them_buy_by_wallet(read: Read) -> None:
    customers = read("customers")
    people = customers.group_by("customer_id").aggregate([("is_member", "max")])
    guests = people.filter(pc.invert(people["is_member_max"]))["customer_id"]
    assert 0.1 < len(guests) / PLAN.customers < 0.2
    table = read("transactions")
    theirs = table.filter(pc.is_in(table["customer_id"], guests))
    assert theirs["card_id"].null_count == theirs.num_rows > 100
    assert pc.unique(theirs["wallet"]).to_pylist() == ["한눈페이"]
    assert read("cards").filter(pc.is_in(read("cards")["holder_id"], guests)).num_rows == 0


def test_people_shop_near_home_and_come_back(read: Read) -> None:
    shops = read("merchants").filter(pc.equal(read("merchants")["op"], "insert"))
    shops = shops.select(["merchant_id", "region_code", "industry_code"]).rename_columns(["merchant_id", "shop", "leaf"])
    table = read("transactions").join(shops, keys="merchant_id")
    homes = read("customers").group_by("customer_id").aggregate([("region_code", "min")])
    coffee = table.filter(pc.and_(pc.equal(table["leaf"], "010201"), pc.is_valid(table["shop"]))).join(homes, keys="customer_id")
    assert pc.mean(pc.equal(coffee["shop"], coffee["region_code_min"]).cast(pa.float64())).as_py() > 0.25
    visits = _sums(coffee.append_column("one", pa.array(np.ones(coffee.num_rows))), ["customer_id", "merchant_id"], "one")
    assert (visits >= 4).mean() > 0.1


def test_hours_days_and_seasons_differ_by_industry(read: Read) -> None:
    table = read("transactions").join(
        read("merchants").select(["merchant_id", "industry_code"]), keys="merchant_id", right_suffix="_m"
    )
    local = pc.local_timestamp(pc.cast(table["approved_at"], pa.timestamp("us", "Asia/Seoul")))
    hour, weekday = pc.hour(local).to_numpy(), pc.day_of_week(local).to_numpy()
    leaf = np.array(table["industry_code_m"].to_pylist(), dtype=object)
    assert np.median(hour[leaf == "010201"]) < np.median(hour[leaf == "010401"]) - 4
    assert (weekday[leaf == "020201"] >= 5).mean() > (weekday[leaf == "080101"] >= 5).mean() + 0.1


def test_money_abroad_carries_its_currency(read: Read) -> None:
    table = read("transactions")
    abroad = table.filter(pc.equal(table["region"], "overseas"))
    assert abroad.num_rows > 100
    assert "KRW" not in pc.unique(abroad["currency"]).to_pylist()
    assert abroad["original_amount"].null_count == 0
    home = table.filter(pc.equal(table["region"], "domestic"))
    assert pc.unique(home["currency"]).to_pylist() == ["KRW"]
    assert len(pc.unique(abroad["currency"])) >= 5


def test_texts_are_many_and_differ(read: Read) -> None:
    texts = read("voc")["text"]
    assert len(pc.unique(texts)) > 0.97 * len(texts) > 200
    assert len(pc.unique(read("voc")["kind"])) >= 7


def test_statements_are_issued_unpaid_and_then_paid(read: Read) -> None:
    table = read("statements")
    first, later = (table.filter(pc.equal(table["op"], op)) for op in ("insert", "update"))
    assert pc.max(first["paid_krw"]).as_py() == 0
    assert first["paid_on"].null_count == first.num_rows
    assert later["paid_on"].null_count == 0
    assert 0.7 < later.num_rows / first.num_rows <= 1


def test_no_personal_value_is_in_the_truth(company: Path, read: Read) -> None:
    hidden = b"".join(file.read_bytes() for file in sorted(company.with_name("files-truth").iterdir()))
    texts = set()
    for file in sorted(company.with_name("files-truth").glob("*.parquet")):
        for column in pq.read_table(file).columns:
            if pa.types.is_string(column.type):
                texts |= set(pc.unique(column).to_pylist())
    customers = read("customers")
    for name in ("name", "phone", "email", "resident_number"):
        values = set(pc.unique(customers[name].drop_null()).to_pylist())
        assert not values & texts, name
    for value in customers["resident_number"].drop_null().to_pylist()[:200] + customers["email"].to_pylist()[:200]:
        assert value.encode() not in hidden


def test_resident_numbers_fit_birth_and_sex_and_belong_to_nobody(read: Read) -> None:
    table = read("customers").select(["resident_number", "birth_date", "sex", "phone", "email"]).drop_null()
    for number, born, sex in zip(*(table[name].to_pylist() for name in ("resident_number", "birth_date", "sex")), strict=True):
        assert number[:6] == f"{born:%y%m%d}"
        assert number[7] == str((1 if sex == "M" else 2) + (2 if born.year >= 2000 else 0))
        digits = [int(sign) for sign in number.replace("-", "")]
        check = (
            11 - sum(digit * weight for digit, weight in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False)) % 11
        ) % 10
        assert check != digits[-1]
    assert pc.all(pc.match_substring_regex(table["phone"], r"^010-[01]\d{3}-\d{4}$")).as_py()
    assert pc.all(pc.match_substring_regex(table["email"], r"@example\.(com|net|org)$")).as_py()


def test_the_holdout_is_not_told_and_uplift_is_true(read: Read, truth: Read) -> None:
    contacts, responses, effect = read("campaign_contacts"), read("campaign_responses"), truth("uplift")
    held = contacts.filter(contacts["is_holdout"]).select(["campaign_id", "customer_id"])
    assert 0.1 < held.num_rows / contacts.num_rows < 0.2
    assert responses.join(held, keys=["campaign_id", "customer_id"], join_type="inner").num_rows == 0
    assert contacts.num_rows == effect.num_rows
    uplift = effect["uplift"].to_numpy()
    assert (uplift < 0).any() and 0.02 < uplift.mean() < 0.3
    uses = responses.filter(pc.equal(responses["kind"], "use"))
    assert uses["reference"].null_count == 0
    assert pc.all(pc.is_in(uses["reference"], read("transactions")["transaction_id"])).as_py()
