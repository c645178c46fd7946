"""Values of rules that are more than a number, typed."""

from dataclasses import dataclass
from fractions import Fraction

from nennep.organizations.choices import UnitKind
from nennep.policies.choices import Office, VisitArea


@dataclass(frozen=True, slots=True)
class ScoreLevels:
    """Lowest total (of 100) of each level; below `average` is poor (rules.md §2.1)."""

    good: int
    fair: int
    average: int


@dataclass(frozen=True, slots=True)
class CountedStandings:
    """Members who count, by their standing as `members` calls it: on the cell's own rolls, or sitting there for a while.

    `if_present`: of the cell's own members, those who count as long as they are there.
    """

    own: frozenset[str]
    temporary: frozenset[str]
    if_present: frozenset[str]


@dataclass(frozen=True, slots=True)
class VoteThreshold:
    """The part of the base that must be in favour: more than it when `strict`, at least it otherwise."""

    part: Fraction
    strict: bool

    def passes(self, *, in_favour: int, base: int) -> bool:
        """False for an empty base."""
        needed = self.part * base
        return base > 0 and (in_favour > needed if self.strict else in_favour >= needed)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the holder of an office owes (rules.md §3.1): visits a year in `area`; None: the document gives no number."""

    office: Office
    min_per_year: int | None
    area: VisitArea
    note: str = ""


@dataclass(frozen=True, slots=True)
class MinutesRange:
    """A part of a meeting should take `least` to `most` minutes."""

    least: int
    most: int

    def holds(self, minutes: int) -> bool:
        return self.least <= minutes <= self.most


@dataclass(frozen=True, slots=True)
class ClarificationPause:
    """While those who asked are asked what they mean, the time stands still, at most so many working days."""

    allowed: bool
    working_days: int


@dataclass(frozen=True, slots=True)
class ResponseDays:
    """Working days to answer a petition: at the base, at the upper direct and provincial levels, at the centre."""

    base: int
    upper: int
    central: int

    def of_level(self, kind: UnitKind) -> int:
        """For a unit of this kind that must answer."""
        levels = {UnitKind.CENTRAL: self.central, UnitKind.PROVINCE: self.upper, UnitKind.UPPER_DIRECT: self.upper}
        return levels.get(kind, self.base)
