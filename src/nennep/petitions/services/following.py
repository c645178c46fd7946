"""What becomes of petitions when the unit that asked, or the one that is to answer, ends; for `references.py`."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.events import publish
from nennep.core.wording import for_records
from nennep.organizations.queries import find_heir
from nennep.petitions.choices import RUNNING, SPOKEN_TO, WAITING, PetitionChanged, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition
from nennep.petitions.queries import find_above, find_days
from nennep.petitions.services.clocks import StepTime, store_clock
from nennep.petitions.services.notices import tell_holder
from nennep.petitions.services.petitions import keep_change, keep_step, settle


def follow_unit_merge(*, actor: Actor, predecessor_id: int, successor_id: int, now: datetime) -> int:
    """What waits in a unit that went on in another, or lies with it, is the other's from now on; how many petitions.

    So is what was joined to another one that nobody has settled: the answer comes to the other unit, which gives its word. The
    clock goes on: nobody was slower for the merger. What is settled stays in the books of the unit that ended. Merging
    was allowed; nobody is asked again. Doing it twice changes nothing. Publishes PetitionChanged for both cells.
    """
    actor.require_program()
    with transaction.atomic():
        waiting = _lock_going_on(Q(organization_id=predecessor_id) | Q(holder_id=predecessor_id))
        for petition in waiting:
            former = petition.organization if petition.organization_id == predecessor_id else petition.holder
            if petition.organization_id == predecessor_id:
                publish(PetitionChanged(predecessor_id, petition.pk))
                petition.organization_id = successor_id
            if petition.holder_id == predecessor_id:
                petition.holder_id = successor_id
            petition.save(update_fields=["organization", "holder"])
            keep_step(petition, StepKind.MERGED, actor, now, unit=former, to_id=successor_id)
            keep_change(Verb.FOLLOWED, petition, actor, now)
    return len(waiting)


def follow_unit_closing(*, actor: Actor, organization_id: int, now: datetime) -> int:
    """A unit ended without a successor: what lies with it goes to the unit above, what it was to confirm is settled.

    How many petitions changed. Doing it twice changes nothing.
    """
    actor.require_program()
    with transaction.atomic():
        held = _lock_waiting(Q(holder_id=organization_id, state__in=RUNNING))
        handed = sum(_hand_up(petition, actor, now) for petition in held)
        answered = _lock_waiting(Q(organization_id=organization_id, state__in=SPOKEN_TO))
        for petition in answered:
            because = for_records(lambda: _("Chi bộ đã kết thúc hoạt động."))
            settle(petition, PetitionState.SOLVED, localdate(now), because=because)
            keep_step(petition, StepKind.SOLVED, actor, now, unit=petition.holder, text=because)
            keep_change(Verb.SOLVED, petition, actor, now)
    return handed + len(answered)


def _hand_up(petition: Petition, actor: Actor, now: datetime) -> bool:
    """Returns False for a unit with nothing above it; whoever has it now is told."""
    moved = _move_up(petition, actor, now)
    if moved:
        tell_holder(actor, petition, now)
    return moved


def follow_ended_holder(*, actor: Actor, petition: Petition, now: datetime) -> None:
    """What was settled is about to be opened again: who held it may have ended meanwhile, and the merger or closing moved only what waited.

    The caller has locked it, asked who acts, and tells the holder. Each move is a step; an office outside that is no more, or of a
    register that no longer holds there, is left.
    """
    heir, unit = find_heir(petition.holder), petition.holder
    if heir is None:
        _move_up(petition, actor, now)
    elif heir != unit:
        petition.holder = heir
        petition.save(update_fields=["holder"])
        keep_step(petition, StepKind.MERGED, actor, now, unit=unit, to_id=heir.pk)
        keep_change(Verb.FOLLOWED, petition, actor, now)
    body = petition.body
    if body and not (body.covers(localdate(now)) and petition.holder.path.startswith(body.unit.path)):
        petition.body = None
        petition.save(update_fields=["body"])


def _move_up(petition: Petition, actor: Actor, now: datetime) -> bool:
    unit = petition.holder
    above = find_above(unit)
    if above is None:
        return False
    petition.holder, petition.body = above, None
    petition.save(update_fields=["holder", "body"])
    days = find_days(holder=above, since=localdate(now))
    keep_step(petition, StepKind.PASSED_ON, actor, now, unit=unit, to_id=above.pk, time=StepTime(days))
    store_clock(petition)
    keep_change(Verb.FOLLOWED, petition, actor, now)
    return True


def _lock_waiting(which: Q) -> list[Petition]:
    return _lock(which & Q(state__in=WAITING))


def _lock_going_on(which: Q) -> list[Petition]:
    """What waits, for itself or with what it was joined to."""
    return _lock(which & (Q(state__in=WAITING) | Q(state=PetitionState.JOINED, joined_to__state__in=WAITING)))


def _lock(which: Q) -> list[Petition]:
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organization", "holder", "raised_by"
    )
    return list(rows.filter(which).order_by("pk"))
