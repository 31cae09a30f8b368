"""The metadata databases and the locks; the only room that opens them."""

from hannun.store.locks import DatabaseLocks, Locks
from hannun.store.store import FileLoad, Store, write

__all__ = ["DatabaseLocks", "FileLoad", "Locks", "Store", "write"]
