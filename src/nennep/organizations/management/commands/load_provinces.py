"""`nennep load-provinces [--under MÃ]`: the ready tree of 34 provinces and 3,321 communes. A second run adds nothing."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.organizations.choices import UnitKind
from nennep.organizations.importers.provinces import IN_FORCE_SINCE, Province, read_provinces
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization_by_code, list_roots
from nennep.organizations.services import UnitDetails, create_children, create_organization

FOUNDED = date(1930, 2, 3)
CENTRE = UnitDetails("TW", "Đảng Cộng sản Việt Nam", UnitKind.CENTRAL)


class Command(BaseCommand):
    help = "Lập sẵn cây đơn vị: 34 đảng bộ tỉnh, thành phố và 3.321 đảng bộ xã, phường, đặc khu."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--under", metavar="MÃ", default="", help="mã đơn vị cấp trên của các tỉnh")

    def handle(self, *args: Any, under: str, **options: Any) -> None:
        actor, now = Actor.system(), clock.now()
        try:
            with transaction.atomic():
                parent = _find_parent(actor, under)
                provinces, communes = _plant(actor, parent)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Đã lập {provinces} đảng bộ tỉnh, thành phố và {communes} đảng bộ xã, phường, đặc khu"
            f" dưới “{parent}” ({now:%d/%m/%Y})."
        )


def _find_parent(actor: Actor, under: str) -> Organization:
    """The unit named by `--under`, else the centre that is there, else the centre, made now."""
    if under:
        try:
            return get_organization_by_code(actor=actor, code=under)
        except NotFound:
            raise CommandError(f"Không có đơn vị nào mang mã “{under}”; hãy xem lại mã ở --under.") from None
    roots = list(list_roots(actor=actor))
    centres = [root for root in roots if root.kind == UnitKind.CENTRAL]
    if len(centres) == 1:
        return centres[0]
    if roots:
        raise CommandError("Ở đây đã có đơn vị; hãy nói đơn vị cấp trên của các tỉnh bằng --under MÃ.")
    return create_organization(actor=actor, parent=None, details=CENTRE, on=FOUNDED, now=clock.now())


def _plant(actor: Actor, parent: Organization) -> tuple[int, int]:
    on = max(parent.opened_on, IN_FORCE_SINCE)
    data = read_provinces()
    details = [UnitDetails(province.code, province.name, UnitKind.PROVINCE) for province in data]
    provinces = create_children(actor=actor, parent=parent, children=details, on=on, now=clock.now())
    return len(provinces), sum(_plant_communes(actor, province, on) for province in data)


def _plant_communes(actor: Actor, province: Province, on: date) -> int:
    unit = get_organization_by_code(actor=actor, code=province.code)
    details = [UnitDetails(item.code, item.name, UnitKind.UPPER_DIRECT) for item in province.communes]
    return len(create_children(actor=actor, parent=unit, children=details, on=on, now=clock.now()))
