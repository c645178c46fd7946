"""What fell due in a month and what became of it by its end: later changes leave it as it was."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.timezone import localdate

from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty, DutyReport, FormerDueDate
from nennep.duties.rules import DueDate, DutyCounts, DutyMonth, judge_month


@dataclass(frozen=True, slots=True)
class JudgedDuty:
    """A task that was due in a month, or done late in it, and the unit in whose month it counts."""

    duty: Duty
    organization_id: int
    month: DutyMonth


def count_duties(*, organization_ids: Iterable[int], month: Month) -> dict[int, DutyCounts]:
    """The tasks of each cell in one month. Cells without any are left out. Three queries."""
    found: dict[int, list[DutyMonth]] = defaultdict(list)
    for judged in judge_duties(organization_ids=organization_ids, month=month):
        found[judged.organization_id].append(judged.month)
    return {
        unit: DutyCounts(
            due=sum(one.due is not None for one in months),
            done=sum(one.done for one in months),
            late=sum(one.late for one in months),
            postponed=sum(one.postponed for one in months),
        )
        for unit, months in found.items()
    }


def judge_duties(*, organization_ids: Iterable[int], month: Month) -> list[JudgedDuty]:
    """What `count_duties` counts, by date. Three queries, one of them for the people.

    The caller has passed the cells' own door, and asks itself what may be shown.
    """
    ids = set(organization_ids)
    days = (month.first_day, month.last_day)
    former = FormerDueDate.objects.filter(duty=OuterRef("pk"), due_on__range=days, organization__in=ids)
    done = DutyReport.objects.filter(duty=OuterRef("pk"), state=DutyState.DONE, at__date__range=days)
    late = Q(due_on__isnull=False) & (Exists(done) | Q(state=DutyState.DONE, settled_on__range=days))
    mine = Q(organization__in=ids) & (Q(due_on__range=days) | late)
    reports = DutyReport.objects.filter(at__date__lte=month.last_day).order_by("at", "pk")
    duties = Duty.objects.filter(mine | Exists(former), mistaken=False).order_by("due_on", "pk")
    every = duties.prefetch_related("former_due_dates", Prefetch("reports", reports))
    found = [judged for duty in every if (judged := _judge(duty, month)).organization_id in ids]
    return [one for one in found if one.month.due is not None or one.month.late]


def _judge(duty: Duty, month: Month) -> JudgedDuty:
    dates, units = _read_dates(duty)
    events = [(localdate(report.at), DutyState(report.state)) for report in duty.reports.all()]
    if duty.settled_on is not None:
        events = sorted([*events, (duty.settled_on, DutyState(duty.state))], key=itemgetter(0))
    stands = judge_month(dates, events, month)
    unit = units.get(stands.due, duty.organization_id) if stands.due else duty.organization_id
    return JudgedDuty(duty, unit, stands)


def _read_dates(duty: Duty) -> tuple[list[DueDate], dict[DueDate | None, int]]:
    """The dates it had, each since which day, and whose they were: one that only went along to another cell is one, the first's."""
    former = list(duty.former_due_dates.all())
    whose = [*((one.due_on, one.organization_id) for one in former), (duty.due_on, duty.organization_id)]
    since = [date.min, *(one.until for one in former)]
    dates: list[DueDate] = []
    units: dict[DueDate | None, int] = {}
    for (day, unit), begun in zip(whose, since, strict=True):
        if not dates or dates[-1].due_on != day:
            dates.append(DueDate(day, begun))
            units[dates[-1]] = unit
    return dates, units
