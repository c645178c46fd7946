"""Votes, ballots and opinions: what is kept, what the trail says, and who may write at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.typed import TextTooLong
from nennep.meetings.models import Meeting
from nennep.room.choices import AttendanceState, VoteMajority, VoteMethod
from nennep.room.models import RollCallEntry, SecretBallot, TellerCount, Vote
from nennep.room.rules.outcome import VoteCount
from nennep.room.services import ballots, votes
from nennep.room.services.ballots import BallotDraft
from nennep.room.services.roll_call import mark_others_present
from nennep.room.services.room import open_meeting
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def voting(village: Village) -> Village:
    """Three official members vote; the trail is empty."""
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    mark_others_present(actor=village.actor, meeting=village.meeting, now=NOW)
    AuditEvent.objects.all().delete()
    return village


def entry(name: str) -> UUID:
    return RollCallEntry.objects.get(member__full_name=name).public_id


def make_draft(subject: str = "Nghị quyết", issued: int = 3, majority: VoteMajority | None = None) -> BallotDraft:
    return BallotDraft(subject, issued, entry("Lý Thị Mỷ"), entry("Ma Văn Bằng"), majority)


def start(village: Village, **draft: Any) -> SecretBallot:
    return ballots.start_ballot(actor=village.actor, meeting=village.meeting, draft=make_draft(**draft), now=NOW)


def vote(village: Village, *counts: int, subject: str = "Nghị quyết", minutes: float = 0, **fields: Any) -> Vote:
    now = NOW + timedelta(minutes=minutes)
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": now}
    return votes.record_vote(subject=subject, ballot=VoteCount(*counts), **write, **fields)


def test_a_vote_keeps_its_figures_and_the_trail_says_them(voting: Village) -> None:
    made = vote(voting, 1, 1, 1, subject="  Nghị   quyết ", method=VoteMethod.BALLOT)
    made.refresh_from_db()
    assert (made.subject, made.method, made.majority, made.base, made.issued, made.at) == (
        "Nghị quyết",
        VoteMethod.BALLOT,
        VoteMajority.ORDINARY,
        3,
        None,
        NOW,
    )
    assert (made.in_favour, made.against, made.other, made.invalid, made.passed) == (1, 1, 1, 0, False)
    details = {"vote": str(made.public_id), "in_favour": 1, "base": 3, "passed": False}
    assert list_trail("meetings") == [("meetings.voted", details)]


@pytest.mark.parametrize(("minutes", "count"), [(0.9, 1), (1, 2)])
def test_the_same_vote_within_a_minute_is_a_button_tapped_twice(voting: Village, minutes: float, count: int) -> None:
    vote(voting, 2, 1)
    vote(voting, 2, 1, minutes=minutes)
    assert Vote.objects.count() == count


def test_other_figures_or_another_subject_are_another_vote(voting: Village) -> None:
    vote(voting, 2, 1)
    for counts, subject in (
        ((1, 1), "Nghị quyết"),
        ((2, 0), "Nghị quyết"),
        ((2, 0, 1), "Nghị quyết"),
        ((2, 1), "Khác"),
    ):
        vote(voting, *counts, subject=subject)
    assert Vote.objects.count() == 5


@pytest.mark.parametrize(
    ("counts", "refusal"),
    [
        ((0,), votes.NobodyVoted),
        ((-1, 2), votes.NobodyVoted),
        ((2, 2), votes.TooManyVotes),
        ((3, 0, 0, 1), votes.TooManyVotes),
    ],
)
def test_figures_that_cannot_be_are_refused(
    voting: Village, counts: tuple[int, ...], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        vote(voting, *counts)
    assert vote(voting, 3).passed
    assert vote(voting, 0, 1, minutes=5).passed is False


def test_more_ballots_than_voters_are_refused_with_both_numbers(voting: Village) -> None:
    with pytest.raises(votes.TooManyVotes, match="Có 4 phiếu nhưng chỉ 3 đảng viên được biểu quyết có mặt"):
        vote(voting, 3, 0, 0, 1)


def test_a_vote_needs_words_and_not_too_many(voting: Village) -> None:
    with pytest.raises(votes.SubjectMissing) as missing:
        vote(voting, 1, subject="  ")
    assert missing.value.field == "subject"
    with pytest.raises(TextTooLong) as refusal:
        vote(voting, 1, subject="x" * 1000)
    assert refusal.value.field == "subject"
    with pytest.raises(TextTooLong) as refusal:
        start(voting, subject="x" * 1000)
    assert refusal.value.field == "subject"


def test_without_official_members_nobody_votes(voting: Village) -> None:
    RollCallEntry.objects.update(votes=False)
    with pytest.raises(votes.NobodyMayVote):
        vote(voting, 1)
    with pytest.raises(votes.NobodyMayVote):
        start(voting)


def test_a_vote_taken_back_is_in_the_trail(voting: Village) -> None:
    made = vote(voting, 2, 1)
    votes.remove_vote(actor=voting.actor, meeting=voting.meeting, public_id=made.public_id, now=NOW)
    assert (Vote.objects.count(), list_trail("meetings")[-1]) == (
        0,
        ("meetings.voted", {"removed": str(made.public_id), "in_favour": 2}),
    )


def test_an_opinion_is_about_a_vote_of_this_meeting(voting: Village) -> None:
    made = vote(voting, 2, 1)
    keep: dict[str, Any] = {"actor": voting.actor, "meeting": voting.meeting, "member": voting.plain, "now": NOW}
    opinion = votes.reserve_opinion(text="Chưa nên", vote=made.public_id, **keep)
    assert (opinion.vote, opinion.at, opinion.member) == (made, NOW, voting.plain)
    assert list_trail("meetings")[-1] == ("meetings.opinion_reserved", {"member": str(voting.plain.public_id)})
    with pytest.raises(NotFound):
        votes.reserve_opinion(text="Khác", vote=UUID(int=7), **keep)
    votes.remove_opinion(actor=voting.actor, meeting=voting.meeting, public_id=opinion.public_id, now=NOW)
    assert list_trail("meetings")[-1] == ("meetings.opinion_reserved", {"removed": True})


# ── ballots ───────────────────────────────────────────────────────────────────


def test_a_ballot_keeps_who_counts_and_what_it_takes(voting: Village) -> None:
    ballot = start(voting, majority=VoteMajority.MEMBERSHIP)
    ballot.refresh_from_db()
    assert (
        ballot.subject,
        ballot.majority,
        ballot.issued,
        ballot.started_at,
        ballot.first_teller,
        ballot.second_teller,
    ) == (
        "Nghị quyết",
        VoteMajority.MEMBERSHIP,
        3,
        NOW,
        voting.member,
        voting.plain,
    )
    assert start(voting, subject="Kết nạp").majority == VoteMajority.MEMBERSHIP
    assert start(voting, subject="Khác").majority == VoteMajority.ORDINARY
    assert list_trail("meetings")[0] == ("meetings.ballot_counted", {"started": "Nghị quyết", "issued": 3})
    with pytest.raises(votes.NobodyVoted):
        start(voting, issued=0)
    assert start(voting, issued=1).issued == 1
    assert start(voting, issued=3) == ballot


def test_a_teller_who_is_late_or_online_counts_too_but_nobody_who_is_away(voting: Village) -> None:
    RollCallEntry.objects.filter(member=voting.plain).update(state=AttendanceState.ONLINE)
    start(voting)
    RollCallEntry.objects.filter(member=voting.plain).update(state=AttendanceState.EXCUSED)
    with pytest.raises(ballots.TellerAway):
        start(voting, subject="Khác")


def test_each_count_is_kept_with_who_typed_it(voting: Village) -> None:
    ballot = start(voting)
    count: dict[str, Any] = {"ballot": ballot, "count": VoteCount(1, 1, 1, 0), "now": NOW + timedelta(minutes=1)}
    ballots.enter_count(actor=voting.actor, teller=voting.plain.pk, **count)
    kept = TellerCount.objects.get()
    assert (kept.teller, kept.in_favour, kept.against, kept.other, kept.invalid) == (voting.plain, 1, 1, 1, 0)
    assert (kept.entered_at, kept.entered_by, kept.entered_by_name) == (
        NOW + timedelta(minutes=1),
        voting.secretary,
        "Ma Công Lập",
    )
    assert list_trail("meetings")[-1] == ("meetings.ballot_counted", {"teller": voting.plain.pk})
    made = ballots.enter_count(actor=actor_of(voting.member_user), teller=voting.member.pk, **count)
    ballot.refresh_from_db()
    assert (ballot.vote, ballot.vote and ballot.vote.issued) == (made, 3)


def test_counts_that_differ_are_in_the_trail_without_figures(voting: Village) -> None:
    ballot = start(voting)
    count: dict[str, Any] = {"actor": voting.actor, "ballot": ballot, "now": NOW}
    ballots.enter_count(teller=voting.plain.pk, count=VoteCount(3), **count)
    with pytest.raises(ballots.CountsDiffer):
        ballots.enter_count(teller=voting.member.pk, count=VoteCount(2, 1), **count)
    assert list_trail("meetings")[-1] == ("meetings.ballot_counted", {"differ": True})


def test_only_who_holds_the_meeting_voids_a_ballot(voting: Village) -> None:
    """A member, who may read it and counts in it, may not."""
    ballot = start(voting)
    with pytest.raises(NotAllowed):
        ballots.cancel_ballot(actor=actor_of(voting.member_user), ballot=ballot, now=NOW)
    with pytest.raises(NotFound):
        ballots.cancel_ballot(actor=actor_of(voting.outsider), ballot=ballot, now=NOW)
    assert SecretBallot.objects.count() == 1
    ballots.cancel_ballot(actor=voting.actor, ballot=ballot, now=NOW)
    assert list_trail("meetings")[-1] == ("meetings.ballot_counted", {"cancelled": "Nghị quyết"})


def test_every_write_is_seen_on_the_other_devices(voting: Village) -> None:
    before = Meeting.objects.get().revision
    made = vote(voting, 2, 1)
    ballot = start(voting, subject="Khác")
    ballots.cancel_ballot(actor=voting.actor, ballot=ballot, now=NOW)
    votes.remove_vote(actor=voting.actor, meeting=voting.meeting, public_id=made.public_id, now=NOW)
    assert Meeting.objects.get().revision == before + 4


def test_only_who_holds_the_meeting_writes_votes(voting: Village) -> None:
    made = vote(voting, 2, 1)
    write: dict[str, Any] = {"actor": actor_of(voting.member_user), "meeting": voting.meeting, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: votes.record_vote(subject="Việc", ballot=VoteCount(1), **write),
        lambda: votes.remove_vote(public_id=made.public_id, **write),
        lambda: votes.reserve_opinion(member=voting.plain, text="Không", **write),
        lambda: votes.remove_opinion(public_id=UUID(int=7), **write),
        lambda: ballots.start_ballot(draft=make_draft(), **write),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()
