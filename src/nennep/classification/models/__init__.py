"""The yearly rating: rounds, reviews of units, ratings with their sides, comments, ballots, complaints, listed cases (ADR 0031)."""

from nennep.classification.models.ratings import ListedCase, Rating, RatingQuerySet
from nennep.classification.models.rounds import (
    NOTED_FIELDS,
    Campaign,
    CampaignQuerySet,
    CapNote,
    CapNoted,
    UnitReview,
    UnitReviewQuerySet,
)
from nennep.classification.models.said import (
    LevelKept,
    RatingBallot,
    RatingComment,
    RatingComplaint,
    RatingText,
    StepUndone,
    Verdict,
)

__all__ = [
    "NOTED_FIELDS",
    "Campaign",
    "CampaignQuerySet",
    "CapNote",
    "CapNoted",
    "LevelKept",
    "ListedCase",
    "Rating",
    "RatingBallot",
    "RatingComment",
    "RatingComplaint",
    "RatingQuerySet",
    "RatingText",
    "StepUndone",
    "UnitReview",
    "UnitReviewQuerySet",
    "Verdict",
]
