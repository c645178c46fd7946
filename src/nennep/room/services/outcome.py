"""Writing what comes of a meeting while it goes on: conclusion, remarks, tasks; and closing it. Votes: votes, ballots."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.events import publish
from nennep.core.merging import merge_texts
from nennep.core.permissions import Permission
from nennep.core.text import compose_lines
from nennep.core.typed import require_line, take_line, take_lines
from nennep.duties import queries as duties_queries
from nennep.duties import services as duties
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.duties.services import DutyDetails, DutyProgress
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.meetings.services.schedule import record_departure
from nennep.members.models import Member
from nennep.petitions.services import note_silence
from nennep.room.choices import MeetingHeld, RemarkKind, Verb
from nennep.room.models import Remark
from nennep.room.queries.closing import is_chair_away
from nennep.room.queries.outcome import is_unusually_long, list_warnings
from nennep.room.rules.outcome import RuleWarning, list_unexplained
from nennep.room.rules.room import minutes_between
from nennep.room.services.absences import warn_of_absences
from nennep.room.services.guests import settle_expected_officials
from nennep.room.services.votes import lock_open, lock_open_in_cell


class ConclusionChangedMeanwhile(Conflict):
    """`both` has every paragraph of either side: what a person makes one conclusion of."""

    code = "conclusion_changed"
    message = _("Người khác vừa sửa kết luận ở cùng chỗ. Ô dưới đã có cả hai bản: hãy sửa thành một rồi ghi lại.")
    field = "conclusion"

    def __init__(self, both: str) -> None:
        super().__init__()
        self.both = both


class RemarkEmpty(DomainError):
    code = "remark_empty"
    message = _("Hãy ghi một câu: biểu dương hoặc nhắc nhở việc gì.")
    field = "text"


class RemarkOfStranger(DomainError):
    code = "remark_not_in_roll_call"
    message = _("Đồng chí này không thuộc chi bộ trong buổi sinh hoạt này.")
    field = "member"


class MeetingAlreadyClosed(Conflict):
    code = "meeting_already_closed"
    message = _("Người khác vừa bế mạc buổi sinh hoạt này. Mời đồng chí xem biên bản.")


class EndNotPossible(DomainError):
    code = "closing_time_not_possible"
    message = _("Giờ bế mạc phải sau giờ khai mạc và không sau lúc này. Hãy xem lại ngày giờ.")
    field = "closed_at"


class LongMeeting(DomainError):
    code = "closing_after_hours"
    message = _(
        "Như vậy buổi sinh hoạt kéo dài %(hours)s giờ %(minutes)s phút. Nếu đúng, đánh dấu ô bên dưới rồi bế mạc; nếu không, "
        "sửa lại giờ bế mạc."
    )
    field = "closed_at"


class ChairAway(DomainError):
    code = "chair_away"
    message = _("Đồng chí %(name)s được ghi là vắng nên không chủ trì được. Hãy chọn người đã chủ trì.")


class ReasonsMissing(DomainError):
    code = "closing_reasons_missing"
    message = _("Hãy ghi lý do: %(titles)s.")


@dataclass(frozen=True, slots=True)
class RemarkDraft:
    """Praise or a reminder of one member; `duty` when it is about a task."""

    member: Member
    kind: RemarkKind
    text: str
    duty: UUID | None = None


@dataclass(frozen=True, slots=True)
class MeetingEnd:
    """When a meeting ended, None for now; somebody who sees that it lasted more than four hours says that it did."""

    at: datetime | None = None
    long_is_right: bool = False


_ENDS_NOW = MeetingEnd()
_MINUTE = timedelta(minutes=1)


def write_conclusion(*, actor: Actor, meeting: Meeting, text: str, before: str | None = None, now: datetime) -> Meeting:
    """The chair's concluding text. `before` is the text the writer started from.

    What another one wrote meanwhile stays beside it; ConclusionChangedMeanwhile where both wrote at the same place.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        words = take_lines(text, limit=NOTE_LIMIT, field="conclusion")
        if before is not None:
            merge = merge_texts(base=compose_lines(before), mine=words, theirs=locked.conclusion)
            if merge.clashes:
                raise ConclusionChangedMeanwhile(merge.text)
            words = take_lines(merge.text, limit=NOTE_LIMIT, field="conclusion")
        if locked.conclusion != words:
            locked.conclusion = words
            keep_meeting(actor=actor, meeting=locked, fields=("conclusion",))
            record(Verb.NOTED, actor=actor, target=meeting_target(locked), now=now, details={"part": "conclusion"})
    return locked


