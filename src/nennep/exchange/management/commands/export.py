"""`nennep export --unit CODE --from YYYY-MM --to YYYY-MM --out DIR [--sensitive --as USERNAME]`: the base facts of a unit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.accounts.queries import UserUnclear, build_actor, find_user
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.periods import Month
from nennep.exchange.services.exporting import make_export
from nennep.organizations.queries import get_organization_by_code


class Command(BaseCommand):
    help = (
        "Xuất toàn bộ dữ liệu gốc của một đơn vị ra tệp mở, để tính lại số liệu ở ngoài hoặc nhập vào bản cài đặt khác."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, metavar="MÃ", help="mã đơn vị; lấy cả mọi đơn vị bên dưới")
        parser.add_argument("--from", dest="first", required=True, metavar="NĂM-THÁNG", help="tháng đầu, ví dụ 2026-01")
        parser.add_argument("--to", dest="last", required=True, metavar="NĂM-THÁNG", help="tháng cuối")
        parser.add_argument("--out", required=True, metavar="THƯ-MỤC", type=Path, help="thư mục mới, chưa có")
        parser.add_argument(
            "--sensitive", action="store_true", help="cả họ tên, điện thoại, dân tộc, tôn giáo, lời văn; cần --as"
        )
        parser.add_argument("--as", dest="username", metavar="TÊN-ĐĂNG-NHẬP", help="người xuất, ghi vào nhật ký")

    def handle(self, *args: Any, unit: str, first: str, last: str, out: Path, **options: Any) -> None:
        months = (_read_month(first, "--from"), _read_month(last, "--to"))
        if months[0] > months[1]:
            raise CommandError(f"Tháng {months[0]} ở --from sau tháng {months[1]} ở --to; hãy đổi lại.")
        actor = _find_actor(options["username"], sensitive=options["sensitive"])
        try:
            organization = get_organization_by_code(actor=actor, code=unit)
        except NotFound:
            raise CommandError(f"Không có đơn vị nào mang mã “{unit}”; hãy xem lại mã ở --unit.") from None
        try:
            done = make_export(
                actor=actor,
                organization=organization,
                months=months,
                folder=out.absolute(),
                sensitive=options["sensitive"],
                now=clock.now(),
            )
        except NotAllowed:
            raise CommandError(
                f"Tài khoản “{options['username']}” không được xem những cột này ở “{unit}”; hãy chọn người khác ở --as."
            ) from None
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Đã xuất {done.rows} dòng của {done.tables} bảng vào {done.folder}")


def _find_actor(username: str | None, *, sensitive: bool) -> Actor:
    """The program itself; whoever takes sensitive columns does it by name."""
    if username is None and sensitive:
        raise CommandError("Cột nhạy cảm chỉ xuất dưới tên một người: hãy ghi tên đăng nhập ở --as.")
    if username is None:
        return Actor.system()
    try:
        return build_actor(user=find_user(actor=Actor.system(), username=username), today=clock.today())
    except UserUnclear:
        raise CommandError(f"Không có tài khoản nào tên “{username}”; hãy xem lại --as.") from None


def _read_month(text: str, option: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise CommandError(f"“{text}” không phải một tháng; hãy viết {option} như 2026-11.") from None
