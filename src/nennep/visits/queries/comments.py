"""The bank of comments as whoever gives one sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above
from nennep.visits.importers.comments import read_comments
from nennep.visits.models import CommentBankEntry
from nennep.visits.models.comments import CommentBankQuerySet


@dataclass(frozen=True, slots=True)
class BankComment:
    """One comment to choose: its words, a good example, the group of the score sheet it helps, how often it was given."""

    text: str
    example: str
    topic: str
    uses: int


def bank_of(cell: Organization) -> CommentBankQuerySet:
    """What was kept for this cell: shared comments, and those of the units above it. The cell's door was passed."""
    return CommentBankEntry.objects.filter(Q(organization=None) | Q(organization__path__in=paths_above(cell)))


def list_bank(*, cell: Organization, topics: Sequence[str] = ()) -> list[BankComment]:
    """The comments for this cell: those on `topics` first, in that order; then the most used. One query.

    Those that come with the program are there from the beginning; a row is kept of one only once it was given.
    """
    kept = [BankComment(row.text, row.example, row.topic, row.uses) for row in bank_of(cell).order_by("pk")]
    known = {comment.text for comment in kept}
    delivered = [BankComment(row.text, row.example, row.topic, 0) for row in read_comments() if row.text not in known]
    rank = {topic: index for index, topic in enumerate(topics)}
    return sorted(kept + delivered, key=lambda comment: (rank.get(group_of(comment.topic), len(rank)), -comment.uses))


def find_keeper(cell: Organization) -> Organization:
    """The unit directly above, whose cells share a kept comment; a cell that stands alone keeps its own. One query."""
    above = Organization.objects.filter(path__in=paths_above(cell)).exclude(pk=cell.pk)
    return above.order_by("-path").first() or cell


def group_of(topic: str) -> str:
    """`c4` of `c4.2`: the group that a line of the sheet stands in."""
    return topic.partition(".")[0]
