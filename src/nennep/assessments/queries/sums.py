"""Scores of the meetings of a month, for many cells at once."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.db.models import Q

from nennep.assessments.choices import ScoreSide, SheetState
from nennep.assessments.models import ScoreSheet, SideScore
from nennep.assessments.queries.sides import read_standing
from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, MeetingState

HUNDREDTHS = 100


def count_scores(cells: Collection[int], month: Month) -> Counted:
    """By cell, over its held regular and combined meetings of the month: what counts, the cell's own, the committee's. Three queries."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    monthly = _of_month(cells, month)
    for score in read_standing(monthly).values():
        mine = found[score.organization_id]
        mine["scored"] += 1
        mine["points"] += _count_points(score.total)
        mine[f"graded_{score.grade}"] += 1
    own = ScoreSheet.objects.filter(monthly, state=SheetState.AGREED).order_by()
    for cell, total in own.values_list("meeting__organization_id", "total"):
        _add(found[cell], "self", total)
    for cell, total in _read_newest_from_above(monthly):
        _add(found[cell], "upper", total)
    return found


def _of_month(cells: Collection[int], month: Month) -> Q:
    return Q(
        meeting__organization__in=cells,
        meeting__month=month.first_day,
        meeting__kind__in=MeetingKind.monthly(),
        meeting__state=MeetingState.HELD,
    )


def _read_newest_from_above(monthly: Q) -> Collection[tuple[int, Decimal]]:
    """A later number is in the place of the one before."""
    rows = SideScore.objects.filter(monthly, side=ScoreSide.COMMUNE).order_by("meeting", "number")
    newest = {
        meeting: (cell, total)
        for meeting, cell, total in rows.values_list("meeting_id", "meeting__organization_id", "total")
    }
    return newest.values()


def _add(counts: dict[str, int], side: str, total: Decimal | None) -> None:
    if total is not None:
        counts[f"{side}_scored"] += 1
        counts[f"{side}_points"] += _count_points(total)


def _count_points(total: Decimal) -> int:
    return int(total * HUNDREDTHS)
