"""A score sheet, typed: groups, lines, the scales that turn evidence into points (docs/adr/0030-sheets-are-files.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeAlias

from nennep.policies.choices import SCORED_KINDS, PolicyKey, ScoreEvidence, SheetKind, SheetSide
from nennep.policies.rules.values import ScoreLevels

Maximum: TypeAlias = int | Decimal  # of a line or a group: whole points, or to half a point


class Band(NamedTuple):
    """From (or up to) `limit` on a line is worth `points`: percent of a share, minutes, or how many.

    A `strict` one begins above its limit, or ends below it: “trên 90 %”, “dưới 15 phút”.
    """

    limit: Fraction
    points: Decimal
    strict: bool = False

    def is_reached_by(self, amount: Fraction) -> bool:
        return amount > self.limit if self.strict else amount >= self.limit

    def is_not_passed_by(self, amount: Fraction) -> bool:
        return amount < self.limit if self.strict else amount <= self.limit


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

    @property
    def is_open(self) -> bool:
        """Whether there are values for which it has no points: above the last limit of `at_most`, unless that is the whole."""
        if self.kind != ScaleKind.AT_MOST or not self.bands:
            return False
        reaches_whole = self.bands[-1].limit >= 100 and not self.bands[-1].strict
        return not (self.evidence and self.evidence.is_part and reaches_whole)


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One line that is scored: `minimum` (below 0 where it deducts) to `maximum`. What no scale judges is told, and people judge.

    The first of the `scales` that yields points counts; without one the line begins from `starts_at`. Then `lowest_if` brings it
    down to its lowest band, `additions` add or deduct, `at_most_if` caps it; it never leaves the minimum to the maximum. In a month
    without a theme the maximum goes to the line `moves_to`, where one is named. What an `is_bonus` line gives comes on top of the
    hundred points of the sheet, which are never passed.
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
    minimum: Maximum = 0
    is_bonus: bool = False

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


class SheetHeading(NamedTuple):
    """A group that holds other groups: its name, and within what the groups below keep together where bonus or deductions are capped."""

    code: str
    title: str
    most: Maximum | None = None
    least: Maximum | None = None

    def hold(self, points: Decimal) -> Decimal:
        """What stands below it, within its limits."""
        capped = points if self.most is None else min(points, Decimal(self.most))
        return capped if self.least is None else max(Decimal(self.least), capped)


def hold_together(groups: Iterable[tuple[Sequence[SheetHeading], Decimal]]) -> Decimal:
    """What groups come to together, each with the headings above it, in the order of the sheet: every heading keeps its limits.

    The innermost holds first. Points of a group are held by itself before.
    """
    total = Decimal(0)
    for heading, below in groupby(groups, key=lambda one: one[0][0] if one[0] else None):
        if heading is None:
            total += sum((points for _above, points in below), Decimal(0))
        else:
            total += heading.hold(hold_together([(above[1:], points) for above, points in below]))
    return total


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """Lines that stand under one heading, itself under those `above`, the outermost first.

    `most` and `least` hold what its lines come to together, where bonus points or deductions are capped.
    """

    code: str
    title: str
    items: tuple[SheetItem, ...]
    above: tuple[SheetHeading, ...] = ()
    most: Maximum | None = None
    least: Maximum | None = None

    @property
    def maximum(self) -> Maximum:
        together = sum(item.maximum for item in self.items)
        return together if self.most is None else min(together, self.most)

    @property
    def minimum(self) -> Maximum:
        together = sum(item.minimum for item in self.items)
        return together if self.least is None else max(together, self.least)

    @property
    def is_bonus(self) -> bool:
        return all(item.is_bonus for item in self.items)

    @property
    def full_title(self) -> str:
        """With the headings above it: where it stands alone."""
        return ": ".join([*(heading.title for heading in self.above), self.title])

    def hold(self, points: Decimal) -> Decimal:
        """What the lines come to, within the group."""
        return max(Decimal(self.minimum), min(points, Decimal(self.maximum)))


def _leave(items: tuple[SheetItem, ...], moved: Mapping[str, Maximum]) -> tuple[SheetItem, ...]:
    """The lines that stay, with what others leave to them."""
    return tuple(_grow(one, moved.get(one.code, 0)) for one in items if not one.moves_to)


def _grow(line: SheetItem, more: Maximum) -> SheetItem:
    """A line worth more: whatever its scales give grows alike, to half a point, so that its maximum stays within reach."""
    if not more:
        return line
    maximum = line.maximum + more
    factor = Fraction(maximum) / Fraction(line.maximum)
    return replace(
        line,
        maximum=maximum,
        scales=tuple(_grow_scale(scale, factor) for scale in line.scales),
        starts_at=None if line.starts_at is None else _grow_points(line.starts_at, factor),
        additions=tuple(one if one.each else _grow_part(one, factor) for one in line.additions),
        at_most_if=tuple(_grow_part(one, factor) for one in line.at_most_if),
    )


def _grow_scale(scale: Scale, factor: Fraction) -> Scale:
    bands = tuple(band._replace(points=_grow_points(band.points, factor)) for band in scale.bands)
    return replace(scale, bands=bands, parts=tuple(_grow_part(part, factor) for part in scale.parts))


def _grow_part(part: Part, factor: Fraction) -> Part:
    return part if part.points is None else replace(part, points=_grow_points(part.points, factor))


def _grow_points(points: Decimal, factor: Fraction) -> Decimal:
    return Decimal((Fraction(points) * factor * 2 + Fraction(1, 2)) // 1) / 2


@dataclass(frozen=True, slots=True)
class LargeCell:
    """From so many members on a cell is scored by a meeting of so many minutes, where its kind has a length at all."""

    members: int
    minutes: int


@dataclass(frozen=True, slots=True)
class ScoreSheetTemplate:
    """A score sheet as a document prints it; the maxima add up to 100, those of a checklist are one for each line.

    What a sheet `starts_at` counts with them: one that only deducts starts at 100. One without groups is no sheet: the unit has
    none for such meetings.

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
    starts_at: Maximum = 0

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

    @property
    def maximum(self) -> Maximum:
        """What all lines come to at most, without bonus points: 100, of a checklist its lines."""
        return self.starts_at + sum(item.maximum for item in self.items if not item.is_bonus)

    @property
    def headings(self) -> tuple[tuple[SheetHeading, ...], ...]:
        """For each group the headings that begin with it: those above it that are not above the group before."""
        before: Sequence[SheetHeading] = ()
        begun = []
        for group in self.groups:
            begun.append(tuple(one for one in group.above if one not in before))
            before = group.above
        return tuple(begun)

    def maximum_under(self, heading: SheetHeading) -> Maximum:
        """Of the groups below a heading together, within its limits."""
        return self.hold_under(heading, {group.code: Decimal(group.maximum) for group in self.groups})

    def hold_under(self, heading: SheetHeading, sums: Mapping[str, Decimal]) -> Decimal:
        """What the groups below a heading come to together, of sums by group."""
        below = [group for group in self.groups if heading in group.above]
        return hold_together((group.above[group.above.index(heading) :], sums[group.code]) for group in below)

    def hold_groups(self, sums: Iterable[Decimal]) -> Decimal:
        """What all groups come to together, of their sums in the order of the sheet; what it starts at is not in it."""
        return hold_together((group.above, points) for group, points in zip(self.groups, sums, strict=True))

    def for_kind(self, kind: str) -> "ScoreSheetTemplate":
        """The unit's sheet for meetings of a kind; one without groups where no sheet is for them: a wrong one is worse than none."""
        return next((sheet for sheet in self.all if kind in sheet.applies_to), NO_SHEET)


NO_SHEET = ScoreSheetTemplate(code="", title="", groups=(), applies_to=frozenset())


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
