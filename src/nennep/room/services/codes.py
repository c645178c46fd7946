"""The roll call by the code that is shown in the room: shown, typed by members, taken away."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingMode, NoticeAnswer
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.queries.notice import find_reply
from nennep.meetings.rules.state import require_open
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.room.choices import CODE_TRIES, AttendanceState, MarkMethod, Verb
from nennep.room.models import RollCallEntry
from nennep.room.queries.roll_call import lock_entry, sits_in_cell
from nennep.room.rules.codes import is_right_code, needs_consent, state_by_code
from nennep.room.services.roll_call import EntryMark, LeftTheCell, keep_mark
from nennep.room.services.votes import lock_open


class CodeNotShown(DomainError):
    code = "code_not_shown"
    message = _("Phòng họp chưa mở mã điểm danh. Hãy nhờ bí thư mở mã hoặc ghi giúp.")
    field = "code"


class CodeWrong(DomainError):
    code = "code_wrong"
    message = _("Mã không đúng hoặc đã đổi. Hãy nhìn mã đang hiện trong phòng rồi gõ lại; còn %(left)s lần.")
    field = "code"


class CodeTriesUsed(DomainError):
    code = "code_tries_used"
    message = _("Đã gõ sai mã %(limit)s lần. Hãy nhờ bí thư hoặc thư ký ghi có mặt giúp.")
    field = "code"


class NotCalled(DomainError):
    code = "not_called"
    message = _("Đồng chí không có trong danh sách điểm danh buổi này. Hãy báo bí thư.")
    field = "code"


class NothingClaimed(DomainError):
    code = "nothing_claimed"
    message = _("Đồng chí này chưa tự báo có mặt.")


def show_code(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Begin to show a code: a new secret, so that no code of an earlier showing is good any more. Raises MeetingNotOpen."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        _set_secret(actor, locked, secrets.token_hex(32))
        record(Verb.CODE_SHOWN, actor=actor, target=meeting_target(locked), now=now)
    return locked


def hide_code(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Take the code away; nobody can use it any more."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        _set_secret(actor, locked, "")
        record(Verb.CODE_SHOWN, actor=actor, target=meeting_target(locked), now=now, details={"hidden": True})
    return locked


def _set_secret(actor: Actor, meeting: Meeting, secret: str) -> None:
    meeting.code_secret = secret
    keep_meeting(actor=actor, meeting=meeting, fields=("code_secret",))


def check_in(*, actor: Actor, meeting: Meeting, code: str, now: datetime) -> RollCallEntry:
    """The signed-in member says by the room's code that they are there: their own row only, while they sit in the cell.

    Present (online where they said so); whoever a person had marked absent only leaves word (`claimed_at`) and the chair
    accepts it by a tap. Already there changes nothing. A wrong code counts as a try, which is kept.
    Raises CodeNotShown, CodeWrong, CodeTriesUsed, NotCalled, MeetingNotOpen, NotFound.
    """
    with transaction.atomic():
        entry = _lock_own_entry(actor, meeting)
        wrong = not is_right_code(entry.meeting.code_secret, code, now)
        if wrong:
            entry.code_tries += 1
            entry.save(update_fields=["code_tries"])
        else:
            _let_in(actor, entry, now)
    if wrong:
        raise CodeWrong(left=CODE_TRIES - entry.code_tries)
    return entry


def _lock_own_entry(actor: Actor, meeting: Meeting) -> RollCallEntry:
    locked = lock_meeting(meeting)
    if actor.user_id is None or not actor.may(Permission.MEETINGS_READ, locked.organization.path):
        raise NotFound
    require_open(locked.state)
    if not locked.code_secret:
        raise CodeNotShown
    rows = locked.roll_call.select_for_update(of=("self",)).select_related("member")
    entry = rows.filter(member__user_id=actor.user_id).first()
    if entry is None or not sits_in_cell(entry.member_id, locked):
        raise NotCalled
    if entry.code_tries >= CODE_TRIES:
        raise CodeTriesUsed(limit=CODE_TRIES)
    entry.meeting = locked
    return entry


def _let_in(actor: Actor, entry: RollCallEntry, now: datetime) -> None:
    if AttendanceState(entry.state).is_there:
        return
    if needs_consent(AttendanceState(entry.state), by_hand=entry.marked_at is not None):
        entry.claimed_at = now
        entry.save(update_fields=["claimed_at"])
        keep_meeting(actor=actor, meeting=entry.meeting)
        return
    keep_mark(actor=actor, entry=entry, mark=_mark_of(entry), now=now)


def accept_claim(*, actor: Actor, entry: UUID, now: datetime) -> RollCallEntry:
    """The chair agrees that a member who was marked absent is there, as they said themselves. Raises NothingClaimed, LeftTheCell."""
    with transaction.atomic():
        found = lock_entry(actor=actor, public_id=entry)
        require_open(found.meeting.state)
        if found.claimed_at is None:
            raise NothingClaimed
        if not found.belongs:  # type: ignore[attr-defined]  # annotated by lock_entry
            raise LeftTheCell(name=found.member.full_name)
        keep_mark(actor=actor, entry=found, mark=_mark_of(found), now=now)
    return found


def _mark_of(entry: RollCallEntry) -> EntryMark:
    reply = find_reply(meeting_id=entry.meeting_id, member_id=entry.member_id)
    answer = NoticeAnswer(reply.answer) if reply else None
    return EntryMark(state_by_code(MeetingMode(entry.meeting.mode), answer), method=MarkMethod.CODE)
