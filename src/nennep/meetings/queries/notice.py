"""The call to a meeting: who gets it how, who answered what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

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
from nennep.members.choices import Reach
from nennep.members.queries import CellMember
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.queries import DeliveryRow, list_deliveries_of
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member who is called, the answer so far, and by which ways the call went to them (none: not sent yet)."""

    member: CellMember
    reply: NoticeReply | None
    ways: tuple[DeliveryRow, ...] = ()

    @property
    def needs_paper(self) -> bool:
        """The paper was chosen when the call went out; before that, by the wish in the record."""
        if self.ways:
            return any(way.channel == Channel.PRINT for way in self.ways)
        return self.member.reach == Reach.PRINT

    @property
    def waits(self) -> bool:
        """Somebody still has to send an SMS from their own phone, or hand a paper over."""
        return any(way.state == DeliveryState.BY_HAND for way in self.ways)

    @property
    def has_failed(self) -> bool:
        return any(way.state == DeliveryState.FAILED for way in self.ways)

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
    address: str = ""

    @property
    def group_text(self) -> str:
        """For a group chat: when and where, and a link that asks whoever opens it to sign in; nothing else of the meeting."""
        place = f", {self.meeting.place}" if self.meeting.place else ""
        words = _(
            "%(cell)s kính mời các đồng chí dự sinh hoạt: %(moment)s%(place)s.\nChương trình, tài liệu, trả lời: %(link)s"
        )
        facts = {"cell": self.meeting.organization.name, "moment": say_moment(self.meeting.planned_for), "place": place}
        return words % {**facts, "link": self.address}

    @property
    def reach(self) -> dict[str, int]:
        """How many wish it on a phone (`app`), by e-mail (`email`), by SMS (`sms`), on paper (`print`)."""
        counts = Counter(recipient.member.reach for recipient in self.recipients)
        return {kind.value: counts[kind] for kind in Reach}

    @property
    def printed(self) -> tuple[Recipient, ...]:
        return tuple(recipient for recipient in self.recipients if recipient.needs_paper)

    @property
    def late_papers(self) -> tuple[DocumentRow, ...]:
        """Those put up after the last day for papers."""
        return tuple(paper for paper in self.papers if localdate(paper.added_at) > self.papers_due)

    @property
    def by_hand(self) -> int:
        """How many members somebody still has to write or bring it to."""
        return sum(one.waits for one in self.recipients)

    @property
    def told(self) -> int:
        """How many it went to with nothing left to do; with `by_hand` and those a server alone refused, all it went to."""
        return sum(bool(one.ways) and not one.waits and not one.has_failed for one in self.recipients)

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


def get_notice_page(*, actor: Actor, meeting: Meeting) -> NoticePage:
    """The notice of a meeting that the actor has found through its door. Nine queries."""
    ways = list_deliveries_of(origin=origin_of(meeting))
    recipients = tuple(replace(one, ways=ways.get(str(one.member.public_id), ())) for one in list_recipients(meeting))
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    own = next((one for one in recipients if actor.user_id and one.member.user_id == actor.user_id), None)
    return NoticePage(
        meeting=meeting,
        items=tuple(meeting.agenda.select_related("presenter").order_by("position", "pk")),
        papers=list_documents_of(actor=actor, organization=meeting.organization, origin=origin_of(meeting)),
        recipients=recipients,
        own=own,
        sent=meeting.notices.order_by("-sent_at", "-pk").first(),
        papers_due=find_papers_day(meeting.day, days_before=rules.papers_days_before),
        papers_source=rules.source(PolicyKey.PAPERS_DAYS_BEFORE),
        may_send=actor.may(Permission.MEETINGS_PREPARE, meeting.organization.path),
        guests=name_guests(meeting),
    )


def replies_by_member(meeting: Meeting) -> dict[int, NoticeReply]:
    """What members answered to the notice, by id of the member. One query."""
    return {reply.member_id: reply for reply in NoticeReply.objects.filter(meeting=meeting)}


def find_reply(*, meeting_id: int, member_id: int) -> NoticeReply | None:
    """What one member answered. One query."""
    return NoticeReply.objects.filter(meeting_id=meeting_id, member_id=member_id).first()
