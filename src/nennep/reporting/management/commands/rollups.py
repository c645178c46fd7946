"""`nennep rollups fold | rebuild | verify [--from YYYY-MM]`: the kept figures of months, and what they were counted from."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.reporting.management.commands.figures import read_month
from nennep.reporting.services import WrongFigure, fold_figures, rebuild_figures, verify_figures

SHOWN = 50  # differences that are printed


class Command(BaseCommand):
    help = "Số liệu tháng đã giữ: cộng thêm phần vừa đổi (fold), tính lại từ hồ sơ gốc (rebuild), đối chiếu (verify)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "action", choices=("fold", "rebuild", "verify"), metavar="VIỆC", help="fold, rebuild, verify"
        )
        parser.add_argument(
            "--from", dest="first", metavar="NĂM-THÁNG", help="tháng đầu tiên; không ghi: mọi tháng đang giữ"
        )

    def handle(self, *args: Any, action: str, first: str | None, **options: Any) -> None:
        months = list_months(first) if first else None
        if action == "fold":
            self.stdout.write(f"Đã cộng {fold_figures(actor=Actor.system(), now=clock.now())} chi bộ-tháng vừa đổi.")
        elif action == "rebuild":
            self._rebuild(months)
        else:
            self._verify(months)

    def _rebuild(self, months: list[Month] | None) -> None:
        if months is None:
            raise CommandError("Hãy ghi tháng đầu tiên ở --from, ví dụ --from 2026-01.")
        rebuild_figures(actor=Actor.system(), months=months, now=clock.now())
        self.stdout.write(f"Đã tính lại {len(months)} tháng, từ {months[0]} đến {months[-1]}.")

    def _verify(self, months: list[Month] | None) -> None:
        found = verify_figures(actor=Actor.system(), months=months, now=clock.now())
        for one in found[:SHOWN]:
            self.stdout.write(say_wrong(one))
        if found:
            raise CommandError(f"{len(found)} số giữ khác số tính từ hồ sơ gốc; chạy rollups rebuild để tính lại.")
        self.stdout.write("Số giữ và số tính từ hồ sơ gốc bằng nhau.")


def list_months(first: str) -> list[Month]:
    """Up to the one in progress."""
    start, last = read_month(first), Month.of(clock.today())
    if start > last:
        raise CommandError(f"Tháng {start} chưa tới; hãy chọn một tháng đã tới ở --from.")
    return list(start.through(last))


def say_wrong(one: WrongFigure) -> str:
    return f"{one.month}  {one.unit}  {one.name}: giữ {one.kept}, hồ sơ gốc {one.counted}"
