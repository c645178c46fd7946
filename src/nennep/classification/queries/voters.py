"""Who may be called to vote in a cell's review, and which level a vote gave."""

from datetime import date

from nennep.classification.choices import RatingLevel
from nennep.classification.models import RatingBallot
from nennep.classification.rules import KeptRules, Tally, find_passed
from nennep.members.queries import list_cell_members
from nennep.members.rules import has_vote
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for


def count_voters(cell: Organization, on: date) -> int:
    """How many of a cell may at most vote on that day: those of the rule `vote.base`, and those whom it counts when they are there."""
    counted = rules_for(organization=cell, on=on).vote_base
    people = list_cell_members(organization_id=cell.pk, on=on)
    return sum(has_vote(one.standing, one.kind, counted, there=True) for one in people)


def find_voted(ballot: RatingBallot | None, rules: KeptRules) -> RatingLevel | None:
    """The level that passed; None without a vote, and where no level has the share that it needs."""
    if ballot is None:
        return None
    votes = {level.value: getattr(ballot, level.value) for level in RatingLevel}
    return find_passed(Tally(**votes, voters=ballot.voters, base=ballot.base), rules)
