"""`nennep figures --unit CODE --month YYYY-MM [--json]`: the figures of a month, those of the commune's screen."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.measures import Counts
from nennep.core.periods import Month
from nennep.organizations.queries import get_organization_by_code
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.rules.figures import as_output


class Command(BaseCommand):
    help = "In số liệu một tháng của một đơn vị và các chi bộ bên dưới."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, metavar="MÃ", help="mã đơn vị")
        parser.add_argument("--month", required=True, metavar="NĂM-THÁNG", help="ví dụ 2026-11")
        parser.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *args: Any, unit: str, month: str, **options: Any) -> None:
        figures = as_output(read_figures(unit, read_month(month)))
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        width = max(map(len, figures))
        for name, value in figures.items():
            self.stdout.write(f"{name:<{width}}  {'-' if value is None else value}")


def read_figures(code: str, month: Month) -> Counts:
    try:
        unit = get_organization_by_code(actor=Actor.system(), code=code)
    except NotFound:
        raise CommandError(f"Không có đơn vị nào mang mã “{code}”; hãy xem lại mã ở --unit.") from None
    return get_figures(organization=unit, month=month, today=clock.today())


def read_month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise CommandError(f"“{text}” không phải một tháng; hãy viết --month như 2026-11.") from None
