"""`nennep init --code MÃ --name TÊN --kind LOẠI`: an empty installation with its first unit, rules and administrator."""

from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.services import create_user, grant_role, issue_code
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.tables import has_pending_migrations
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_roots
from nennep.organizations.services import UnitDetails, create_organization
from nennep.policies.services import load_central_packs


@dataclass(frozen=True, slots=True)
class Installed:
    """What was made. `code` is the administrator's one-time code: shown once, only its hash is kept."""

    unit: Organization
    administrator: User
    code: str


class Command(BaseCommand):
    help = "Khởi tạo một bản cài đặt trống: đơn vị đầu tiên, các quy định của Trung ương, người quản trị."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = ", ".join(UnitKind.values)
        parser.add_argument("--code", required=True, metavar="MÃ", help="mã đơn vị, ví dụ 38.168.053")
        parser.add_argument("--name", required=True, metavar="TÊN", help="tên đơn vị, ví dụ “Đảng bộ xã Lăng Can”")
        parser.add_argument("--kind", required=True, metavar="LOẠI", help=f"loại đơn vị: {kinds}")
        parser.add_argument("--opened", metavar="NĂM-THÁNG-NGÀY", help="ngày thành lập đơn vị (mặc định: 2025-07-01)")
        parser.add_argument("--admin", default="quan-tri", metavar="TÊN", help="tên đăng nhập của người quản trị")

    def handle(self, *args: Any, **options: Any) -> None:
        details = UnitDetails(options["code"], options["name"], _read_kind(options["kind"]))
        opened = _read_day(options["opened"] or "2025-07-01")
        if has_pending_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        try:
            done = install(details, opened, options["admin"], clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Đã lập đơn vị đầu tiên: {done.unit} ({done.unit.code}).\n"
            f"Người quản trị: {done.administrator.username}\n"
            f"Mã dùng một lần để đặt mật khẩu (chỉ in lần này): {done.code}\n"
            "Mở trang đăng nhập, chọn đặt mật khẩu bằng mã."
        )


def install(details: UnitDetails, opened: date, username: str, now: datetime) -> Installed:
    """Unit, central packs and administrator, all or nothing. CommandError when there are units already.

    A tree that `load-provinces` planted before anybody had an account is taken over when `details` names its root.
    """
    actor = Actor.system()
    with transaction.atomic():
        root = list_roots(actor=actor).first()
        if root and (User.objects.exists() or root.code.casefold() != details.code.casefold()):
            raise CommandError(f"Ở đây đã khởi tạo rồi: đơn vị đầu tiên là “{root}” ({root.code}). Không thay đổi gì.")
        unit = root or create_organization(actor=actor, parent=None, details=details, on=opened, now=now)
        load_central_packs(actor=actor, now=now)
        user = create_user(actor=actor, unit_path=unit.path, full_name="Quản trị hệ thống", username=username, now=now)
        grant_role(
            actor=actor,
            user=user,
            role=Role.ADMINISTRATOR,
            organization=unit,
            subtree=True,
            valid_from=now.date(),
            now=now,
        )
        code = issue_code(actor=actor, user=user, unit_path=unit.path, now=now)
    return Installed(unit, user, code)


def _read_kind(text: str) -> UnitKind:
    try:
        return UnitKind(text)
    except ValueError:
        kinds = ", ".join(UnitKind.values)
        raise CommandError(f"“{text}” không phải loại đơn vị; hãy chọn --kind trong: {kinds}.") from None


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” không phải một ngày; hãy viết --opened như 2025-07-01.") from None
