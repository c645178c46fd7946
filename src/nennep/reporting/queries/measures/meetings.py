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
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.queries.keeping import keeps_window
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for_many
from nennep.reporting.queries.measures.kinds import Figure, Measure, Row, RowScope, Totals
from nennep.reporting.rules.figures import MonthCounts


def _count_meetings(cells: Collection[int], month: Month) -> Mapping[int, MonthCounts]:
    met = list_days_met(cells, month)
    on_time = _find_on_time(met, month)
    return {cell: MonthCounts(cells_met=1, cells_on_time=int(cell in on_time)) for cell in met}


def list_days_met(cells: Collection[int], month: Month) -> Mapping[int, list[date]]:
    """Days of the held regular and combined meetings for the month: those on which they were opened."""
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    rows = held.filter(organization__in=cells).order_by("planned_for", "pk")
    days: dict[int, list[date]] = defaultdict(list)
    for cell, opened, planned in rows.values_list("organization_id", "opened_at", "planned_for"):
        days[cell].append(localdate(opened or planned))
    return dict(days)


def _find_on_time(met: Mapping[int, list[date]], month: Month) -> set[int]:
    """Cells with a meeting within the window of the policy in force when the month began."""
    units = Organization.objects.filter(pk__in=list(met))
    books = rules_for_many(organizations=units, on=month.first_day)
    fixed = dict(MeetingRoutine.objects.filter(organization__in=list(met)).values_list("organization_id", "fixed_day"))
    return {
        unit.pk
        for unit in units
        for day in met[unit.pk]
        if keeps_window(
            day,
            month=month,
            fixed_day=fixed.get(unit.pk) or books[unit.pk].fixed_day,
            window_last=books[unit.pk].window_last_day,
            cell_type=unit.cell_type,
        )
    }


def _show_met(totals: Totals) -> Figure:
    return Figure(totals.counts.cells_met, totals.counts.cells, _("chi bộ đã họp"))


def _show_on_time(totals: Totals) -> Figure:
    return Figure(totals.counts.cells_on_time, totals.counts.cells, _("họp đúng ngày quy định"))


def _read_met(scope: RowScope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_met)


def _read_on_time(scope: RowScope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_on_time)


def _read_days(scope: RowScope, is_late: Callable[[MonthCounts], bool]) -> Iterable[Row]:
    met = list_days_met(list(scope.cells), scope.month)
    on_time = _find_on_time(met, scope.month)
    for cell in scope.cells:
        counts = MonthCounts(cells_met=int(cell in met), cells_on_time=int(cell in on_time))
        kept = _("đúng") if counts.cells_on_time else _("ngoài ngày") if counts.cells_met else "–"
        day = say_date(met[cell][-1]) if cell in met else _("chưa họp")
        yield scope.row(cell, day, kept, late=is_late(counts))


_COLUMNS = (gettext_lazy("Ngày họp"), gettext_lazy("Đúng ngày quy định"))

MET = Measure("da-hop", gettext_lazy("Chi bộ đã họp"), _show_met, _COLUMNS, _read_met, count=_count_meetings)
ON_TIME = Measure("dung-ngay", gettext_lazy("Họp đúng ngày quy định"), _show_on_time, _COLUMNS, _read_on_time)
