"""Secret ballots on paper: handed out, counted by two tellers who do not see each other's figures, recorded when they agree."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.typed import require_line
from nennep.meetings.choices import TITLE_LIMIT
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.room.choices import AttendanceState, Verb, VoteMajority, VoteMethod
from nennep.room.models import RollCallEntry, SecretBallot, TellerCount, Vote
from nennep.room.queries.outcome import count_vote_base
from nennep.room.rules.outcome import VoteCount, suggest_majority
from nennep.room.services.votes import (
    NobodyMayVote,
    NobodyVoted,
    SubjectMissing,
    VoteDraft,
    VotersUnmarked,
    keep_vote,
    lock_open,
)


class TellersAlike(DomainError):
    code = "tellers_alike"
    message = _("Hai người kiểm phiếu phải là hai đồng chí khác nhau.")
    field = "second_teller"


class TellerAway(DomainError):
    code = "teller_away"
    message = _("Người kiểm phiếu phải là đồng chí đang có mặt. Hãy chọn người khác hoặc điểm danh lại.")
    field = "first_teller"


class TooManyBallots(DomainError):
    code = "ballots_too_many"
    message = _("Phát %(issued)s phiếu nhưng chỉ %(able)s đảng viên được biểu quyết đang có mặt. Đếm lại rồi sửa.")
    field = "issued"


class TooManyReturned(DomainError):
    code = "ballots_returned_too_many"
    message = _("Thu về %(returned)s phiếu nhưng chỉ phát %(issued)s phiếu. Đếm lại rồi sửa.")
    field = "in_favour"


class CountsDiffer(Conflict):
    """Raised after both counts were thrown away: the tellers begin anew."""

    code = "teller_counts_differ"
    message = _("Hai người kiểm phiếu đếm khác nhau. Chưa ghi kết quả; mời cả hai đồng chí đếm lại rồi nhập lại.")


class AlreadyCounted(Conflict):
    code = "ballot_already_counted"
    message = _("Đồng chí này đã nhập số phiếu. Chờ người kiểm phiếu thứ hai nhập.")


@dataclass(frozen=True, slots=True)
class BallotDraft:
    """A ballot about to be handed out. The tellers are named by their rows of the roll call."""

    subject: str
    issued: int
    first_teller: UUID
    second_teller: UUID
    majority: VoteMajority | None = None


def start_ballot(*, actor: Actor, meeting: Meeting, draft: BallotDraft, now: datetime) -> SecretBallot:
    """Ballots were handed out; from now on the two tellers may enter what they counted.

    The same ballot that is still being counted is a button tapped twice. Raises SubjectMissing, TellersAlike, TellerAway,
    TooManyBallots, NobodyVoted for none handed out, NobodyMayVote.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        words = require_line(draft.subject, SubjectMissing, limit=TITLE_LIMIT, field="subject")
        if same := locked.ballots.filter(vote=None, subject=words, issued=draft.issued).first():
            return same
        first, second = _find_tellers(locked, draft)
        _require_enough_voters(locked, draft.issued)
        ballot = SecretBallot.objects.create(
            meeting=locked,
            subject=words,
            majority=draft.majority or suggest_majority(words),
            issued=draft.issued,
            first_teller=first.member,
            second_teller=second.member,
            started_at=now,
        )
        _note(actor, ballot, now, started=words, issued=draft.issued)
    return ballot


def _find_tellers(meeting: Meeting, draft: BallotDraft) -> tuple[RollCallEntry, RollCallEntry]:
    if draft.first_teller == draft.second_teller:
        raise TellersAlike
    chosen = meeting.roll_call.select_related("member").filter(public_id__in=[draft.first_teller, draft.second_teller])
    entries = {entry.public_id: entry for entry in chosen if AttendanceState(entry.state).is_there}
    if len(entries) < 2:
        raise TellerAway
    return entries[draft.first_teller], entries[draft.second_teller]


def _require_enough_voters(meeting: Meeting, issued: int) -> None:
    base = count_vote_base(meeting)
    if base.base == 0:
        raise NobodyMayVote
    if issued < 1:
        raise NobodyVoted
    if issued > base.able and base.unmarked:
        raise VotersUnmarked(field="issued", cast=issued, able=base.able, unmarked=base.unmarked)
    if issued > base.able:
        raise TooManyBallots(issued=issued, able=base.able)


