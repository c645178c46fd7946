"""A meeting that was closed too early, or by mistake, goes on in its room."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.queries.sources import is_built_on
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.meetings.services.schedule import withdraw_departures
from nennep.organizations.queries import lock_existing
from nennep.records.choices import MeetingReopened, Verb
from nennep.records.services.minutes import MeetingNotHeld
from nennep.room.rules.outcome import closing_keys
from nennep.room.services.former_closings import keep_former_closing


class BuiltOn(DomainError):
    code = "closing_built_on"
    message = _(
        "Biên bản, nghị quyết hoặc điểm của buổi này đã chốt nên không mở lại được nữa. Ghi sai thì đính chính biên bản."
    )


def reopen_meeting(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Take the closing back: the room is open again for roll call, votes, tasks and notes; nothing that was written is lost.

    Possible until something is built on it: approved minutes, a resolution, an agreed score. Reasons that the closing asked for
    are asked again; which items were discussed without a tap stays said until the next closing, which proposes it. When it had
    ended is kept, and by whom and when it was opened again (`FormerClosing`). In a cell that has ended this is part of finishing
    what its last meetings left. Raises UnitClosed for a meeting of its end or later, MeetingNotHeld, BuiltOn, NotAllowed.
    Publishes MeetingReopened.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    with transaction.atomic():
        lock_existing(meeting.organization, on=meeting.held_on)
        locked = lock_meeting(meeting)
        if locked.state != MeetingState.HELD:
            raise MeetingNotHeld
        if is_built_on(locked):
            raise BuiltOn
        withdraw_departures(actor=actor, meeting=locked, rule_keys=closing_keys(locked.kind))
        keep_former_closing(actor=actor, meeting=locked, now=now)
        locked.state, locked.closed_at = MeetingState.OPEN, None
        keep_meeting(actor=actor, meeting=locked, fields=("state", "closed_at"))
        record(Verb.REOPENED, actor=actor, target=meeting_target(locked), now=now)
        publish(MeetingReopened(locked.organization_id, locked.pk, locked.month))
    return locked
