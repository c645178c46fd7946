"""Calling the members, and what they answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotAllowed
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.typed import take_line, take_lines
from nennep.core.wording import for_reader, say_moment
from nennep.meetings.choices import (
    MESSAGE_LIMIT,
    REASON_LIMIT,
    TAPPED_TWICE,
    MeetingAnnounced,
    MeetingMode,
    MeetingState,
    NoticeAnswer,
    Verb,
)
from nennep.meetings.models import Meeting, Notice, NoticeReply
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.meeting import list_called, lock_meeting
from nennep.meetings.queries.notice import may_open_notice
from nennep.meetings.rules.state import require_planned
from nennep.meetings.services.meeting import meeting_target
from nennep.members.queries import CellMember, list_addressees, member_target
from nennep.notifications.choices import Channel, Message, Sender
from nennep.notifications.queries import count_by_channel
from nennep.notifications.services import reach_people

ANNOUNCED_KIND = "meetings.announced"


class NotInvited(DomainError):
    code = "not_invited"
    message = gettext_lazy("Đồng chí này không có trong danh sách mời của buổi sinh hoạt.")
    field = "member"


class NoReplyNeeded(DomainError):
    """Said to whoever was called: not theirs to take the cancelling back."""

    code = "notice_reply_not_needed"
    message = _("Buổi này không họp nữa: không cần báo dự hay xin vắng.")


class ExcuseNeedsReason(DomainError):
    code = "excuse_needs_reason"
    message = gettext_lazy("Hãy ghi lý do xin vắng.")
    field = "reason"


class NotFollowed(DomainError):
    code = "meeting_not_followed"
    message = gettext_lazy("Buổi này không họp trực tuyến nên không dự từ xa được. Hãy chọn câu trả lời khác.")
    field = "answer"


class SentMeanwhile(Conflict):
    code = "notice_sent_meanwhile"
    message = gettext_lazy(
        "Đồng chí khác vừa gửi giấy mời này lúc %(moment)s. Hãy xem lời nhắn đã gửi ở dưới; còn muốn đổi thì bấm gửi lần nữa."
    )


class NobodyToCall(DomainError):
    code = "nobody_to_call"
    message = gettext_lazy("Chi bộ chưa có đảng viên nào phải dự. Hãy nhập danh sách đảng viên trước.")


def send_notice(*, actor: Actor, meeting: Meeting, message: str = "", seen: str | None = None, now: datetime) -> Notice:
    """Call all members who must come, and put the notice before those who have an account.

    In order: everybody is told by their own means, the notice is kept with how many it went to and how many need paper,
    the meeting counts as announced from the first sending on. Sending again is a new notice, but the same words
    within a minute are a button tapped twice: nobody is called once more. `seen` is the public id of the last notice
    that the sender knew, empty for none: another one would be replaced unseen. Publishes MeetingAnnounced.
    Raises SentMeanwhile, NobodyToCall and what `require_planned` raises.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    message = take_lines(message, limit=MESSAGE_LIMIT, field="message")
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        if same := meeting.notices.filter(message=message, sent_at__gt=now - TAPPED_TWICE).first():
            return same
        last = meeting.notices.order_by("-sent_at", "-pk").first()
        if seen is not None and last and str(last.public_id) != seen:
            raise SentMeanwhile(moment=say_moment(last.sent_at))
        called = list_called(meeting)
        if not called:
            raise NobodyToCall
        ways = tell_members(actor=actor, meeting=meeting, what=_invite(last), reason=message, now=now)
        notice = Notice.objects.create(
            meeting=meeting,
            sent_at=now,
            sent_by_id=actor.user_id,
            message=message,
            recipients=len(called),
            printed=ways[Channel.PRINT],
        )
        meeting.announced_at = meeting.announced_at or now
        meeting.prepared_at = meeting.prepared_at or now
        meeting.save(update_fields=["announced_at", "prepared_at"])
        details = {"recipients": notice.recipients, "printed": notice.printed}
        record(Verb.ANNOUNCED, actor=actor, target=meeting_target(meeting), now=now, details=details)
        publish(MeetingAnnounced(meeting.organization_id, meeting.pk, meeting.month, at=now))
    return notice


