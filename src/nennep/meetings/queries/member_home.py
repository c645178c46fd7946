"""What a member's home page shows: the next meeting, papers to read, own tasks, news."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import get_current_timezone

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.documents.queries import DocumentRow, list_documents_of
from nennep.duties.queries import DutyRow, list_own_duties
from nennep.meetings.choices import MeetingMode, MeetingState, NoticeAnswer
from nennep.meetings.models import Meeting, NoticeReply
from nennep.meetings.queries.agenda import origin_of
from nennep.members.choices import Standing
from nennep.members.models import Member, Membership
from nennep.members.queries import PostHolder, find_own_member, secretary_on
from nennep.notifications.models import Notification
from nennep.notifications.queries import list_notifications
from nennep.organizations.models import Organization
from nennep.petitions.queries import PetitionRow
from nennep.petitions.queries import list_own as list_own_petitions

NEWS_LIMIT = 3


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next meeting of a cell the member sits in. `answer` None: not said yet. `days` from today."""

    meeting: Meeting
    answer: NoticeAnswer | None
    days: int
    papers: tuple[DocumentRow, ...]

    @property
    def may_answer(self) -> bool:
        return self.meeting.state == MeetingState.PLANNED

    @property
    def may_check_in(self) -> bool:
        """The meeting goes on and its code is shown in the room."""
        return self.meeting.state == MeetingState.OPEN and bool(self.meeting.code_secret)

    @property
    def may_join_online(self) -> bool:
        return MeetingMode(self.meeting.mode).may_be_followed

    @property
    def unread(self) -> int:
        return sum(not paper.opened_by_me for paper in self.papers)


@dataclass(frozen=True, slots=True)
class MemberHome:
    """`cell` is where the member sits now: the temporary cell while away from home; None for somebody in no cell."""

    member: Member
    cell: Organization | None
    upcoming: NextMeeting | None
    duties: tuple[DutyRow, ...]
    petitions: tuple[PetitionRow, ...]
    news: tuple[Notification, ...]
    secretary: PostHolder | None

    @property
    def count(self) -> int:
        """Things that wait for the member: an answer, papers to read, tasks."""
        waiting = len(self.duties)
        if self.upcoming is not None:
            waiting += int(self.upcoming.answer is None and self.upcoming.may_answer) + bool(self.upcoming.unread)
        return waiting


def get_member_home(*, actor: Actor, today: date) -> MemberHome:
    """Raises NotFound for an account that belongs to no member. At most eleven queries."""
    member = find_own_member(actor=actor)
    if member is None:
        raise NotFound
    rows = list(Membership.objects.on(today).filter(member=member).select_related("organization").order_by("-kind"))
    cells = [row.organization for row in rows if not Standing(row.standing).is_away]
    cell = cells[0] if cells else None
    return MemberHome(
        member=member,
        cell=cell,
        upcoming=_find_next(actor, member, cells, today),
        duties=tuple(row for row in list_own_duties(actor=actor, today=today) if row.is_open),
        petitions=tuple(list_own_petitions(actor=actor, today=today, recent_only=True)),
        news=tuple(list_notifications(actor=actor).filter(read_at=None)[:NEWS_LIMIT]),
        secretary=secretary_on(cell.pk, today) if cell else None,
    )


def _find_next(actor: Actor, member: Member, cells: list[Organization], today: date) -> NextMeeting | None:
    begins = datetime.combine(today, time.min, tzinfo=get_current_timezone())
    waiting = Meeting.objects.visible_to(actor).filter(
        organization__in=cells, planned_for__gte=begins, state__in=MeetingState.ahead()
    )
    meeting = waiting.select_related("organization").order_by("planned_for", "pk").first()
    if meeting is None:
        return None
    reply = NoticeReply.objects.filter(meeting=meeting, member=member).first()
    return NextMeeting(
        meeting=meeting,
        answer=NoticeAnswer(reply.answer) if reply else None,
        days=(meeting.day - today).days,
        papers=list_documents_of(actor=actor, organization=meeting.organization, origin=origin_of(meeting)),
    )
