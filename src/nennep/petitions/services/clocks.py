"""The clock of a petition, stored along with its steps, and counted anew when a list of days off is corrected."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.periods import DaysOff
from nennep.core.queue import enqueue_on_commit
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_roots
from nennep.petitions.choices import RUNNING, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries import (
    find_days_off,
    get_unit_by_id,
    list_units_by_id,
    read_books,
    read_stored_clock,
)
from nennep.petitions.queries.clocks import NEWEST
from nennep.petitions.services.notices import tell_recounted
from nennep.petitions.services.sums import count_petitions

CHUNK = 500
_RUNNING = (Q(state__in=RUNNING), Q(state=PetitionState.JOINED, joined_to__state__in=RUNNING))


@dataclass(frozen=True, slots=True)
class StepTime:
    """What a step says to the clock: working days that begin with it, the day that it sets."""

    days: int | None = None
    until: date | None = None


NO_TIME = StepTime()


def store_clock(petition: Petition) -> None:
    """Store what the steps give, in the transaction of the newest one. Three queries at most and the write."""
    _set_clock(petition, list(petition.steps.order_by("at", "pk")), find_days_off(holder=petition.holder))
    petition.save(update_fields=["due_on", "late_days", "missed_on"])


def _set_clock(petition: Petition, steps: Sequence[PetitionStep], days_off: DaysOff) -> None:
    clock = read_stored_clock(petition, steps, days_off)
    petition.due_on, petition.late_days, petition.missed_on = clock.due_on, clock.late_days, clock.missed_on


def recount_later(*, actor: Actor, organization_id: int) -> None:
    """After the commit a job counts the open clocks below this unit anew."""
    actor.require_program()
    enqueue_on_commit("nennep.petitions.jobs.recount_clocks", organization_id=organization_id)


def recount_clocks(*, actor: Actor, organization_id: int, now: datetime) -> int:
    """A list of days off was corrected: last days of clocks that run under this unit move and say so; how many did.

    Those of what is joined to one that runs move along, uncounted: one answer is owed for both.
    What was answered or settled stands as it was counted. Doing it twice changes nothing.
    """
    actor.require_program()
    return _recount_below(get_unit_by_id(organization_id), StepKind.RECOUNTED, actor, now)


def _recount_below(unit: Organization, why: StepKind, actor: Actor, now: datetime) -> int:
    moved: Counter[int] = Counter()
    for keys in _list_running(unit):
        with transaction.atomic():
            moved += _recount(keys, why, actor, now)
    for holder in list_units_by_id(moved):
        tell_recounted(actor, holder, moved[holder.pk], now, why=why)
    return moved.total()


def reconcile_clocks(*, actor: Actor, now: datetime) -> list[Finding]:
    """Last days of clocks that run and are not what steps and days off give: a former program counted them, and they move.

    They say that they were counted wrongly: no list of days off was corrected. Doing it twice changes nothing.
    """
    actor.require_program()
    moved = sum(_recount_below(root, StepKind.CORRECTED, actor, now) for root in list(list_roots(actor=actor)))
    return [Finding("petitions.Petition.due_on", moved, mended=True)] if moved else []


def _list_running(unit: Organization) -> Iterator[list[int]]:
    for which in _RUNNING:
        running = Petition.objects.filter(which, holder__path__startswith=unit.path).order_by("pk")
        last = 0
        while keys := list(running.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
            yield keys
            last = keys[-1]


def _recount(keys: Sequence[int], why: StepKind, actor: Actor, now: datetime) -> Counter[int]:
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "holder")
    petitions = list(rows.filter(reduce(or_, _RUNNING), pk__in=keys).order_by("pk").prefetch_related("steps"))
    books, _newest = read_books({petition.holder for petition in petitions}, since=NEWEST)
    moved, changed = Counter[int](), []
    for petition in petitions:
        former = petition.due_on
        _set_clock(petition, list(petition.steps.all()), books[petition.holder_id].days_off)
        if petition.due_on != former:
            petition.save(update_fields=["due_on", "late_days", "missed_on"])
            words = {"former": say_date(former), "day": say_date(petition.due_on)}
            _say_moved(petition, _("%(former)s → %(day)s") % words, actor, now, why=why)
            moved[petition.holder_id] += petition.state in RUNNING
            changed.append(petition.pk)
    if changed:
        count_petitions(changed)
    return +moved


def _say_moved(petition: Petition, text: str, actor: Actor, now: datetime, *, why: StepKind) -> None:
    petition.steps.create(kind=why, unit=petition.holder, text=text, at=now, by_id=actor.user_id, by_name=actor.name)
    target = audit.Target("petitions.petition", str(petition.public_id), unit_path=petition.organization.path)
    verb = Verb.RECOUNTED if why == StepKind.RECOUNTED else Verb.CORRECTED
    audit.record(verb, actor=actor, target=target, now=now)
