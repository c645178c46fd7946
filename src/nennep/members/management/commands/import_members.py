"""`nennep import-members TỆP --unit MÃ [--apply] [--json]`: a roster as communes keep it, into a unit."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.periods import parse_day
from nennep.core.sheets.reader import read_file
from nennep.members.importers.records import ImportPlan
from nennep.members.importers.reports import plan_as_json, plan_as_text
from nennep.members.importers.rosters import understand
from nennep.members.queries.imports import plan_import
from nennep.members.services import apply_import
from nennep.organizations.queries import get_organization_by_code


class Command(BaseCommand):
    help = "Đọc danh sách đảng viên từ bảng tính, cho xem trước; thêm --apply thì ghi vào."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", type=Path, help="tệp .xlsx, .xls, .ods, .csv hoặc .tsv")
        parser.add_argument("--unit", required=True, metavar="MÃ", help="mã chi bộ, hoặc mã đơn vị có các chi bộ")
        parser.add_argument(
            "--used-from", metavar="NĂM-THÁNG-NGÀY", default="", help="số liệu tính từ ngày này (mặc định: hôm nay)"
        )
        parser.add_argument("--apply", action="store_true", help="ghi vào; không có thì chỉ xem")
        parser.add_argument("--json", action="store_true", help="in kết quả cho chương trình đọc")

    def handle(self, *args: Any, file: Path, unit: str, used_from: str, apply: bool, **options: Any) -> None:
        try:
            since = parse_day(used_from) if used_from else clock.today()
            plan = carry_out(file, unit, used_from=since, apply=apply)
        except DomainError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(plan_as_json(plan), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(plan_as_text(plan, used_from=since, applied=apply)))


def carry_out(file: Path, code: str, *, used_from: date, apply: bool) -> ImportPlan:
    """Read, understand and compare; with `apply` also write."""
    actor, now = Actor.system(), clock.now()
    try:
        organization = get_organization_by_code(actor=actor, code=code)
    except NotFound:
        raise CommandError(f"Không có đơn vị nào mang mã “{code}”; hãy xem lại mã ở --unit.") from None
    roster = understand(read_file(file), today=now.date())
    if apply:
        return apply_import(
            actor=actor,
            organization=organization,
            roster=roster,
            file_name=file.name,
            used_from=used_from,
            now=now,
        )
    return plan_import(actor=actor, organization=organization, roster=roster, on=now.date())
