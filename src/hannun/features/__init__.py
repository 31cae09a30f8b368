"""Feature sets: SQL files with a header, built as of a business date."""

from hannun.features.build import Built, compute, prepare, run_name
from hannun.features.header import FeatureColumn, FeatureSet, parse
from hannun.features.registry import FeatureSets, load
from hannun.features.spending import Basis, Unseen, define_spending, spending_basis, spending_sql, unseen

__all__ = [
    "Basis",
    "Built",
    "FeatureColumn",
    "FeatureSet",
    "FeatureSets",
    "Unseen",
    "compute",
    "define_spending",
    "load",
    "parse",
    "prepare",
    "run_name",
    "spending_basis",
    "spending_sql",
    "unseen",
]
