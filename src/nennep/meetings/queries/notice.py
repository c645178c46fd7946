"""The call to a meeting: who gets it how, who answered what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_moment
from nennep.documents.queries import DocumentRow, list_documents_of
from nennep.meetings.choices import MeetingState, NoticeAnswer
from nennep.meetings.models import AgendaItem, Meeting, Notice, NoticeReply
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.meeting import list_called
from nennep.meetings.queries.sources import GuestNames, name_guests
from nennep.meetings.rules.deadlines import find_papers_day
from nennep.members.choices import PostKind
from nennep.members.queries import CellMember, find_stand_in, list_addressees
from nennep.notifications.choices import Channel, DeliveryState, Destination
from nennep.notifications.queries import DeliveryRow, Way, list_deliveries_of, plan_ways
from nennep.notifications.rules.channels import ReachTally, tally_ways
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member who is called, the answer so far, by which ways the call went to them (none: not sent yet), and would go now."""

    member: CellMember
    reply: NoticeReply | None
    ways: tuple[DeliveryRow, ...] = ()
    planned: tuple[Way, ...] = ()

    @property
    def needs_paper(self) -> bool:
        """The paper was chosen when the call went out; before that, as it would be chosen now."""
        return any(way.channel == Channel.PRINT for way in self.ways or self.planned)

    @property
    def answer(self) -> NoticeAnswer | None:
        return NoticeAnswer(self.reply.answer) if self.reply else None


@dataclass(frozen=True, slots=True)
class ReplyTally:
    """Answers of the members who are called."""

    coming: int
    excused: int
    silent: int


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The notice as it goes out. `own` is the reader when called; only those who prepare meetings see the others."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    papers: tuple[DocumentRow, ...]
    recipients: tuple[Recipient, ...]
    own: Recipient | None
    sent: Notice | None
    papers_due: date
    papers_source: Source | None
    may_send: bool
    guests: GuestNames
    has_stand_in: bool = False
    address: str = ""

    @property
    def group_text(self) -> str:
        """For a group chat: when and where, what the secretary adds, and a link that asks whoever opens it to sign in."""
        place = f", {self.meeting.place}" if self.meeting.place else ""
        words = _(
            "%(cell)s kính mời các đồng chí dự sinh hoạt: %(moment)s%(place)s.%(added)s\nChương trình, tài liệu, trả lời: %(link)s"
        )
        added = f"\n{self.sent.message}" if self.sent and self.sent.message else ""
        facts = {
            "added": added,
            "cell": self.meeting.organization.name,
            "moment": say_moment(self.meeting.planned_for),
            "place": place,
        }
        return words % {**facts, "link": self.address}

    @property
    def reach(self) -> ReachTally:
        """How it went to those it was sent to; before it is sent, how it will go."""
        return tally_ways([(way.channel, way.state) for way in _ways_of(one, self.sent)] for one in self.recipients)

    @property
    def asks_who_chairs(self) -> bool:
        """A deputy is about to send what the secretary would sign, and nobody said yet who will chair."""
        posts = self.own.member.posts if self.own else frozenset()
        sends_for_secretary = PostKind.DEPUTY_SECRETARY in posts and not self.has_stand_in
        return sends_for_secretary and self.sent is None and self.meeting.chair_id is None

    @property
    def printed(self) -> tuple[Recipient, ...]:
        return tuple(recipient for recipient in self.recipients if recipient.needs_paper)

    @property
    def late_papers(self) -> tuple[DocumentRow, ...]:
        """Those put up after the last day for papers."""
        return tuple(paper for paper in self.papers if localdate(paper.added_at) > self.papers_due)

    @property
    def new(self) -> int:
        """How many it did not go to, because they joined after it was sent."""
        return sum(not one.ways for one in self.recipients)

    @property
    def failed(self) -> int:
        """How many a server refused."""
        return sum(way.state == DeliveryState.FAILED for one in self.recipients for way in one.ways)

    @property
    def tally(self) -> ReplyTally:
        return tally_replies(self.recipients)

    @property
    def may_answer(self) -> bool:
        return self.own is not None and self.meeting.state == MeetingState.PLANNED


