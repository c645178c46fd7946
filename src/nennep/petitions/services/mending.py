"""What former programs left in petitions, put right by the daily work: the first one after an upgrade finds it, the others nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.organizations.queries import find_heir
from nennep.petitions.choices import WAITING, StepKind, Verb
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.services.petitions import keep_change, lock_petition


def reconcile_joined(*, actor: Actor, now: datetime) -> list[Finding]:
    """What was joined and answered along in the name of the unit with which it lay before is the answer of whoever answered the other one.

    It lies with that unit, its step says so, and the step of joining where it lay until then. Each petition is a transaction of its
    own. Doing it twice changes nothing.
    """
    actor.require_program()
    keys = {petition for petition, _step, _right in _find_wrong(Q())}
    for key in sorted(keys):
        with transaction.atomic():
            _give_answers(lock_petition(Petition(pk=key)), actor, now)
    return [Finding("petitions.Petition.holder", len(keys), mended=True)] if keys else []


def _find_wrong(which: Q) -> list[tuple[int, int, int]]:
    """Answers of joined ones that say another unit than the answer of the other one of that moment, oldest first.

    The petition, its step, the step of the other one. One query.
    """
    said = PetitionStep.objects.filter(
        petition=OuterRef("petition__joined_to"), kind=StepKind.ANSWERED, at=OuterRef("at")
    ).order_by("pk")
    answers = PetitionStep.objects.filter(which, kind=StepKind.ANSWERED, petition__joined_to__isnull=False)
    found = answers.annotate(right=Subquery(said.values("pk")[:1]), by_unit=Subquery(said.values("unit")[:1]))
    wrong = found.filter(~Q(unit=F("by_unit")), right__isnull=False).order_by("at", "pk")
    return list(wrong.values_list("petition", "pk", "right"))


def _give_answers(petition: Petition, actor: Actor, now: datetime) -> None:
    """Oldest first: the newest answer says with whom it lies, unless something moved it since."""
    steps = PetitionStep.objects.select_related("petition", "unit")
    for _petition, key, said in _find_wrong(Q(petition=petition)):
        step, right = steps.get(pk=key), steps.get(pk=said)
        petition.steps.filter(kind=StepKind.JOINED, to=None, at__lte=step.at).update(to=step.unit_id)
        if petition.holder_id == step.unit_id:
            heir = find_heir(right.unit) if right.petition.state in WAITING else None
            petition.holder, petition.body_id = heir or right.unit, right.body_id
        PetitionStep.objects.filter(pk=step.pk).update(unit=right.unit, body=right.body_id)
    petition.save(update_fields=["holder", "body"])
    keep_change(Verb.FOLLOWED, petition, actor, now)
