"""`nennep load-demonstration`: fill an empty installation with Lâm Bình as seed 000 describes it."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.tables import has_pending_migrations
from nennep.site.demonstration import accounts
from nennep.site.demonstration.load import load


class Command(BaseCommand):
    help = "Nạp dữ liệu trình diễn vào một bản cài đặt còn trống."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", metavar="NĂM-THÁNG-NGÀY", help="ngày đang ở trong dữ liệu, dạng 2026-11-22")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = clock.now()
        if options["today"]:
            now = datetime.combine(_read_day(options["today"]), time(8, 0), tzinfo=timezone.get_current_timezone())
        if has_pending_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        if accounts.are_open():
            self.stdout.write("Dữ liệu trình diễn đã có ở đây, không nạp lại.")
            self.stdout.write(accounts.describe())
            return
        try:
            loaded = load(now=now, say=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Đã nạp {loaded.organizations} đơn vị, {loaded.cells} chi bộ, {loaded.members} đảng viên, "
            f"{loaded.meetings} buổi sinh hoạt."
        )
        self.stdout.write(accounts.describe())

    def _say(self, step: str) -> None:
        """Beside the answer, and at once: the loading takes half a minute, and whoever starts it sees that it goes on."""
        self.stderr.write(f"  … {step}", self.style.NOTICE)
        self.stderr.flush()


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” không phải một ngày; hãy viết --today như 2026-11-22.") from None
