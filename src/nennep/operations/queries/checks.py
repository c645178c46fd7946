"""What `nennep check`, the page for administrators and the deep health of the API say of this installation, point by point."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import DatabaseError, connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from nennep.audit.queries import find_newest_moment
from nennep.core.access import Actor
from nennep.core.crypto import ENCRYPTION_KEYS, HASH_KEY, is_used, require_keys
from nennep.core.data_directory import OWNER_ALONE
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.tables import list_pending_migrations, require_sound
from nennep.documents.queries import iterate_files
from nennep.operations.choices import Light, Point
from nennep.operations.queries.backups import list_runs
from nennep.operations.rules import (
    FAILED_FOR,
    RUN_FOR,
    WAITED,
    Check,
    judge_backup,
    judge_clock,
    judge_disk,
    judge_files,
    judge_jobs,
)
from nennep.policies.queries import list_missing_central_packs

MAIL_LIMIT = 5  # seconds a mail server has to answer


def run_checks(*, now: datetime, thorough: bool = False) -> list[Check]:
    """All points in their order; `thorough` looks at every page of the database and asks the mail server.

    A point that cannot be looked at has failed, with the reason, and keeps none of the others from being looked at.
    """
    looks: dict[Point, Callable[[], Check]] = {
        Point.DIRECTORY: check_directory,
        Point.KEYS: check_keys,
        Point.DATABASE: lambda: check_database(thorough=thorough),
        Point.MIGRATIONS: check_migrations,
        Point.RULES: check_rules,
        Point.FILES: check_files,
        Point.CLOCK: lambda: check_clock(now=now),
        Point.DISK: check_disk,
        Point.MAIL: lambda: check_mail(ask=thorough),
        Point.SMS: check_sms,
        Point.PUSH: check_push,
        Point.JOBS: lambda: check_jobs(now=now),
        Point.BACKUP: lambda: check_backup(now=now),
    }
    return [_look(point, look) for point, look in looks.items()]


def list_checks(*, actor: Actor, now: datetime) -> list[Check]:
    """`run_checks` for whoever keeps the installation. Raises NotFound for everybody else."""
    if not actor.may_somewhere(Permission.SYSTEM_READ):
        raise NotFound
    return run_checks(now=now)


def _look(point: Point, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except (OSError, DatabaseError, ValueError) as error:
        return Check(point, Light.FAIL, str(error).strip())


def check_directory() -> Check:
    """It is there, may be written to, and is closed to other accounts of the machine."""
    folder: Path = settings.NENNEP_DATA_DIR
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check(Point.DIRECTORY, Light.FAIL, _("không đọc, ghi được %(folder)s") % {"folder": folder})
    open_ones = [path.name for path in _list_private(folder) if path.stat().st_mode & OWNER_ALONE]
    if open_ones:
        words = _("tài khoản khác trên máy đọc được: %(names)s") % {"names": ", ".join(open_ones[:5])}
        return Check(Point.DIRECTORY, Light.WARN, words)
    return Check(Point.DIRECTORY, Light.OK, str(folder))


def _list_private(folder: Path) -> Iterator[Path]:
    yield folder
    yield from sorted(folder.glob("nennep.sqlite3*"))
    yield from sorted(path for path in (folder / "secrets").glob("*") if path.is_file())


def check_keys() -> Check:
    """Both keys are there and are those of this database. None is made."""
    missing = [name for name in (ENCRYPTION_KEYS, HASH_KEY) if not (settings.NENNEP_SECRETS_DIR / name).exists()]
    if lost := [name for name in missing if is_used(name)]:
        words = _("thiếu %(names)s: hãy chép lại từ bản sao lưu") % {"names": ", ".join(lost)}
        return Check(Point.KEYS, Light.FAIL, words)
    if missing:
        return Check(Point.KEYS, Light.WARN, _("chưa có; nennep serve tạo ở lần chạy đầu"))
    require_keys()
    return Check(Point.KEYS, Light.OK, _("đúng khóa của cơ sở dữ liệu này"))


def check_database(*, thorough: bool) -> Check:
    require_sound(thorough=thorough)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor == "sqlite":
        return Check(Point.DATABASE, Light.OK, _("SQLite, nguyên vẹn"))
    return _check_server()


def _check_server() -> Check:
    """PostgreSQL that says a write is safe before it is on the disk would lose what people were told is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT name FROM pg_settings WHERE setting = 'off' AND name IN ('fsync', 'synchronous_commit')")
        unsafe = [name for (name,) in cursor.fetchall()]
    words = _("PostgreSQL %(version)s") % {"version": version}
    if unsafe:
        words = _("%(server)s, %(names)s đang tắt: mất điện sẽ mất dữ liệu đã ghi") % {
            "server": words,
            "names": ", ".join(sorted(unsafe)),
        }
    return Check(Point.DATABASE, Light.FAIL if unsafe else Light.OK, words)


