"""How a year was rated: counts, each made of the rows that the same condition lists."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from nennep.classification.choices import NotRatedReason, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Rating, RatingQuerySet
from nennep.core.access import Actor
from nennep.organizations.models import Organization

DECIDED_LEVEL = f"{Side.DECIDED.value}_level"  # as `with_levels` names it


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Of a kind of subjects in a year: all, not rated by why, still open, decided by level."""

    total: int
    not_rated: dict[NotRatedReason, int]
    undecided: int
    levels: dict[RatingLevel, int]

    @property
    def rated(self) -> int:
        return sum(self.levels.values())

    @property
    def good_or_better(self) -> Fraction | None:
        """The share of those rated, exact; None where nobody is."""
        good = sum(self.levels[level] for level in RatingLevel.good_or_better())
        return Fraction(good, self.rated) if self.rated else None


def list_rated(*, actor: Actor, organization: Organization, year: int, kind: SubjectKind) -> RatingQuerySet:
    """The ratings of a year at and below the unit that the actor may see: what `count_levels` counts, each with its levels."""
    mine = Rating.objects.visible_to(actor).standing().with_levels()
    return mine.exclude(not_rated__in=NotRatedReason.outside()).filter(
        kind=kind, campaign__year=year, campaign__quarter=None, organization__path__startswith=organization.path
    )


def count_levels(*, actor: Actor, organization: Organization, year: int, kind: SubjectKind) -> LevelCount:
    """One query. `Side.DECIDED` alone counts: what is only proposed is nobody's rating yet."""
    rows = list_rated(actor=actor, organization=organization, year=year, kind=kind)
    return tally_levels(rows.values_list("state", "not_rated", DECIDED_LEVEL))


def tally_levels(rows: Iterable[tuple[str, str, str | None]]) -> LevelCount:
    """Of ratings as state, why they are not rated, and decided level."""
    found = [(RatingState(state), reason, level) for state, reason, level in rows]
    levels = Counter(level for state, _reason, level in found if state.is_decided)
    reasons = Counter(reason for _state, reason, _level in found if reason)
    return LevelCount(
        total=len(found),
        not_rated={reason: reasons[reason.value] for reason in NotRatedReason.of_text()},
        undecided=sum(not state.is_settled for state, _reason, _level in found),
        levels={level: levels[level.value] for level in RatingLevel},
    )
