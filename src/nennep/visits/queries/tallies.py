"""Visits of a month, for many cells at once."""

from collections.abc import Collection

from django.db.models import Count, Q

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.visits.choices import LIVE_STATES, VisitState
from nennep.visits.models import Visit


def count_visits(cells: Collection[int], month: Month) -> Counted:
    """By cell, by the day for which they are planned. One query."""
    planned = Visit.objects.filter(
        cell__in=cells,
        planned_on__range=(month.first_day, month.last_day),
        state__in=[*LIVE_STATES, VisitState.MISSED],
    )
    attended = Q(state=VisitState.ATTENDED)
    rows = (
        planned.order_by()
        .values_list("cell_id")
        .annotate(
            all=Count("pk"),
            made=Count("pk", filter=attended),
            missed=Count("pk", filter=Q(state=VisitState.MISSED)),
            reported=Count("pk", filter=attended & Q(report__submitted_at__isnull=False)),
        )
    )
    return {
        cell: {"visits_planned": planned, "visits_made": made, "visits_missed": missed, "visits_reported": reported}
        for cell, planned, made, missed, reported in rows
    }
