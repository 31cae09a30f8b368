"""The errors of Hannun, one small tree.

HannunError                  anything that a user can mend; the CLI prints it as one line, exit status 1
├── SettingsError            a setting is missing or wrong
├── ContractError            a contract file is wrong, or a table has no contract
├── MappingError             a mapping file is wrong, or does not fit its sources
├── SourceError              a file or source cannot be read as declared; nothing was loaded
├── StoreError               the metadata database is missing, locked or of another version
├── LakeError                a lake table cannot be read or written
│   ├── TableNotFound        the lake has no such table
│   ├── AlreadyCommitted     this (application, version) is in the table's log already: nothing to do
│   └── CommitConflict       another writer was faster and the commit could not be repeated
├── QueryError               SQL is wrong, or reads a table that is not there
├── NotFound                 no such customer, segment, file, run …
└── MissingExtra             an optional part is not installed; the message has the install line
"""

from __future__ import annotations


class HannunError(Exception):
    """An error with a mend.

    Args:
        message: what happened, naming the file, row, column or key.
        mend: what to do next, if the message does not say it already.
    """

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} → {self.mend}" if self.mend else self.message


class SettingsError(HannunError):
    """A setting is missing or wrong."""


class ContractError(HannunError):
    """A contract file is wrong, or a table has no contract."""


class MappingError(HannunError):
    """A mapping file is wrong, or does not fit its sources."""


class SourceError(HannunError):
    """A file or source cannot be read as declared; nothing of it was loaded."""


class StoreError(HannunError):
    """The metadata database is missing, locked or of another version."""


class LakeError(HannunError):
    """A lake table cannot be read or written."""


class TableNotFound(LakeError):
    """The lake has no such table."""


class AlreadyCommitted(LakeError):
    """The (application, version) is in the table's log already: nothing to do."""


class CommitConflict(LakeError):
    """Another writer was faster and the commit could not be repeated."""


class QueryError(HannunError):
    """SQL is wrong, or reads a table that is not there."""


class NotFound(HannunError):
    """No such customer, segment, file or run."""


class MissingExtra(HannunError):
    """An optional part is not installed.

    Args:
        what: the thing that was asked for.
        extra: the extra of the `hannun` package that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the '{extra}' extra", mend=f"pip install 'hannun[{extra}]'")
