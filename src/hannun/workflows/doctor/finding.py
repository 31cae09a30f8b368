"""What a look at the machine and the home has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "warning", "broken"]
LEVELS: tuple[Level, ...] = ("ok", "note", "warning", "broken")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: `ok`; `note`: good to know; `warning`: it works, but not for long or not wholly; `broken`: something does not work.
        what: what was found.
        where: the file, folder, table or package.
        mend: the command or deed that mends it; empty where there is nothing to mend.
    """

    level: Level
    what: str
    where: str
    mend: str = ""
