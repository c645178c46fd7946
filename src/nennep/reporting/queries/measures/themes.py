"""Meetings about a theme: kept by the month, shown by the quarter, because the duty is one a quarter."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.rules.themes import owes_quarter
from nennep.organizations.models import Organization
from nennep.reporting.queries.measures.kinds import Figure, Measure, Row, RowScope, Totals
from nennep.reporting.rules.figures import MonthCounts
from nennep.reporting.rules.triage import say_quarter


def _count_themes(cells: Collection[int], month: Month) -> Mapping[int, MonthCounts]:
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.themed())
    rows = held.filter(organization__in=cells).order_by("organization_id").values_list("organization_id")
    return {cell: MonthCounts(thematic_meetings=count) for cell, count in rows.annotate(count=Count("pk"))}


def _show_themes(totals: Totals) -> Figure:
    quarter = say_quarter(totals.month)  # `Quý IV`; here inside a sentence
    label = _("đã sinh hoạt chuyên đề %(quarter)s") % {"quarter": quarter[:1].lower() + quarter[1:]}
    return Figure(totals.themed, totals.cells, label)


def _read_themes(scope: RowScope) -> Iterable[Row]:
    """The quarter's; cells that still owe theirs first. Those that came into the program later than its first month owe none."""
    first = Month(scope.month.year, scope.month.quarter * 3 - 2)
    held = Meeting.objects.held().filter(
        month__range=(first.first_day, first.plus(2).first_day),
        kind__in=MeetingKind.themed(),
        organization__in=list(scope.cells),
    )
    done = set()
    for meeting in held.order_by("planned_for", "pk"):
        done.add(meeting.organization_id)
        day = say_date(meeting.held_on)
        yield scope.row(meeting.organization_id, meeting.theme or str(meeting.get_kind_display()), day)
    missing = Organization.objects.filter(pk__in=set(scope.cells) - done)
    for unit in missing:
        if owes_quarter(scope.month, since=unit.counted_from, until=unit.closed_on):
            yield scope.row(unit.pk, _("chưa sinh hoạt chuyên đề"), "–", late=True)


THEMES = Measure(
    "chuyen-de",
    gettext_lazy("Sinh hoạt chuyên đề"),
    _show_themes,
    (gettext_lazy("Chuyên đề"), gettext_lazy("Ngày họp")),
    _read_themes,
    count=_count_themes,
)
