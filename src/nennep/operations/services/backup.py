"""A backup of everything that an installation owns, while it runs."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.data_directory import DataInUse, hold_lock
from nennep.core.errors import DomainError
from nennep.core.tables import list_newest_migrations
from nennep.operations.choices import ERROR_LIMIT
from nennep.operations.models import BackupRun
from nennep.operations.renderers.archive import Lock, PartSource, write_archive
from nennep.operations.renderers.postgres import run_program
from nennep.operations.rules import FOLDERS, POSTGRES_PART, SQLITE_PART, BackupPart, Manifest, choose_outdated

BACKUP_LOCK = "backup.lock"
DRAFT = ".nennep-backup-"  # how the name of one that is being written begins


class BackupFailed(DomainError):
    code = "backup_failed"
    message = _("Chưa sao lưu được: %(reason)s")


class BackupRunning(DomainError):
    code = "backup_running"
    message = _("Đang có một lần sao lưu khác chạy. Hãy đợi nó xong.")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is complete and safe on its disk; `removed`: names of older ones that were beyond those to keep."""

    file: Path
    size: int
    parts: int
    removed: tuple[str, ...]


def make_backup(*, actor: Actor, folder: Path, lock: Lock, now: datetime, keep: int | None = None) -> Made:
    """Write `nennep-DAY-TIME.backup` into the folder: the database as it is at one moment, then uploads and keys.

    The file gets its name when it is complete and on the disk; what an interruption left is removed by the next run. A
    try is written down, good or not. `keep`: remove older ones beyond so many, only after this one is good. Raises
    BackupFailed, BackupRunning.
    """
    actor.require_program()
    try:
        with hold_lock(BACKUP_LOCK):
            return _make(folder, lock, keep, now)
    except DataInUse as error:
        raise BackupRunning from error


def _make(folder: Path, lock: Lock, keep: int | None, began: datetime) -> Made:
    ticking = monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _forget_drafts(folder)
        file, parts = _write(folder, lock, began)
    except (OSError, sqlite3.Error, subprocess.SubprocessError) as error:
        _keep_run(began, ticking, error=_say(error))
        raise BackupFailed(reason=_say(error)) from error
    size = file.stat().st_size
    _keep_run(began, ticking, file_name=file.name, size=size, parts=len(parts))
    return Made(file, size, len(parts), _forget_outdated(folder, keep))


def _write(folder: Path, lock: Lock, began: datetime) -> tuple[Path, tuple[BackupPart, ...]]:
    name = f"nennep-{began:%Y%m%d-%H%M%S}.backup"
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder) as work:
        copy = _copy_database(Path(work))
        draft = Path(work) / name
        with draft.open("xb") as target:
            draft.chmod(0o600)
            parts = write_archive(target, _list_sources(copy), lock=lock, describe=_begin_list(began))
            target.flush()
            os.fsync(target.fileno())
        final = draft.rename(folder / name)
    _settle(folder)
    return final, parts


def _list_sources(copy: Path) -> Iterator[PartSource]:
    """The database first: a file that its rows name was there before it, one that came later is merely one too many."""
    yield PartSource(copy.name, copy)
    for name in FOLDERS:
        root: Path = settings.NENNEP_DATA_DIR / name
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield PartSource(f"{name}/{path.relative_to(root).as_posix()}", path, may_vanish=name != "secrets")


def _begin_list(began: datetime) -> Callable[[tuple[BackupPart, ...]], bytes]:
    """Everything of the list but the parts, which are known only when they are written: by a thread without a database."""
    version, vendor, migrations = metadata.version("nennep"), connection.vendor, list_newest_migrations()
    return lambda parts: Manifest(began, version, vendor, migrations, parts).to_json()


def _copy_database(work: Path) -> Path:
    if connection.vendor != "sqlite":
        return _dump_database(work / POSTGRES_PART)
    copy = work / SQLITE_PART
    with (
        closing(sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)  # in one go: readers and writers of a WAL go on meanwhile
    return copy


def _dump_database(copy: Path) -> Path:
    run_program(
        "pg_dump",
        ["--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"],
        database=connection.settings_dict,
    )
    return copy


def _forget_drafts(folder: Path) -> None:
    """What runs that were killed left; none of them is running, whoever holds the lock is alone."""
    for path in folder.glob(f"{DRAFT}*"):
        shutil.rmtree(path)


def _forget_outdated(folder: Path, keep: int | None) -> tuple[str, ...]:
    if keep is None:
        return ()
    removed = choose_outdated((path.name for path in folder.iterdir()), keep=max(keep, 1))
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    return tuple(removed)


def _settle(folder: Path) -> None:
    """The new name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_run(
    began: datetime, ticking: float, *, file_name: str = "", size: int = 0, parts: int = 0, error: str = ""
) -> None:
    BackupRun.objects.create(
        started_at=began,
        ended_at=began + timedelta(seconds=monotonic() - ticking),
        file_name=file_name,
        size=size,
        parts=parts,
        error=error[:ERROR_LIMIT],
    )


def _say(error: Exception) -> str:
    """The system's own words; a full disk is the usual one."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip() or type(error).__name__
