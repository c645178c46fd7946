"""Cells that held the month's meeting, and those of them that kept the fixed day."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.keeping import keeps_window, owes_meeting
from nennep.meetings.queries.routine import read_day_rules
from nennep.organizations.models import Organization
from nennep.reporting.queries.measures.kinds import Figure, Measure, Row, RowScope, Totals
from nennep.reporting.rules.figures import MonthCounts


def _count_meetings(cells: Collection[int], month: Month) -> Mapping[int, MonthCounts]:
    """Of the cells that met or owed a meeting."""
    met = list_days_met(cells, month)
    owing, on_time = _judge(cells, met, month)
    return {
        cell: MonthCounts(cells=1, cells_met=int(cell in met), cells_on_time=int(cell in on_time))
        for cell in owing | set(met)
    }


def list_days_met(cells: Collection[int], month: Month) -> Mapping[int, list[date]]:
    """Days of the held regular and combined meetings for the month: those on which they were opened."""
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    rows = held.filter(organization__in=cells).order_by("planned_for", "pk")
    days: dict[int, list[date]] = defaultdict(list)
    for cell, opened, planned in rows.values_list("organization_id", "opened_at", "planned_for"):
        days[cell].append(localdate(opened or planned))
    return dict(days)


def _judge(cells: Collection[int], met: Mapping[int, list[date]], month: Month) -> tuple[set[int], set[int]]:
    """Cells that owed a meeting, and those with one on time, by the policy, routine and type of the month's first day.

    What was not owed is not late.
    """
    units = list(Organization.objects.filter(pk__in=list(cells)))
    rules = read_day_rules(cells=units, months=[month])[month]
    owing, on_time = set(), set()
    for unit in units:
        days, rule = met.get(unit.pk, []), rules[unit.pk]
        if owes_meeting(month, since=unit.counted_from, until=unit.closed_on, rule=rule):
            owing.add(unit.pk)
            days = [day for day in days if keeps_window(day, month=month, rule=rule)]
        if days:
            on_time.add(unit.pk)
    return owing, on_time


def _show_met(totals: Totals) -> Figure:
    words = _("chi bộ đã họp") if totals.is_month else _("buổi thường kỳ đã họp")
    return Figure(totals.counts.cells_met, totals.counts.cells, words)


def _show_on_time(totals: Totals) -> Figure:
    words = _("họp đúng ngày quy định") if totals.is_month else _("buổi họp đúng ngày quy định")
    return Figure(totals.counts.cells_on_time, totals.counts.cells, words)


def _read_met(scope: RowScope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_met)


def _read_on_time(scope: RowScope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_on_time)


def _read_days(scope: RowScope, is_late: Callable[[MonthCounts], bool]) -> Iterable[Row]:
    met = list_days_met(list(scope.cells), scope.month)
    owing, on_time = _judge(list(scope.cells), met, scope.month)
    for cell in scope.cells:
        if cell not in owing and cell not in met:
            continue
        counts = MonthCounts(cells_met=int(cell in met), cells_on_time=int(cell in on_time))
        kept = _("đúng") if counts.cells_on_time else _("ngoài ngày") if counts.cells_met else "–"
        day = say_date(met[cell][-1]) if cell in met else _("chưa họp")
        yield scope.row(cell, day, kept, late=is_late(counts))


_COLUMNS = (gettext_lazy("Ngày họp"), gettext_lazy("Đúng ngày quy định"))

MET = Measure("da-hop", gettext_lazy("Chi bộ đã họp"), _show_met, _COLUMNS, _read_met, count=_count_meetings)
ON_TIME = Measure("dung-ngay", gettext_lazy("Họp đúng ngày quy định"), _show_on_time, _COLUMNS, _read_on_time)
