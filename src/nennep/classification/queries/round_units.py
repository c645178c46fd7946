"""The units of a round: how far each is, and who has the next step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.classification.choices import RatingState
from nennep.classification.models import Campaign, RatingQuerySet, UnitReview
from nennep.classification.queries.overtaken import Overtaken
from nennep.core.wording import say_date


@dataclass(frozen=True, slots=True)
class RoundUnitRow:
    """A unit in a round: how many are to be rated, how far they are, and of how many the decision waits for a second look."""

    public_id: UUID
    name: str
    rated: int
    not_rated: int
    with_cell: int
    waiting: int
    decided: int
    meeting_on: date | None
    is_cell: bool
    ended_on: date | None
    overtaken: int = 0

    @property
    def owes(self) -> str:
        """Who has the next step; for a unit that has ended the level above, for all of it."""
        if self.with_cell and self.ended_on:
            facts = {"day": say_date(self.ended_on), "count": self.with_cell}
            return (
                ngettext(
                    "Đơn vị kết thúc ngày %(day)s, còn %(count)s mục chưa đề nghị: cấp trên làm nốt",
                    "Đơn vị kết thúc ngày %(day)s, còn %(count)s mục chưa đề nghị: cấp trên làm nốt",
                    self.with_cell,
                )
                % facts
            )
        if self.with_cell:
            return _("Đơn vị còn %(count)s mục chưa đề nghị") % {"count": self.with_cell}
        if self.waiting:
            return _("Cấp trên còn %(count)s mục chưa quyết định") % {"count": self.waiting}
        if self.overtaken:
            return _("Cấp trên còn %(count)s mục phải xem lại") % {"count": self.overtaken}
        return _("Đã quyết định xong")


def list_round_units(
    campaign: Campaign, ratings: RatingQuerySet, overtaken: Sequence[Overtaken]
) -> tuple[RoundUnitRow, ...]:
    """Units of a round in the order of the tree, each with how far its ratings are. Two queries."""
    doubted = Counter(one.rating.organization_id for one in overtaken)
    counts: dict[int, Counter[str]] = {}
    for unit, state in ratings.order_by("pk").values_list("organization_id", "state"):
        counts.setdefault(unit, Counter())[_part_of(RatingState(state))] += 1
    reviews = UnitReview.objects.filter(campaign=campaign).select_related("organization")
    return tuple(
        RoundUnitRow(
            public_id=review.organization.public_id,
            name=review.organization.name,
            rated=sum(found.values()) - found["not_rated"],
            not_rated=found["not_rated"],
            with_cell=found["with_cell"],
            waiting=found["waiting"],
            decided=found["decided"],
            meeting_on=review.held_on or review.meeting_on,
            is_cell=review.organization.is_cell,
            ended_on=review.organization.closed_on,
            overtaken=doubted[review.organization_id],
        )
        for review in reviews.order_by("organization__path")
        if (found := counts.get(review.organization_id, Counter()))
    )


def _part_of(state: RatingState) -> str:
    if state in RatingState.before_proposal():
        return "with_cell"
    if state == RatingState.NOT_RATED:
        return "not_rated"
    return "decided" if state.is_decided else "waiting"
