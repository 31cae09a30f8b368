"""The synthetic company: seconds for a million transactions, and memory that does not grow with the months.

There is no peer: the ratio is the budget (4 s for a million transactions on 2 cores) divided by what was measured.
Everything is counted: all twenty tables, the truth, writing. Each run is a process of its own, without Python's start.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from _report import options, paired, report

BUDGET = 4.0
CORES = 2


def _child(customers: int, months: int, form: str, out: str) -> None:
    from datetime import date

    from hannun.simulate import Plan, simulate

    with tempfile.TemporaryDirectory(prefix="hannun-bench-") as folder:
        start = time.perf_counter()
        plan = Plan(customers, months, 1, date(2026, 9, 1))
        made = simulate(plan, Path(folder) / "files", form="csv" if form == "csv" else "parquet", threads=CORES)
        seconds = time.perf_counter() - start
    rows = sum(number for name, number in made.rows.items() if name.startswith("transactions-"))
    result = {
        "seconds": seconds,
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "transactions": rows,
        "all": sum(made.rows.values()),
    }
    Path(out).write_text(json.dumps(result))


def apart(customers: int, months: int, form: str) -> dict[str, float]:
    """One simulation in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/result.json"
        process = multiprocessing.get_context("spawn").Process(target=_child, args=(customers, months, form, out))
        process.start()
        process.join()
        if process.exitcode != 0:
            raise SystemExit("the simulation failed")
        result: dict[str, float] = json.loads(Path(out).read_text())
        return result


def main() -> int:
    """Simulate in both formats, and longer, and print the report."""
    chosen = options(__doc__ or "")
    customers, months = (8_000, 4) if chosen.small else (20_000, 13)
    results: dict[str, list[dict[str, float]]] = {"csv": [], "parquet": []}

    def run(form: str) -> float:
        results[form].append(apart(customers, months, form))
        last = results[form][-1]
        return last["seconds"] / last["transactions"] * 1e6

    seconds = paired(chosen.runs, {"csv, a million": lambda: run("csv"), "parquet, a million": lambda: run("parquet")})
    short, long = apart(customers, months, "csv")["peak"], apart(customers, months * 3, "csv")["peak"]
    wide = apart(customers * 2, months, "csv")["peak"]
    one = results["csv"][0]
    met = report(
        "simulate",
        size={"customers": customers, "months": months, "transactions": int(one["transactions"]), "rows": int(one["all"])},
        packages=["numpy", "pyarrow"],
        seconds=seconds,
        ratios={
            "csv_budget": BUDGET / sorted(seconds["csv, a million"])[len(seconds["csv, a million"]) // 2],
            "parquet_budget": BUDGET / sorted(seconds["parquet, a million"])[len(seconds["parquet, a million"]) // 2],
            "memory_threefold_months": short / long * 1.25,
            "memory_twofold_customers": short / wide * 1.25,
        },
        goals={"csv_budget": 1.0, "parquet_budget": 1.0, "memory_threefold_months": 1.0, "memory_twofold_customers": 1.0},
        more={
            "cpu_seconds_a_million_csv": round(min(item["cpu"] / item["transactions"] * 1e6 for item in results["csv"]), 2),
            "peak_mib": round(short),
            "peak_mib_threefold_months": round(long),
            "peak_mib_twofold_customers": round(wide),
        },
        out=chosen.json,
    )
    return 0 if met or chosen.small else 1


if __name__ == "__main__":
    sys.exit(main())
