"""`hannun doctor`: what is missing or broken, and how it is mended."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import typer

from hannun.cli.common import HomeOption, JsonOption, console, say, show

MARKS = {"ok": "✓", "note": "·", "warning": "!", "broken": "✗"}


def doctor(home: HomeOption = None, json: JsonOption = False) -> None:
    """Look over this machine and the home. Exit status 1 when something is broken; nothing is changed."""
    from hannun.workflows.doctor import LEVELS, examine

    place = home or Path(os.environ.get("HANNUN_HOME", "hannun-home"))
    found = examine(place, progress=lambda text: say(f"{text} …"))
    counts = {level: sum(finding.level == level for finding in found) for level in LEVELS}

    def render() -> None:
        for finding in found:
            console.print(
                f"{MARKS[finding.level]} {finding.level:<8}{finding.what}  [{finding.where}]", markup=False, soft_wrap=True
            )
            if finding.mend and finding.level != "ok":
                console.print(f"            → {finding.mend}", markup=False, soft_wrap=True)
        console.print(", ".join(f"{number} {level}" for level, number in counts.items()), markup=False)

    show({"home": str(place.absolute()), "counts": counts, "findings": [asdict(finding) for finding in found]}, json, render)
    if counts["broken"]:
        raise typer.Exit(1)
