"""Petitions that somebody acted on in a span of time, for what tells of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from nennep.organizations.models import Organization as Organization
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition as Petition
from nennep.petitions.models import PetitionStep
from nennep.petitions.queries.rows import PetitionRow, read_row

_SPOKEN = (StepKind.ANSWERED, StepKind.SOLVED, StepKind.REOPENED, StepKind.PARTLY)


@dataclass(frozen=True, slots=True)
class HandledPetition:
    """What one meeting did with a petition: `step` is its last one there, `text` the answer or the reason given."""

    row: PetitionRow
    step: StepKind
    text: str


def list_handled(*, organization: Organization, since: datetime, until: datetime, today: date) -> list[HandledPetition]:
    """Petitions of a cell that it answered, confirmed or opened again in this time. The caller has passed the door. Two queries."""
    found = PetitionStep.objects.filter(
        petition__organization=organization, unit=organization, kind__in=_SPOKEN, at__gte=since, at__lte=until
    )
    steps = _choose_last(found)
    petitions = Petition.objects.filter(pk__in=steps).select_related("organization", "holder", "raised_by", "body")
    return [
        HandledPetition(read_row(one, today), StepKind(steps[one.pk].kind), steps[one.pk].text)
        for one in petitions.order_by("raised_on", "pk")
    ]


def list_handled_ids(spans: Mapping[int, tuple[int, datetime, datetime]]) -> dict[int, set[str]]:
    """Public ids of what `list_handled` names, for many spans (unit, since, until) under keys of the caller's own. One query."""
    found: dict[int, set[str]] = {key: set() for key in spans}
    if not spans:
        return found
    asked: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    for key, (unit, since, until) in spans.items():
        asked[unit].append((key, since, until))
    first, last = min(one[1] for one in spans.values()), max(one[2] for one in spans.values())
    steps = PetitionStep.objects.filter(
        petition__organization=F("unit"), unit__in=asked, kind__in=_SPOKEN, at__gte=first, at__lte=last
    )
    for unit, at, petition in steps.order_by("pk").values_list("unit_id", "at", "petition__public_id"):
        for key, since, until in asked[unit]:
            if since <= at <= until:
                found[key].add(str(petition))
    return found


def _choose_last(found: Iterable[PetitionStep]) -> dict[int, PetitionStep]:
    """The last step of each petition. What is settled by its answer, in one act, was answered: nobody confirmed it apart."""
    last: dict[int, PetitionStep] = {}
    for step in found:
        before = last.get(step.petition_id)
        by_answer = before is not None and before.kind == StepKind.ANSWERED and before.at == step.at
        if not (by_answer and step.kind == StepKind.SOLVED):
            last[step.petition_id] = step
    return last
