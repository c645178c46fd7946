"""Two petitions about one thing: one clock, one answer for both who asked, and a way back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.organizations.queries import find_heir
from nennep.petitions.choices import RUNNING, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition
from nennep.petitions.queries import find_answering, may_part, tell_last_step
from nennep.petitions.rules import find_state_of_parted, may_follow
from nennep.petitions.services.clocks import StepTime, store_clock
from nennep.petitions.services.notices import tell_holder, tell_joined, tell_released
from nennep.petitions.services.petitions import PetitionSettled, keep_change, keep_step


class JoinedToItself(DomainError):
    code = "petition_joined_to_itself"
    message = _("Hãy chọn một kiến nghị khác.")
    field = "other"


class NotOneMatter(DomainError):
    code = "petition_not_one_matter"
    message = _("Chỉ gộp hai kiến nghị chưa trả lời và đang ở cùng một nơi. Hãy chuyển về một nơi trước.")
    field = "other"


class NotJoined(DomainError):
    code = "petition_not_joined"
    message = _("Kiến nghị này không còn gộp vào kiến nghị khác.")


def join_petitions(*, actor: Actor, petition: Petition, other: Petition, now: datetime) -> Petition:
    """Let one answer do for two petitions about the same matter; the one whose clock ends first is kept and returned.

    Whoever speaks for the cells may, and whoever answers for both. Of two cells each gives its own word on the answer. The other
    waits no longer; whatever was joined to it goes along. Who asked either is told. Raises NotAllowed, JoinedToItself,
    PetitionSettled, NotOneMatter.
    """
    for one in (petition, other):
        _require_to_join(actor, one)
    if petition.pk == other.pk:
        raise JoinedToItself
    with transaction.atomic():
        kept, joined = sorted(_lock(petition, other), key=lambda row: (row.due_on, row.raised_on, row.pk))
        if not all(may_follow(PetitionState(row.state), StepKind.JOINED) for row in (kept, joined)):
            settled = next((row for row in (joined, kept) if row.settled_on), None)
            raise PetitionSettled(last=tell_last_step(settled)) if settled else NotOneMatter
        if kept.holder_id != joined.holder_id:
            raise NotOneMatter
        Petition.objects.filter(joined_to=joined).update(joined_to=kept)
        joined.state, joined.settled_on, joined.joined_to = PetitionState.JOINED, localdate(now), kept
        joined.save(update_fields=["state", "settled_on", "joined_to"])
        for row in (kept, joined):
            lay = row.holder_id if row == joined else None  # its answer may come from elsewhere
            keep_step(row, StepKind.JOINED, actor, now, unit=row.organization, to_id=lay)
            keep_change(Verb.JOINED, row, actor, now, kept=str(kept.public_id))
        tell_joined(actor, kept, now)
    return kept


def separate_petition(*, actor: Actor, petition: Petition, now: datetime) -> Petition:
    """It was another matter after all: it waits again for itself, with the clock that it had, where the other one is now.

    What those who asked had been asked stands again, up to its last day; days off that were corrected meanwhile count.
    Raises NotAllowed, NotJoined.
    """
    kept = petition.joined_to
    if kept is None:
        raise NotJoined
    if not may_part(actor, petition, kept):
        raise NotAllowed
    with transaction.atomic():
        locked, other = (row for row in _lock(petition, kept, first=petition.pk))
        if locked.joined_to_id != other.pk:
            raise NotJoined
        _part(locked)
        locked.organization = find_heir(locked.organization) or other.organization  # a merger moved only what waited
        locked.holder = find_answering(other.holder)
        locked.save(update_fields=["state", "settled_on", "joined_to", "organization", "holder", "waits_until"])
        changed = [row for row in (locked, other) if row.state in RUNNING]  # what ended stands as it ended
        for row in changed:
            _keep_parting(row, actor, now)
        store_clock(locked)
        for row in changed:
            keep_change(Verb.SEPARATED, row, actor, now)
    return locked


def release_joined(*, actor: Actor, kept: Petition, now: datetime) -> int:
    """The kept one ended without an answer: what other cells asked waits again for itself, with its own clock, where it lay.

    Its cell, who asked and who answers are told; what the same cell asked ended along. How many. Joining was allowed, and so was
    the end; nobody is asked again. Doing it twice changes nothing.
    """
    released = [row for row in _lock_joined(kept) if not _is_answered_along(row)]
    for row in released:
        _part(row)
        row.organization, row.holder = find_heir(row.organization) or row.organization, find_answering(row.holder)
        row.save(update_fields=["state", "settled_on", "joined_to", "organization", "holder", "waits_until"])
        _keep_parting(row, actor, now)
        store_clock(row)
        keep_change(Verb.SEPARATED, row, actor, now)
        tell_released(actor, row, now)
        if row.holder_id != row.organization_id:
            tell_holder(actor, row, now)
    return len(released)


def _lock_joined(kept: Petition) -> list[Petition]:
    """Those of other cells."""
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organization", "holder", "raised_by"
    )
    return list(rows.filter(joined_to=kept).exclude(organization=kept.organization_id).order_by("pk"))


def _is_answered_along(petition: Petition) -> bool:
    """A former program left it joined after the answer that it got."""
    kinds = list(petition.steps.order_by("-at", "-pk").values_list("kind", flat=True))
    return StepKind.ANSWERED in kinds[: kinds.index(StepKind.JOINED)]


def _keep_parting(petition: Petition, actor: Actor, now: datetime) -> None:
    """A question that waits for those who asked stands in the step."""
    until = petition.waits_until if petition.state == PetitionState.CLARIFYING else None
    keep_step(petition, StepKind.SEPARATED, actor, now, unit=petition.organization, time=StepTime(until=until))


def _part(petition: Petition) -> None:
    kinds = petition.steps.order_by("at", "pk").values_list("kind", flat=True)
    petition.state, petition.settled_on, petition.joined_to = find_state_of_parted(map(StepKind, kinds)), None, None
    if petition.state != PetitionState.CLARIFYING:
        petition.waits_until = None


def _require_to_join(actor: Actor, petition: Petition) -> None:
    """Whoever answers for it, or speaks for the cell that asked."""
    if not actor.may(Permission.PETITIONS_SETTLE, petition.holder.path):
        for permission in (Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE):
            actor.require(permission, petition.organization.path)


def _lock(one: Petition, other: Petition, *, first: int = 0) -> list[Petition]:
    """Both rows, locked in one order whoever asks; `first` of them in front."""
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organization", "holder", "raised_by"
    )
    found = list(rows.filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    if len(found) < 2:
        raise NotFound
    return sorted(found, key=lambda row: (row.pk != first, row.pk))
