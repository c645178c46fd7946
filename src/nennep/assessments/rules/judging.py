"""From evidence to points, by the scales of a sheet; the total, the level. Pure.

The numbers are those of the sheet and of the levels in force on the day of the meeting; comparisons are exact.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nennep.assessments.choices import Grade
from nennep.assessments.rules.evidence import EVIDENCE, FoundValue, find
from nennep.assessments.rules.facts import MeetingFacts
from nennep.core.errors import DomainError
from nennep.core.rounding import round_half_up
from nennep.core.wording import say_points
from nennep.policies.choices import EvidenceKind, PolicyKey, ScoreEvidence
from nennep.policies.rules import Part, Scale, ScaleKind, ScoreSheetTemplate, SheetCondition, SheetItem

_HALF = Fraction(1, 2)
HIGHEST = Decimal(100)  # points of a sheet


class _Unknown(Exception):  # a way out of the sum, no error: some evidence of the line is not known
    pass


@dataclass(frozen=True, slots=True)
class Proposal:
    """Points that the facts speak for (None where only people can judge), and the fact in words."""

    points: Decimal | None
    fact: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the evidence of one line is, and the rules whose values are worth full points."""

    found: Mapping[ScoreEvidence, FoundValue]
    targets: Mapping[PolicyKey, int]

    def amount(self, evidence: ScoreEvidence) -> Fraction:
        """Percent of a share, else the number itself."""
        value = self.found[evidence].value
        if value is None:
            raise _Unknown
        return Fraction(value) * (100 if evidence.kind == EvidenceKind.SHARE else 1)

    def holds(self, condition: SheetCondition) -> bool:
        return (self.amount(condition.evidence) > 0) != condition.negated

    def times(self, part: Part) -> int:
        """How often a part counts."""
        return int(self.amount(part.condition.evidence)) if part.each else int(self.holds(part.condition))


def propose(line: SheetItem | None, facts: MeetingFacts) -> Proposal:
    """What the records say about a line of the sheet: nothing but the evidence that it names. Never below its minimum or above its maximum.

    Meetings of a month are alike: what a line once said of the same facts, in the same language, it is not asked again.
    """
    if line is None:
        return Proposal(None, "")
    asked = (line, get_language(), *_reader_of(line)(facts))
    known = _said.get(asked)
    if known is None:
        if len(_said) >= _KEPT:
            _said.clear()
        known = _said[asked] = _propose(line, facts)
    return known


_KEPT = 20_000  # proposals, some 10 MB
_said: dict[tuple[object, ...], Proposal] = {}


@lru_cache(maxsize=500)
def _reader_of(line: SheetItem) -> Callable[[MeetingFacts], tuple[Any, ...]]:
    """The facts that the line is judged by: those that its evidence reads, and the rules worth full points."""
    reads = dict.fromkeys(name for one in line.evidence for name in EVIDENCE[one].reads)
    names = [*reads, "attendance_target", "speakers_target"]  # two at least: one alone comes without its tuple
    return attrgetter(*names)


def _propose(line: SheetItem, facts: MeetingFacts) -> Proposal:
    found = {one: find(one, facts) for one in line.evidence}
    targets = {
        PolicyKey.ATTENDANCE_TARGET: facts.attendance_target,
        PolicyKey.SPEAKERS_SHARE: facts.speakers_target,
    }
    try:
        points = _judge(line, _Known(found, targets)) if line.is_judged else None
    except _Unknown:
        points = None
    return Proposal(points, _say([one.words for one in found.values()]))


def _say(words: Sequence[str]) -> str:
    """One after the other, a capital at the start; what another one says too is said once."""
    said: list[str] = []
    for one in words:
        if one and not any(one.lower() in former.lower() for former in said):
            said.append(one)
    joined = "; ".join(said)
    return joined[:1].upper() + joined[1:]


def _judge(line: SheetItem, known: _Known) -> Decimal:
    points = _first(line, known) if line.scales else line.starts_at or Decimal(0)
    if line.lowest_if and any(known.holds(one) for one in line.lowest_if):
        points = min(points, _lowest(line))
    for part in line.additions:
        points += (part.points or 0) * known.times(part)
    for part in line.at_most_if:
        points = min(points, part.points or Decimal(0)) if known.holds(part.condition) else points
    return max(Decimal(line.minimum), min(points, Decimal(line.maximum)))


def _first(line: SheetItem, known: _Known) -> Decimal:
    """Of the first scale that yields points: the last of them always does (the grammar of sheets sees to it)."""
    maximum = Decimal(line.maximum)
    return next(points for scale in line.scales if (points := _measure(scale, maximum, known)) is not None)


def _lowest(line: SheetItem) -> Decimal:
    return min(band.points for scale in line.scales for band in scale.bands)


