"""A program of the tests: forks children that work on a lake, and kills each at another point of its path.

It must not touch the lake itself: delta-rs's threads do not outlive a fork.
Arguments: folder, verb (append, replace, maintain), kills, seed. Prints a JSON object.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from hannun.base.clock import SystemClock
from hannun.base.errors import AlreadyCommitted
from hannun.lake import Lake, Txn
from hannun.store import Locks
from tests.lake.conftest import TABLE, rows

TIMED_SHARE = 0.35
GRACE = timedelta(days=1)


def step(folder: Path, verb: str, number: int) -> None:
    """Step `number` of the work, from nothing, safe to repeat."""
    lake = Lake(str(folder / "lake"), locks=Locks(folder / "locks"), clock=SystemClock())
    try:
        if verb == "append":
            lake.append(TABLE, rows(number * 10, 10, f"2026-{number % 3 + 1:02d}"), Txn(f"file:{number}"))
        elif verb == "replace":
            month = f"2026-{number % 3 + 1:02d}"
            lake.replace(TABLE, rows(number * 10, 10, month), Txn("run", number + 1), partitions=[{"month": month}])
        else:
            lake.maintain(TABLE, keep_days=0, grace=GRACE)
    except AlreadyCommitted:
        return


def child(work: Callable[[], None], before: Callable[[], None] = lambda: None) -> tuple[int, str]:
    """Run in a fork; returns the signal that ended it (0: none), and what it wrote."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        status = 1
        try:
            before()
            work()
            os.write(write, json.dumps(lines.count).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a child failed")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, said


class Lines:
    """Counts the lines of the lake that run, and kills its process at a chosen one."""

    def __init__(self) -> None:
        self.count = 0
        self.stop = -1

    def watch(self, stop: int = -1) -> None:
        self.stop = stop
        sys.settrace(self.trace)

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if "hannun/lake/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.count += 1
            if self.count == self.stop:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


lines = Lines()


def alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


def main(folder: Path, verb: str, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    _, said = child(partial(step, folder, verb, 0), lines.watch)
    total = json.loads(said)
    seconds = 0.06 if verb != "maintain" else 0.12
    done = {"lines": 0, "timed": 0, "missed": 0}
    for number in range(1, kills + 1):
        child(partial(step, folder, verb, number - 1))
        if number % 20 < 20 * TIMED_SHARE:
            # The alarm's own action ends the process at any instruction, inside delta-rs too.
            kind, before = "timed", partial(alarm, chance.uniform(0.001, seconds))
        else:
            kind, before = "lines", partial(lines.watch, max(number * total // kills, 1))
        killed, _ = child(partial(step, folder, verb, number), before)
        done[kind if killed else "missed"] += 1
    child(partial(step, folder, verb, kills))
    print(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
