"""How a meeting is held: in one room, online, both, or by group."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.typed import take_line
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT, MeetingMode
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.rules.state import require_unfinished
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.meetings.services.schedule import record_departure, withdraw_departures
from nennep.policies.choices import PolicyKey
from nennep.room.choices import Verb
from nennep.room.queries.outcome import describe_mode
from nennep.room.rules.modes import find_mode_warnings
from nennep.room.rules.outcome import MODE_KEY

_KEYS = (MODE_KEY, PolicyKey.GROUP_MEETING_MEMBERS, PolicyKey.GROUP_MEETINGS_PER_YEAR)


class ModeNeedsReason(DomainError):
    """The rules that the mode does not keep stand in `titles`."""

    code = "mode_needs_reason"
    message = _("%(titles)s. Vẫn làm được: hãy ghi vì sao.")
    field = "departure"


@dataclass(frozen=True, slots=True)
class ModeDraft:
    """The mode, why it is not in person, and who allowed it. `departure`: why the cell goes on against a rule."""

    mode: MeetingMode
    reason: str = ""
    approved_by: str = ""
    departure: str = ""


def choose_mode(*, actor: Actor, meeting: Meeting, draft: ModeDraft, now: datetime) -> Meeting:
    """Set how the meeting is held, before it or while it goes on (HD 03-HD/TW, rules.md §1.5).

    A rule that the mode does not keep needs `departure`, which is kept as a RuleDeparture; earlier ones about the mode go.
    Raises ModeNeedsReason, MeetingIsOver, MeetingIsCancelled, NotAllowed.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        in_person = draft.mode == MeetingMode.IN_PERSON
        locked.mode = draft.mode
        locked.mode_reason = "" if in_person else take_line(draft.reason, limit=REASON_LIMIT, field="reason")
        locked.mode_approved_by = (
            "" if in_person else take_line(draft.approved_by, limit=TITLE_LIMIT, field="approved_by")
        )
        _settle_rules(actor, locked, draft, now)
        keep_meeting(actor=actor, meeting=locked, fields=("mode", "mode_reason", "mode_approved_by"))
        record(Verb.MODE_CHOSEN, actor=actor, target=meeting_target(locked), now=now, details={"mode": draft.mode})
    return locked


def _settle_rules(actor: Actor, meeting: Meeting, draft: ModeDraft, now: datetime) -> None:
    facts = describe_mode(meeting, draft.mode, meeting.mode_reason, meeting.mode_approved_by)
    warnings = find_mode_warnings(facts)
    departure = take_line(draft.departure, limit=REASON_LIMIT, field="departure")
    withdraw_departures(actor=actor, meeting=meeting, rule_keys=_KEYS)
    if warnings and not departure:
        raise ModeNeedsReason(titles="; ".join(warning.title for warning in warnings))
    for warning in warnings:
        record_departure(actor=actor, meeting=meeting, rule_key=warning.key, reason=departure, now=now)
