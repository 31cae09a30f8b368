"""The tables' contracts: what each column is, may hold and may be shown to."""

from hannun.contracts.load import Contracts, load, parse, read
from hannun.contracts.model import PARTITION, SYSTEM_COLUMNS, Column, Contract, Reference

__all__ = ["PARTITION", "SYSTEM_COLUMNS", "Column", "Contract", "Contracts", "Reference", "load", "parse", "read"]
