"""A home: the folder that holds a company's Hannun, and everything opened on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hannun import contracts, features
from hannun.base.clock import Clock, SystemClock
from hannun.base.settings import Settings
from hannun.compute import DuckEngine
from hannun.ingest.vault_table import LakeTokens
from hannun.lake import Lake
from hannun.models.marketing_score import Segments, load_segments
from hannun.privacy import Keys, Vault
from hannun.store import Store


@dataclass(frozen=True)
class Home:
    """A home, opened. Each part is opened when it is first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def contracts(self) -> contracts.Contracts:
        """The tables' contracts, with the company's own laid over them."""
        return contracts.load(self.settings.conf / "contracts")

    @cached_property
    def store(self) -> Store:
        """The metadata databases and the locks."""
        return Store(self.settings)

    @cached_property
    def lake(self) -> Lake:
        """The tables, in the home's folder or at the URL of the settings."""
        options = {
            name: self.settings.secret(value).decode() if value.startswith(("env:", "file:")) else value
            for name, value in self.settings.lake_options.items()
        }
        return Lake(self.settings.lake_root, locks=self.store.locks, clock=self.clock, options=options)

    @cached_property
    def engine(self) -> DuckEngine:
        """SQL over the lake."""
        settings = self.settings
        return DuckEngine(
            self.lake, self.contracts, memory_limit=settings.memory_limit, spill=settings.spill, threads=settings.threads
        )

    @cached_property
    def features(self) -> features.FeatureSets:
        """The feature sets, with the company's own laid over them."""
        return features.load(self.settings.conf / "features")

    @cached_property
    def segments(self) -> Segments:
        """The segments of model 01, with the company's own laid over them."""
        return load_segments(self.settings.conf / "segments")

    @cached_property
    def vault(self) -> Vault:
        """The originals of tokenised personal values; needs the master key."""
        return Vault(Keys.from_master(self.settings.secret(self.settings.key)), LakeTokens(self.lake))


def open_home(settings: Settings, clock: Clock | None = None) -> Home:
    """Open a home."""
    return Home(settings, clock or SystemClock())
