"""The tables' contracts: what each column is, may hold and may be shown to."""

from hannun.contracts.load import Contracts, load, read
from hannun.contracts.model import PARTITION, SYSTEM_COLUMNS, Column, Contract, Migration, Reference
from hannun.contracts.odcs import parse

__all__ = ["PARTITION", "SYSTEM_COLUMNS", "Column", "Contract", "Contracts", "Migration", "Reference", "load", "parse", "read"]
