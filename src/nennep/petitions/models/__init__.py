"""Petitions, their sums, the library, saved views."""

from nennep.petitions.models.petition import (
    STEP,
    BodyQuerySet,
    OutsideBody,
    Petition,
    PetitionAsker,
    PetitionQuerySet,
    PetitionStep,
)
from nennep.petitions.models.practices import Practice, PracticeQuerySet, PracticeThanks
from nennep.petitions.models.sums import PetitionCount, PetitionPlace, PetitionSum, PetitionWord
from nennep.petitions.models.views import SavedView

__all__ = [
    "STEP",
    "BodyQuerySet",
    "OutsideBody",
    "Petition",
    "PetitionAsker",
    "PetitionCount",
    "PetitionPlace",
    "PetitionQuerySet",
    "PetitionStep",
    "PetitionSum",
    "PetitionWord",
    "Practice",
    "PracticeQuerySet",
    "PracticeThanks",
    "SavedView",
]
