"""Meetings about a theme: kept by the month, shown by the quarter, because the duty is one a quarter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.periods import Month
from nennep.core.spans import say_quarter
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.rules.themes import owes_quarter
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for_many
from nennep.reporting.queries.listed.kinds import Figure, ListedFigure, Row, RowScope, Totals


def _show_themes(totals: Totals) -> Figure:
    if totals.is_year:
        return Figure(totals.themed, totals.cells, _("quý đủ chuyên đề, tính từng chi bộ"))
    quarter = say_quarter(totals.month)  # `Quý IV`; here inside a sentence
    label = _("đã sinh hoạt chuyên đề %(quarter)s") % {"quarter": quarter[:1].lower() + quarter[1:]}
    return Figure(totals.themed, totals.cells, label)


@dataclass(frozen=True, slots=True)
class ThemeStand:
    """How many themes a cell owes in the quarter, and how many it has held there."""

    owed: int
    held: int

    @property
    def is_complete(self) -> bool:
        return self.held >= self.owed


def judge_themes(cells: Collection[int], month: Month) -> Mapping[int, ThemeStand]:
    """Of the cells that owe themes of the quarter `month` is in, or held some by its end. The rules are those of the quarter's last day.

    One that came into the program later than the quarter's first month owes none.
    """
    rows = _list_held(cells, month).order_by("organization_id").values_list("organization_id")
    held = dict(rows.annotate(count=Count("pk")))
    units = list(Organization.objects.filter(pk__in=list(cells)))
    books = rules_for_many(organizations=units, on=month.quarter_end)
    stands = {}
    for unit in units:
        is_owed = owes_quarter(month, since=unit.counted_from, until=unit.closed_on)
        owed = books[unit.pk].thematic_per_quarter if is_owed else 0
        stands[unit.pk] = ThemeStand(owed, held.get(unit.pk, 0))
    return {pk: stand for pk, stand in stands.items() if stand.owed or stand.held}


def _list_held(cells: Collection[int], month: Month) -> QuerySet[Meeting]:
    first = Month(month.year, month.quarter * 3 - 2)
    quarter = (first.first_day, month.first_day)
    return Meeting.objects.held().filter(
        month__range=quarter, kind__in=MeetingKind.themed(), organization__in=list(cells)
    )


def _read_themes(scope: RowScope) -> Iterable[Row]:
    """The quarter's; cells that still owe some first."""
    for meeting in _list_held(list(scope.cells), scope.month).order_by("planned_for", "pk"):
        day = say_date(meeting.held_on)
        yield scope.row(meeting.organization_id, meeting.theme or str(meeting.get_kind_display()), day)
    for cell, stand in judge_themes(list(scope.cells), scope.month).items():
        if not stand.is_complete:
            missing = _("chưa sinh hoạt chuyên đề") if not stand.held else _("chưa đủ số buổi chuyên đề")
            yield scope.row(cell, missing, "–", late=True)


THEMES = ListedFigure(
    "chuyen-de",
    gettext_lazy("Sinh hoạt chuyên đề"),
    _show_themes,
    (gettext_lazy("Chuyên đề"), gettext_lazy("Ngày họp")),
    _read_themes,
    by_quarter=True,
)
