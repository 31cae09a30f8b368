"""Decisions: from grades to lists of people who may be contacted."""

from hannun.decisions.targets import CHANNELS, REASONS, Selection, choose, find_candidates

__all__ = ["CHANNELS", "REASONS", "Selection", "choose", "find_candidates"]
