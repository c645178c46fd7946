"""A score sheet, typed: groups, lines, the scales that turn evidence into points (docs/adr/0030-sheets-are-files.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from nennep.policies.choices import SCORED_KINDS, PolicyKey, ScoreEvidence, SheetKind, SheetSide
from nennep.policies.rules.values import ScoreLevels

Maximum: TypeAlias = int | Decimal  # of a line or a group: whole points, or to half a point


class Band(NamedTuple):
    """From (or up to) `limit` on a line is worth `points`: percent of a share, minutes, or how many."""

    limit: Fraction
    points: Decimal


@dataclass(frozen=True, slots=True)
class SheetCondition:
    """A yes of the records; with `negated` their no. A count is a yes from one on."""

    evidence: ScoreEvidence
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What a yes is worth; None: an equal share of the line. With `each` it counts once for every one of a count."""

    condition: SheetCondition
    points: Decimal | None = None
    each: bool = False


class ScaleKind(StrEnum):
    BANDS = "bands"  # from the limit on, the highest band that is reached
    AT_MOST = "at_most"  # up to the limit, the first that holds; above all of them the next scale is asked
    WITHIN = "within"  # full from the first limit to the second, nothing outside
    SHARE = "share"  # so much of the maximum, to half a point
    YES = "yes"  # full or nothing
    PARTS = "parts"  # several yes and no, each with its points
    ALL = "all"  # full when every one is a yes, else nothing


@dataclass(frozen=True, slots=True)
class Scale:
    """How one evidence becomes points. `full_at`: a rule whose value is worth the maximum, whatever the bands say."""

    kind: ScaleKind
    evidence: ScoreEvidence | None = None
    bands: tuple[Band, ...] = ()
    parts: tuple[Part, ...] = ()
    full_at: PolicyKey | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One line that is scored: 0 to `maximum`. What no scale judges is told (`told`), and people judge.

    The first of the `scales` that yields points counts; without one the line begins from `starts_at`. Then `lowest_if` brings it
    down to its lowest band, `additions` add or deduct, `at_most_if` caps it; it never leaves 0 to the maximum. In a month
    without a theme the maximum goes to the line `moves_to`, where one is named.
    """

    code: str
    title: str
    maximum: Maximum
    scales: tuple[Scale, ...] = ()
    told: tuple[ScoreEvidence, ...] = ()
    starts_at: Decimal | None = None
    lowest_if: tuple[SheetCondition, ...] = ()
    additions: tuple[Part, ...] = ()
    at_most_if: tuple[Part, ...] = ()
    moves_to: str = ""

    def __hash__(self) -> int:
        """By its words: the scales say no more of which line it is, and their fractions are slow to hash."""
        return hash((self.code, self.title, self.maximum))

    @property
    def is_judged(self) -> bool:
        return bool(self.scales) or self.starts_at is not None

    @property
    def evidence(self) -> tuple[ScoreEvidence, ...]:
        """Everything that the line names, once: what is told first, then what is judged."""
        named = [one for scale in self.scales for one in _named_by(scale)]
        named += [one.evidence for one in self.lowest_if]
        named += [part.condition.evidence for part in (*self.additions, *self.at_most_if)]
        return tuple(dict.fromkeys((*self.told, *named)))


def _named_by(scale: Scale) -> list[ScoreEvidence]:
    return [scale.evidence] if scale.evidence else [part.condition.evidence for part in scale.parts]


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """Lines that stand under one heading."""

    code: str
    title: str
    items: tuple[SheetItem, ...]

    @property
    def maximum(self) -> Maximum:
        return sum(item.maximum for item in self.items)


def _leave(items: tuple[SheetItem, ...], moved: Mapping[str, Maximum]) -> tuple[SheetItem, ...]:
    """The lines that stay, with what others leave to them."""
    return tuple(replace(one, maximum=one.maximum + moved.get(one.code, 0)) for one in items if not one.moves_to)


@dataclass(frozen=True, slots=True)
class LargeCell:
    """From so many members on a cell is scored by a meeting of so many minutes, where its kind has a length at all."""

    members: int
    minutes: int


@dataclass(frozen=True, slots=True)
class ScoreSheetTemplate:
    """A score sheet as a document prints it; the maxima add up to 100, those of a checklist are one for each line.

    `applies_to`: kinds of meeting; `others`: the unit's sheets for the other kinds. `levels`: the sheet's own, where it has some;
    `level_texts`: what a level means, by its name.
    """

    code: str
    title: str
    groups: tuple[SheetGroup, ...]
    kind: SheetKind = SheetKind.POINTS
    applies_to: frozenset[str] = frozenset(SCORED_KINDS)
    sides: tuple[SheetSide, ...] = (SheetSide.CELL,)
    scored_by: str = ""
    reported_within_working_days: int | None = None
    levels: ScoreLevels | None = None
    level_texts: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    large_cell: LargeCell | None = None
    others: tuple["ScoreSheetTemplate", ...] = ()

    @property
    def items(self) -> tuple[SheetItem, ...]:
        return tuple(item for group in self.groups for item in group.items)

    def without_theme(self) -> "ScoreSheetTemplate":
        """As it is in a month without a theme: lines that move leave their maximum to another one. The sum stays."""
        return _without_theme(self)

    @property
    def evidence(self) -> frozenset[ScoreEvidence]:
        """Everything that its lines name."""
        return _evidence_of(self)

    def minutes_required(self, by_kind: int, *, members: int) -> int:
        """How long the meeting of a cell with so many members is to last: what its kind asks for, or the sheet of a large cell."""
        if self.large_cell is None or not by_kind or members < self.large_cell.members:
            return by_kind
        return max(by_kind, self.large_cell.minutes)

    @property
    def all(self) -> tuple["ScoreSheetTemplate", ...]:
        """The unit's sheets, this one first."""
        return (self, *self.others)

    @property
    def is_checklist(self) -> bool:
        return self.kind == SheetKind.CHECKLIST

    def for_kind(self, kind: str) -> "ScoreSheetTemplate":
        """The unit's sheet for meetings of a kind; for one that no sheet names, the first."""
        return next((sheet for sheet in self.all if kind in sheet.applies_to), self)


@lru_cache(maxsize=200)
def _without_theme(sheet: ScoreSheetTemplate) -> ScoreSheetTemplate:
    moved: dict[str, Maximum] = {item.moves_to: 0 for item in sheet.items if item.moves_to}
    for item in sheet.items:
        if item.moves_to:
            moved[item.moves_to] += item.maximum
    if not moved:
        return sheet
    groups = tuple(replace(group, items=_leave(group.items, moved)) for group in sheet.groups)
    return replace(sheet, groups=tuple(group for group in groups if group.items))


@lru_cache(maxsize=200)
def _evidence_of(sheet: ScoreSheetTemplate) -> frozenset[ScoreEvidence]:
    return frozenset(name for line in sheet.items for name in line.evidence)
