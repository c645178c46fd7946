"""What the chair sees before closing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import MovedOn, NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import format_month, say_moment
from nennep.duties.queries import DutyRow
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.room.choices import AttendanceState, GuestKind, GuestState
from nennep.room.models import FormerClosing
from nennep.room.queries.course import read_course
from nennep.room.queries.outcome import is_unusually_long, list_given_duties, list_last_duties, list_warnings, may_hold
from nennep.room.rules.course import Course
from nennep.room.rules.outcome import RuleWarning


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """What closing settles. `is_long`: with that end the meeting lasted longer than meetings do.

    `expected`: officials whom nobody has marked; they will have stayed away. `left`: items of which nothing was written down;
    that they were not come to follows only where somebody went through the programme (`is_followed`). `overdue`: tasks of last
    month's table past their day without another one. `said`: those of
    `left` that a closing which was taken back called discussed. `former`: closings that were taken back, the first of them first.
    """

    meeting: Meeting
    warnings: tuple[RuleWarning, ...]
    is_long: bool
    present: int
    counted: int
    votes: int
    duties: int
    expected: tuple[str, ...]
    left: tuple[AgendaItem, ...]
    said: frozenset[UUID]
    is_followed: bool
    overdue: tuple[DutyRow, ...]
    chair_is_away: bool
    taker_is_away: bool
    former: tuple[FormerClosing, ...] = ()

    @property
    def fees_month(self) -> str:
        """As papers write it: `01`."""
        return format_month(self.meeting.month.month)


def get_closing_page(*, actor: Actor, public_id: UUID, until: datetime) -> ClosingPage:
    """What the chair is reminded of before closing a meeting that ends at `until`.

    Raises NotFound when out of scope or the meeting is not open.
    """
    meeting = get_meeting(actor=actor, public_id=public_id)
    if not may_hold(actor, meeting):
        raise NotFound
    course, left, said = _read_left(meeting)
    called = meeting.roll_call.filter(counted=True)
    expected = meeting.guest_list.filter(state=GuestState.EXPECTED, kind=GuestKind.OFFICIAL).order_by("pk")
    return ClosingPage(
        meeting,
        list_warnings(meeting, now=until),
        is_unusually_long(meeting, until),
        present=called.filter(state__in=AttendanceState.there()).count(),
        counted=called.count(),
        votes=meeting.votes.count(),
        duties=len(list_given_duties(meeting)),
        expected=tuple(expected.values_list("name", flat=True)),
        left=left,
        said=said,
        is_followed=course.followed,
        overdue=tuple(row for row in list_last_duties(actor=actor, meeting=meeting) if row.is_open and row.days_late),
        chair_is_away=is_chair_away(meeting),
        taker_is_away=is_taker_away(meeting),
        former=list_former_closings(meeting),
    )


def list_former_closings(meeting: Meeting) -> tuple[FormerClosing, ...]:
    """Closings of this meeting that were taken back, the first of them first; the caller has passed its door. One query."""
    return tuple(FormerClosing.objects.filter(meeting=meeting))


class OpenAgain(MovedOn):
    code = "meeting_open_again"
    message = _("Buổi sinh hoạt này đã được mở lại (%(last)s). Bế mạc lại rồi mới làm tiếp được.")


def refuse_open_again(*, actor: Actor, meeting: Meeting) -> None:
    """For pages of what follows the closing: who opened the meeting again and when, to whoever holds it. One query.

    Raises OpenAgain; nothing where it was not opened again, or for everybody else.
    """
    if meeting.state != MeetingState.OPEN or not actor.may(Permission.MEETINGS_HOLD, meeting.organization.path):
        return
    former = list_former_closings(meeting)
    if former:
        raise OpenAgain(last=f"{former[-1].reopened_by_name}, {say_moment(former[-1].reopened_at)}")


def is_chair_away(meeting: Meeting) -> bool:
    """Whoever is to preside is marked absent: a default that the roll call has overtaken. One query."""
    return meeting.roll_call.filter(member=meeting.chair, state__in=AttendanceState.absent()).exists()


def is_taker_away(meeting: Meeting) -> bool:
    """Whoever is to take the minutes is marked absent: somebody else wrote them. One query."""
    return meeting.roll_call.filter(member=meeting.minute_taker, state__in=AttendanceState.absent()).exists()


def _read_left(meeting: Meeting) -> tuple[Course, tuple[AgendaItem, ...], frozenset[UUID]]:
    """What this closing has to say itself: the course without what one that was taken back had said, and that."""
    items = list(meeting.agenda.order_by("position", "pk"))
    said = {item.public_id for item in items if item.discussed}
    for item in items:
        item.discussed = False
    course = read_course(meeting, items)
    left = tuple(item for item in items if item.pk in course.others)
    return course, left, frozenset(item.public_id for item in left if item.public_id in said)


def is_closed(meeting: Meeting) -> bool:
    """By now, whatever it was when it was read; the caller came in through a door."""
    return Meeting.objects.filter(pk=meeting.pk, state=MeetingState.HELD).exists()


def keeps_reasons(meeting: Meeting, texts: Iterable[str]) -> bool:
    """Each of these, as typed, is a reason that stands with the meeting."""
    kept = {" ".join(reason.split()) for reason in meeting.departures.values_list("reason", flat=True)}
    return {" ".join(text.split()) for text in texts} <= {"", *kept}
