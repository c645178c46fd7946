import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.data_directory import DATABASE, hold_lock
from nennep.core.errors import NotAllowed
from nennep.operations.models import BackupRun
from nennep.operations.renderers.archive import Lock
from nennep.operations.services.backup import BACKUP_LOCK, BackupFailed, BackupRunning, make_backup
from nennep.operations.services.restore import (
    BackupForeign,
    BackupLocked,
    BackupNewer,
    BackupUnfit,
    BackupUnread,
    PlaceTaken,
    restore_backup,
    verify_backup,
)
from tests.factories.accounts import actor_of, make_user
from tests.factories.core import NOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def read_lines(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [words for (words,) in connection.execute("SELECT words FROM line ORDER BY id")]


def list_files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


@pytest.mark.sqlite
def test_what_is_restored_is_what_was_there(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    assert (made.parts, made.size, made.file.stat().st_mode & 0o777) == (6, made.file.stat().st_size, 0o600)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.file.name]
    back = tmp_path / "back"
    restore_backup(actor=SYSTEM, file=made.file, into=back, identity=identity)
    files = [name for name in list_files(data) if not name.name.endswith((".lock", "-wal", "-shm"))]
    assert list_files(back) == files
    assert [(back / name).read_bytes() for name in files if name.name != DATABASE] == [
        (data / name).read_bytes() for name in files if name.name != DATABASE
    ]
    assert read_lines(back / DATABASE) == ["một dòng đã ghi"]
    run = BackupRun.objects.get()
    assert (run.file_name, run.size, run.parts, run.error) == (made.file.name, made.size, 6, "")
    assert timedelta() < run.ended_at - run.started_at < timedelta(minutes=1)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("backups", "back")} == {0o700}


