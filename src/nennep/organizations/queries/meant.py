"""Which unit somebody means who types a code or a name, as lists show it."""

from dataclasses import dataclass
from difflib import get_close_matches

from nennep.core.access import Actor
from nennep.core.text import fold
from nennep.organizations.models import Organization as Organization
from nennep.organizations.models import OrganizationQuerySet
from nennep.organizations.rules import shorten_cell

NEAR = 5  # that are named to choose from


@dataclass(frozen=True, slots=True)
class Meant:
    """Which open units somebody means by a text; `near`: where none is, those that are called much alike."""

    units: tuple[Organization, ...]
    near: tuple[Organization, ...] = ()


def list_meant(*, actor: Actor, text: str, besides: int) -> Meant:
    """By the code, else by the whole name, else by the name that lists show (`shorten_cell`), in their scope.

    `besides`: a unit that is not meant by its short name, nor by one like it. Two queries at most, and one for those found.
    """
    visible = Organization.objects.visible_to(actor).filter(closed_on=None)
    if coded := visible.filter(code__iexact=text.strip()).first():
        return Meant((coded,))
    wanted, names = fold(text), list(visible.order_by("path").values_list("pk", "name"))
    if named := [pk for pk, name in names if fold(name) == wanted]:
        return Meant(_in_order(visible, named))
    short = [(pk, fold(shorten_cell(name))) for pk, name in names if pk != besides]
    if named := [pk for pk, name in short if name == wanted]:
        return Meant(_in_order(visible, named))
    alike = set(get_close_matches(wanted, {name for _pk, name in short}, n=NEAR))
    return Meant((), _in_order(visible, [pk for pk, name in short if name in alike]))


def _in_order(visible: OrganizationQuerySet, ids: list[int]) -> tuple[Organization, ...]:
    return tuple(visible.filter(pk__in=ids[:NEAR]).order_by("path"))
