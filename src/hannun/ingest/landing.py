"""Which files belong to which sources, and in which order they are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import has_magic
from pathlib import Path

from hannun.base.errors import MappingError
from hannun.ingest.mapping import Mapping
from hannun.ingest.plan import Plan


@dataclass(frozen=True)
class Assigned:
    """The files of each source, and those that belong to none."""

    files: dict[str, list[Path]]
    strangers: list[Path]


def found_files(paths: Iterable[Path]) -> tuple[list[Path], set[Path]]:
    """The files that paths, folders and wildcards mean, in the order of their names; and those that were named one by one.

    A folder means the files in it and below, without hidden ones.
    """
    found: dict[Path, None] = {}
    named: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = (item for item in path.rglob("*") if item.is_file() and not _hidden(item.relative_to(path)))
            found.update(dict.fromkeys(sorted(inside)))
        elif has_magic(str(path)) and not path.exists():
            found.update(dict.fromkeys(sorted(item for item in _wildcard(path) if item.is_file())))
        else:
            found[path] = None
            named.add(path)
    return list(found), named


def _wildcard(path: Path) -> Iterable[Path]:
    anchor = Path(path.anchor or ".")
    return anchor.glob(str(path.relative_to(path.anchor)) if path.anchor else str(path))


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def assign(mapping: Mapping, files: Sequence[Path]) -> Assigned:
    """Give each file to the source whose pattern it matches.

    Raises:
        MappingError: a file matches the patterns of two sources.
    """
    assigned: dict[str, list[Path]] = {name: [] for name in mapping.sources}
    strangers = []
    for path in files:
        owners = [name for name, spec in mapping.sources.items() if any(_matches(path, pattern) for pattern in spec.files)]
        if len(owners) > 1:
            raise MappingError(
                f"mapping {mapping.name}: {path.name} matches the sources {' and '.join(owners)}", mend="make their patterns differ"
            )
        if owners:
            assigned[owners[0]].append(path)
        else:
            strangers.append(path)
    return Assigned(assigned, strangers)


def _matches(path: Path, pattern: str) -> bool:
    return path.match(pattern) if "/" in pattern else fnmatch(path.name, pattern)


def in_order(mapping: Mapping, plans: Sequence[Plan]) -> list[str]:
    """The sources, those first whose tables come first in the mapping; a source counts by its own rows' table, if it has one."""

    def place(source: str) -> int:
        primary = [index for index, plan in enumerate(plans) if plan.first == source and not plan.rule.derived]
        derived = [index for index, plan in enumerate(plans) if plan.first == source]
        return (primary or derived or [-1])[-1]

    return sorted(mapping.sources, key=place)