def keep_conclusion(*, actor: Actor, meeting: Meeting, text: str, before: str, now: datetime) -> Meeting:
    """The conclusion as it is being typed, sent along with another tap. Nothing when it is still `before`.

    Where another one stands there meanwhile both are put together, paragraph by paragraph: nobody is asked.
    """
    if text.split() == before.split():
        return meeting
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        merged = merge_texts(base=compose_lines(before), mine=compose_lines(text), theirs=locked.conclusion)
        return write_conclusion(actor=actor, meeting=locked, text=merged.text, now=now)


def add_remark(*, actor: Actor, meeting: Meeting, draft: RemarkDraft, now: datetime) -> Remark:
    """Praise or remind a member of this cell; once per task and kind, and in the same words once.

    Raises RemarkEmpty, RemarkOfStranger, NotFound for a task of another cell.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        words = require_line(draft.text, RemarkEmpty, limit=TITLE_LIMIT, field="text")
        if not locked.roll_call.filter(member=draft.member).exists():
            raise RemarkOfStranger
        duty = _get_duty(actor, locked, draft.duty) if draft.duty else None
        same = {"duty": duty} if duty else {"duty": None, "member": draft.member, "text": words}
        remark = locked.remarks.filter(kind=draft.kind, **same).first()
        if remark is None:
            remark = Remark.objects.create(meeting=locked, member=draft.member, kind=draft.kind, text=words, duty=duty)
            keep_meeting(actor=actor, meeting=locked)
            details = {"remark": draft.kind, "member": str(draft.member.public_id)}
            record(Verb.NOTED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return remark


def praise_duty(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> Remark:
    """One tap: praise who did this task, in its own words. Raises NotFound."""
    duty = _get_duty(actor, meeting, public_id)
    draft = RemarkDraft(duty.assignee, RemarkKind.PRAISE, duty.title, duty.public_id)
    return add_remark(actor=actor, meeting=meeting, draft=draft, now=now)


def finish_duty(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> None:
    """One tap on last month's table: the task is done, without more words. Raises NotFound, MeetingNotOpen, DutyDropped."""
    with transaction.atomic():
        locked, _cell = lock_open_in_cell(actor=actor, meeting=meeting)
        duty = _get_duty(actor, locked, public_id)
        progress = DutyProgress(DutyState.DONE, percent=100, note=duty.result, exceeded=duty.exceeded)
        duties.report_duty(actor=actor, duty=duty, progress=progress, now=now)
        keep_meeting(actor=actor, meeting=locked)


def _get_duty(actor: Actor, meeting: Meeting, public_id: UUID) -> Duty:
    """A task of the meeting's own cell: another cell's has no place in these minutes."""
    duty = duties_queries.get_duty(actor=actor, public_id=public_id)
    if duty.organization_id != meeting.organization_id:
        raise NotFound
    return duty


