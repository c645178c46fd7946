"""Who is counted: HD 12-HD/BTCTW for the attendance, Quy định 294-QĐ/TW for the base of a vote, or a unit's own rule."""

import pytest

from nennep.members.choices import MembershipKind, Standing
from nennep.members.rules import has_vote, is_counted
from nennep.policies.rules import CountedStandings
from tests.factories.policies import make_rule_book

OFFICIAL, TEMPORARY = MembershipKind.OFFICIAL, MembershipKind.TEMPORARY
ATTENDANCE, VOTES = make_rule_book().attendance_base, make_rule_book().vote_base


@pytest.mark.parametrize(
    ("standing", "counted", "votes"),
    [
        (Standing.OFFICIAL, True, True),
        (Standing.PROBATIONARY, True, False),
        (Standing.EXEMPT, False, False),
        (Standing.ELSEWHERE, False, False),
        (Standing.SUSPENDED, False, False),
        (Standing.SPECIAL_DUTY, False, True),
    ],
)
def test_who_counts_on_the_rolls_of_the_cell(standing: Standing, counted: bool, votes: bool) -> None:
    assert is_counted(standing, OFFICIAL, ATTENDANCE) is counted
    assert has_vote(standing, OFFICIAL, VOTES) is votes


@pytest.mark.parametrize("standing", [Standing.OFFICIAL, Standing.PROBATIONARY])
def test_who_sits_here_temporarily_counts_without_a_vote(standing: Standing) -> None:
    assert is_counted(standing, TEMPORARY, ATTENDANCE) is True
    assert has_vote(standing, TEMPORARY, VOTES) is False


@pytest.mark.parametrize("standing", list(Standing))
def test_voting_brings_only_the_exempt_and_the_absent_elsewhere_into_the_base(standing: Standing) -> None:
    gained = has_vote(standing, OFFICIAL, VOTES, there=True) and not has_vote(standing, OFFICIAL, VOTES)
    assert gained is (standing in {Standing.EXEMPT, Standing.ELSEWHERE})


def test_a_locality_counts_who_sits_elsewhere_at_home_and_not_where_they_sit() -> None:
    """The guidance leaves it open: "temporarily elsewhere, counted at its own rule" (rules.md §1.8)."""
    own = CountedStandings(frozenset({"official", "elsewhere"}), temporary=frozenset(), if_present=frozenset())
    assert is_counted(Standing.ELSEWHERE, OFFICIAL, own)
    assert not is_counted(Standing.OFFICIAL, TEMPORARY, own)
    assert not is_counted(Standing.PROBATIONARY, OFFICIAL, own)
    assert not has_vote(Standing.EXEMPT, OFFICIAL, own, there=True)


@pytest.mark.parametrize("standing", list(Standing))
def test_who_sits_here_temporarily_gains_nothing_by_being_there(standing: Standing) -> None:
    assert has_vote(standing, TEMPORARY, VOTES, there=True) is False
