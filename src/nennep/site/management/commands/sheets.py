"""`nennep sheets check FILE`: what is wrong with a score sheet in a file, before anybody applies it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nennep.core.wording import say_points
from nennep.policies.importers.sheet_files import check_file


class Command(BaseCommand):
    help = "Kiểm tra tệp khung chấm điểm (sheets check TỆP): sai gì, ở dòng nào; tệp đúng thì nói các khung trong đó."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check"], help="check: chỉ đọc và kiểm tra, không ghi gì")
        parser.add_argument("file", type=Path, help="tệp TOML: một gói quy định, hoặc chỉ một khung chấm điểm")

    def handle(self, *args: Any, **options: Any) -> None:
        sheets, problems = check_file(options["file"])
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} chỗ sai.", returncode=1)
        for sheet in sheets:
            maximum = say_points(sheet.maximum)
            self.stdout.write(f"{sheet.code}: {len(sheet.groups)} nhóm, {len(sheet.items)} dòng, tối đa {maximum}.")
