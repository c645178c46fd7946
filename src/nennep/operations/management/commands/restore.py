"""`nennep restore TỆP --into THƯ-MỤC [--verify]`: put a backup into an empty place; with `--verify` look how it stands there."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.operations.management.passphrases import read_identity, read_passphrase
from nennep.operations.services.restore import restore_backup

BROKEN = 1  # exit code of `nennep check` when something is


class Command(BaseCommand):
    help = "Khôi phục một bản sao lưu vào một thư mục dữ liệu trống; không bao giờ ghi đè dữ liệu đang có."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="TỆP", type=Path, help="bản sao lưu")
        parser.add_argument(
            "--into", required=True, metavar="THƯ-MỤC", type=Path, help="thư mục dữ liệu mới, còn trống"
        )
        parser.add_argument("--verify", action="store_true", help="khôi phục xong thì kiểm tra như nennep check")
        parser.add_argument("--identity", metavar="TỆP", type=Path, help="khóa bí mật để mở")
        parser.add_argument("--passphrase-file", metavar="TỆP", type=Path, help="tệp chứa mật khẩu")

    def handle(self, *args: Any, file: Path, into: Path, verify: bool, **options: Any) -> None:
        identity = read_identity(options["identity"])
        passphrase = "" if identity else read_passphrase(options["passphrase_file"])
        place = into.absolute()
        try:
            found = restore_backup(
                actor=Actor.system(), file=file, into=place, passphrase=passphrase, identity=identity
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Đã khôi phục {len(found.parts)} phần của bản lúc {found.made_at:%H:%M %d/%m/%Y} vào {place}.\n"
            f"Chạy chương trình với NENNEP_DATA_DIR={place}"
        )
        if verify:
            self.stdout.flush()
            _verify(place)


def _verify(place: Path) -> None:
    """`nennep check` there, by a process with the settings of that place. CommandError when something is broken."""
    command = [sys.executable, "-m", "django", "check", "--settings=nennep.site.settings"]
    done = subprocess.run(command, env={**os.environ, "NENNEP_DATA_DIR": str(place)}, check=False)  # noqa: S603  our own
    if done.returncode == BROKEN:
        raise CommandError("Bản vừa khôi phục chưa dùng được: xem các dòng HỎNG phía trên.")
