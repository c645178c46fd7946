"""What the facts of an installation mean for whoever keeps it, and what a backup holds. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_decimal
from nennep.operations.choices import Light, Point

FORMAT = 1  # of a backup; another number is another program's
SQLITE_PART = "database.sqlite3"
POSTGRES_PART = "database.pgdump"
MANIFEST = "manifest.json"
README, KEY, CONTENT = "README.txt", "key.age", "content.age"  # what the file itself holds (renderers/archive.py)
FOLDERS = ("media", "strays", "secrets")  # what a data directory holds beside the database (docs/how-to/restore.md)
NAME = re.compile(r"nennep-\d{8}-\d{6}\.backup")

MEBIBYTE, GIGABYTE = 1024 * 1024, 10**9
DISK_LOW, DISK_EMPTY = 1024 * MEBIBYTE, 200 * MEBIBYTE  # bytes that should, and that must be free
BACKUP_AGE = timedelta(days=2)  # after which the last good backup is too old
CLOCK_SLIP = timedelta(minutes=5)  # that two machines may differ
WAITED = timedelta(minutes=15)  # after which a job that nobody took is stuck
MINUTE = timedelta(minutes=1)
FAILED_FOR = timedelta(days=14)  # for so long failed jobs are named
RUN_FOR = timedelta(hours=1)  # after which a job that runs is


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands, and what was found, in a sentence."""

    point: Point
    light: Light
    words: str


def find_worst(checks: Iterable[Check]) -> Light:
    order = [Light.OK, Light.WARN, Light.FAIL]
    return max((check.light for check in checks), key=order.index, default=Light.OK)


def judge_disk(*, free: int, total: int) -> Check:
    """Bytes of the disk on which the data lies."""
    words = _("còn trống %(free)s GB trong %(total)s GB") % {
        "free": say_decimal(free / GIGABYTE),
        "total": say_decimal(total / GIGABYTE),
    }
    light = Light.OK if free >= DISK_LOW else Light.WARN if free >= DISK_EMPTY else Light.FAIL
    return Check(Point.DISK, light, words)


def judge_backup(*, last_good: datetime | None, failed_since: int, now: datetime) -> Check:
    """`failed_since`: attempts after the last good one."""
    if last_good is None:
        return Check(Point.BACKUP, Light.WARN, _("chưa có bản sao lưu nào: hãy chạy nennep backup THƯ-MỤC"))
    hours = int((now - last_good).total_seconds() // 3600)
    words = ngettext("bản tốt gần nhất cách đây %(hours)s giờ", "bản tốt gần nhất cách đây %(hours)s giờ", hours) % {
        "hours": hours
    }
    if failed_since:
        words += "; " + ngettext("%(count)s lần sau đó hỏng", "%(count)s lần sau đó hỏng", failed_since) % {
            "count": failed_since
        }
    return Check(Point.BACKUP, Light.WARN if failed_since or now - last_good > BACKUP_AGE else Light.OK, words)


def judge_clock(*, newest: datetime | None, now: datetime, is_set: bool) -> Check:
    """`newest` moment that the trail holds: a clock behind it would write history in the wrong order. `is_set`: by hand."""
    if newest and newest > now + CLOCK_SLIP:
        words = _("đồng hồ đang chạy chậm: nhật ký đã có dòng lúc %(moment)s") % {"moment": f"{newest:%d/%m/%Y %H:%M}"}
        return Check(Point.CLOCK, Light.FAIL, words)
    words = f"{now:%d/%m/%Y %H:%M}"
    if is_set:
        return Check(Point.CLOCK, Light.WARN, _("%(now)s, đặt bằng tay (NENNEP_CLOCK)") % {"now": words})
    return Check(Point.CLOCK, Light.OK, words)


def judge_jobs(*, waiting: int, running: int, failed: int) -> Check:
    """Jobs that wait longer than WAITED or run longer than RUN_FOR, and those that failed lately."""
    found = [
        ngettext("%(count)s việc chờ quá %(minutes)s phút", "%(count)s việc chờ quá %(minutes)s phút", waiting)
        % {"count": waiting, "minutes": WAITED // MINUTE}
        if waiting
        else "",
        ngettext("%(count)s việc chạy quá %(minutes)s phút", "%(count)s việc chạy quá %(minutes)s phút", running)
        % {"count": running, "minutes": RUN_FOR // MINUTE}
        if running
        else "",
        ngettext("%(count)s việc hỏng trong %(days)s ngày qua", "%(count)s việc hỏng trong %(days)s ngày qua", failed)
        % {"count": failed, "days": FAILED_FOR.days}
        if failed
        else "",
    ]
    light = Light.FAIL if waiting or running else Light.WARN if failed else Light.OK
    return Check(Point.JOBS, light, "; ".join(filter(None, found)) or _("không có việc nào đọng lại"))


def judge_files(*, rows: int, missing: int) -> Check:
    """Files that the rows name, and how many of them are not there or have another size."""
    if missing:
        words = _("%(missing)s trong %(rows)s tệp không còn hoặc sai kích thước: hãy chép lại từ bản sao lưu")
        return Check(Point.FILES, Light.FAIL, words % {"missing": missing, "rows": rows})
    return Check(Point.FILES, Light.OK, ngettext("đủ %(rows)s tệp", "đủ %(rows)s tệp", rows) % {"rows": rows})


# ── backups ───────────────────────────────────────────────────────────────────


class ManifestUnfit(ValueError):
    """What stands at the end of a backup is no list of its parts."""


@dataclass(frozen=True, slots=True)
class BackupPart:
    """One file of a backup: its name within it, bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `migrations`: the newest of each application, so that an older program can refuse it."""

    made_at: datetime
    program: str
    database: str
    migrations: Mapping[str, str]
    parts: tuple[BackupPart, ...]

    def to_json(self) -> bytes:
        data = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat(), "migrations": {**self.migrations}}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """The list as `to_json` wrote it. Raises ManifestUnfit."""
    try:
        data = json.loads(content)
        if data["format"] != FORMAT:
            raise ManifestUnfit(f"format {data['format']}")
        return Manifest(
            made_at=datetime.fromisoformat(data["made_at"]),
            program=str(data["program"]),
            database=str(data["database"]),
            migrations={str(app): str(name) for app, name in data["migrations"].items()},
            parts=tuple(BackupPart(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in data["parts"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ManifestUnfit(str(error)) from error


def find_difference(manifest: Manifest, found: Iterable[BackupPart]) -> str:
    """The first part that is missing, not listed, or not as it was; empty when the backup is whole."""
    listed, there = {part.name: part for part in manifest.parts}, {part.name: part for part in found}
    names = sorted(listed.keys() | there.keys())
    return next((name for name in names if listed.get(name) != there.get(name)), "")


def is_safe_name(name: str) -> bool:
    """A name of a part: the database or a file below one of FOLDERS, never outside of where it is put back."""
    steps = name.split("/")
    if any(step in {"", ".", ".."} or "\\" in step or "\0" in step for step in steps):
        return False
    return name in {SQLITE_PART, POSTGRES_PART} or (len(steps) > 1 and steps[0] in FOLDERS)


def choose_outdated(names: Iterable[str], *, keep: int) -> list[str]:
    """Backups beyond the newest `keep` by the moment in their name; files with other names are nobody's to remove."""
    ours = sorted((name for name in names if NAME.fullmatch(name)), reverse=True)
    return ours[keep:]
