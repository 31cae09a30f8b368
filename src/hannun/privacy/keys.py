"""The keys of a home: one master key, from which each purpose has a key of its own (HKDF-SHA256, RFC 5869)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hannun.base.errors import SettingsError

SHORTEST = 32


def derive(master: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A key of 32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=f"hannun/{purpose}".encode()).derive(master)


def check_value(master: bytes) -> str:
    """What tells one master key from another without giving anything of it away: 32 hexadecimal digits."""
    return derive(master, "check").hex()[:32]


@dataclass(frozen=True)
class Keys:
    """The keys that are in use, by purpose. They are never printed."""

    token: bytes = field(repr=False)
    vault: bytes = field(repr=False)
    archive: bytes = field(repr=False)
    quarantine: bytes = field(repr=False)

    @classmethod
    def from_master(cls, master: bytes) -> Keys:
        """The keys that belong to a master key.

        Raises:
            SettingsError: the master key is shorter than 32 bytes.
        """
        if len(master) < SHORTEST:
            raise SettingsError(
                f"the master key has {len(master)} bytes, at least {SHORTEST} are needed",
                mend="restore the right key file; a new key cannot read what an old one has written",
            )
        return cls(*(derive(master, purpose) for purpose in ("token", "vault", "archive", "quarantine")))
