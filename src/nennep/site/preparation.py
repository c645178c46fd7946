"""What a start needs before it can serve: tables, static files, and on request the demonstration commune.

Everything that is there already is left alone, so that a second start costs only the looking.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from nennep.core.crypto import require_keys
from nennep.core.tables import has_pending_migrations, require_sound
from nennep.site.demonstration import accounts


def prepare(output: OutputWrapper, *, demonstration: bool) -> None:
    """Bring tables and static files up to date; with `demonstration` fill an empty installation.

    Raises KeyUnfit when the keys are not those of the database, DatabaseError when it is damaged or does not answer.
    """
    require_sound()
    if has_pending_migrations():
        _say(output, "Đang tạo hoặc cập nhật cơ sở dữ liệu …")
        call_command("migrate", verbosity=0, interactive=False)
    require_keys()
    if static_fingerprint() != read_static_fingerprint():
        _say(output, "Đang chuẩn bị tệp giao diện …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        _fingerprint_file().write_text(static_fingerprint(), encoding="utf-8")
    if demonstration and not get_user_model().objects.exists():
        _say(output, "Đang nạp dữ liệu trình diễn (chỉ lần đầu) …")
        _load_demonstration()


def _say(output: OutputWrapper, text: str) -> None:
    """Flush at once, also into a file: the next step may take a while."""
    output.write(text)
    output.flush()


def _load_demonstration() -> None:
    """In a process of its own, which gives back the memory it needed; its accounts are printed once the server answers."""
    command = [sys.executable, "-m", "django", "load_demonstration", "--settings=nennep.site.settings"]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:  # noqa: S603  our own command
        raise CommandError("Chưa nạp được dữ liệu trình diễn: xem các dòng phía trên.")


def static_fingerprint() -> str:
    """Changes when a static file is added, removed or edited."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            status = Path(storage.path(name)).stat()
            lines.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def read_static_fingerprint() -> str:
    """That of the files collected last; empty when there are none."""
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return (
        _fingerprint_file().read_text(encoding="utf-8") if collected.exists() and _fingerprint_file().exists() else ""
    )


def describe_demonstration() -> str:
    """Who can sign in to the demonstration; empty for a real installation."""
    return accounts.describe() if accounts.are_open() else ""


def _fingerprint_file() -> Path:
    path: Path = settings.NENNEP_DATA_DIR / "static.fingerprint"
    return path
