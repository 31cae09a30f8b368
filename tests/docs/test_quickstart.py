"""The quickstart, run as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
READMES = [DOCS.parent / "README.md", DOCS.parent / "README.ko.md"]


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What every block of the quickstart printed, one after the other in one shell."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "quickstart.md").read_text("utf-8"), re.DOTALL)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HANNUN_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    script = "set -ex\n" + "\n".join(blocks)
    folder = tmp_path_factory.mktemp("quickstart")
    return subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_command_succeeds(transcript: subprocess.CompletedProcess[str]) -> None:
    assert transcript.returncode == 0, transcript.stderr[-2000:]


def test_it_ends_with_what_it_promises(transcript: subprocess.CompletedProcess[str]) -> None:
    for words in ("장보기", "20 of", "고객 C00000001", "라이프스테이지", '"customer_id": "C00000001"'):
        assert words in transcript.stdout, words


@pytest.mark.parametrize(
    "page", [*READMES, *sorted(DOCS.glob("*.md")), *sorted((DOCS / "decisions").glob("*.md"))], ids=lambda path: path.name
)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", READMES, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    makefile = (page.parent / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)):
        name = "".join(target)
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name
