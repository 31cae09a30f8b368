"""Looking at the machine: Python, packages, browser and fonts, memory, disk, temporary files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from hannun.base.settings import Settings
from hannun.workflows.doctor.finding import Finding

OLDEST, NEWEST = (3, 11), (3, 14)
LOW_DISK = 2 << 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BUILD_ONLY = {"build", "test"}
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?([^;]*)(?:;\s*extra\s*==\s*[\"']([^\"']+)[\"'])?")


def look(settings: Settings) -> Iterator[Finding]:
    """Look at all of it."""
    yield _python()
    yield from packages(metadata.requires("hannun") or [])
    yield _browser()
    yield _fonts()
    yield memory(settings.memory_limit, Path("/proc/meminfo"))
    yield _disk(settings.home)
    yield _temporary(settings.spill)


def _python() -> Finding:
    version = sys.version_info[:2]
    text = f"Python {sys.version.split()[0]}"
    if version < OLDEST:
        return Finding("broken", f"{text} is too old", sys.executable, "install Python 3.11 or newer, then: make env")
    if version > NEWEST:
        return Finding("note", f"{text} is newer than any that Hannun was tried with", sys.executable)
    return Finding("ok", text, sys.executable)


def packages(requirements: list[str]) -> Iterator[Finding]:
    """The packages that Hannun needs, one finding for the core and one for each extra.

    Args:
        requirements: as a package's metadata state them, such as `duckdb==2.0.1` or `nicegui==3.18.0; extra == "portal"`.
    """
    missing: dict[str, list[str]] = {"": []}
    other: list[str] = []
    for line in requirements:
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        name, wanted, extra = match[1], match[2].strip(), match[3] or ""
        lacking = missing.setdefault(extra, [])
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            lacking.append(name)
            continue
        if wanted.startswith("==") and found != wanted[2:]:
            other.append(f"{name} {found} (tried with {wanted[2:]})")
    for extra, names in missing.items():
        place = f"hannun[{extra}]" if extra else "hannun"
        install = f"pip install '{place}'"
        if not names:
            yield Finding("ok", "all packages are there", place)
        elif not extra:
            yield Finding("broken", f"packages are missing: {', '.join(names)}", place, install)
        elif extra not in BUILD_ONLY:
            yield Finding("note", f"an optional part is not installed: {', '.join(names)}", place, install)
    if other:
        yield Finding("warning", f"other versions than Hannun was tried with: {', '.join(other)}", "hannun", "make env")


def _browser() -> Finding:
    own = Path.home() / ".cache" / "ms-playwright"
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    found = found or next((str(path) for path in own.glob("chromium-*")), None)
    if found is None:
        mend = "on Debian: apt-get install chromium"
        return Finding("note", "no Chromium: reports as PDF and the tests of pages need one", "this machine", mend)
    return Finding("ok", "Chromium is there", found)


def _fonts() -> Finding:
    mend = "on Debian: apt-get install fonts-noto-cjk fontconfig"
    program = shutil.which("fc-list")
    if program is None:
        return Finding("note", "it cannot be said whether Korean fonts are there: fc-list is missing", "this machine", mend)
    said = subprocess.run([program, ":lang=ko", "family"], capture_output=True, text=True, check=False, timeout=60).stdout
    families = sorted({line.split(",")[0].strip() for line in said.splitlines() if line.strip()})
    if not families:
        return Finding("note", "no Korean fonts: pictures of pages made on this machine show boxes", "this machine", mend)
    return Finding("ok", f"Korean fonts are there: {', '.join(families[:3])}", "this machine")


def memory(limit: str, told: Path) -> Finding:
    """Whether the memory that one query may use is there.

    Args:
        limit: as in the settings, such as `2GB`.
        told: `/proc/meminfo`.
    """
    try:
        lines = dict(line.split(":", 1) for line in told.read_text("ascii").splitlines())
        free, total = (int(lines[name].split()[0]) * 1024 for name in ("MemAvailable", "MemTotal"))
    except (OSError, ValueError, KeyError):
        return Finding("note", "the machine does not say how much memory it has", str(told))
    text = f"{_gigabytes(free)} of {_gigabytes(total)} of memory are free"
    wanted = _bytes(limit)
    if wanted is not None and wanted > free:
        mend = "free memory, or lower memory_limit in hannun.toml"
        return Finding("warning", f"{text}, one query may use {limit}", "this machine", mend)
    return Finding("ok", text, "this machine")


def _bytes(text: str) -> int | None:
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMGT]?)(I?)B?\s*", text.upper())
    if match is None:
        return None
    step = 1024 if match[3] else 1000
    return int(float(match[1]) * step ** " KMGT".index(match[2] or " "))


def _disk(home: Path) -> Finding:
    place = next(path for path in (home, *home.parents) if path.exists())
    usage = shutil.disk_usage(place)
    text = f"{_gigabytes(usage.free)} of {_gigabytes(usage.total)} of disk are free"
    if usage.free < LOW_DISK:
        return Finding("warning", text, str(place), "free space: hannun lake maintain removes files that no kept version needs")
    return Finding("ok", text, str(place))


def _temporary(spill: Path) -> Finding:
    place = next(path for path in (spill, *spill.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"hannun")
    except OSError as error:
        mend = "make it writable, or set temp_dir in hannun.toml"
        return Finding("broken", f"temporary files cannot be written: {error.strerror}", str(place), mend)
    return Finding("ok", f"temporary files can be written, {_gigabytes(shutil.disk_usage(place).free)} are free", str(place))


def _gigabytes(number: int) -> str:
    return f"{number / 1e9:,.1f} GB"
