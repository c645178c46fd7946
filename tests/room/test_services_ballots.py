"""Secret ballots: two tellers, blind, and nothing recorded before they agree."""

from contextlib import nullcontext

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.meetings.models import Meeting
from nennep.room.choices import AttendanceState, VoteMajority, VoteMethod
from nennep.room.models import RollCallEntry, SecretBallot, TellerCount, Vote
from nennep.room.queries.ballots import get_ballot, get_ballot_page
from nennep.room.queries.outcome import list_opinion_members
from nennep.room.rules.outcome import VoteCount
from nennep.room.services import ballots, votes
from nennep.room.services.ballots import BallotDraft
from nennep.room.services.roll_call import mark_others_present
from nennep.room.services.room import open_meeting
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.members import make_member
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SUBJECT = "Công nhận đảng viên chính thức cho đồng chí Giàng A Nhè"


@pytest.fixture
def voting(village: Village) -> Village:
    """Three official members vote; four are in the room."""
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    mark_others_present(actor=village.actor, meeting=village.meeting, now=NOW)
    return village


def draft(village: Village, *, issued: int = 3, first: str = "Lý Thị Mỷ", second: str = "Ma Văn Bằng") -> BallotDraft:
    entries = {entry.member.full_name: entry.public_id for entry in RollCallEntry.objects.select_related("member")}
    return BallotDraft(SUBJECT, issued, entries[first], entries[second])


def start(village: Village) -> SecretBallot:
    return ballots.start_ballot(actor=village.actor, meeting=village.meeting, draft=draft(village), now=NOW)


def enter(village: Village, ballot: SecretBallot, teller: int, *counts: int) -> Vote | None:
    return ballots.enter_count(actor=village.actor, ballot=ballot, teller=teller, count=VoteCount(*counts), now=NOW)


def test_two_counts_that_agree_are_a_vote(voting: Village) -> None:
    ballot = start(voting)
    assert enter(voting, ballot, voting.member.pk, 2, 0, 0, 1) is None
    assert Vote.objects.count() == 0
    vote = enter(voting, ballot, voting.plain.pk, 2, 0, 0, 1)
    assert vote is not None
    assert (vote.method, vote.majority, vote.issued, vote.invalid) == (VoteMethod.BALLOT, VoteMajority.MEMBERSHIP, 3, 1)
    assert (vote.base, vote.in_favour, vote.passed) == (3, 2, True)
    with pytest.raises(NotFound):
        enter(voting, ballot, voting.plain.pk, 2, 0, 0, 1)


def test_two_counts_that_differ_are_thrown_away(voting: Village) -> None:
    ballot = start(voting)
    enter(voting, ballot, voting.member.pk, 3)
    with pytest.raises(ballots.CountsDiffer):
        enter(voting, ballot, voting.plain.pk, 2, 1)
    assert (Vote.objects.count(), TellerCount.objects.count()) == (0, 0)
    enter(voting, ballot, voting.member.pk, 2, 1)
    assert enter(voting, ballot, voting.plain.pk, 2, 1) is not None


def test_one_teller_counts_once(voting: Village) -> None:
    ballot = start(voting)
    enter(voting, ballot, voting.member.pk, 3)
    with pytest.raises(ballots.AlreadyCounted):
        enter(voting, ballot, voting.member.pk, 3)
    with pytest.raises(NotFound):
        enter(voting, ballot, voting.secretary_member.pk, 3)


def test_more_ballots_than_voters_or_than_were_issued_are_refused(voting: Village) -> None:
    many = draft(voting, issued=4)
    with pytest.raises(ballots.TooManyBallots, match="Phát 4 phiếu nhưng chỉ 3"):
        ballots.start_ballot(actor=voting.actor, meeting=voting.meeting, draft=many, now=NOW)
    ballot = start(voting)
    with pytest.raises(ballots.TooManyReturned, match="Thu về 4 phiếu nhưng chỉ phát 3"):
        enter(voting, ballot, voting.member.pk, 2, 1, 1)
    for counts in ((0,), (-1, 2)):
        with pytest.raises(votes.NobodyVoted):
            enter(voting, ballot, voting.member.pk, *counts)
    assert TellerCount.objects.count() == 0


def test_tellers_are_two_and_in_the_room(voting: Village) -> None:
    RollCallEntry.objects.filter(member=voting.plain).update(state=AttendanceState.EXCUSED)
    for wrong, error in (
        (draft(voting, second="Lý Thị Mỷ"), ballots.TellersAlike),
        (draft(voting), ballots.TellerAway),
    ):
        with pytest.raises(error):
            ballots.start_ballot(actor=voting.actor, meeting=voting.meeting, draft=wrong, now=NOW)


def test_a_teller_sees_neither_the_other_teller_s_count_nor_form(voting: Village) -> None:
    ballot, teller = start(voting), actor_of(voting.member_user)
    enter(voting, ballot, voting.plain.pk, 3)
    page = get_ballot_page(actor=teller, public_id=ballot.public_id)
    assert [(row.member.full_name, row.has_entered, row.may_enter) for row in page.tellers] == [
        ("Lý Thị Mỷ", False, True),
        ("Ma Văn Bằng", True, False),
    ]
    vote = ballots.enter_count(actor=teller, ballot=ballot, teller=voting.member.pk, count=VoteCount(3), now=NOW)
    assert vote is not None
    after = get_ballot_page(actor=teller, public_id=ballot.public_id)
    assert after.result is not None
    assert (after.result.in_favour, after.result.needed, after.enterable) == (3, 2, ())


