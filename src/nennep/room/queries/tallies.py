"""What the room kept of many meetings, counted by the database: columns for a query of meetings, no query of its own."""

from django.db.models import Exists, Min, OuterRef, Subquery
from django.db.models.expressions import Combinable

from nennep.core.columns import count_rows
from nennep.duties.models import DutyReport
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry, Speech, Vote


def tally_columns() -> dict[str, Combinable | Exists]:
    """Roll call, speakers, remarks, votes; `first_report`: when something was first said of the cell's tasks from the opening on."""
    roll = RollCallEntry.objects.filter(meeting=OuterRef("pk"))
    remarks = Remark.objects.filter(meeting=OuterRef("pk"))
    votes = Vote.objects.filter(meeting=OuterRef("pk"))
    said = DutyReport.objects.filter(duty__organization=OuterRef("organization_id"), at__gte=OuterRef("opened_at"))
    there = AttendanceState.there()
    return {
        "roll_counted": count_rows(roll.filter(counted=True), "meeting"),
        "roll_present": count_rows(roll.filter(counted=True, state__in=there), "meeting"),
        "roll_unexcused": count_rows(roll.filter(counted=True, state=AttendanceState.UNEXCUSED), "meeting"),
        "roll_attending": count_rows(roll.filter(state__in=there), "meeting"),
        "speakers": count_rows(Speech.objects.filter(item__meeting=OuterRef("pk")), "item__meeting", "member"),
        "praises": count_rows(remarks.filter(kind=RemarkKind.PRAISE), "meeting"),
        "reminders": count_rows(remarks.filter(kind=RemarkKind.REMINDER), "meeting"),
        "has_votes": Exists(votes),
        "has_passed": Exists(votes.filter(passed=True)),
        "first_report": Subquery(
            said.order_by().values("duty__organization").annotate(first=Min("at")).values("first")
        ),
    }
