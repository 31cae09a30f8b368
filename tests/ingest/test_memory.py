"""Memory does not grow with the file."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

from tests.ingest.conftest import TRANSACTIONS, Work

PROGRAM = """
import json, resource, sys
from pathlib import Path
from hannun.base.settings import Settings
from hannun.workflows.home import open_home
from hannun.workflows.ingest import ingest
(report,) = ingest(open_home(Settings.load(Path(sys.argv[1]))), [Path(sys.argv[2])], sys.argv[3])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"peak": peak, **report.as_dict()}))
"""


@pytest.mark.slow
def test_a_file_of_hundreds_of_megabytes_takes_less_than_a_gibibyte(work: Work) -> None:
    path = work.folder / "tx.csv"
    rows = 4_000_000
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT printf('T%010d', i) AS id, TIMESTAMP '2026-07-01' + to_seconds(i * 2) AS at,
                       printf('C%08d', hash(i) % 400000) AS card, printf('P%08d', hash(i) % 300000) AS customer,
                       printf('M%07d', hash(i + 7) % 50000) AS merchant,
                       CASE WHEN i % 1000 = 0 THEN 'bad' ELSE CAST(hash(i + 13) % 150000 AS VARCHAR) END AS amount,
                       'offline' AS channel, 0 AS months FROM range({rows}) t(i)) TO '{path}' (HEADER)"""
        )
    assert path.stat().st_size > 200e6
    command = [sys.executable, "-c", PROGRAM, str(work.home.settings.home), str(path), work.mapping(TRANSACTIONS)]
    done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (done["rows_read"], done["rows_quarantined"]) == (rows, rows // 1000)
    assert done["peak"] < 1024
