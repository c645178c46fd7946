"""What former programs left in petitions, put right by the daily work: the first one after an upgrade finds it, the others nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.organizations.queries import find_heir
from nennep.petitions.choices import WAITING, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.services.joining import release_joined
from nennep.petitions.services.petitions import keep_change, lock_petition


def reconcile_released(*, actor: Actor, now: datetime) -> list[Finding]:
    """What another cell asked and stayed joined to a petition that its cell no longer asks waits again for itself.

    Each kept one is a transaction of its own. Doing it twice changes nothing.
    """
    actor.require_program()
    ended = Petition.objects.filter(state=PetitionState.WITHDRAWN, joined__isnull=False).order_by("pk").distinct()
    released = 0
    for kept in ended:
        with transaction.atomic():
            released += release_joined(actor=actor, kept=lock_petition(kept), now=now)
    return [Finding("petitions.Petition.joined_to", released, mended=True)] if released else []


def reconcile_joined(*, actor: Actor, now: datetime) -> list[Finding]:
    """What was joined and answered along, and lies still where it lay before, lies with whoever answered the other one.

    Its steps stand as they were written. Each petition is a transaction of its own. Doing it twice changes nothing.
    """
    actor.require_program()
    found = _find_wrong()
    for petition, right in found:
        with transaction.atomic():
            _give_to(lock_petition(Petition(pk=petition)), right, actor, now)
    return [Finding("petitions.Petition.holder", len(found), mended=True)] if found else []


def _find_wrong() -> list[tuple[int, int]]:
    """Joined ones whose newest answer says another unit than the other one's answer of that moment, and that lie with it; and that step.

    One query.
    """
    own = PetitionStep.objects.filter(petition=OuterRef("petition"), kind=StepKind.ANSWERED).order_by("-at", "-pk")
    said = PetitionStep.objects.filter(
        petition=OuterRef("petition__joined_to"), kind=StepKind.ANSWERED, at=OuterRef("at")
    ).order_by("pk")
    answers = PetitionStep.objects.filter(kind=StepKind.ANSWERED, petition__joined_to__isnull=False)
    newest = answers.annotate(newest=Subquery(own.values("pk")[:1])).filter(pk=F("newest"), unit=F("petition__holder"))
    found = newest.annotate(right=Subquery(said.values("pk")[:1]), by_unit=Subquery(said.values("unit")[:1]))
    wrong = found.filter(~Q(unit=F("by_unit")), right__isnull=False).order_by("petition")
    return list(wrong.values_list("petition", "right"))


def _give_to(petition: Petition, answer: int, actor: Actor, now: datetime) -> None:
    """To the unit of that answer of the other one; where it went on since, and the matter waits, to its successor."""
    right = PetitionStep.objects.select_related("petition", "unit").get(pk=answer)
    heir = find_heir(right.unit) if right.petition.state in WAITING else None
    petition.holder, petition.body_id = heir or right.unit, right.body_id
    petition.save(update_fields=["holder", "body"])
    keep_change(Verb.FOLLOWED, petition, actor, now)
