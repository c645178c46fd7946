"""The name of one for whom the cell speaks stands in no text that leaves the cell: the one door that every text passes."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.petitions.models import Petition, PetitionAsker
from nennep.petitions.rules import is_called, is_spelled

_KNOWS = {Permission.MEETINGS_PREPARE, Permission.MEETINGS_HOLD}


class NameInText(DomainError):
    code = "petition_name_in_text"
    message = _("Nội dung có tên người mà chi bộ nói thay. Hãy bỏ tên ra, rồi ghi lại.")
    field = "text"


class CalledInText(NameInText):
    code = "petition_called_in_text"
    message = _(
        "Nội dung có cách gọi kèm tên (như “chị …”, “ông …”) của người mà chi bộ nói thay. "
        "Hãy bỏ tên ra; nếu nói về người khác, hãy ghi đủ họ tên người đó."
    )


def check_names(names: Iterable[str], text: str, *, field: str) -> None:
    """Each name as it stands in a field, several and with titles and notes too, is looked for whole, in part and after a title.

    Raises NameInText, CalledInText (somebody else of that name is written with the whole name).
    """
    known = [name for name in names if name.strip()]
    if any(is_spelled(name, text) for name in known):
        raise NameInText(field=field)
    if any(is_called(name, text) for name in known):
        raise CalledInText(field=field)


def check_step_text(actor: Actor, petition: Petition, text: str, *, field: str) -> None:
    """What somebody of the cell, or who asked, types on the way names nobody for whom the cell speaks here, or in what is joined.

    Whoever is over the cell is not refused: a refusal would say whose name it is. One query for the cell. Raises NameInText.
    """
    if text and actor.user_id is not None:
        check_names(_list_names(actor, actor.user_id, petition), text, field=field)


def _list_names(actor: Actor, user_id: int, petition: Petition) -> list[str]:
    """Only to those who may know them; of what another cell asked nobody of this one does."""
    about = Q(petition=petition) | Q(petition__joined_to=petition, petition__organization=petition.organization_id)
    askers = PetitionAsker.objects.filter(about, petition__is_hidden=True).select_related("member")
    if not any(grant.path == petition.organization.path and grant.permission in _KNOWS for grant in actor.grants):
        own = Petition.objects.asked_by(user_id).order_by()
        askers = askers.filter(petition__in=own.values("pk"))
    return [one.member.full_name if one.member else one.name for one in askers]
