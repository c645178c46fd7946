"""What is remembered of papers that leave the program."""

from datetime import datetime

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.periods import Span
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.services.meeting import meeting_target
from nennep.organizations.models import Organization
from nennep.reporting.choices import Form, Verb


def note_paper_taken(*, actor: Actor, meeting: Meeting, paper: str, form: Form, now: datetime) -> None:
    """Each of these papers names members: who took one, which, of which meeting, goes into the trail."""
    actor.require(Permission.MEETINGS_READ, meeting.organization.path)
    details = {"paper": paper, "form": form.value}
    record(Verb.PAPER_TAKEN, actor=actor, target=meeting_target(meeting), now=now, details=details)


def note_bundle_taken(*, actor: Actor, meeting: Meeting, files: int, now: datetime) -> None:
    """Somebody took the zip of a meeting, with how many papers."""
    actor.require(Permission.MEETINGS_READ, meeting.organization.path)
    record(Verb.BUNDLE_TAKEN, actor=actor, target=meeting_target(meeting), now=now, details={"papers": files})


def note_year_paper_taken(  # which paper of which year in which form: all of it goes into the trail
    *, actor: Actor, cell: Organization, paper: str, year: int, form: Form, now: datetime
) -> None:
    """Somebody took the book of minutes or the plan of themes of one year."""
    actor.require(Permission.MEETINGS_READ, cell.path)
    target = Target("organizations.organization", str(cell.public_id), cell.name, cell.path)
    details = {"paper": paper, "year": year, "form": form.value}
    record(Verb.YEAR_PAPER_TAKEN, actor=actor, target=target, now=now, details=details)


def note_unit_report_taken(*, actor: Actor, organization: Organization, span: Span, form: Form, now: datetime) -> None:
    """Somebody took the report of a unit for a span of time."""
    actor.require(Permission.FIGURES_READ, organization.path)
    target = Target("organizations.organization", str(organization.public_id), organization.name, organization.path)
    details = {"paper": f"bao-cao-{span}", "form": form.value}
    record(Verb.TABLE_TAKEN, actor=actor, target=target, now=now, details=details)
