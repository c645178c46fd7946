"""Votes: a show of hands, or what the tellers of a secret ballot agreed on; opinions kept on record (rules.md §1.2, §1.7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_lines
from nennep.meetings.choices import NOTE_LIMIT, TAPPED_TWICE, TITLE_LIMIT
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_heir
from nennep.room.choices import Verb, VoteMajority, VoteMethod
from nennep.room.models import ReservedOpinion, Vote
from nennep.room.queries.outcome import count_vote_base, may_keep_opinion
from nennep.room.rules.outcome import VoteBase, VoteCount, suggest_majority


class SubjectMissing(DomainError):
    code = "vote_subject_missing"
    message = _("Chưa ghi biểu quyết việc gì.")
    field = "subject"


class TooManyVotes(DomainError):
    code = "vote_too_many"
    message = _("Có %(cast)s phiếu nhưng chỉ %(able)s đảng viên được biểu quyết có mặt. Đếm lại rồi sửa.")
    field = "in_favour"


class VotersUnmarked(DomainError):
    """More votes than members marked as there, while some are not marked at all."""

    code = "vote_before_roll_call"
    message = _(
        "Có %(cast)s phiếu nhưng mới điểm danh được %(able)s đảng viên được biểu quyết có mặt, còn %(unmarked)s đồng chí "
        "chưa điểm danh. Điểm danh nốt rồi ghi lại."
    )
    field = "in_favour"


class NobodyVoted(DomainError):
    code = "vote_nobody"
    message = _("Chưa có phiếu nào. Hãy ghi số đồng chí tán thành, không tán thành hoặc ý kiến khác.")
    field = "in_favour"


class NobodyMayVote(DomainError):
    code = "vote_no_base"
    message = _("Chưa có đảng viên chính thức nào trong điểm danh, nên chưa biểu quyết được.")
    field = "in_favour"


class OpinionEmpty(DomainError):
    code = "opinion_empty"
    message = _("Hãy ghi ý kiến mà đồng chí ấy muốn bảo lưu.")
    field = "text"


class OpinionOfStranger(DomainError):
    code = "opinion_of_stranger"
    message = _(
        "Theo điểm danh đồng chí này không dự buổi này nên không bảo lưu ý kiến được. Nếu có dự, hãy sửa điểm danh."
    )
    field = "member"


@dataclass(frozen=True, slots=True)
class VoteDraft:
    """What was voted on and how. `majority` None: as the subject asks for; `issued` ballots handed out, None for a show of hands."""

    subject: str
    ballot: VoteCount
    method: VoteMethod = VoteMethod.HANDS
    majority: VoteMajority | None = None
    issued: int | None = None


def record_vote(
    *,
    actor: Actor,
    meeting: Meeting,
    subject: str,
    ballot: VoteCount,
    method: VoteMethod = VoteMethod.HANDS,
    majority: VoteMajority | None = None,
    now: datetime,
) -> Vote:
    """Write down a counted vote; base and threshold come from the roll call and the rules of the day (rules.md §1.7).

    The same vote within a minute is a button tapped twice: nothing is added. Raises SubjectMissing, NobodyMayVote,
    NobodyVoted, VotersUnmarked, TooManyVotes, MeetingNotOpen, MeetingIsOver, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        words = require_line(subject, SubjectMissing, limit=TITLE_LIMIT, field="subject")
        if same := _find_same_vote(locked, words, ballot, now):
            return same
        draft = VoteDraft(words, ballot, method, majority)
        return keep_vote(actor=actor, meeting=locked, draft=draft, now=now)


def keep_vote(*, actor: Actor, meeting: Meeting, draft: VoteDraft, now: datetime) -> Vote:
    """The row of a vote, judged. Inside the transaction of a service that holds the lock and has asked. Raises as record_vote."""
    base, ballot = count_vote_base(meeting), draft.ballot
    _check_ballot(ballot, base)
    majority = draft.majority or suggest_majority(draft.subject)
    vote = Vote.objects.create(
        meeting=meeting,
        subject=draft.subject,
        method=draft.method,
        majority=majority,
        base=base.base,
        in_favour=ballot.in_favour,
        against=ballot.against,
        other=ballot.other,
        invalid=ballot.invalid,
        issued=draft.issued,
        passed=ballot.in_favour >= base.needed_for(majority),
        at=now,
    )
    keep_meeting(actor=actor, meeting=meeting)
    details = {"vote": str(vote.public_id), "in_favour": ballot.in_favour, "base": base.base, "passed": vote.passed}
    record(Verb.VOTED, actor=actor, target=meeting_target(meeting), now=now, details=details)
    return vote


