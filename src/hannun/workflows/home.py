"""A home: the folder that holds a company's Hannun, and everything opened on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hannun import contracts
from hannun.base.clock import Clock, SystemClock
from hannun.base.settings import Settings
from hannun.lake import Lake
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


def open_home(settings: Settings, clock: Clock | None = None) -> Home:
    """Open a home."""
    return Home(settings, clock or SystemClock())
