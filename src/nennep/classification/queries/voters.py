"""Who may be called to vote in a cell's review, and which level a vote gave."""

from datetime import date

from django.db.models import Count, Q

from nennep.classification.choices import RatingLevel
from nennep.classification.models import RatingBallot
from nennep.classification.rules import KeptRules, Tally, find_passed
from nennep.meetings.choices import MeetingState
from nennep.members.queries import list_cell_members
from nennep.members.rules import has_vote
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


def count_voters(cell: Organization, on: date) -> int:
    """How many of a cell may at most vote on that day: those of the rule `vote.base`, and those whom it counts when they are there."""
    counted = rules_for(organization=cell, on=on).vote_base
    people = list_cell_members(organization_id=cell.pk, on=on)
    return sum(has_vote(one.standing, one.kind, counted, there=True) for one in people)


def count_present(cell: Organization, on: date) -> int | None:
    """How many with a vote were there when the cell met on that day, by its roll call; None where it has none.

    Of several meetings on one day the fullest: which of them was the review nobody said. One query, and that of the rules.
    """
    counted = rules_for(organization=cell, on=on).vote_base
    votes = Q(votes=True) | Q(standing__in=counted.if_present, temporary=False)
    rows = RollCallEntry.objects.filter(
        votes,
        meeting__organization=cell,
        meeting__state=MeetingState.HELD,
        meeting__opened_at__date=on,
        state__in=AttendanceState.there(),
    )
    found = rows.order_by("meeting").values_list("meeting").annotate(count=Count("pk"))
    return max((count for _meeting, count in found), default=None)


def find_voted(ballot: RatingBallot | None, rules: KeptRules) -> RatingLevel | None:
    """The level that passed; None without a vote, and where no level has the share that it needs."""
    if ballot is None:
        return None
    votes = {level.value: getattr(ballot, level.value) for level in RatingLevel}
    return find_passed(Tally(**votes, voters=ballot.voters, base=ballot.base), rules)
