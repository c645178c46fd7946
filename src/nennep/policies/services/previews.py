"""What rules change, whom they reach and what follows: shown before they are written down, or end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.events import load_handlers
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, list_named
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_cells
from nennep.policies.choices import (
    PolicyKey,
)
from nennep.policies.models import PolicyPack
from nennep.policies.queries import rules_for
from nennep.policies.rules import RuleBook, say_value
from nennep.policies.services.documents import end_pack

StrOrPromise = str | Promise


def foresee_rules(
    *,
    actor: Actor,
    organization: Organization,
    valid_from: date,
    named: str,
    act: Callable[[], object],
    now: datetime,
) -> Preview:
    """What rules of the unit change from that day on, whom they reach, and what follows; nothing is done.

    `named`: the document as people call it. Raises what `act`, the writing of these rules, refuses.
    """
    effects = _foresee(actor, organization, valid_from, act, today=now.date())
    asked = gettext("Áp dụng %(document)s từ ngày %(day)s.") % {"document": named, "day": f"{valid_from:%d/%m/%Y}"}
    undo = gettext("Rút được ở trang quy định, đến hết tháng %(month)s; sau đó chỉ thay bằng bản mới.")
    return Preview(asked, effects, undo=undo % {"month": f"{max(valid_from, now.date()):%m/%Y}"})


def foresee_end(
    *, actor: Actor, organization: Organization, pack: PolicyPack, valid_to: date, now: datetime
) -> Preview:
    """What becomes another when the document ends, whom that reaches; nothing is done. Raises what `end_pack` refuses."""

    def act() -> PolicyPack:
        return end_pack(actor=actor, organization=organization, pack_id=pack.pk, valid_to=valid_to, now=now)

    effects = _foresee(actor, organization, valid_to, act, today=now.date())
    day, month = f"{valid_to:%d/%m/%Y}", f"{max(valid_to, now.date()):%m/%Y}"
    asked = gettext("Thôi áp dụng %(document)s từ ngày %(day)s.") % {"document": pack.document_number, "day": day}
    undo = gettext("Cho áp dụng tiếp được ở trang quy định, đến hết tháng %(month)s.") % {"month": month}
    return Preview(asked, effects, undo=undo)


def _foresee(
    actor: Actor, organization: Organization, since: date, act: Callable[[], object], *, today: date
) -> tuple[Effect, ...]:
    actor.require(Permission.POLICIES_WRITE, organization.path)
    changes = _rehearse(act, organization, since)
    cells = [cell.name for cell in list_cells(actor=actor, under=organization, on=max(since, today))]
    return (*changes, *list_named(str(_("Chi bộ theo quy định này")), cells))


@dataclass(frozen=True, slots=True)
class Follower:
    """A higher context that follows rules: what it reads of a unit from a day on, by name, before they change and after.

    Shown is what became another (`name: before → after`), or with `stays` all that is there afterwards.
    """

    label: StrOrPromise
    read: Callable[[Organization, date], Mapping[str, str]]
    stays: bool = False


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """What changes with rules in a higher context is shown before they are written down."""
    if follower not in _followers:
        _followers.append(follower)


def _rehearse(act: Callable[[], object], organization: Organization, since: date) -> tuple[Effect, ...]:
    """Do it, read what became another, undo it."""
    load_handlers()
    before = rules_for(organization=organization, on=since)
    known = [(one, {} if one.stays else one.read(organization, since)) for one in _followers]
    with transaction.atomic():
        act()
        after = rules_for(organization=organization, on=since)
        told = [(one.label, _say_followed(former, one.read(organization, since), one)) for one, former in known]
        transaction.set_rollback(True)
    effects = list_named(str(_("Quy định đổi")), _say_changes(before, after))
    return (*effects, *(effect for label, names in told for effect in list_named(str(label), names)))


def _say_changes(before: RuleBook, after: RuleBook) -> list[str]:
    keys = [PolicyKey(key) for key in PolicyKey.values]
    said = [(key, say_value(key, before.value(key)), say_value(key, after.value(key))) for key in keys]
    return [f"{key.label}: {former} → {new}" for key, former, new in said if former != new]


def _say_followed(before: Mapping[str, str], after: Mapping[str, str], follower: Follower) -> list[str]:
    if follower.stays:
        return [f"{name}: {value}" for name, value in after.items()]
    return [f"{name}: {before[name]} → {value}" for name, value in after.items() if before.get(name, value) != value]
