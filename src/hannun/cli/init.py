"""`hannun init`: make a home."""

from __future__ import annotations

from pathlib import Path

from hannun.cli.common import HomeOption, JsonOption, console, show


def init(home: HomeOption = None, json: JsonOption = False) -> None:
    """Make a home: settings, key, lake, metadata. Nothing that is there is overwritten."""
    import os

    from hannun.workflows.init import init as make

    place = home or Path(os.environ.get("HANNUN_HOME", "hannun-home"))
    done = make(place)
    data = {"home": str(done.home.settings.home), "made": list(done.made)}

    def render() -> None:
        if not done.made:
            console.print(f"{data['home']} is ready; there was nothing to make.", markup=False)
            return
        console.print(f"{data['home']} is ready. Made: {', '.join(done.made)}", markup=False)
        if any("key" in name for name in done.made):
            console.print("Keep a copy of keys/master.key elsewhere: without it, tokens and vault cannot be read.", markup=False)

    show(data, json, render)