def enter_count(*, actor: Actor, ballot: SecretBallot, teller: int, count: VoteCount, now: datetime) -> Vote | None:
    """What one teller (id of the member) counted; the vote when it agrees with the other's, None while the other is to come.

    By the teller on their own device, or by whoever holds the meeting for them: the name of the person who typed is kept. When the two
    differ both counts are thrown away and CountsDiffer is raised. Raises TooManyReturned, NobodyVoted, AlreadyCounted,
    NotFound, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_ballot(actor=actor, ballot=ballot)
        _require_teller(actor, locked, teller)
        _require_plausible(locked, count)
        if locked.counts.filter(teller_id=teller).exists():
            raise AlreadyCounted
        _keep_count(actor, locked, teller, count, now=now)
        vote, differs = _compare(actor, locked, now)
    if differs:
        raise CountsDiffer
    return vote


def lock_ballot(*, actor: Actor, ballot: SecretBallot) -> SecretBallot:
    """The ballot with its meeting, both locked, while it is being counted. Raises NotFound, MeetingIsOver."""
    meeting = lock_meeting(ballot.meeting)
    if not actor.may(Permission.MEETINGS_READ, meeting.organization.path):
        raise NotFound
    require_open(meeting.state)
    rows = SecretBallot.objects.select_for_update(of=("self",)).select_related("first_teller", "second_teller")
    found = rows.filter(pk=ballot.pk, vote=None).first()
    if found is None:
        raise NotFound
    found.meeting = meeting
    return found


def _require_teller(actor: Actor, ballot: SecretBallot, teller: int) -> None:
    tellers = {one.pk: one for one in (ballot.first_teller, ballot.second_teller)}
    if teller not in tellers:
        raise NotFound
    is_self = actor.user_id is not None and tellers[teller].user_id == actor.user_id
    if not is_self and not actor.may(Permission.MEETINGS_HOLD, ballot.meeting.organization.path):
        raise NotAllowed


def _require_plausible(ballot: SecretBallot, count: VoteCount) -> None:
    if count.lowest < 0 or count.returned == 0:
        raise NobodyVoted
    if count.returned > ballot.issued:
        raise TooManyReturned(returned=count.returned, issued=ballot.issued)


def _keep_count(actor: Actor, ballot: SecretBallot, teller: int, count: VoteCount, *, now: datetime) -> None:
    TellerCount.objects.create(
        ballot=ballot,
        teller_id=teller,
        in_favour=count.in_favour,
        against=count.against,
        other=count.other,
        invalid=count.invalid,
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_by_name=actor.name,
    )
    _note(actor, ballot, now, teller=teller)


def _compare(actor: Actor, ballot: SecretBallot, now: datetime) -> tuple[Vote | None, bool]:
    """The vote when two counts agree; True when they differ and both are gone. Figures never reach the trail before."""
    counts = list(ballot.counts.order_by("pk"))
    if len(counts) < 2:
        return None, False
    first, second = (VoteCount(one.in_favour, one.against, one.other, one.invalid) for one in counts)
    if first != second:
        ballot.counts.all().delete()
        _note(actor, ballot, now, differ=True)
        return None, True
    draft = VoteDraft(ballot.subject, first, VoteMethod.BALLOT, VoteMajority(ballot.majority), ballot.issued)
    ballot.vote = keep_vote(actor=actor, meeting=ballot.meeting, draft=draft, now=now)
    ballot.save(update_fields=["vote"])
    return ballot.vote, False


def cancel_ballot(*, actor: Actor, ballot: SecretBallot, now: datetime) -> None:
    """The ballot is void (handed out wrongly): nothing of it stays but the trail. Raises NotFound once it is recorded."""
    with transaction.atomic():
        locked = lock_ballot(actor=actor, ballot=ballot)
        actor.require(Permission.MEETINGS_HOLD, locked.meeting.organization.path)
        _note(actor, locked, now, cancelled=locked.subject)
        locked.delete()


def _note(actor: Actor, ballot: SecretBallot, now: datetime, **details: str | int | bool) -> None:
    meeting = ballot.meeting
    keep_meeting(actor=actor, meeting=meeting)
    record(Verb.BALLOT_COUNTED, actor=actor, target=meeting_target(meeting), now=now, details=details)
