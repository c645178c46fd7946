"""`nennep tick`: the daily work, now. `nennep serve` has it done by itself; for those who start the parts on their own."""

from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from nennep.core import clock
from nennep.core.data_directory import WORKER_LOCK, DataInUse, hold_lock
from nennep.site.daily import run_day
from nennep.site.reconciliation import recover, say_finding


class Command(BaseCommand):
    help = "Làm những việc hằng ngày: lập lịch sinh hoạt còn thiếu, đối soát, tổng hợp số liệu, dọn phiên hết hạn."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        with suppress(DataInUse), hold_lock(WORKER_LOCK):
            recover(now=now)
        done = run_day(now=now)
        self.stdout.write(f"Đã lập {done.meetings} buổi sinh hoạt.")
        self.stdout.write(f"Đã cộng lại số liệu của {done.folded} chi bộ-tháng vừa đổi.")
        for finding in done.findings:
            self.stdout.write(say_finding(finding))
