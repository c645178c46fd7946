"""Run one command through Django. The console imports this only when a command is really run (docs/adr/0019)."""

import os
import sys
from difflib import get_close_matches
from itertools import groupby

import django
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands
from django.db import DatabaseError

from nennep.core.data_directory import OWNER_ALONE
from nennep.core.secret_files import KeyUnfit
from nennep.core.tables import describe_damage, has_pending_migrations
from nennep.site.command_list import list_commands

UNKNOWN = 2  # the exit code that argparse has for what it does not understand


def run(arguments: list[str]) -> None:
    """`["import-members", FILE]` as the management command `import_members FILE`. Ends with a sentence when it cannot."""
    os.umask(OWNER_ALONE)  # what we write is of people: exports and backups too
    require_usable_settings()
    command = [argument.replace("-", "_") for argument in arguments[:1] if not argument.startswith("-")]
    require_known(command)
    try:
        execute_from_command_line(["nennep", *command, *arguments[len(command) :]])
    except KeyUnfit as error:
        sys.exit(f"Nền Nếp không khởi động được: {error}")
    except DatabaseError as error:
        if words := describe_damage(error):
            sys.exit(f"Nền Nếp không khởi động được: {words}")
        if not _lacks_tables():
            raise
        sys.exit(
            "Cơ sở dữ liệu ở đây chưa được tạo hoặc chưa cập nhật: hãy chạy nennep init (bản cài đặt mới) "
            "hoặc nennep django migrate, rồi làm lại."
        )


def require_usable_settings() -> None:
    """A wrong setting or an unwritable data directory is one sentence, not a page of Python."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  (the first access loads them)
    except (OSError, ValueError) as error:
        sys.exit(f"Nền Nếp không khởi động được, hãy xem lại thiết lập: {error}")


def require_known(command: list[str]) -> None:
    """One sentence and exit code 2 for a name that neither we nor Django know."""
    ours = list_commands()
    if all(name.replace("_", "-") in ours for name in command):
        return
    django.setup()
    known = get_commands()
    for name in command:
        if name not in known:
            typed = name.replace("_", "-")
            meant = "".join(f", có phải “{near}”?" for near in get_close_matches(typed, ours, n=1))
            sys.stderr.write(f"Không có lệnh “{typed}”{meant or '.'} Hãy gõ nennep --help để xem các lệnh.\n")
            sys.exit(UNKNOWN)


def describe_framework() -> str:
    """What `nennep django` prints: names of the commands that the framework and its applications bring, by application."""
    require_usable_settings()
    django.setup()
    theirs = sorted((app, name) for name, app in get_commands().items() if not str(app).startswith("nennep."))
    lines = ["Các lệnh của Django, gõ sau nennep django. Ví dụ: nennep django migrate", ""]
    for app, rows in groupby(theirs, key=lambda row: row[0]):
        lines.append(f"  {app}: {', '.join(name for _app, name in rows)}")
    return "\n".join(lines)


def _lacks_tables() -> bool:
    """Looked up only after a failure, so that a sound start does not pay for it. An unreachable server says nothing about it."""
    try:
        return has_pending_migrations()
    except DatabaseError:
        return False
