"""`nennep tick`: the daily work, now. `nennep serve` has it done by itself; for those who start the parts on their own."""

from typing import Any

from django.core.management.base import BaseCommand

from nennep.core import clock
from nennep.site.daily import run_day
from nennep.site.reconciliation import say_finding


class Command(BaseCommand):
    help = "Làm những việc hằng ngày: lập lịch sinh hoạt còn thiếu, đối soát, tổng hợp số liệu, dọn phiên hết hạn."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        done = run_day(now=clock.now())
        self.stdout.write(f"Đã lập {done.meetings} buổi sinh hoạt.")
        self.stdout.write(f"Đã tổng hợp số liệu {done.months} tháng.")
        for finding in done.findings:
            self.stdout.write(say_finding(finding))
