"""`nennep check`: how this installation stands, one line a point; exit code 1 when something is broken, 2 when it wants looking at.

With options of Django's own command of this name (`--deploy`, `--tag`, `--fail-level` …) it is that command.
"""

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import check as framework

from nennep.core import clock
from nennep.operations.choices import Light
from nennep.operations.queries.checks import run_checks
from nennep.operations.rules import find_worst

EXIT = {Light.OK: 0, Light.WARN: 2, Light.FAIL: 1}
MARKS = {Light.OK: "tốt   ", Light.WARN: "xem   ", Light.FAIL: "HỎNG  "}


class Command(framework.Command):
    help = "Kiểm tra bản cài đặt: thư mục, khóa, cơ sở dữ liệu, tệp, đồng hồ, ổ đĩa, thư, việc nền, sao lưu."

    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(fail_level=None)

    def handle(self, *app_labels: Any, **options: Any) -> None:
        asked = ("tags", "list_tags", "deploy", "fail_level", "databases")
        if app_labels or any(options[name] for name in asked):
            super().handle(*app_labels, **options | {"fail_level": options["fail_level"] or "ERROR"})
            return
        checks = run_checks(now=clock.now(), thorough=True)
        for check in checks:
            self.stdout.write(f"{MARKS[check.light]}{check.point.label}: {check.words}")
        if code := EXIT[find_worst(checks)]:
            sys.exit(code)
