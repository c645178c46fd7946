"""What is remembered of papers that leave the program."""

from datetime import datetime

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import meeting_target
from nennep.reporting.choices import Form, Paper, Verb


def note_paper_taken(*, actor: Actor, meeting: Meeting, paper: Paper, form: Form, now: datetime) -> None:
    """Each of these papers names members: who took one, which, of which meeting, goes into the trail."""
    actor.require(Permission.MEETINGS_READ, meeting.organization.path)
    record(
        Verb.PAPER_TAKEN,
        actor=actor,
        target=meeting_target(meeting),
        now=now,
        details={"paper": paper.value, "form": form.value},
    )
