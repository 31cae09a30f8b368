"""All feature sets: the shipped ones, and a company's own laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from hannun.base.errors import NotFound
from hannun.features.header import FeatureSet, read


class FeatureSets(Mapping[str, FeatureSet]):
    """Feature sets by name, in alphabetical order."""

    def __init__(self, sets: Mapping[str, FeatureSet]) -> None:
        self._sets = dict(sorted(sets.items()))

    def __getitem__(self, name: str) -> FeatureSet:
        try:
            return self._sets[name.removeprefix("feature.")]
        except KeyError:
            raise NotFound(f"there is no feature set '{name}'", mend=f"one of {', '.join(self._sets)}") from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.removeprefix("feature.") in self._sets

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)


def load(overlay: Path | None = None) -> FeatureSets:
    """The shipped feature sets, with those of `overlay` (a folder) in place of or beside them.

    Raises:
        QueryError: a file is wrong; the message names file and line.
    """
    sets: dict[str, FeatureSet] = {}
    with as_file(files("hannun.features") / "sets") as shipped:
        for folder in (shipped, overlay):
            if folder is not None and folder.is_dir():
                for path in sorted(folder.glob("*.sql")):
                    found = read(path)
                    sets[found.name] = found
    return FeatureSets(sets)
