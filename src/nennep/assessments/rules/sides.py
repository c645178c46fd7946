"""Whose score is the score of a meeting, what the others say beside it, how far they are apart. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.assessments.choices import ScoreSide
from nennep.core.errors import DomainError
from nennep.core.periods import add_working_days
from nennep.core.rounding import round_half_up
from nennep.policies.choices import OfficialSide, SheetSide
from nennep.policies.rules import RuleBook, ScoreSheetTemplate


def name_official_side(chosen: OfficialSide | None, sides: Collection[SheetSide]) -> OfficialSide:
    """What the unit's rules say; where they say nothing, the sheet: with a column for the upper committee, that one's score."""
    if chosen is not None:
        return chosen
    return OfficialSide.COMMUNE if SheetSide.UPPER in sides else OfficialSide.SELF


def choose_side(official: OfficialSide, given: Collection[ScoreSide]) -> ScoreSide | None:
    """The side whose score counts, of those that scored; None: nothing counts yet.

    Nobody from above is at every meeting: without an official's score the cell's own counts (ours). What the upper committee is
    to confirm does not count before it did.
    """
    if official == OfficialSide.COMMUNE:
        return ScoreSide.COMMUNE if ScoreSide.COMMUNE in given else None
    if official == OfficialSide.OFFICIAL and ScoreSide.OFFICIAL in given:
        return ScoreSide.OFFICIAL
    return ScoreSide.CELL if ScoreSide.CELL in given else None


def find_mean(totals: Iterable[Decimal], places: int = 2) -> Decimal | None:
    """The mean of scores, rounded half up once; None without any."""
    known = list(totals)
    return round_half_up(sum(known, Decimal(0)) / len(known), places) if known else None


def find_gap(totals: Iterable[Decimal | None]) -> Decimal:
    """From the lowest to the highest of the scores that are known; 0 for one alone."""
    known = [total for total in totals if total is not None]
    return max(known) - min(known) if known else Decimal(0)


class NoSheetForKind(DomainError):
    code = "score_no_sheet_for_kind"
    message = _("Khung chấm điểm đang áp dụng không dùng cho %(kind)s, nên buổi này không chấm điểm.")


def require_sheet(template: ScoreSheetTemplate, kind: str | Promise) -> None:
    """A sheet for other kinds of meeting is none for this one; `kind` in words. Raises NoSheetForKind."""
    if not template.groups:
        raise NoSheetForKind(kind=str(kind).lower())


@dataclass(frozen=True, slots=True)
class Scored:
    """One line as it was scored: what the records propose (None: people judge), what it got."""

    proposed: Decimal | None
    points: Decimal | None


def find_distance(lines: Iterable[Scored]) -> Decimal:
    """How many points the cell gave otherwise than the records propose, up and down alike, line by line."""
    pairs = [(line.points, line.proposed) for line in lines]
    known = [abs(points - proposed) for points, proposed in pairs if points is not None and proposed is not None]
    return sum(known, Decimal(0))


def differs_from_cell(total: Decimal, cell: Decimal | None) -> bool:
    """A score that is not the cell's own says why; where the cell has none, there is nothing to differ from."""
    return cell is not None and total != cell


def sum_by_group(points: Mapping[str, Decimal], codes: Iterable[str]) -> Decimal | None:
    """The points of the lines of a group together; None while one of them is not scored."""
    found = [points.get(code) for code in codes]
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None


def find_report_day(held_on: date, rules: RuleBook, template: ScoreSheetTemplate) -> date | None:
    """The last day on which the cell tells its score upward: by the sheet itself where it says so, else by the rule; None without one."""
    own = template.reported_within_working_days
    working_days = rules.score_report_working_days if own is None else own
    return None if working_days is None else add_working_days(held_on, working_days, rules.days_off)
