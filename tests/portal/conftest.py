"""The pages of the hand-made company, served by a process of their own as a user would start it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hannun.contracts import Contracts
from tests.views.conftest import Company

CHROMIUM = os.environ.get("HANNUN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PROGRAM = [sys.executable, "-c", "from hannun.cli import main; main()"]


def start(home: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """`hannun serve` on any free port; the process and its address."""
    command = [*PROGRAM, "serve", "--home", str(home), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "http://" in line:
            return process, "http://" + line.split("http://")[1].split()[0]
    raise AssertionError(f"the server ended with {process.wait()}")


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)
    assert process.stderr is not None
    process.stderr.close()


@pytest.fixture(scope="package")
def company(tmp_path_factory: pytest.TempPathFactory, shipped: Contracts) -> Iterator[Company]:
    """The company with its views, in a home."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "hannun.toml").write_text("", "utf-8")
    made = Company(folder, shipped)
    made.fill()
    made.build()
    yield made
    made.close()


@pytest.fixture(scope="package")
def address(company: Company) -> Iterator[str]:
    """Where its pages are served."""
    process, where = start(company.folder)
    yield where
    stop(process)
