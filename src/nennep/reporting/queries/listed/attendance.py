"""Who came to the month's meetings, and who stayed away without a reason."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.measures import Counts
from nennep.core.wording import say_date, say_percent
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.keeping import list_days_met
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for_days
from nennep.reporting.queries.listed.kinds import Figure, ListedFigure, Row, RowScope, Totals
from nennep.reporting.rules.figures import falls_below, share_present
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from nennep.room.queries.attendance import count_roll_calls


def _list_counted(held: QuerySet[Meeting], cells: Collection[int]) -> QuerySet[RollCallEntry]:
    monthly = held.filter(organization__in=cells, kind__in=MeetingKind.monthly())
    return RollCallEntry.objects.filter(meeting__in=monthly, counted=True)


def _show_attendance(totals: Totals) -> Figure:
    counts = totals.counts
    label = _("đảng viên dự (%(present)s/%(counted)s)") % {
        "present": number_format(counts["present"]),
        "counted": number_format(counts["counted"]),
    }
    return Figure(say_percent(share_present(counts)), None, label)


def _show_unexcused(totals: Totals) -> Figure:
    return Figure(totals.counts["unexcused"], None, _("vắng không lý do"))


def _read_attendance(scope: RowScope) -> Iterable[Row]:
    found, targets = count_roll_calls(list(scope.cells), scope.month), _find_targets(scope)
    for cell in scope.cells:
        counts = Counts(found.get(cell, {}))
        numbers = (counts["counted"], counts["present"], counts["excused"], counts["unexcused"])
        share = share_present(counts)
        low = falls_below(counts, targets.get(cell, 0))
        values = (*map(str, numbers), say_percent(share))
        yield scope.row(
            cell, *values, late=low or counts["unexcused"] > 0, rank=float(share if share is not None else 100)
        )


def _find_targets(scope: RowScope) -> Mapping[int, int]:
    """What each cell's meeting was to reach, by the cell's own rules of its day."""
    days = {cell: met[-1] for cell, met in list_days_met(list(scope.cells), scope.month).items()}
    units = Organization.objects.filter(pk__in=list(days))
    books = rules_for_days(organizations=units, days=days.values())
    return {cell: books[day][cell].attendance_target for cell, day in days.items()}


def _read_unexcused(scope: RowScope) -> Iterable[Row]:
    held = Meeting.objects.held().of_month(scope.month.first_day)
    seen = set(held.visible_to(scope.actor).filter(organization__in=list(scope.cells)).values_list("pk", flat=True))
    entries = _list_counted(held, list(scope.cells)).filter(state=AttendanceState.UNEXCUSED)
    for entry in entries.select_related("meeting", "member").order_by("member__name_key", "pk"):
        day = say_date(entry.meeting.held_on)
        hidden = entry.meeting_id not in seen
        yield scope.row(entry.meeting.organization_id, entry.member.full_name, day, hidden=hidden)


ATTENDANCE = ListedFigure(
    "du-hop",
    gettext_lazy("Đảng viên dự sinh hoạt"),
    _show_attendance,
    (
        gettext_lazy("Phải dự"),
        gettext_lazy("Có mặt"),
        gettext_lazy("Vắng có lý do"),
        gettext_lazy("Vắng không lý do"),
        gettext_lazy("Tỷ lệ dự"),
    ),
    _read_attendance,
)
UNEXCUSED = ListedFigure(
    "vang-khong-ly-do",
    gettext_lazy("Vắng không lý do"),
    _show_unexcused,
    (gettext_lazy("Đảng viên"), gettext_lazy("Buổi")),
    _read_unexcused,
    names_members=True,
)