def _invite(last: Notice | None) -> Promise:
    """A second notice says that it is one: whoever has the first would not read it again."""
    return gettext_lazy("Mời dự sinh hoạt, gửi lại vì có thay đổi") if last else gettext_lazy("Mời dự sinh hoạt")


@dataclass(frozen=True, slots=True)
class CellEnded:
    """The last day of a cell, and who has the list of those to be told by hand: the unit in which it goes on, or itself."""

    last_day: date
    told_by: int


def tell_members(
    *, actor: Actor, meeting: Meeting, what: str | Promise, reason: str, ended: CellEnded | None = None, now: datetime
) -> Counter[Channel]:
    """Tell `what` about the meeting to everybody called, each by their own means; returns how many by which channel.

    Of a cell that `ended`, to those who belonged to it last. Inside the caller's transaction.
    """
    body = "\n".join(part for part in (meeting.place, reason) if part)
    place = f", {meeting.place}" if meeting.place else ""
    title = for_reader(lambda: f"{what}: {say_moment(meeting.planned_for)}")
    message = Message(
        kind=ANNOUNCED_KIND,
        title=title,
        body=for_reader(lambda: body),
        page=may_open_notice(meeting),
        short=for_reader(lambda: ". ".join(filter(None, [meeting.organization.name, f"{title}{place}", reason]))),
    )
    origin = origin_of(meeting)
    sender = Sender(ended.told_by if ended else meeting.organization_id, origin.kind, origin.id)
    people = list_addressees(list_called(meeting, on=ended.last_day if ended else None))
    told = reach_people(actor=actor, people=people, message=message, sender=sender, now=now)
    return count_by_channel(told)


def record_reply(
    *, actor: Actor, meeting: Meeting, member: UUID | None, answer: NoticeAnswer, reason: str = "", now: datetime
) -> NoticeReply:
    """Keep what a member answers; the last answer counts.

    `member` None: the acting person's own. For somebody else it takes the right to prepare meetings, and the reply and
    the trail name who wrote it down (G5). Raises NotInvited, ExcuseNeedsReason, NotFollowed, NoReplyNeeded, NotAllowed.
    """
    actor.require(Permission.MEETINGS_READ, meeting.organization.path)
    reason = take_line(reason, limit=REASON_LIMIT, field="reason")
    if answer == NoticeAnswer.EXCUSED and not reason:
        raise ExcuseNeedsReason
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        if meeting.state == MeetingState.CANCELLED:
            raise NoReplyNeeded
        require_planned(meeting.state)
        if answer == NoticeAnswer.ONLINE and not MeetingMode(meeting.mode).may_be_followed:
            raise NotFollowed
        who = _find_called(actor, meeting, member)
        own = who.user_id is not None and who.user_id == actor.user_id
        if not own and not actor.may(Permission.MEETINGS_PREPARE, meeting.organization.path):
            raise NotAllowed
        defaults = {"answer": answer, "reason": reason, "at": now, "recorded_by_name": "" if own else actor.name}
        reply, _created = NoticeReply.objects.update_or_create(
            meeting=meeting, member_id=who.member_id, defaults=defaults
        )
        behalf = None if own else member_target(who.public_id)
        details = {"answer": str(answer)}
        target = meeting_target(meeting)
        record(Verb.ANSWERED, actor=actor, target=target, now=now, details=details, on_behalf_of=behalf)
    return reply


def _find_called(actor: Actor, meeting: Meeting, member: UUID | None) -> CellMember:
    for who in list_called(meeting):
        if who.public_id == member or (member is None and who.user_id is not None and who.user_id == actor.user_id):
            return who
    raise NotInvited
