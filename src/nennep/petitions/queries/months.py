"""What was done with the petitions of many cells in one month. What is done later leaves the month as it was."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.petitions.choices import OPINIONS, StepKind
from nennep.petitions.models import Petition, PetitionStep

_COUNTED = {StepKind.SOLVED: "petitions_solved", StepKind.REOPENED: "petitions_reopened"}
_COUNTED[StepKind.PARTLY] = "petitions_reopened"
_READ = (*_COUNTED, StepKind.ANSWERED, StepKind.MERGED)


def count_petitions_of(cells: Collection[int], month: Month) -> Counted:
    """By the cell that had them on that day: what went on to another one in a merger counts where it was before. Two queries."""
    wanted, found = set(cells), defaultdict[int, dict[str, int]](lambda: defaultdict(int))
    merged = PetitionStep.objects.filter(kind=StepKind.MERGED, unit__in=wanted).order_by().values("petition")
    theirs = Petition.objects.filter(Q(organization__in=wanted) | Q(pk__in=merged)).exclude(state__in=OPINIONS)
    petitions = list(theirs.filter(_touches(month)).order_by("pk"))
    steps = _read_steps(petitions)
    for petition in petitions:
        for name, cell in set(_list_acts(petition, steps[petition.pk], month)):
            if cell in wanted:
                found[cell][name] += 1
    return found


def _touches(month: Month) -> Q:
    """Raised in the month, or something counted was done in it."""
    days = (month.first_day, month.last_day)
    done = PetitionStep.objects.filter(petition=OuterRef("pk"), kind__in=_READ, at__date__range=days)
    return Q(raised_on__range=days) | Q(Exists(done))


def find_raised_on(petition_id: int) -> date | None:
    """The day on which it was raised; None where there is none of this id."""
    return Petition.objects.filter(pk=petition_id).order_by().values_list("raised_on", flat=True).first()


def _read_steps(petitions: Iterable[Petition]) -> dict[int, list[PetitionStep]]:
    """The oldest first."""
    steps: dict[int, list[PetitionStep]] = defaultdict(list)
    every = PetitionStep.objects.filter(petition__in=[one.pk for one in petitions], kind__in=_READ)
    for step in every.order_by("at", "pk"):
        steps[step.petition_id].append(step)
    return steps


def _list_acts(petition: Petition, steps: Sequence[PetitionStep], month: Month) -> Iterator[tuple[str, int]]:
    """Pairs of the measure and the cell."""
    if month.contains(petition.raised_on):
        yield "petitions_raised", _find_cell(petition, steps)
    first = next((step for step in steps if step.kind == StepKind.ANSWERED), None)
    for number, step in enumerate(steps):
        if step.kind == StepKind.MERGED or not month.contains(localdate(step.at)):
            continue
        cell = _find_cell(petition, steps[number:])
        if step.kind in _COUNTED:
            yield _COUNTED[StepKind(step.kind)], cell
        if step == first:
            yield "petitions_answered", cell
            if step.stood and localdate(step.at) > step.stood:
                yield "petitions_answered_late", cell


def _find_cell(petition: Petition, later: Sequence[PetitionStep]) -> int:
    """Whose it was before these steps."""
    cell = petition.organization_id
    for step in reversed(later):
        if step.kind == StepKind.MERGED and step.to_id == cell:
            cell = step.unit_id
    return cell
