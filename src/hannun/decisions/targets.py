"""Exactly N people for a segment, down the grades and then the score, of those who may be contacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hannun.base.dates import day_end
from hannun.base.errors import HannunError
from hannun.compute import Session

CHANNELS = ("sms", "phone", "email", "app", "dm")
# Between 21:00 and 08:00 advertising needs a consent of its own, except by e-mail (and letters make no noise).
NIGHT_CHANNELS = ("sms", "phone", "app")
RECONFIRM_YEARS = 2

REASONS = {
    "left": ("has left the company", "탈회"),
    "deleted": ("was deleted from the customers", "고객정보 삭제"),
    "no_open_card": ("holds no open card", "유효카드 없음"),
    "suspended": ("every open card is suspended", "카드 정지"),
    "no_consent": ("never agreed to marketing by this channel", "마케팅 미동의"),
    "withdrawn": ("withdrew the consent", "동의 철회"),
    "not_reconfirmed": (f"consent not reconfirmed within {RECONFIRM_YEARS} years", "동의 재확인 기한 경과"),
    "no_night_consent": ("did not agree to be contacted at night", "야간 수신 미동의"),
}


@dataclass(frozen=True)
class Selection:
    """A list of targets and how it came about.

    Attributes:
        requested: how many were asked for.
        available: how many of the graded may be contacted.
        targets: the chosen, best first.
        excluded: by reason, how many of all graded may not be contacted.
        passed_over: by reason, how many of them stood above the last of the chosen.
    """

    requested: int
    graded: int
    available: int
    targets: pa.Table
    excluded: dict[str, int]
    passed_over: dict[str, int]

    @property
    def missing(self) -> int:
        """How many fewer there are than asked for."""
        found: int = self.targets.num_rows
        return self.requested - found


def find_candidates(
    session: Session, *, segment_id: str, population: str, graded_as_of: date, channel: str, night: bool = False
) -> pa.Table:
    """Everybody graded, best first; `reason` says why somebody may not be contacted as of the session's date, else NULL.

    Raises:
        HannunError: there is no such channel, or the session has no as_of.
    """
    as_of = session.as_of
    if as_of is None:
        raise HannunError("a target list needs an as_of", mend="open the session with one")
    if channel not in CHANNELS:
        raise HannunError(f"there is no channel '{channel}'", mend=f"one of {', '.join(CHANNELS)}")
    text = (files("hannun.decisions") / "candidates.sql").read_text("utf-8")
    values = {
        "segment_id": segment_id,
        "population": population,
        "graded_as_of": graded_as_of,
        "channel": channel,
        "night": night and channel in NIGHT_CHANNELS,
        "now": day_end(as_of),
        "confirmed_since": day_end(_years_before(as_of, RECONFIRM_YEARS)),
    }
    return session.query(text, values)


def choose(candidates: pa.Table, volume: int) -> Selection:
    """The first `volume` of those without a reason against it; fewer if there are not so many.

    Args:
        candidates: as `find_candidates` gives them, best first.

    Raises:
        HannunError: `volume` is not positive.
    """
    if volume < 1:
        raise HannunError(f"a list of {volume} people", mend="ask for at least one")
    reasons = candidates["reason"]
    allowed = np.flatnonzero(reasons.is_null().to_numpy())
    chosen = allowed[:volume]
    above = reasons.slice(0, int(chosen[-1]) if len(chosen) else 0)
    return Selection(
        requested=volume,
        graded=candidates.num_rows,
        available=len(allowed),
        targets=candidates.take(pa.array(chosen)).drop_columns("reason"),
        excluded=_count(reasons),
        passed_over=_count(above),
    )


def _count(reasons: pa.ChunkedArray) -> dict[str, int]:
    counts = {item["values"]: item["counts"] for item in pc.value_counts(reasons.drop_null()).to_pylist()}
    return {name: counts[name] for name in REASONS if name in counts}


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