def _find_same_vote(meeting: Meeting, subject: str, ballot: VoteCount, now: datetime) -> Vote | None:
    counts = {"in_favour": ballot.in_favour, "against": ballot.against, "other": ballot.other}
    return meeting.votes.filter(subject=subject, at__gt=now - TAPPED_TWICE, **counts).first()


def remove_vote(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> None:
    """Take back a vote that was written down wrongly, while the meeting goes on. Doing it twice changes nothing."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        vote = locked.votes.filter(public_id=public_id).first()
        if vote is None:
            return
        details = {"removed": str(vote.public_id), "in_favour": vote.in_favour}
        vote.delete()
        keep_meeting(actor=actor, meeting=locked)
        record(Verb.VOTED, actor=actor, target=meeting_target(locked), now=now, details=details)


def reserve_opinion(
    *, actor: Actor, meeting: Meeting, member: Member, text: str, vote: UUID | None = None, now: datetime
) -> ReservedOpinion:
    """Keep a member's minority opinion on record; the decision binds all the same (Điều lệ Đảng). The same words once.

    `vote` names the vote it is about, None for the meeting as a whole. Raises OpinionEmpty, OpinionOfStranger, NotFound.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        words = take_lines(text, limit=NOTE_LIMIT, field="text")
        if not words:
            raise OpinionEmpty
        if not may_keep_opinion(locked, member):
            raise OpinionOfStranger
        about = _get_vote(locked, vote) if vote else None
        opinion, created = ReservedOpinion.objects.get_or_create(
            meeting=locked, member=member, vote=about, text=words, defaults={"at": now}
        )
        if created:
            keep_meeting(actor=actor, meeting=locked)
            details = {"member": str(member.public_id)}
            record(Verb.OPINION_RESERVED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return opinion


def remove_opinion(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> None:
    """The member no longer keeps it, or it was written down wrongly; while the meeting goes on. Raises NotFound."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        opinion = locked.reserved_opinions.filter(public_id=public_id).first()
        if opinion is None:
            raise NotFound
        opinion.delete()
        keep_meeting(actor=actor, meeting=locked)
        details = {"removed": True}
        record(Verb.OPINION_RESERVED, actor=actor, target=meeting_target(locked), now=now, details=details)


def _get_vote(meeting: Meeting, public_id: UUID) -> Vote:
    vote = meeting.votes.filter(public_id=public_id).first()
    if vote is None:
        raise NotFound
    return vote


def lock_open(*, actor: Actor, meeting: Meeting) -> Meeting:
    """The meeting locked, for somebody who may hold it, while it goes on. Raises NotAllowed, MeetingNotOpen, MeetingIsOver."""
    locked = lock_meeting(meeting)
    actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
    require_open(locked.state)
    return locked


def lock_open_in_cell(*, actor: Actor, meeting: Meeting) -> tuple[Meeting, Organization]:
    """`lock_open` for what is given or asked in the room and goes on after it; with it the cell in whose books it is written.

    That is the cell that met, or where that ended since and is keyed in afterwards, whatever took its affairs: the members are
    there now. Units are locked before the meeting, as everywhere. Raises UnitClosed too, of a cell that went on nowhere.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    cell = lock_heir(meeting.organization)
    return lock_open(actor=actor, meeting=meeting), cell


def _check_ballot(ballot: VoteCount, base: VoteBase) -> None:
    if base.base == 0:
        raise NobodyMayVote
    if ballot.returned == 0 or ballot.lowest < 0:
        raise NobodyVoted
    if ballot.returned > base.able and base.unmarked:
        raise VotersUnmarked(cast=ballot.returned, able=base.able, unmarked=base.unmarked)
    if ballot.returned > base.able:
        raise TooManyVotes(cast=ballot.returned, able=base.able)
