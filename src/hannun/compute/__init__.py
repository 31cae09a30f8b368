"""One SQL dialect over lake snapshots."""

from hannun.compute.engine import DuckEngine
from hannun.compute.session import Session

__all__ = ["DuckEngine", "Session"]
