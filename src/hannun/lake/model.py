"""The lake's plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Txn:
    """What a commit is known by, for ever: an application, and a version that only rises.

    A file is an application of its own (its fingerprint in the name) with version 1; a stream is one application
    whose version rises with every commit.
    """

    app: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of a file's statistics columns.

    Attributes:
        minimum, maximum: bounds that hold for every row; long text may be cut, outwards.
        nulls: how many rows are NULL.
    """

    minimum: Mapping[str, Any] = field(default_factory=dict)
    maximum: Mapping[str, Any] = field(default_factory=dict)
    nulls: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a snapshot.

    Attributes:
        path: absolute path, or full URL when the lake is a URL.
        name: the path inside the table's folder.
        partition: text of each partition value; None for NULL.
        rows, size: rows and bytes.
        minimum, maximum, nulls: see `Statistics`.
        modified: when it was written, in milliseconds since 1970.
    """

    path: str
    name: str
    partition: Mapping[str, str | None]
    rows: int
    size: int
    minimum: Mapping[str, Any]
    maximum: Mapping[str, Any]
    nulls: Mapping[str, int]
    modified: int


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that lies in the table's folder and that nobody sees before it is committed."""

    table: str
    name: str
    partition: Mapping[str, str | None]
    rows: int
    size: int
    statistics: Statistics
    stage: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One version in a table's history.

    Attributes:
        at: when the machine wrote it: what `snapshot(at=…)` goes by.
        written_at: what the home's clock said then; it differs from `at` in a replay.
        app, txn_version: the transaction of a commit of ours.
        details: what a commit of ours did: rows, files_added, files_removed.
    """

    version: int
    at: datetime
    written_at: datetime | None
    operation: str
    app: str | None
    txn_version: int | None
    details: Mapping[str, Any]
