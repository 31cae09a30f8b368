"""The synthetic card company: files for all core tables, and the truth behind them in another folder."""

from hannun.simulate.company import Report, describe, simulate
from hannun.simulate.plan import Plan

__all__ = ["Plan", "Report", "describe", "simulate"]
