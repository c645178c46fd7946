"""Finding the unit that somebody typed, among those in which they may do something."""

import re

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationQuerySet

LABELS_LIMIT = 400
_CODE = re.compile(r"\(([^()]+)\)\s*$")


class UnitUnclear(DomainError):
    code = "unit_unclear"
    message = _("Không rõ đơn vị nào. Hãy gõ đúng tên, hoặc mã đơn vị, rồi chọn trong danh sách gợi ý.")
    field = "organization"


def _units(actor: Actor, permission: Permission, *, cells_only: bool) -> OrganizationQuerySet:
    units = Organization.objects.get_queryset().filter(actor.scope(permission, "path"), closed_on=None)
    return units.filter(kind=UnitKind.CELL) if cells_only else units


def list_unit_labels(*, actor: Actor, permission: Permission, cells_only: bool = False) -> list[str]:
    """`Chi bộ thôn Nặm Chá (38.168.001)` for each open unit in which the actor holds the permission, in tree order.

    At most LABELS_LIMIT of them: they are suggestions beside a field, what else is typed is found as well.
    """
    rows = _units(actor, permission, cells_only=cells_only).values_list("name", "code")
    return [f"{name} ({code})" for name, code in rows[:LABELS_LIMIT]]


def find_unit(*, actor: Actor, permission: Permission, text: str, cells_only: bool = False) -> Organization:
    """The one unit meant by a label of `list_unit_labels`, a code, or a name without regard to diacritics and capitals.

    Part of a name will do when only one name has it. Raises UnitUnclear when there is none or more than one in which
    the actor holds the permission.
    """
    units = _units(actor, permission, cells_only=cells_only)
    match = _CODE.search(text)
    by_code = units.filter(code__iexact=match.group(1) if match else text.strip()).first()
    if by_code is not None:
        return by_code
    wanted = fold(text)
    partly = [(pk, fold(name)) for pk, name in units.values_list("pk", "name") if wanted and wanted in fold(name)]
    found = [pk for pk, name in partly if name == wanted] or [pk for pk, _name in partly]
    if len(found) != 1:
        raise UnitUnclear
    return units.get(pk=found[0])