@pytest.mark.sqlite
def test_an_empty_directory_is_a_place_to_restore_into(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    (tmp_path / "back").mkdir()
    restore_backup(actor=SYSTEM, file=made.file, into=tmp_path / "back", identity=identity)
    assert read_lines(tmp_path / "back" / DATABASE) == ["một dòng đã ghi"]


@pytest.mark.sqlite
def test_lines_that_are_written_meanwhile_are_whole_or_not_there(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    """A transaction that is open while the copy is made is not in it, one that was acknowledged before is."""
    with closing(sqlite3.connect(sqlite_file)) as writer:
        writer.execute("INSERT INTO line (words) VALUES ('chưa ghi xong')")
        made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
        writer.commit()
    restore_backup(actor=SYSTEM, file=made.file, into=tmp_path / "back", identity=identity)
    assert read_lines(tmp_path / "back" / DATABASE) == ["một dòng đã ghi"]


@pytest.mark.sqlite
def test_older_ones_are_removed_only_after_a_good_one(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [f"nennep-2026010{day}-030000.backup" for day in (1, 2, 3)]
    for name in [*older, "ghi-chu.txt"]:
        (folder / name).write_text("x")
    made = make_backup(actor=SYSTEM, folder=folder, lock=lock, now=NOW, keep=2)
    assert made.removed == (older[1], older[0])
    assert {path.name for path in folder.iterdir()} == {made.file.name, older[2], "ghi-chu.txt"}


@pytest.mark.sqlite
@pytest.mark.parametrize("keep", [0, 1])
def test_the_one_just_made_is_always_kept(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any, keep: int
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "nennep-20260101-030000.backup").write_text("x")
    made = make_backup(actor=SYSTEM, folder=folder, lock=lock, now=NOW, keep=keep)
    assert list(folder.iterdir()) == [made.file]


@pytest.mark.sqlite
def test_what_a_killed_run_left_is_removed_by_the_next(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    left = tmp_path / "backups" / ".nennep-backup-abc"
    left.mkdir(parents=True)
    (left / "nennep-20261128-030000.backup").write_bytes(b"half")
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    assert list((tmp_path / "backups").iterdir()) == [made.file]


def test_two_at_once_are_one(tmp_path: Path, data: Path, lock: Lock) -> None:
    with hold_lock(BACKUP_LOCK), pytest.raises(BackupRunning):
        make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    assert not BackupRun.objects.exists()


@pytest.mark.sqlite
def test_a_failed_one_says_why_and_leaves_nothing(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(BackupFailed, match="Chưa sao lưu được: "):
        make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    assert [(bool(run.error), run.file_name) for run in BackupRun.objects.all()] == [(True, "")]


@pytest.mark.sqlite
def test_a_damaged_database_is_said_in_its_own_words(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    sqlite_file.write_bytes(b"no database at all" * 100)
    with pytest.raises(BackupFailed, match="file is not a database"):
        make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    assert BackupRun.objects.get().error == "file is not a database"


def test_a_person_has_the_machine_do_it(tmp_path: Path, data: Path, lock: Lock, identity: str) -> None:
    actor = actor_of(make_user())
    with pytest.raises(NotAllowed):
        make_backup(actor=actor, folder=tmp_path / "backups", lock=lock, now=NOW)
    with pytest.raises(NotAllowed):
        verify_backup(actor=actor, file=tmp_path / "x", identity=identity)
    with pytest.raises(NotAllowed):
        restore_backup(actor=actor, file=tmp_path / "x", into=tmp_path / "back", identity=identity)


@pytest.mark.sqlite
def test_refusals_name_the_part_and_write_nothing(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    made, back = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW), tmp_path / "back"
    content = made.file.read_bytes()
    cut, foreign = tmp_path / "cut", tmp_path / "foreign"
    cut.write_bytes(content[: len(content) - 100_000])
    foreign.write_bytes(b"PK\x03\x04")
    refusals = [
        (cut, {"identity": identity}, BackupUnfit, "media/documents/two words.pdf"),
        (foreign, {"identity": identity}, BackupForeign, "không phải bản sao lưu"),
        (made.file, {"passphrase": "khong phai mat khau"}, BackupLocked, "không mở được"),
        (tmp_path / "none", {"identity": identity}, BackupUnread, "No such file"),
    ]
    for file, key, refusal, words in refusals:
        with pytest.raises(refusal, match=words):
            verify_backup(actor=SYSTEM, file=file, **key)
        with pytest.raises(refusal, match=words):
            restore_backup(actor=SYSTEM, file=file, into=back, **key)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", "cut", "foreign", "var"]


@pytest.mark.sqlite
@pytest.mark.parametrize("taken", [DATABASE, "secrets/hash.key", "media/a"])
def test_data_that_is_there_is_never_written_over(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any, taken: str
) -> None:
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    there = tmp_path / "back" / taken
    there.parent.mkdir(parents=True)
    there.write_bytes(b"mine")
    with pytest.raises(PlaceTaken):
        restore_backup(actor=SYSTEM, file=made.file, into=tmp_path / "back", identity=identity)
    assert [path.read_bytes() for path in (tmp_path / "back").rglob("*") if path.is_file()] == [b"mine"]


@pytest.mark.sqlite
def test_one_of_a_newer_program_is_refused(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415  a row of a version to come

    MigrationRecorder.Migration.objects.create(app="members", name="9999_of_next_year")
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    with pytest.raises(BackupNewer, match=re.escape(metadata.version("nennep"))):
        restore_backup(actor=SYSTEM, file=made.file, into=tmp_path / "back", identity=identity)
    assert not (tmp_path / "back").exists()


@pytest.mark.sqlite
def test_a_link_out_of_the_directory_is_not_followed(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    (data / "media" / "link").symlink_to("/etc/hostname")
    os.mkfifo(data / "media" / "pipe")
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    names = {part.name for part in verify_backup(actor=SYSTEM, file=made.file, identity=identity).parts}
    assert not names & {"media/link", "media/pipe"}
