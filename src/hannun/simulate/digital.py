"""What customers do in the company's app, and the documents that arise."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa

from hannun.contracts import Contract
from hannun.simulate.columns import DAY, codes, named, table, times
from hannun.simulate.people import CORPORATE, People
from hannun.simulate.plan import BARGAIN, FAR, Month, Vector, hashed, inverse
from hannun.simulate.states import States

SCREENS = (
    "home",
    "statement",
    "approvals",
    "benefits",
    "events",
    "points",
    "payment_day",
    "limit",
    "card_loan",
    "instalment",
    "compare_cards",
    "close_card_guide",
    "lost_card",
    "chat",
)
_USUAL = inverse(np.array([34, 16, 18, 9, 7, 8, 1.5, 2, 1, 1.5, 1.2, 0.3, 0.3, 1.2]))
_ACTIONS = ("view", "view", "view", "view", "tap", "tap", "view", "view", "view", "view", "view", "view", "tap", "open")


def app_events(
    rng: np.random.Generator, month: Month, chunk: int, people: People, states: States, *, contract: Contract
) -> pa.Table:
    """Use of the app. Those who think of leaving, of a loan, or are short of money look at other screens: a noisy sign."""
    alive = people.member & (people.joined < month.first) & (people.left > month.last) & (people.kind != CORPORATE)
    busy = alive * np.maximum(people.digital, 0.02) ** 1.4 * np.clip(states.after, 0.15, 2)
    signs = ((11, 0, 14.0, 0.02), (10, 0, 9.0, 0.05), (8, 2, 14.0, 0.03), (7, 1, 8.0, 0.03))
    # Bargain hunters look at offers.
    hunts = rng.poisson(busy * 2.5 * hashed(people.ids, BARGAIN) ** 2)
    who = [np.repeat(np.arange(len(people)), rng.poisson(5.5 * busy)), np.repeat(np.arange(len(people)), hunts)]
    screen = [_USUAL[rng.integers(0, 1024, len(who[0]))].astype(np.int64), np.full(len(who[1]), 4)]
    for place, hazard, slope, floor in signs:
        number = rng.poisson(np.minimum(alive * (0.3 + people.digital) * (floor + slope * states.hazard[:, hazard]), 6))
        who.append(np.repeat(np.arange(len(people)), number))
        screen.append(np.full(len(who[-1]), place))
    person, page = np.concatenate(who), np.concatenate(screen)
    sign = np.arange(len(person)) >= len(who[0]) + len(who[1])
    day = (
        month.first
        + np.where(sign, month.days // 2, 0)
        + (rng.random(len(person)) * np.where(sign, month.days // 2, month.days)).astype(np.int64)
    )
    hour = inverse(np.array([2, 1, 1, 1, 1, 2, 4, 8, 9, 7, 6, 6, 8, 7, 6, 6, 6, 7, 8, 9, 10, 10, 9, 5]))[
        rng.integers(0, 1024, len(person))
    ]
    second = day * DAY + hour * 3600 + rng.integers(0, 3600, len(person))
    order = np.argsort(second, kind="stable")
    given: dict[str, Any] = {
        "event_id": codes("E", _first(month, chunk) + np.arange(len(order)), 14),
        "customer_id": codes("C", people.ids[person[order]], 8),
        "occurred_at": times(second[order]),
        "screen": named(SCREENS, page[order]),
        "action": named(_ACTIONS, page[order]),
    }
    return table(contract, given)


def _first(month: Month, chunk: int) -> int:
    return (month.start.year % 100 * 100 + month.start.month) * 10**10 + chunk * 10**6


_DOCUMENTS = (
    ("application", "카드 발급 신청서", "본인은 약관을 읽고 카드 발급을 신청합니다. 희망 결제일 {a}일, 희망 한도 {b}만원."),
    ("notice", "약관 변경 안내", "{a}월부터 부가서비스 제공 조건이 바뀝니다. 전월 이용금액 기준은 {b}만원입니다."),
    (
        "dispute",
        "이의 신청서",
        "승인 내역 중 {b}만원은 본인이 이용하지 않았으므로 확인을 요청합니다. 접수 후 {a}일 안에 회신 바랍니다.",
    ),
    ("limit_request", "한도 상향 신청서", "현재 한도로는 부족하여 {b}만원으로 올려 주시기를 신청합니다. 사유 번호 {a}."),
    ("loan_agreement", "장기카드대출 약정서", "대출금 {b}만원을 {a}개월 동안 원리금 균등으로 상환합니다."),
)


def documents(rng: np.random.Generator, month: Month, people: People, contract: Contract) -> pa.Table:
    """A few documents: applications, notices, disputes, requests."""
    alive = people.member & (people.joined < month.first) & (people.left >= FAR)
    who = np.flatnonzero(alive & (rng.random(len(people)) < 0.02))
    kind = rng.integers(0, len(_DOCUMENTS), len(who))
    second = np.sort(
        month.first * DAY + rng.integers(0, month.days, len(who)) * DAY + 9 * 3600 + rng.integers(0, 8 * 3600, len(who))
    )
    numbers = (hashed(people.ids[who], month.index, 81) * 26).astype(np.int64) + 1
    won = (hashed(people.ids[who], month.index, 82) * 95).astype(np.int64) * 10 + 50
    texts = [_DOCUMENTS[k][2].format(a=a, b=b) for k, a, b in zip(kind.tolist(), numbers.tolist(), won.tolist(), strict=True)]
    hashes = [
        hashlib.sha256(f"{person}·{at}·{text}".encode()).hexdigest()
        for person, at, text in zip(people.ids[who].tolist(), second.tolist(), texts, strict=True)
    ]
    given: dict[str, Any] = {
        "document_id": pa.array([value[:32] for value in hashes], pa.string()),
        "customer_id": codes("C", people.ids[who], 8),
        "created_at": times(second),
        "kind": named([row[0] for row in _DOCUMENTS], kind),
        "title": named([row[1] for row in _DOCUMENTS], kind),
        "text": pa.array(texts, pa.string()),
        "content_hash": pa.array(hashes, pa.string()),
        "metadata": pa.array(['{"pages": 1}'] * len(who), pa.string()),
    }
    return table(contract, given)


def guide(states: States, who: Vector) -> Vector:
    """Chance that somebody asks to close the card this month, by the hidden hazard: some ask and stay."""
    return np.asarray(np.minimum(states.hazard[who, 0] * 0.25, 0.2))
