"""`nennep rebuild-figures --from YYYY-MM`: count finished months anew from the records (after a restore, for a check)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.reporting.management.commands.figures import read_month
from nennep.reporting.services import rebuild_figures


class Command(BaseCommand):
    help = "Tính lại số liệu các tháng đã qua từ hồ sơ gốc."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="NĂM-THÁNG", help="tháng đầu tiên")

    def handle(self, *args: Any, first: str, **options: Any) -> None:
        start, last = read_month(first), Month.of(clock.today()).plus(-1)
        if start > last:
            raise CommandError(f"Tháng {start} chưa qua; hãy chọn một tháng đã qua ở --from.")
        months = list(start.through(last))
        rebuild_figures(actor=Actor.system(), months=months, now=clock.now())
        self.stdout.write(f"Đã tính lại {len(months)} tháng, từ {start} đến {last}.")
