"""A cell below a commune, and members of it, as short as a test may say it."""

from datetime import date
from itertools import count

from nennep.core.text import name_sort_key
from nennep.members.choices import MembershipKind, Standing
from nennep.members.models import Member, Membership
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization

FOUNDED = date(2020, 1, 1)

_numbers = count(1)


def make_cell(name: str = "Chi bộ thôn Nà Lầu") -> Organization:
    """A village cell below a commune of its own."""
    number = next(_numbers)
    commune = Organization.objects.add_root(
        {"code": f"XA-{number}", "name": f"Đảng bộ xã số {number}", "kind": UnitKind.BASE, "opened_on": FOUNDED}
    )
    facts = {"name": name, "kind": UnitKind.CELL, "cell_type": CellType.VILLAGE, "opened_on": FOUNDED}
    cell: Organization = Organization.objects.add_child(commune, {"code": f"CB-{number}", **facts})
    return cell


def join_cell(
    cell: Organization,
    name: str,
    *,
    standing: Standing = Standing.OFFICIAL,
    kind: MembershipKind = MembershipKind.OFFICIAL,
    since: date = FOUNDED,
    user_id: int | None = None,
) -> Member:
    """A member of `cell` since that day."""
    member = Member.objects.create(full_name=name, name_key=name_sort_key(name), user_id=user_id)
    Membership.objects.create(member=member, organization=cell, kind=kind, standing=standing, valid_from=since)
    return member
