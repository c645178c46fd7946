"""`nennep load-sheet TỆP --unit MÃ --from NĂM-THÁNG-NGÀY [--apply]`: a score sheet from a file, with its worked example, into a unit."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.assessments.queries import show_sheets
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.periods import parse_day
from nennep.core.wording import say_decimal, say_points
from nennep.organizations.queries import get_organization_by_code
from nennep.policies.queries import SheetFile, read_sheet_file
from nennep.policies.services import load_sheet_file


class Command(BaseCommand):
    help = "Nạp khung chấm điểm từ tệp TOML cho một đơn vị: kiểm tra, cho xem buổi ví dụ; thêm --apply thì áp dụng."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", type=Path, help="tệp TOML: một gói quy định, hoặc chỉ một khung")
        parser.add_argument("--unit", metavar="MÃ", required=True, help="mã đơn vị; áp dụng cả các đơn vị bên dưới")
        parser.add_argument("--from", dest="since", metavar="NĂM-THÁNG-NGÀY", required=True, help="áp dụng từ ngày này")
        parser.add_argument("--document", metavar="SỐ", default="", help="số văn bản, khi tệp chỉ là một khung")
        parser.add_argument("--apply", action="store_true", help="áp dụng; không có thì chỉ xem")

    def handle(self, *args: Any, file: Path, unit: str, since: str, **options: Any) -> None:
        read = read_sheet_file(file, document_number=options["document"])
        for problem in read.problems:
            self.stdout.write(str(problem))
        if read.pack is None:
            raise CommandError(f"{len(read.problems)} chỗ sai; chưa nạp gì.", returncode=1)
        self._show(read)
        try:
            actor, day = Actor.system(), parse_day(since)
            organization = get_organization_by_code(actor=actor, code=unit)
            if options["apply"]:
                load_sheet_file(actor=actor, organization=organization, pack=read.pack, valid_from=day, now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_say_end(organization.name, day, applied=options["apply"]))

    def _show(self, read: SheetFile) -> None:
        """Each line with what the example would get: `–` where people judge."""
        for sheet in show_sheets(read.sheets):
            of = f"từ {say_points(sheet.starts_at)} điểm còn {say_decimal(sheet.reached)}"
            judged = f"{say_decimal(sheet.proposed)} trên {say_points(sheet.judged)} điểm có sổ sách"
            self.stdout.write(f"{sheet.title}: ví dụ {of if sheet.starts_at else judged}")
            for line in (line for group in sheet.groups for line in group.lines):
                points = "–" if line.points is None else say_decimal(line.points)
                self.stdout.write(f"  {line.code} {line.title}: {points}{line.of}  {line.fact}".rstrip())


def _say_end(unit: str, day: date, *, applied: bool) -> str:
    when = f"{unit}, từ ngày {day:%d/%m/%Y}"
    if applied:
        return f"Đã áp dụng cho {when}. Rút được ở trang quy định khi chưa tháng nào xét theo khung này."
    return f"Chưa ghi gì. Thêm --apply để áp dụng cho {when}."
