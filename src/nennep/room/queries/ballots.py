"""A secret ballot as its tellers see it: who has entered a count, never what."""

from dataclasses import dataclass
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.room.choices import VoteMajority
from nennep.room.models import SecretBallot as SecretBallot
from nennep.room.queries.outcome import VoteRow, list_votes, rules_of
from nennep.room.rules.outcome import say_majority, threshold_of


@dataclass(frozen=True, slots=True)
class TellerRow:
    """One of the two tellers; `may_enter` when the reader may type this one's count now."""

    member: Member
    has_entered: bool
    may_enter: bool


@dataclass(frozen=True, slots=True)
class BallotPage:
    """`result` is None until both counts agree; no figure of a single teller is ever here. `majority`: what carries it, in words."""

    ballot: SecretBallot
    meeting: Meeting
    tellers: tuple[TellerRow, TellerRow]
    result: VoteRow | None
    majority: str
    may_hold: bool

    @property
    def enterable(self) -> tuple[TellerRow, ...]:
        return tuple(row for row in self.tellers if row.may_enter)


def get_ballot(*, actor: Actor, public_id: UUID) -> SecretBallot:
    """For those who hold the meeting and for the two tellers; NotFound for all others. One query."""
    rows = SecretBallot.objects.select_related("meeting__organization", "first_teller", "second_teller")
    ballot = rows.filter(meeting__in=Meeting.objects.visible_to(actor), public_id=public_id).first()
    if ballot is None:
        raise NotFound
    own = {ballot.first_teller.user_id, ballot.second_teller.user_id} - {None}
    if actor.user_id not in own and not actor.may(Permission.MEETINGS_HOLD, ballot.meeting.organization.path):
        raise NotFound
    return ballot


def get_ballot_page(*, actor: Actor, public_id: UUID) -> BallotPage:
    """The page of one ballot. Raises NotFound. At most five queries."""
    ballot = get_ballot(actor=actor, public_id=public_id)
    entered = set(ballot.counts.order_by("pk").values_list("teller_id", flat=True))
    holds = actor.may(Permission.MEETINGS_HOLD, ballot.meeting.organization.path)
    first, second = (
        TellerRow(
            member=teller,
            has_entered=teller.pk in entered or ballot.vote_id is not None,
            may_enter=ballot.vote_id is None
            and teller.pk not in entered
            and (holds or (actor.user_id is not None and teller.user_id == actor.user_id)),
        )
        for teller in (ballot.first_teller, ballot.second_teller)
    )
    majority = say_majority(threshold_of(VoteMajority(ballot.majority), rules_of(ballot.meeting)))
    return BallotPage(ballot, ballot.meeting, (first, second), _find_result(ballot), majority, holds)


def _find_result(ballot: SecretBallot) -> VoteRow | None:
    if ballot.vote_id is None:
        return None
    votes = {vote.public_id: vote for vote in list_votes(ballot.meeting)}
    return next((row for key, row in votes.items() if ballot.vote and key == ballot.vote.public_id), None)
