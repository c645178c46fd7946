"""Where the commands read a passphrase or a key from: never from the command line, which every account can see."""

import getpass
import os
import sys
from pathlib import Path

from django.core.management.base import CommandError

LEAST = 12  # letters: whoever has the file may try as often as they like


def read_passphrase(file: Path | None, *, twice: bool = False) -> str:
    """From the file, the one NENNEP_BACKUP_PASSPHRASE_FILE names, or asked for (`twice` when it locks). Raises CommandError."""
    named = file or os.environ.get("NENNEP_BACKUP_PASSPHRASE_FILE")
    if named:
        found = _read_file(Path(named))
    elif sys.stdin.isatty():
        found = getpass.getpass("Mật khẩu của bản sao lưu: ")
        if twice and getpass.getpass("Gõ lại mật khẩu: ") != found:
            raise CommandError("Hai lần gõ không giống nhau. Hãy làm lại.")
    else:
        raise CommandError("Chưa có mật khẩu: hãy dùng --passphrase-file TỆP, --recipient hoặc --identity.")
    if len(found) < LEAST:
        raise CommandError(f"Mật khẩu của bản sao lưu phải có ít nhất {LEAST} ký tự.")
    return found


def read_identity(file: Path | None) -> str:
    """The secret key in the file, which may have comment lines; empty without a file. Raises CommandError."""
    if file is None:
        return ""
    lines = [line.strip() for line in _read_file(file).splitlines()]
    return next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Không đọc được {path}: {getattr(error, 'strerror', '') or error}") from None
