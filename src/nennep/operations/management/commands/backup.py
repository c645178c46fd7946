"""`nennep backup THƯ-MỤC`: a backup of everything while the program runs; `--verify TỆP` reads one; `--new-key` makes a key.

The passphrase comes from the file that `--passphrase-file` names, from NENNEP_BACKUP_PASSPHRASE_FILE, or is asked for; with
`--recipient age1…` (or NENNEP_BACKUP_RECIPIENT) nothing secret lies on this machine.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.operations.management.passphrases import read_identity, read_passphrase
from nennep.operations.renderers.archive import Lock, RecipientUnfit, lock_by_key, lock_by_passphrase, make_key
from nennep.operations.rules import MEBIBYTE
from nennep.operations.services.backup import make_backup
from nennep.operations.services.restore import verify_backup


class Command(BaseCommand):
    help = "Sao lưu toàn bộ (cơ sở dữ liệu, tệp, khóa) khi chương trình đang chạy; --verify kiểm tra một bản đã có."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", metavar="THƯ-MỤC", type=Path, help="nơi để các bản sao lưu")
        parser.add_argument("--verify", metavar="TỆP", type=Path, help="chỉ đọc và đối chiếu từng phần của một bản")
        parser.add_argument("--recipient", metavar="KHÓA", help="khóa công khai age1… để khóa bản sao lưu")
        parser.add_argument("--identity", metavar="TỆP", type=Path, help="khóa bí mật để mở, khi dùng --verify")
        parser.add_argument("--passphrase-file", metavar="TỆP", type=Path, help="tệp chứa mật khẩu")
        parser.add_argument("--keep", metavar="N", type=int, help="chỉ giữ N bản mới nhất")
        parser.add_argument("--new-key", action="store_true", help="in một cặp khóa mới rồi thôi")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self._print_key()
        elif options["verify"]:
            self._verify(options["verify"], options)
        elif options["folder"] is None:
            raise CommandError("Hãy ghi thư mục để bản sao lưu: nennep backup THƯ-MỤC.")
        else:
            self._make(options["folder"], options)

    def _print_key(self) -> None:
        secret, public = make_key()
        self.stdout.write(
            f"# Cất dòng này ở nơi khác, không để trên máy chủ:\n{secret}\n# Dùng cho --recipient:\n{public}"
        )

    def _verify(self, file: Path, options: dict[str, Any]) -> None:
        identity = read_identity(options["identity"])
        passphrase = "" if identity else read_passphrase(options["passphrase_file"])
        try:
            found = verify_backup(actor=Actor.system(), file=file, passphrase=passphrase, identity=identity)
        except DomainError as error:
            raise CommandError(str(error)) from None
        size = sum(part.size for part in found.parts) // MEBIBYTE
        self.stdout.write(
            f"Bản sao lưu tốt: {len(found.parts)} phần, {size} MB, làm lúc {found.made_at:%H:%M %d/%m/%Y}, "
            f"phiên bản {found.program}."
        )

    def _make(self, folder: Path, options: dict[str, Any]) -> None:
        try:
            made = make_backup(
                actor=Actor.system(),
                folder=folder.absolute(),
                lock=_choose_lock(options),
                now=clock.now(),
                keep=options["keep"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Đã sao lưu {made.parts} phần, {made.size // MEBIBYTE} MB: {made.file}")
        for name in made.removed:
            self.stdout.write(f"Đã bỏ bản cũ {name}")


def _choose_lock(options: dict[str, Any]) -> Lock:
    recipient = options["recipient"] or os.environ.get("NENNEP_BACKUP_RECIPIENT", "")
    if not recipient:
        return lock_by_passphrase(read_passphrase(options["passphrase_file"], twice=True))
    try:
        return lock_by_key(recipient)
    except RecipientUnfit:
        raise CommandError("Khóa công khai không đúng: hãy dùng dòng age1… mà nennep backup --new-key đã in.") from None
