"""Ballots of a review: four columns, and what passes (addendum 1.1 no. 5, a.8 no. 4). No ballot is anybody's."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import RatingLevel
from nennep.classification.rules.kept import KeptRules
from nennep.core.errors import DomainError
from nennep.core.wording import say_date
from nennep.policies.rules import VoteThreshold


class TallyImpossible(DomainError):
    code = "rating_tally_impossible"
    message = _(
        "Số phiếu không khớp: %(votes)s phiếu ở bốn mức, %(voters)s người bỏ phiếu, %(base)s đảng viên chính thức."
    )
    field = "voters"


class BallotBaseTooLarge(DomainError):
    code = "rating_ballot_base_too_large"
    message = _(
        "Ngày %(day)s chi bộ có %(most)s đảng viên chính thức được biểu quyết, không thể triệu tập %(base)s người. "
        "Hãy xem lại số được triệu tập và danh sách đảng viên."
    )
    field = "base"


class MoreBallotsThanPresent(DomainError):
    code = "rating_more_ballots_than_present"
    message = _(
        "Buổi họp ngày %(day)s có mặt %(most)s đảng viên được biểu quyết, không thể có %(voters)s người bỏ phiếu. "
        "Hãy xem lại số phiếu."
    )
    field = "voters"


class VotedOtherwise(DomainError):
    code = "rating_voted_otherwise"
    message = _("Hội nghị đã bỏ phiếu đủ tỷ lệ cho mức “%(level)s”. Đề nghị mức khác thì hãy ghi lý do.")
    field = "reason"


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes for each level, `voters` who voted, `base` all official members who were called, the absent too."""

    excellent: int
    good: int
    satisfactory: int
    unsatisfactory: int
    voters: int
    base: int

    def of(self, level: RatingLevel) -> int:
        return int(getattr(self, level.value))

    @property
    def votes(self) -> int:
        return sum(self.of(level) for level in RatingLevel)


def require_tally(tally: Tally) -> None:
    """Raises TallyImpossible: more votes than voters, more voters than members, a number below 0, nobody at all."""
    numbers = [*(tally.of(level) for level in RatingLevel), tally.voters, tally.base]
    if min(numbers) < 0 or not tally.votes <= tally.voters <= tally.base or not tally.voters:
        raise TallyImpossible(votes=tally.votes, voters=tally.voters, base=tally.base)


def require_base(tally: Tally, most: int, on: date) -> None:
    """`most`: official members with a vote on that day. Raises BallotBaseTooLarge; fewer may have been called than there are."""
    if tally.base > most:
        raise BallotBaseTooLarge(base=tally.base, most=most, day=say_date(on))


def require_present(tally: Tally, most: int | None, on: date) -> None:
    """`most`: those with a vote who were there, None where no roll call of that day says it. Raises MoreBallotsThanPresent."""
    if most is not None and tally.voters > most:
        raise MoreBallotsThanPresent(voters=tally.voters, most=most, day=say_date(on))


def find_passed(tally: Tally, rules: KeptRules) -> RatingLevel | None:
    """The level that passed, by the share that any resolution needs; None where none has it: people decide."""
    threshold = VoteThreshold(Fraction(rules.vote_part), strict=rules.vote_strict)
    return next((one for one in RatingLevel if threshold.passes(in_favour=tally.of(one), base=tally.base)), None)


def require_as_voted(level: RatingLevel, voted: RatingLevel | None, reason: str) -> None:
    """What the meeting voted is proposed, or it is said why not. Raises VotedOtherwise."""
    if voted is not None and level != voted and not reason.strip():
        raise VotedOtherwise(level=voted.label)