def remove_remark(*, actor: Actor, meeting: Meeting, remark_id: int, now: datetime) -> None:
    """Take a remark back while the meeting goes on; one that is gone already changes nothing."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        deleted, _rows = locked.remarks.filter(pk=remark_id).delete()
        if not deleted:
            return
        keep_meeting(actor=actor, meeting=locked)
        record(Verb.NOTED, actor=actor, target=meeting_target(locked), now=now, details={"remark": "removed"})


def give_duty(*, actor: Actor, meeting: Meeting, details: DutyDetails, now: datetime) -> None:
    """Give a task out of this meeting.

    In the meeting of a cell that ended, keyed in afterwards, it is given in the name of the cell that took its affairs, as tasks
    that were running at the end went there: it stands in these minutes and in that cell's book.
    Raises what duties.services.give_duty raises, UnitClosed where the cell went on nowhere, and when the meeting is not open.
    """
    with transaction.atomic():
        locked, cell = lock_open_in_cell(actor=actor, meeting=meeting)
        duties.give_duty(actor=actor, organization=cell, details=details, origin=origin_of(locked), now=now)
        keep_meeting(actor=actor, meeting=locked)


def close_meeting(
    *,
    actor: Actor,
    meeting: Meeting,
    reasons: Mapping[str, str],
    ending: MeetingEnd = _ENDS_NOW,
    discussed: Collection[UUID] = (),
    now: datetime,
) -> Meeting:
    """Close: from now on only the minutes may be put into words. Of two who close at once one wins, the other is told.

    Each rule that is not kept needs a reason in `reasons` by its key; it is kept as a RuleDeparture. The running item ends;
    officials who were expected and not seen did not come; the code of the roll call is erased. Items in `discussed` were come to
    although nobody took them up in the room: they have no minutes of their own.
    Raises MeetingAlreadyClosed, ChairAway, EndNotPossible, LongMeeting, ReasonsMissing, MeetingNotOpen, NotAllowed. Publishes MeetingHeld.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MEETINGS_HOLD, locked.organization.path)
        if locked.state == MeetingState.HELD:
            raise MeetingAlreadyClosed
        require_open(locked.state)
        if locked.chair and is_chair_away(locked):
            raise ChairAway(name=locked.chair.full_name)
        closed_at = _check_end(locked, ending, now)
        warnings = list_warnings(locked, now=closed_at)
        missing = list_unexplained(warnings, reasons)
        if missing:
            raise ReasonsMissing(titles="; ".join(warning.title for warning in missing))
        _keep_departures(actor, locked, warnings, reasons, now=now)
        locked.agenda.filter(discussed=True).update(discussed=False)  # what a closing that was taken back had said
        locked.agenda.filter(public_id__in=discussed, started_at=None).update(discussed=True)
        running = locked.agenda.filter(started_at__isnull=False, ended_at=None)
        running.update(ended_at=Greatest("started_at", Value(closed_at)))  # keyed in afterwards it may have begun later
        locked.state, locked.closed_at, locked.code_secret = MeetingState.HELD, closed_at, ""
        keep_meeting(actor=actor, meeting=locked, fields=("state", "closed_at", "code_secret"))
        settle_expected_officials(actor=actor, meeting=locked, now=now)
        record(Verb.CLOSED, actor=actor, target=meeting_target(locked), now=now)
        publish(MeetingHeld(locked.organization_id, locked.pk, locked.month))
        warn_of_absences(actor=actor, meeting=locked, now=now)
        note_silence(actor=Actor.system(), organization=locked.organization, held_on=locked.held_on, now=now)
    return locked


def _check_end(meeting: Meeting, ending: MeetingEnd, now: datetime) -> datetime:
    """When it is closed; what was typed knows no seconds."""
    opened_at = meeting.opened_at or now
    closed_at = now if ending.at is None or now - _MINUTE < ending.at <= now else ending.at
    if not opened_at - _MINUTE < closed_at <= now:
        raise EndNotPossible
    closed_at = max(closed_at, opened_at)
    if is_unusually_long(meeting, closed_at) and not ending.long_is_right:
        hours, minutes = divmod(minutes_between(meeting.opened_at, closed_at), 60)
        raise LongMeeting(hours=hours, minutes=minutes)
    return closed_at


def _keep_departures(
    actor: Actor,
    meeting: Meeting,
    warnings: tuple[RuleWarning, ...],
    reasons: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    for warning in warnings:
        reason = take_line(reasons[warning.key], limit=REASON_LIMIT, field=warning.key)
        record_departure(actor=actor, meeting=meeting, rule_key=warning.key, reason=reason, now=now)
