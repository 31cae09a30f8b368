"""What the engine asks of a lake: immutable snapshots, each a list of files. `hannun.lake.Lake` is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa
from pyarrow import fs


class File(Protocol):
    """One data file of a snapshot.

    `path` is absolute or a URL, `name` its place in the table's folder. `minimum` and `maximum` hold what the log knows
    of the statistics columns; `partition` the text of each partition value.
    """

    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def partition(self) -> Mapping[str, str | None]: ...
    @property
    def rows(self) -> int: ...
    @property
    def minimum(self) -> Mapping[str, Any]: ...
    @property
    def maximum(self) -> Mapping[str, Any]: ...


class SnapshotLike(Protocol):
    """One version of a table."""

    @property
    def table(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def schema(self) -> pa.Schema: ...
    @property
    def partition_by(self) -> Sequence[str]: ...
    @property
    def files(self) -> Sequence[File]: ...
    def prune(self, **bounds: tuple[Any, Any]) -> SnapshotLike: ...


class Source(Protocol):
    """Where snapshots come from."""

    def exists(self, table: str) -> bool: ...
    def snapshot(self, table: str, *, version: int | None = None) -> SnapshotLike: ...
    def filesystem(self, table: str) -> fs.FileSystem: ...