def _measure(scale: Scale, maximum: Decimal, known: _Known) -> Decimal | None:
    """Points by one scale; None where `at_most` has nothing for so large a value."""
    if scale.evidence is None:
        return _measure_parts(scale, maximum, known)
    if scale.kind == ScaleKind.YES:
        return maximum if known.holds(SheetCondition(scale.evidence, scale.negated)) else Decimal(0)
    amount = known.amount(scale.evidence)
    if scale.kind == ScaleKind.SHARE:
        return _share(min(amount / 100, Fraction(1)), maximum)
    if scale.full_at and amount >= known.targets[scale.full_at]:
        return maximum
    return _read_bands(scale, amount)


def _read_bands(scale: Scale, amount: Fraction) -> Decimal | None:
    if scale.kind == ScaleKind.WITHIN:
        least, most = scale.bands
        return least.points if least.is_reached_by(amount) and most.is_not_passed_by(amount) else Decimal(0)
    if scale.kind == ScaleKind.AT_MOST:
        return next((band.points for band in scale.bands if band.is_not_passed_by(amount)), None)
    return next(band.points for band in scale.bands if band.is_reached_by(amount))


def _measure_parts(scale: Scale, maximum: Decimal, known: _Known) -> Decimal:
    kept = [known.holds(part.condition) for part in scale.parts]
    if scale.kind == ScaleKind.ALL:
        return maximum if all(kept) else Decimal(0)
    points = [part.points for part in scale.parts if part.points is not None]
    if points:
        return sum((one for one, is_kept in zip(points, kept, strict=True) if is_kept), Decimal(0))
    return _share(Fraction(sum(kept), len(kept)), maximum)


def _share(part: Fraction, maximum: Decimal) -> Decimal:
    """`maximum` times the part, to half a point, half of it up."""
    halves = (part * Fraction(maximum) * 2 + _HALF) // 1
    return Decimal(halves) / 2


def share_of(part: int, whole: int, maximum: Decimal) -> Decimal:
    """`maximum` times part of whole, to half a point."""
    return _share(Fraction(part, whole), maximum)


def sum_points(points: Iterable[Decimal]) -> Decimal:
    return sum(points, Decimal(0))


def find_total(sheet: ScoreSheetTemplate, points: Sequence[Decimal]) -> Decimal:
    """0 to 100, of the points of all lines in the order of the sheet: what it starts at and the sum of its groups.

    Each group, and each group of groups, keeps within what it may come to;
    bonus points never lift the sheet above 100 nor deductions push it below 0. Of a
    checklist (which gives no points; ours) the share of its lines that are kept, in percent.
    """
    if sheet.is_checklist:
        return round_half_up(100 * sum_points(points) / len(points), 2) if points else Decimal(0)
    return hold_total(sheet, _sum_groups(sheet, points))


def hold_total(sheet: ScoreSheetTemplate, points: Decimal) -> Decimal:
    """What the groups of a sheet came to, as its total: with what it starts at, from 0 to 100."""
    return max(Decimal(0), min(sheet.starts_at + points, HIGHEST))


def _sum_groups(sheet: ScoreSheetTemplate, points: Sequence[Decimal]) -> Decimal:
    """All groups within their limits; the points of a sheet whose lines are not known any more (of before) as they are."""
    if len(points) != len(sheet.items):
        return sum_points(points)
    rest = iter(points)
    return sheet.hold_groups(group.hold(sum_points(islice(rest, len(group.items)))) for group in sheet.groups)


def find_grade(total: Decimal, *, good: int, fair: int, average: int) -> Grade:
    """Tốt from `good`, Khá from `fair`, Trung bình from `average`, below it Kém: the bands leave no gap."""
    bands = ((good, Grade.GOOD), (fair, Grade.FAIR), (average, Grade.AVERAGE))
    return next((grade for lowest, grade in bands if total >= lowest), Grade.POOR)


def needs_reason(points: Decimal | None, proposed: Decimal | None) -> bool:
    """Whether people say why they differ: by more than half a point from what the records propose."""
    return points is not None and proposed is not None and abs(points - proposed) > Decimal("0.5")


def may_be_given(points: Decimal, *, minimum: Decimal | int = 0, maximum: Decimal | int) -> bool:
    """Whether a line may get so many: within its span, in whole or half points, as every sheet has them."""
    return minimum <= points <= maximum and not points * 2 % 1


class PointsOutOfRange(DomainError):
    code = "score_out_of_range"
    message = _("%(title)s: điểm phải từ %(minimum)s đến %(maximum)s, lẻ đến nửa điểm.")


def require_points(points: Decimal | None, *, title: str, minimum: Decimal | int = 0, maximum: Decimal | int) -> None:
    """Points within what a line may get, whole or half ones. Raises PointsOutOfRange."""
    if points is not None and not may_be_given(points, minimum=minimum, maximum=maximum):
        raise PointsOutOfRange(title=title, minimum=say_points(minimum), maximum=say_points(maximum))
