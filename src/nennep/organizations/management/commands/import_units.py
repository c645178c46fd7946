"""`nennep import-units TỆP [--unit MÃ] [--apply] [--json]`: a list of units, below a unit."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.periods import parse_day
from nennep.core.sheets.reader import read_file
from nennep.organizations.importers.units import understand_units
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization_by_code, list_roots
from nennep.organizations.services import UnitPlan, apply_unit_import


class Command(BaseCommand):
    help = "Đọc danh sách đơn vị từ bảng tính, cho xem trước; thêm --apply thì ghi vào."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", type=Path, help="tệp .xlsx, .xls, .ods, .csv hoặc .tsv")
        parser.add_argument("--unit", metavar="MÃ", default="", help="mã đơn vị cấp trên (mặc định: đơn vị đầu tiên)")
        parser.add_argument(
            "--used-from", metavar="NĂM-THÁNG-NGÀY", default="", help="số liệu tính từ ngày này (mặc định: hôm nay)"
        )
        parser.add_argument("--apply", action="store_true", help="ghi vào; không có thì chỉ xem")
        parser.add_argument("--json", action="store_true", help="in kết quả cho chương trình đọc")

    def handle(self, *args: Any, file: Path, unit: str, used_from: str, apply: bool, **options: Any) -> None:
        actor = Actor.system()
        try:
            self.stderr.write(f"Đang đọc {file.name} …")
            units = understand_units(read_file(file), today=clock.today())
            self.stderr.write(f"Đang {'ghi' if apply else 'so'} {len(units.units)} đơn vị …")
            under = _find_upper(actor, unit)
            since = parse_day(used_from) if used_from else clock.today()
            plan = apply_unit_import(
                actor=actor, units=units, under=under, now=clock.now(), used_from=since, write=apply
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            json.dumps(_as_json(plan) | {"remarks": units.remarks}, ensure_ascii=False, indent=2)
            if options["json"]
            else _as_text(plan, units.remarks, since, applied=apply)
        )


def _find_upper(actor: Actor, code: str) -> Organization | None:
    if not code:
        return list_roots(actor=actor).first()
    try:
        return get_organization_by_code(actor=actor, code=code)
    except NotFound:
        raise CommandError(f"Không có đơn vị nào mang mã “{code}”; hãy xem lại mã ở --unit.") from None


def _as_json(plan: UnitPlan) -> dict[str, Any]:
    return {
        "rows": plan.rows,
        "accepted": len(plan.units),
        "rejected": plan.rows - len(plan.units),
        "created": len(plan.created),
        "updated": len(plan.updated),
        "unchanged": len(plan.unchanged),
        "problems": [problem.as_json() for problem in plan.problems],
        "units": [unit.as_json() for unit in plan.units],
    }


def _as_text(plan: UnitPlan, remarks: Sequence[str], since: date, *, applied: bool) -> str:
    counts = f"mới {len(plan.created)}, đổi tên {len(plan.updated)}, không đổi {len(plan.unchanged)}"
    lines = [f"Đọc được {plan.rows} đơn vị: {counts}, chưa ghi được {plan.rows - len(plan.units)}."]
    lines += [f"  Xem lại: {remark}" for remark in remarks]
    lines += [f"  Mới: {name}" for name in plan.created] + [f"  Đổi tên thành: {name}" for name in plan.updated]
    if plan.created:
        lines.append(f"Chi bộ mới được tính vào số liệu từ ngày {since:%d/%m/%Y}; số liệu trước ngày ấy không đổi.")
    for problem in plan.problems:
        said = problem.as_json()
        lines.append(f"  Chưa ghi được: {problem.sheet} dòng {problem.row} “{problem.value}”: {said['message']}")
    return "\n".join([*lines, "Đã ghi." if applied else "Chưa ghi gì. Thêm --apply để ghi."])
