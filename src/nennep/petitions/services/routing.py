"""Many petitions on their way at once: each through the same service as one alone, what is refused is named and stops nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.services.bodies import send_to_body
from nennep.petitions.services.petitions import pass_on

MOST = 100


class TooManyAtOnce(DomainError):
    code = "petitions_too_many_at_once"
    message = _("Mỗi lần chuyển nhiều nhất %(most)s kiến nghị. Hãy chọn bớt.")
    field = "chon"


@dataclass(frozen=True, slots=True)
class Refused:
    """One that stayed where it was, and why."""

    petition: Petition
    why: str


@dataclass(frozen=True, slots=True)
class Routed:
    """How many went, and which did not."""

    number: int
    refused: tuple[Refused, ...]


def route_many(
    *,
    actor: Actor,
    organization: Organization,
    petitions: Sequence[Petition],
    to: Organization | OutsideBody,
    text: str = "",
    now: datetime,
) -> Routed:
    """Send what lies with a unit to one place, a transaction for each. Raises TooManyAtOnce, NotAllowed."""
    actor.require(Permission.PETITIONS_SETTLE, organization.path)
    if len(petitions) > MOST:
        raise TooManyAtOnce(most=MOST)
    refused: list[Refused] = []
    for petition in petitions:
        try:
            _route(actor, petition, to, text=text, now=now)
        except DomainError as error:
            refused.append(Refused(petition, str(error)))
    return Routed(len(petitions) - len(refused), tuple(refused))


def _route(actor: Actor, petition: Petition, to: Organization | OutsideBody, *, text: str, now: datetime) -> None:
    if isinstance(to, OutsideBody):
        send_to_body(actor=actor, petition=petition, body=to, text=text, now=now)
    else:
        pass_on(actor=actor, petition=petition, to=to, text=text, now=now)
