"""`hannun contracts` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = [sys.executable, "-c", "from hannun.cli import main; main()"]


def test_every_contract_is_listed_as_json() -> None:
    done = subprocess.run([*PROGRAM, "contracts", "list", "--json"], capture_output=True, text=True, check=True)
    tables = {row["table"] for row in json.loads(done.stdout)}
    assert {"core.customers", "core.transactions", "core.voc"} <= tables


def test_an_unknown_table_exits_1_and_names_the_known_ones() -> None:
    done = subprocess.run([*PROGRAM, "contracts", "show", "nope"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "core.nope" in done.stderr and "core.transactions" in done.stderr
    assert "Traceback" not in done.stderr