def check_migrations() -> Check:
    pending = list_pending_migrations()
    if pending:
        words = ngettext(
            "%(count)s thay đổi chưa áp dụng: hãy chạy nennep django migrate",
            "%(count)s thay đổi chưa áp dụng: hãy chạy nennep django migrate",
            len(pending),
        ) % {"count": len(pending)}
        return Check(Point.MIGRATIONS, Light.FAIL, words)
    return Check(Point.MIGRATIONS, Light.OK, _("đúng với phiên bản này"))


def check_rules() -> Check:
    missing = list_missing_central_packs()
    if missing:
        words = _("chưa nạp: %(codes)s") % {"codes": ", ".join(missing)}
        return Check(Point.RULES, Light.WARN, words)
    return Check(Point.RULES, Light.OK, _("đã nạp đủ"))


def check_files() -> Check:
    """Every upload that a row names is there, with the size that was kept. One query, one look at the disk a file."""
    rows = missing = 0
    for name, size in iterate_files():
        path = Path(default_storage.path(name))
        rows += 1
        missing += not path.is_file() or path.stat().st_size != size
    return judge_files(rows=rows, missing=missing)


def check_clock(*, now: datetime) -> Check:
    return judge_clock(newest=find_newest_moment(), now=now, is_set=settings.NENNEP_CLOCK is not None)


def check_disk() -> Check:
    usage = shutil.disk_usage(settings.NENNEP_DATA_DIR)
    return judge_disk(free=usage.free, total=usage.total)


def check_mail(*, ask: bool) -> Check:
    """`ask`: sign in at the mail server, without sending anything."""
    if "smtp" not in settings.EMAIL_BACKEND:
        return Check(Point.MAIL, Light.OK, _("không đặt (NENNEP_MAIL_URL): không gửi thư điện tử"))
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if ask:
        mail = get_connection(timeout=MAIL_LIMIT)
        try:
            mail.open()
        except OSError as error:  # smtplib's errors are OSErrors
            words = _("%(server)s không nhận: %(error)s") % {"server": server, "error": error}
            return Check(Point.MAIL, Light.FAIL, words)
        mail.close()
    return Check(Point.MAIL, Light.OK, server)


def check_sms() -> Check:
    gateway = settings.NENNEP_SMS
    words = gateway.url if gateway else _("không đặt (NENNEP_SMS_URL): bí thư nhắn từ điện thoại của mình")
    return Check(Point.SMS, Light.OK, words)


def check_push() -> Check:
    """Browsers take messages only from an address with HTTPS, or from the machine itself."""
    address = settings.NENNEP_ADDRESS
    is_usable = address.startswith(("https://", "http://localhost", "http://127.0.0.1"))
    words = address if is_usable else _("%(address)s không có HTTPS: máy của đảng viên không nhận thông báo được")
    return Check(
        Point.PUSH, Light.OK if is_usable else Light.WARN, words if is_usable else words % {"address": address}
    )


def check_jobs(*, now: datetime) -> Check:
    jobs = DBTaskResult.objects.order_by()
    at_once = models.Q(run_after=get_date_max(), enqueued_at__lt=now - WAITED)  # the library's word for "now"
    due = jobs.filter(at_once | models.Q(run_after__lt=now - WAITED), status=TaskResultStatus.READY)
    running = jobs.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - RUN_FOR)
    failed = jobs.filter(status=TaskResultStatus.FAILED, finished_at__gte=now - FAILED_FOR)
    return judge_jobs(waiting=due.count(), running=running.count(), failed=failed.count())


def check_backup(*, now: datetime) -> Check:
    runs = list_runs()
    good = next((run for run in runs if not run.error), None)
    failed = sum(1 for run in runs if run.error and (good is None or run.ended_at > good.ended_at))
    return judge_backup(last_good=good.ended_at if good else None, failed_since=failed, now=now)