def test_a_teller_types_their_own_count_only(voting: Village) -> None:
    ballot = start(voting)
    with pytest.raises(NotAllowed):
        ballots.enter_count(
            actor=actor_of(voting.member_user), ballot=ballot, teller=voting.plain.pk, count=VoteCount(3), now=NOW
        )
    nobody = Actor(user_id=None, name="Không ai", grants=actor_of(voting.member_user).grants)
    with pytest.raises(NotAllowed):  # the other teller has no account either
        ballots.enter_count(actor=nobody, ballot=ballot, teller=voting.plain.pk, count=VoteCount(3), now=NOW)
    for stranger in (voting.reader, voting.outsider):
        with pytest.raises(NotFound):
            get_ballot(actor=actor_of(stranger), public_id=ballot.public_id)


def test_started_twice_is_one_and_a_void_one_is_gone(voting: Village) -> None:
    assert start(voting) == start(voting)
    ballots.cancel_ballot(actor=voting.actor, ballot=start(voting), now=NOW)
    assert SecretBallot.objects.count() == 0


def test_every_step_is_seen_on_the_other_devices(voting: Village) -> None:
    before = Meeting.objects.get().revision
    ballot = start(voting)
    enter(voting, ballot, voting.member.pk, 3)
    assert Meeting.objects.get().revision == before + 2


def test_an_opinion_is_kept_once_and_with_its_vote(voting: Village) -> None:
    vote = votes.record_vote(
        actor=voting.actor, meeting=voting.meeting, subject="Việc", ballot=VoteCount(2, 1), now=NOW
    )
    for _time in range(2):
        opinion = votes.reserve_opinion(
            actor=voting.actor,
            meeting=voting.meeting,
            member=voting.plain,
            text="Chưa nên ",
            vote=vote.public_id,
            now=NOW,
        )
    assert (voting.meeting.reserved_opinions.count(), opinion.text, opinion.vote) == (1, "Chưa nên", vote)
    stranger = make_member("Nông Văn Xa")
    for member, text, error in ((voting.plain, " ", votes.OpinionEmpty), (stranger, "x", votes.OpinionOfStranger)):
        with pytest.raises(error):
            votes.reserve_opinion(actor=voting.actor, meeting=voting.meeting, member=member, text=text, now=NOW)
    votes.remove_opinion(actor=voting.actor, meeting=voting.meeting, public_id=opinion.public_id, now=NOW)
    with pytest.raises(NotFound):
        votes.remove_opinion(actor=voting.actor, meeting=voting.meeting, public_id=opinion.public_id, now=NOW)


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (AttendanceState.UNMARKED, True),
        (AttendanceState.PRESENT, True),
        (AttendanceState.ONLINE, True),
        (AttendanceState.LEFT_EARLY, True),
        (AttendanceState.EXCUSED, False),
        (AttendanceState.UNEXCUSED, False),
        (AttendanceState.EXEMPT, False),
        (AttendanceState.ELSEWHERE, False),
    ],
)
def test_only_whoever_is_there_keeps_an_opinion(voting: Village, state: AttendanceState, *, kept: bool) -> None:
    voting.meeting.roll_call.filter(member=voting.plain).update(state=state)
    assert (voting.plain in list_opinion_members(voting.meeting)) is kept
    with nullcontext() if kept else pytest.raises(votes.OpinionOfStranger):
        votes.reserve_opinion(actor=voting.actor, meeting=voting.meeting, member=voting.plain, text="Chưa nên", now=NOW)
    assert voting.meeting.reserved_opinions.count() == int(kept)


def test_half_is_enough_for_a_resolution_and_not_for_an_admission(voting: Village) -> None:
    RollCallEntry.objects.filter(member=voting.exempt).update(votes=True, state=AttendanceState.PRESENT)
    for number in range(2):
        member = make_member(f"Đảng viên {number}", cell=voting.cell)
        RollCallEntry.objects.create(
            meeting=voting.meeting, member=member, standing="official", counted=True, votes=True, state="present"
        )
    counts = VoteCount(3, 2)
    for subject, passed in (("Nghị quyết", False), ("Kết nạp quần chúng", False)):
        vote = votes.record_vote(actor=voting.actor, meeting=voting.meeting, subject=subject, ballot=counts, now=NOW)
        assert vote.passed == passed
    four = VoteCount(4, 2)
    kept = [
        votes.record_vote(
            actor=voting.actor, meeting=voting.meeting, subject="Việc", ballot=four, majority=majority, now=moment
        ).passed
        for majority, moment in ((VoteMajority.ORDINARY, NOW), (VoteMajority.MEMBERSHIP, NOW.replace(hour=23)))
    ]
    assert kept == [True, True]
