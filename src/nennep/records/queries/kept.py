"""What stays of the meetings of a month, for many cells at once."""

from collections.abc import Collection

from django.utils.timezone import localdate

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.rules.deadlines import find_filing_day
from nennep.policies.queries import RuleBook, rules_for_days
from nennep.records.models import MinutesVersion


def count_kept(cells: Collection[int], month: Month) -> Counted:
    """By cell, over its held regular and combined meetings of the month."""
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    found = list(held.filter(organization__in=cells).select_related("organization").order_by("pk"))
    approved = set(MinutesVersion.objects.filter(meeting__in=found, number=1).values_list("meeting_id", flat=True))
    books = rules_for_days(organizations={one.organization for one in found}, days={one.held_on for one in found})
    return {
        one.organization_id: {
            "minutes_approved": int(one.pk in approved),
            **_judge_filing(one, books[one.held_on][one.organization_id]),
        }
        for one in found
    }


def _judge_filing(meeting: Meeting, rules: RuleBook) -> dict[str, int]:
    """By the rules of the day on which it was held."""
    if meeting.filed_at is None:
        return {}
    last_day = find_filing_day(meeting.held_on, days_after=rules.filing_days_after)
    return {"filed": 1, "filed_in_time": int(localdate(meeting.filed_at) <= last_day)}
