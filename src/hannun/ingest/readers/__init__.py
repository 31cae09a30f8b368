"""Readers: a file as declared → batches of rows and of bad records, within bounded memory."""

from __future__ import annotations

from hannun.ingest.readers.model import BadRow, RowBatch
from hannun.ingest.readers.open import open_rows
from hannun.ingest.readers.signature import Signature, signature

__all__ = ["BadRow", "RowBatch", "Signature", "open_rows", "signature"]
