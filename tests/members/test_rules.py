import pytest

from nennep.members.choices import MembershipKind, Standing
from nennep.members.rules import attendance_base, vote_base

OFFICIAL, TEMPORARY = MembershipKind.OFFICIAL, MembershipKind.TEMPORARY


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
    assert attendance_base(standing, OFFICIAL) is counted
    assert vote_base(standing, OFFICIAL) is votes


@pytest.mark.parametrize("standing", [Standing.OFFICIAL, Standing.PROBATIONARY])
def test_who_sits_here_temporarily_counts_without_a_vote(standing: Standing) -> None:
    assert attendance_base(standing, TEMPORARY) is True
    assert vote_base(standing, TEMPORARY) is False


@pytest.mark.parametrize("standing", list(Standing))
def test_voting_brings_only_the_exempt_and_the_absent_elsewhere_into_the_base(standing: Standing) -> None:
    gained = vote_base(standing, OFFICIAL, voted=True) and not vote_base(standing, OFFICIAL)
    assert gained is (standing in {Standing.EXEMPT, Standing.ELSEWHERE})
