"""What every benchmark shares: its options, the machine, paired runs, the report.

A ratio is the peer's cost divided by ours (bigger is better), the median over pairs of runs made one after the
other; `goals` has the same keys as `ratios`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any


def options(description: str) -> argparse.Namespace:
    """`--small`, `--json FILE`, `--runs N`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--small", action="store_true", help="a size that ends within a minute on 2 cores")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--runs", type=int, default=3, help="paired runs; at least three")
    return parser.parse_args()


def machine() -> dict[str, Any]:
    """Cores, memory and system, as the report states them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def paired(runs: int, candidates: Mapping[str, Callable[[], float | None]]) -> dict[str, list[float]]:
    """Run the candidates in turn, A B C A B C …; each returns its own seconds, or None to be timed from outside."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(max(runs, 3)):
        for name, candidate in candidates.items():
            start = time.perf_counter()
            own = candidate()
            seconds[name].append(time.perf_counter() - start if own is None else own)
    return seconds


def ratio(peer: Sequence[float], ours: Sequence[float]) -> float:
    """Median over the pairs of the peer's cost divided by ours."""
    return statistics.median(theirs / own for theirs, own in zip(peer, ours, strict=True))


def report(
    name: str,
    *,
    size: Mapping[str, Any],
    packages: Sequence[str],
    seconds: Mapping[str, Sequence[float]],
    ratios: Mapping[str, float],
    goals: Mapping[str, float],
    more: Mapping[str, Any] | None = None,
    out: Path | None = None,
) -> bool:
    """Print the figures and write them; whether every goal is met."""
    document = {
        "benchmark": name,
        "size": dict(size),
        "machine": machine(),
        "versions": {package: version(package) for package in packages},
        "seconds": {key: round(statistics.median(values), 3) for key, values in seconds.items()},
        "ratios": {key: round(value, 3) for key, value in ratios.items()},
        "goals": dict(goals),
        **(more or {}),
    }
    place = document["machine"]
    amounts = ", ".join(f"{key} {value:,}" for key, value in size.items())
    print(f"{name} · {amounts} · {place['cores']} cores, {place['memory_gib']} GiB")
    for key, values in seconds.items():
        print(f"  {key:<36} {statistics.median(values):>9.3f} s   ({min(values):.3f} – {max(values):.3f})")
    for key, value in (more or {}).items():
        print(f"  {key:<36} {value}")
    for key, value in ratios.items():
        print(f"  {key:<36} {value:>9.2f} ×   goal {goals[key]:.2f} × {'met' if value >= goals[key] else 'MISSED'}")
    if out is not None:
        out.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return all(value >= goals[key] for key, value in ratios.items())