def _ways_of(one: Recipient, sent: Notice | None) -> Sequence[DeliveryRow] | Sequence[Way]:
    return one.ways if sent else one.planned


def tally_replies(recipients: Sequence[Recipient]) -> ReplyTally:
    """Online counts as coming."""
    answers = [recipient.answer for recipient in recipients]
    excused = answers.count(NoticeAnswer.EXCUSED)
    silent = answers.count(None)
    return ReplyTally(coming=len(answers) - excused - silent, excused=excused, silent=silent)


def list_recipients(meeting: Meeting) -> tuple[Recipient, ...]:
    """The called members by given name, each with the last answer. Three queries."""
    replies = {reply.member_id: reply for reply in NoticeReply.objects.filter(meeting=meeting)}
    return tuple(Recipient(member, replies.get(member.member_id)) for member in list_called(meeting))


def may_open_notice(meeting: Meeting) -> Destination:
    """The page of the notice, and who may open it: those are told in the program."""
    address = reverse("meetings:show_notice", args=[meeting.public_id])
    return Destination(address, Permission.MEETINGS_READ, (meeting.organization.path,))


def foresee_ways(*, meeting: Meeting, called: Sequence[CellMember], today: date) -> dict[UUID, tuple[Way, ...]]:
    """By public id of the member: how the call would go to each if it were sent now, as `services.notice` sends it. Four queries."""
    reached = plan_ways(list_addressees(called), page=may_open_notice(meeting), today=today)
    return {UUID(one.person.person_id): one.ways for one in reached}


def foresee_reach(*, meeting: Meeting, called: Sequence[CellMember], today: date) -> ReachTally:
    """The same, counted. Four queries."""
    planned = foresee_ways(meeting=meeting, called=called, today=today)
    return tally_ways([(way.channel, way.state) for way in ways] for ways in planned.values())


def get_notice_page(*, actor: Actor, meeting: Meeting, today: date) -> NoticePage:
    """The notice of a meeting that the actor has found through its door. Ten queries; four more before it was sent."""
    sent = meeting.notices.order_by("-sent_at", "-pk").first()
    recipients = _list_with_ways(meeting, today, is_sent=sent is not None)
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    own = next((one for one in recipients if actor.user_id and one.member.user_id == actor.user_id), None)
    return NoticePage(
        meeting=meeting,
        items=tuple(meeting.agenda.select_related("presenter").order_by("position", "pk")),
        papers=list_documents_of(actor=actor, organization=meeting.organization, origin=origin_of(meeting)),
        recipients=recipients,
        own=own,
        sent=sent,
        papers_due=find_papers_day(meeting.day, days_before=rules.papers_days_before),
        papers_source=rules.source(PolicyKey.PAPERS_DAYS_BEFORE),
        may_send=actor.may(Permission.MEETINGS_PREPARE, meeting.organization.path),
        guests=name_guests(meeting),
        has_stand_in=find_stand_in(organization_id=meeting.organization_id, on=meeting.day) is not None,
    )


def _list_with_ways(meeting: Meeting, today: date, *, is_sent: bool) -> tuple[Recipient, ...]:
    """Whoever is called, with the ways by which it went; before the first sending, by which it will go."""
    found = list_recipients(meeting)
    if is_sent:
        ways = list_deliveries_of(origin=origin_of(meeting))
        return tuple(replace(one, ways=ways.get(str(one.member.public_id), ())) for one in found)
    planned = foresee_ways(meeting=meeting, called=[one.member for one in found], today=today)
    return tuple(replace(one, planned=planned[one.member.public_id]) for one in found)


def replies_by_member(meeting: Meeting) -> dict[int, NoticeReply]:
    """What members answered to the notice, by id of the member. One query."""
    return {reply.member_id: reply for reply in NoticeReply.objects.filter(meeting=meeting)}


def find_reply(*, meeting_id: int, member_id: int) -> NoticeReply | None:
    """What one member answered. One query."""
    return NoticeReply.objects.filter(meeting_id=meeting_id, member_id=member_id).first()
