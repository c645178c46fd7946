"""Whom the daily work must remind: officials of reports, planners of officials."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q

from nennep.accounts.models import RoleGrant
from nennep.accounts.rules import roles_with
from nennep.core.permissions import Permission
from nennep.notifications.models import Notification
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.queries.lists import read_with_lines

REMIND_EVERY_DAYS = 7
# Officials who have not reported after half a year are on the board's list; more reminders help nobody.
REMINDED_FOR_DAYS = 180


def list_report_reminders(*, today: date) -> Iterator[tuple[Visit, date]]:
    """Attended visits whose report is due today or overdue, with its last day, not reminded of in the last week. Two queries."""
    attended = Visit.objects.filter(state=VisitState.ATTENDED, official__is_active=True)
    unsent = attended.filter(Q(report=None) | Q(report__submitted_at=None))
    recent = unsent.filter(attended_on__gte=today - timedelta(days=REMINDED_FOR_DAYS))
    fresh = Q(reminded_on=None) | Q(reminded_on__lte=today - timedelta(days=REMIND_EVERY_DAYS))
    for visit, line in read_with_lines(recent.filter(fresh).order_by("attended_on", "pk")):
        if line.report_due_on is not None and line.report_due_on <= today:
            yield visit, line.report_due_on


def list_planner_ids(*, today: date) -> list[int]:
    """Users who plan visits somewhere today. One query."""
    grants = RoleGrant.objects.on(today).filter(role__in=roles_with(Permission.VISITS_PLAN), user__is_active=True)
    return sorted(set(grants.order_by().values_list("user_id", flat=True)))


def list_told(*, kind: str, since: date) -> set[int]:
    """Users who had a notice of this kind on that day or later. One query."""
    notices = Notification.objects.filter(kind=kind, created_at__date__gte=since)
    return set(notices.order_by().values_list("user_id", flat=True))
