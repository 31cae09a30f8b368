"""`python -m hannun.docs [--check] [FOLDER]`: write the reference pages, or say which are stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hannun.docs.pages import stale, write


def main() -> int:
    """Write the pages; with `--check` write nothing and return 1 when one is stale."""
    parser = argparse.ArgumentParser(
        prog="python -m hannun.docs", description="Write the reference pages that are made from the code."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs"), help="where the pages lie (default: docs)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    wanted = parser.parse_args()
    if wanted.check:
        old = stale(wanted.folder)
        sys.stderr.writelines(f"{wanted.folder / name} is stale: run make docs\n" for name in old)
        return 1 if old else 0
    changed = write(wanted.folder)
    sys.stdout.write(f"written: {', '.join(changed)}\n" if changed else "nothing to do: every page is what the code says\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
