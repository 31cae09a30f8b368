"""Personal data: tokens in its place, the vault of originals, seals and masks."""

from hannun.privacy.keys import Keys
from hannun.privacy.vault import TokenTable, Vault

__all__ = ["Keys", "TokenTable", "Vault"]
