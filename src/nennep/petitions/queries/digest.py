"""What an official is told of petitions before a visit, in numbers: of the cell, and of the unit around it. Of nobody by name."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from nennep.organizations.models import Organization
from nennep.petitions.choices import RUNNING, SPOKEN_TO, WAITING, PetitionState
from nennep.petitions.models import Petition


@dataclass(frozen=True, slots=True)
class PetitionDigest:
    """Of the cell: unanswered (`late` of them past their day), answered and waiting for its word, answered since a day.

    Around it, in the unit above, the other cells: how many wait, how many of them late, how many of a subject area of which this
    cell waits too.
    """

    unanswered: int = 0
    late: int = 0
    for_word: int = 0
    answered_since: int = 0
    around: int = 0
    around_late: int = 0
    around_alike: int = 0


def read_digest(*, cell: Organization, above: str, since: date, today: date) -> PetitionDigest:
    """Of a cell that has passed its door; `above`: the path of the unit above it, `since`: its last meeting. One query."""
    own, late = Q(organization=cell), Q(state=PetitionState.OPEN, due_on__lt=today)
    waiting = Q(state__in=WAITING)
    fields = Petition.objects.filter(own, waiting).order_by().values("field")
    around = waiting & ~own
    answered = own & Q(answered_on__gt=since) & ~Q(state__in=RUNNING)
    found = Petition.objects.filter(waiting | answered, organization__path__startswith=above).order_by()
    return PetitionDigest(
        **found.aggregate(
            unanswered=Count("pk", filter=own & Q(state__in=RUNNING)),
            late=Count("pk", filter=own & late),
            for_word=Count("pk", filter=own & Q(state__in=SPOKEN_TO)),
            answered_since=Count("pk", filter=answered),
            around=Count("pk", filter=around),
            around_late=Count("pk", filter=around & late),
            around_alike=Count("pk", filter=around & Q(field__in=fields)),
        )
    )
