"""Delta tables: the exactly-once commit, snapshots, maintenance, archived files."""

from hannun.lake.files import FileArea
from hannun.lake.lake import Lake
from hannun.lake.maintain import Maintained
from hannun.lake.model import Commit, DataFile, StagedFile, Txn
from hannun.lake.snapshot import Snapshot
from hannun.lake.stage import Stager

__all__ = ["Commit", "DataFile", "FileArea", "Lake", "Maintained", "Snapshot", "StagedFile", "Stager", "Txn"]
