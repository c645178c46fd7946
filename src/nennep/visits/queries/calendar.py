"""The official's visits as entries of a calendar."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from nennep.audit.queries import Changes, count_changes
from nennep.core.calendar import CalendarEntry
from nennep.meetings.queries.calendar import USUAL_MINUTES
from nennep.visits.choices import LIVE_STATES, Verb
from nennep.visits.models import Visit
from nennep.visits.queries.doors import VISIT_KIND

USUAL_HOUR = time(19, 30)  # of village cells, until the meeting is called
_CHANGING = (Verb.PLANNED, Verb.CONFIRMED, Verb.MOVED, Verb.MISSED, Verb.SUBSTITUTED, Verb.CANCELLED, Verb.ATTENDED)


def list_calendar_entries(user_id: int, since: datetime) -> list[CalendarEntry]:
    """Visits of this user from that day on, those that fell through too. Two queries. A source of `core.calendar`."""
    first = localdate(since)
    visits = Visit.objects.filter(official_id=user_id, planned_on__gte=first).select_related("cell", "meeting")
    found = list(visits.order_by("planned_on", "pk"))
    ids = [str(visit.public_id) for visit in found]
    changes = count_changes(kinds=[VISIT_KIND], target_ids=ids, verbs=_CHANGING)
    return [_make_entry(visit, changes.get(str(visit.public_id))) for visit in found]


def _make_entry(visit: Visit, changes: Changes | None) -> CalendarEntry:
    meeting = visit.meeting
    begins = meeting.planned_for if meeting else make_aware(datetime.combine(visit.planned_on, USUAL_HOUR))
    off = visit.state not in LIVE_STATES
    title = _("Dự sinh hoạt %(cell)s") % {"cell": visit.cell.name}
    return CalendarEntry(
        uid=f"visit-{visit.public_id}@nennep",
        title=_("Thôi: %(what)s") % {"what": title} if off else title,
        begins=begins,
        ends=begins + timedelta(minutes=USUAL_MINUTES),
        changed_at=visit.updated_at.replace(microsecond=0),
        place=meeting.place if meeting else "",
        url=reverse("visits:show_visit", args=[visit.public_id]),
        sequence=changes.count if changes else 0,
        cancelled=off,
    )
