"""Model 01: how much a customer suits a lifestyle segment, as grades 1 to 7 and points."""

from hannun.models.marketing_score.grading import Graded, grade
from hannun.models.marketing_score.populations import POPULATIONS, Population
from hannun.models.marketing_score.score import Evidence, gather, graded
from hannun.models.marketing_score.scorer import Candidates, Scorer, UsageScorer
from hannun.models.marketing_score.segments import Segment, Segments, load_segments

__all__ = [
    "POPULATIONS",
    "Candidates",
    "Evidence",
    "Graded",
    "Population",
    "Scorer",
    "Segment",
    "Segments",
    "UsageScorer",
    "gather",
    "grade",
    "graded",
    "load_segments",
]
