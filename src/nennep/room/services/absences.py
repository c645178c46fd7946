"""Tell the secretary who stays away, when a meeting ends."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.members.queries import secretary_on
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.room.choices import AttendanceState
from nennep.room.queries.absences import get_absences_page


def warn_of_absences(*, actor: Actor, meeting: Meeting, now: datetime) -> int:
    """A notice to the secretary alone, when somebody whom this meeting missed has been away too often; how many such.

    It leaves the program by e-mail, so it names nobody: names stand on its page.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    cell, day = meeting.organization, meeting.held_on
    page = get_absences_page(actor=actor, cell=cell, on=day)
    marks = meeting.roll_call.filter(counted=True).values_list("member__public_id", "state")
    missed = {member for member, state in marks if AttendanceState(state).is_absent}
    running = [row for row in page.streaks if row.absences.is_running(page.limits)]
    found = {row.member_id for row in (*page.review, *running)} & missed
    secretary = secretary_on(cell.pk, day) if found else None
    if secretary is not None and secretary.user_id:
        notify(
            actor=actor,
            user_ids=[secretary.user_id],
            kind="room.absences",
            title=_("Có đồng chí vắng nhiều buổi, đồng chí cần gặp gỡ, xem xét"),
            page=Destination(
                reverse("room:show_absences", args=[cell.public_id]), Permission.MEETINGS_HOLD, (cell.path,)
            ),
            now=now,
        )
    return len(found)
