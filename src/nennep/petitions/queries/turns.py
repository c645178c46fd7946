"""Whose turn it was: who could take a step before a petition moved on, and the step by which it did."""

from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.petitions.choices import COUNTED_ANEW, HANDED_ON, PetitionState, StepKind
from nennep.petitions.models import Petition

_BY_HOLDERS = {
    StepKind.ANSWERED: Permission.PETITIONS_SETTLE,
    StepKind.EXTENDED: Permission.PETITIONS_SETTLE,
    StepKind.ASKED: Permission.PETITIONS_SETTLE,
    StepKind.DONE: Permission.PETITIONS_SETTLE,
    StepKind.ROUTED: Permission.PETITIONS_SETTLE,
    StepKind.JOINED: Permission.PETITIONS_SETTLE,
    StepKind.SEPARATED: Permission.PETITIONS_SETTLE,
    StepKind.PASSED_ON: Permission.PETITIONS_WRITE,
    StepKind.READ: Permission.PETITIONS_WRITE,
}
_BY_CELL = frozenset(
    {
        *(StepKind.SOLVED, StepKind.PARTLY, StepKind.REOPENED, StepKind.WITHDRAWN, StepKind.PASSED_ON),
        *(StepKind.JOINED, StepKind.SEPARATED),
    }
)


def tell_last_step(petition: Petition) -> str:
    """`Đảng bộ xã Lăng Can: trả lời, 05/11/2026`: the unit, nobody's name; its state where no step was kept. One query."""
    step = petition.steps.exclude(kind__in=COUNTED_ANEW).select_related("unit").order_by("at", "pk").last()
    if step is None:
        return str(PetitionState(petition.state).label)
    words = {"unit": step.unit.name, "step": step.get_kind_display(), "day": say_date(step.at)}
    return _("%(unit)s: %(step)s, %(day)s") % words


def could_take(actor: Actor, petition: Petition, step: StepKind) -> bool:
    """Whether this step was, or in another state would be, this person's: a right in a unit with which it lies or lay, or for the cell.

    Two queries at most.
    """
    own = petition.organization.path
    writes = actor.may(Permission.PETITIONS_WRITE, own)
    if step in _BY_CELL and writes and actor.may(Permission.MEETINGS_PREPARE, own):
        return True
    if step == StepKind.CLARIFIED:
        return writes or (
            actor.user_id is not None and Petition.objects.asked_by(actor.user_id).filter(pk=petition.pk).exists()
        )
    right = _BY_HOLDERS.get(step)
    if right is None:
        return False
    speaking = own if step == StepKind.PASSED_ON else ""  # there who runs the cell alone sends it on, see above
    return any(actor.may(right, path) for path in _list_holders(petition) if path != speaking)


def may_part(actor: Actor, petition: Petition, kept: Petition) -> bool:
    """Whether this person may take apart what was joined: for either cell that asked, or for the unit that answers both. No query."""
    if actor.may(Permission.PETITIONS_SETTLE, kept.holder.path):
        return True
    speaking = (Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE)
    cells = {one.organization.path for one in (petition, kept)}
    return any(all(actor.may(permission, cell) for permission in speaking) for cell in cells)


def _list_holders(petition: Petition) -> list[str]:
    """Paths of the units with which it lies and lay."""
    moves = petition.steps.filter(kind__in=HANDED_ON)
    lay = Q(pk=petition.holder_id) | Q(pk__in=moves.values("unit")) | Q(pk__in=moves.values("to"))
    return list(Organization.objects.filter(lay).values_list("path", flat=True))
