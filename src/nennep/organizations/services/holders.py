"""Who holds roles on a unit that ends, and what becomes of each: a higher context keeps roles, and says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nennep.core.access import Actor
from nennep.core.events import load_handlers
from nennep.core.permissions import Permission
from nennep.organizations.choices import HolderFate
from nennep.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """One role that somebody holds. `usual`: what becomes of it unless somebody says otherwise; one's own does not move."""

    key: str
    words: str
    usual: HolderFate
    may_move: bool


@dataclass(frozen=True, slots=True)
class Settling:
    """A unit ends on that day and goes on as `heir` (None: as nothing); `fates` by the key of each role."""

    unit: Organization
    heir: Organization | None
    fates: Mapping[str, str]
    on: date
    now: datetime


ListHolders = Callable[[Actor, Organization, date], tuple[RoleHolder, ...]]
Settle = Callable[[Actor, Settling], object]
_keepers: list[tuple[ListHolders, Settle]] = []


def register_holders(list_holders: ListHolders, settle: Settle) -> None:
    """A higher context says who holds roles on a unit on a day, and carries out what becomes of them."""
    if (list_holders, settle) not in _keepers:
        _keepers.append((list_holders, settle))


def find_holders(*, actor: Actor, organization: Organization, on: date) -> tuple[RoleHolder, ...]:
    """For whoever may end the unit. Raises NotAllowed."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    load_handlers()
    return tuple(holder for find, _settle in _keepers for holder in find(actor, organization, on))


def settle_holders(*, actor: Actor, settling: Settling) -> None:
    """Inside the transaction that ends the unit. Raises NotAllowed, and what the keeper of roles refuses."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, settling.unit.path)
    load_handlers()
    for _find, settle in _keepers:
        settle(actor, settling)
