"""Putting a backup back into an empty place, and looking whether one could be."""

import os
import shutil
import tempfile
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.data_directory import DATABASE, holds_data
from nennep.core.errors import DomainError
from nennep.core.tables import list_known_migrations
from nennep.operations.importers.archive import ArchiveUnfit, WrongKey, read_archive
from nennep.operations.renderers.postgres import run_program
from nennep.operations.rules import FOLDERS, POSTGRES_PART, SQLITE_PART, Manifest


class BackupUnfit(DomainError):
    code = "backup_unfit"
    message = _("Bản sao lưu hỏng hoặc bị cắt ở phần “%(part)s”. Không thay đổi gì.")


class BackupForeign(DomainError):
    code = "backup_foreign"
    message = _("Tệp này không phải bản sao lưu của Nền Nếp. Không thay đổi gì.")


class BackupLocked(DomainError):
    code = "backup_locked"
    message = _("Mật khẩu hoặc khóa không mở được bản sao lưu này. Không thay đổi gì.")


class BackupUnread(DomainError):
    code = "backup_unread"
    message = _("Chưa đọc, ghi được: %(reason)s")


class BackupNewer(DomainError):
    code = "backup_newer"
    message = _("Bản sao lưu của phiên bản mới hơn (%(program)s). Hãy cài phiên bản đó rồi khôi phục.")


class PlaceTaken(DomainError):
    code = "restore_place_taken"
    message = _("%(place)s đã có dữ liệu. Hãy chọn một chỗ trống; dữ liệu đang có không bị ghi đè.")


def verify_backup(*, actor: Actor, file: Path, passphrase: str = "", identity: str = "") -> Manifest:
    """Read all of it and compare every part with its checksum; nothing is written.

    Raises BackupForeign, BackupUnfit with the part's name, BackupLocked, BackupUnread.
    """
    actor.require_program()
    return _read(file, passphrase, identity, None)


def restore_backup(*, actor: Actor, file: Path, into: Path, passphrase: str = "", identity: str = "") -> Manifest:
    """Put a backup into a data directory without data, all or nothing; one of PostgreSQL into the empty database of the settings.

    Everything is read and compared beside its place first. Raises what `verify_backup` raises, PlaceTaken, BackupNewer. No room,
    or a program of the database server that is missing or refuses, is BackupUnread too.
    """
    actor.require_program()
    if holds_data(into) or any((into / name).exists() for name in FOLDERS):
        raise PlaceTaken(place=into)
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{into.name}-", dir=into.parent) as work:
            manifest = _read(file, passphrase, identity, Path(work))
            _require_known(manifest)
            _put_database(Path(work))
            _put_files(Path(work), into)
    except OSError as error:
        raise BackupUnread(reason=error.strerror or str(error)) from error
    return manifest


def _read(file: Path, passphrase: str, identity: str, into: Path | None) -> Manifest:
    try:
        return read_archive(file, passphrase=passphrase, identity=identity, into=into)
    except ArchiveUnfit as error:
        raise (BackupUnfit(part=error.part) if error.part else BackupForeign()) from error
    except WrongKey as error:
        raise BackupLocked from error
    except OSError as error:
        raise BackupUnread(reason=error.strerror or str(error)) from error


def _require_known(manifest: Manifest) -> None:
    """A database that a newer program wrote has columns that this one does not fill."""
    ours = list_known_migrations()
    newer = [name for app, name in manifest.migrations.items() if app in ours and name not in ours[app]]
    if newer:
        raise BackupNewer(program=manifest.program)


def _put_database(work: Path) -> None:
    if (work / POSTGRES_PART).exists():
        if connection.vendor != "postgresql":
            raise BackupUnread(reason=_("bản sao lưu của PostgreSQL, hãy đặt NENNEP_DATABASE_URL"))
        if connection.introspection.table_names():
            raise PlaceTaken(place=connection.settings_dict["NAME"])
        options = [
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
        ]
        run_program("pg_restore", [*options, str(work / POSTGRES_PART)], database=connection.settings_dict)
        (work / POSTGRES_PART).unlink()
    elif (work / SQLITE_PART).exists():
        (work / SQLITE_PART).rename(work / DATABASE)


def _put_files(work: Path, into: Path) -> None:
    """The whole directory at once where there was none; else one rename for each part, the database last."""
    into.mkdir(mode=0o700, exist_ok=True)
    for path in sorted(work.iterdir(), key=lambda one: one.name == DATABASE):
        shutil.move(path, into / path.name)
    descriptor = os.open(into, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
