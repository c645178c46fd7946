"""Where a backup is written and put back: folders not yet there, drafts, what may vanish, PostgreSQL's own programs."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from nennep.core.access import Actor
from nennep.core.data_directory import DATABASE
from nennep.operations.choices import ERROR_LIMIT, Light
from nennep.operations.models import BackupRun
from nennep.operations.renderers.archive import Lock, PartSource, lock_by_passphrase, write_archive
from nennep.operations.rules import (
    BACKUP_AGE,
    POSTGRES_PART,
    SQLITE_PART,
    Manifest,
    judge_backup,
    judge_clock,
    judge_files,
    judge_jobs,
)
from nennep.operations.services.backup import (
    BackupFailed,
    BackupRunning,
    _list_sources,
    make_backup,
)
from nennep.operations.services.restore import BackupNewer, BackupUnread, PlaceTaken, restore_backup, verify_backup
from tests.factories.core import NOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
DONE = "#!/bin/sh\n"


# ── places ────────────────────────────────────────────────────────────────────


@pytest.mark.sqlite
def test_folders_that_are_not_there_yet_are_made(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    folder, back = tmp_path / "usb" / "nennep" / "backups", tmp_path / "new" / "place" / "var"
    made = make_backup(actor=SYSTEM, folder=folder, lock=lock, now=NOW)
    again = make_backup(actor=SYSTEM, folder=folder, lock=lock, now=NOW.replace(hour=9))
    assert (made.removed, again.removed) == ((), ())
    assert sorted(folder.iterdir()) == [made.file, again.file]
    found = restore_backup(actor=SYSTEM, file=made.file, into=back, identity=identity)
    assert found == verify_backup(actor=SYSTEM, file=made.file, identity=identity)
    assert (found.made_at, found.database, len(found.parts)) == (NOW, "sqlite", made.parts)
    assert [path.name for path in back.parent.iterdir()] == ["var"]


@pytest.mark.sqlite
def test_one_that_is_being_written_lies_beside_under_a_name_that_the_next_run_removes(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    """Seen from the one question to the database that is asked while it is being written."""
    folder, seen = tmp_path / "backups", []

    def look(execute: Callable[..., object], *asked: Any) -> object:
        seen.append([path.name[: len(".nennep-backup-")] for path in folder.iterdir()] if folder.exists() else [])
        return execute(*asked)

    with connection.execute_wrapper(look):
        make_backup(actor=SYSTEM, folder=folder, lock=lock, now=NOW)
    assert [".nennep-backup-"] in seen


@pytest.mark.sqlite
def test_nothing_stays_open(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, identity: str, fixed_clock: Any
) -> None:
    make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    open_before = len(list(Path("/dev/fd").iterdir()))
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW.replace(hour=9))
    restore_backup(actor=SYSTEM, file=made.file, into=tmp_path / "back", identity=identity)
    assert len(list(Path("/dev/fd").iterdir())) == open_before


def test_the_database_comes_first_and_uploads_may_vanish_but_no_key(tmp_path: Path, data: Path) -> None:
    copy = tmp_path / SQLITE_PART
    assert [(one.name, one.path, one.may_vanish) for one in _list_sources(copy)] == [
        (SQLITE_PART, copy, False),
        ("media/documents/one", data / "media/documents/one", True),
        ("media/documents/two words.pdf", data / "media/documents/two words.pdf", True),
        ("strays/left", data / "strays/left", True),
        ("secrets/django.key", data / "secrets/django.key", False),
        ("secrets/encryption.keys", data / "secrets/encryption.keys", False),
    ]


@pytest.mark.sqlite
def test_what_failed_is_written_down_in_the_system_s_words(
    tmp_path: Path, data: Path, sqlite_file: Path, lock: Lock, fixed_clock: Any
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BackupFailed) as refused:
        make_backup(actor=SYSTEM, folder=tmp_path / "file" / "backups", lock=lock, now=NOW)
    assert str(refused.value) == "Chưa sao lưu được: Not a directory"
    run = BackupRun.objects.get()
    assert (run.error, run.file_name, run.size, run.parts, run.started_at) == ("Not a directory", "", 0, 0, NOW)
    assert run.ended_at >= run.started_at
    assert str(BackupRunning()) == "Đang có một lần sao lưu khác chạy. Hãy đợi nó xong."


def test_a_place_below_a_file_is_said_and_a_place_with_something_else_in_it_is_one(
    tmp_path: Path, lock: Lock, identity: str
) -> None:
    file = write(tmp_path, SQLITE_PART, lock)
    with pytest.raises(BackupUnread) as refused:
        restore_backup(actor=SYSTEM, file=file, into=file / "var" / "new", identity=identity)
    assert str(refused.value) == "Chưa đọc, ghi được: Not a directory"
    into = tmp_path / "back"
    into.mkdir()
    (into / "note.txt").write_text("của tôi")
    restore_backup(actor=SYSTEM, file=file, into=into, identity=identity)
    assert {path.name: path.read_text() for path in into.iterdir()} == {"note.txt": "của tôi", DATABASE: "rows"}


@pytest.mark.parametrize("taken", ["media", "strays", "secrets"])
def test_an_empty_folder_of_an_installation_is_a_place_that_is_taken(
    tmp_path: Path, lock: Lock, identity: str, taken: str
) -> None:
    (tmp_path / "back" / taken).mkdir(parents=True)
    with pytest.raises(PlaceTaken) as refused:
        restore_backup(actor=SYSTEM, file=write(tmp_path, SQLITE_PART, lock), into=tmp_path / "back", identity=identity)
    assert refused.value.details == {"place": tmp_path / "back"}


def test_one_of_a_program_with_an_application_more_is_put_back_and_of_one_with_a_migration_more_is_not(
    tmp_path: Path, lock: Lock, identity: str
) -> None:
    file = write(tmp_path, SQLITE_PART, lock, {"of_a_plugin": "0001_initial", "members": "0001_initial"})
    restore_backup(actor=SYSTEM, file=file, into=tmp_path / "back", identity=identity)
    file.unlink()
    file = write(tmp_path, SQLITE_PART, lock, {"members": "9999_of_next_year"})
    with pytest.raises(BackupNewer) as refused:
        restore_backup(actor=SYSTEM, file=file, into=tmp_path / "other", identity=identity)
    assert refused.value.details == {"program": "0.1.0"}


def test_a_passphrase_opens_what_it_locked(tmp_path: Path) -> None:
    file = write(tmp_path, SQLITE_PART, lock_by_passphrase("mưa xuân Huổi Sét"))
    found = verify_backup(actor=SYSTEM, file=file, passphrase="mưa xuân Huổi Sét")
    assert [part.name for part in found.parts] == [SQLITE_PART]


# ── PostgreSQL's own programs ─────────────────────────────────────────────────


def write(folder: Path, name: str, lock: Lock, migrations: dict[str, str] | None = None) -> Path:
    """A backup whose one part is a database."""
    (source := folder / "source").write_text("rows")
    with (file := folder / "one.backup").open("xb") as target:
        write_archive(
            target,
            [PartSource(name, source)],
            lock=lock,
            describe=lambda parts: Manifest(
                datetime(2026, 11, 29, tzinfo=UTC), "0.1.0", "x", migrations or {}, parts
            ).to_json(),
        )
    return file


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which programs are looked for first; `said` beside them is what they were told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def install(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f'{DONE}printf "%s\\n" "$PGDATABASE" "$@" > {folder / "said"}\n{script}')
    (folder / name).chmod(0o700)


def said(folder: Path) -> list[str]:
    return (folder / "said").read_text().splitlines()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings name a server, whose database is empty."""
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "NAME", "nennep_new")
    monkeypatch.setattr(connection.introspection, "table_names", list)


@pytest.mark.sqlite
def test_one_of_a_server_is_put_into_no_file(tmp_path: Path, lock: Lock, identity: str) -> None:
    with pytest.raises(BackupUnread) as refused:
        restore_backup(actor=SYSTEM, file=write(tmp_path, POSTGRES_PART, lock), into=tmp_path / "v", identity=identity)
    assert str(refused.value) == ("Chưa đọc, ghi được: bản sao lưu của PostgreSQL, hãy đặt NENNEP_DATABASE_URL")
    assert not (tmp_path / "v").exists()


@pytest.mark.sqlite
@pytest.mark.usefixtures("server")
def test_one_of_a_server_is_put_into_its_empty_database_all_or_nothing(
    tmp_path: Path, lock: Lock, identity: str, programs: Path
) -> None:
    install(programs, "pg_restore", f'for last; do :; done; cp "$last" {programs / "given"}')
    file, into = write(tmp_path, POSTGRES_PART, lock), tmp_path / "place" / "back"
    restore_backup(actor=SYSTEM, file=file, into=into, identity=identity)
    database, *options, dump = said(programs)
    assert database == "nennep_new"
    assert options == ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname=nennep_new"]
    assert (Path(dump).name, Path(dump).parent.parent) == (POSTGRES_PART, into.parent)
    assert Path(dump).parent.name.startswith(".back-")
    assert (programs / "given").read_text() == "rows"
    assert list(into.iterdir()) == []


@pytest.mark.sqlite
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo one >&2; echo 'could not connect' >&2; exit 1", "pg_restore: could not connect"),
        ("exit 3", "pg_restore: 3"),
    ],
)
def test_what_the_program_of_the_server_refuses_is_said_in_its_last_words(
    tmp_path: Path, lock: Lock, identity: str, programs: Path, script: str, words: str
) -> None:
    install(programs, "pg_restore", script)
    with pytest.raises(BackupUnread) as refused:
        restore_backup(actor=SYSTEM, file=write(tmp_path, POSTGRES_PART, lock), into=tmp_path / "v", identity=identity)
    assert str(refused.value) == f"Chưa đọc, ghi được: {words}"
    assert not (tmp_path / "v").exists()


@pytest.mark.sqlite
@pytest.mark.usefixtures("server")
def test_a_missing_program_is_named(tmp_path: Path, lock: Lock, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupUnread) as refused:
        restore_backup(actor=SYSTEM, file=write(tmp_path, POSTGRES_PART, lock), into=tmp_path / "v", identity=identity)
    assert str(refused.value) == (
        "Chưa đọc, ghi được: thiếu chương trình pg_restore của PostgreSQL (gói postgresql-client)"
    )


@pytest.mark.sqlite
def test_a_database_with_tables_is_never_written_over(
    tmp_path: Path, lock: Lock, identity: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    install(programs, "pg_restore", "")
    with pytest.raises(PlaceTaken) as refused:
        restore_backup(actor=SYSTEM, file=write(tmp_path, POSTGRES_PART, lock), into=tmp_path / "v", identity=identity)
    assert refused.value.details == {"place": connection.settings_dict["NAME"]}
    assert not (programs / "said").exists()


@pytest.mark.sqlite
@pytest.mark.usefixtures("server")
def test_a_server_is_dumped_by_its_own_program(
    tmp_path: Path, data: Path, lock: Lock, identity: str, programs: Path
) -> None:
    install(
        programs,
        "pg_dump",
        'for one; do case "$one" in --file=*) printf dump > "${one#--file=}";; esac; done',
    )
    made = make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    database, *options, target = said(programs)
    assert (database, options) == ("nennep_new", ["--format=custom", "--no-owner", "--no-privileges"])
    assert Path(target.removeprefix("--file=")).name == POSTGRES_PART
    found = verify_backup(actor=SYSTEM, file=made.file, identity=identity)
    assert (found.database, found.parts[0].name, found.parts[0].size) == ("postgresql", POSTGRES_PART, 4)


@pytest.mark.sqlite
@pytest.mark.usefixtures("server")
def test_a_dump_that_fails_is_written_down_to_the_limit(tmp_path: Path, data: Path, lock: Lock, programs: Path) -> None:
    install(programs, "pg_dump", f"printf '%{ERROR_LIMIT}s' x >&2; exit 1")
    with pytest.raises(BackupFailed, match="pg_dump: "):
        make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    install(programs, "pg_dump", f"printf 'x%.0s' $(seq {ERROR_LIMIT}) >&2; exit 1")
    with pytest.raises(BackupFailed):
        make_backup(actor=SYSTEM, folder=tmp_path / "backups", lock=lock, now=NOW)
    errors = [run.error for run in BackupRun.objects.order_by("pk")]
    assert errors == ["pg_dump: x", f"pg_dump: {'x' * (ERROR_LIMIT - 9)}"]


# ── what is said ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (
            judge_backup(last_good=None, failed_since=0, now=NOW),
            "chưa có bản sao lưu nào: hãy chạy nennep backup THƯ-MỤC",
        ),
        (judge_backup(last_good=NOW - BACKUP_AGE, failed_since=0, now=NOW), "bản tốt gần nhất cách đây 48 giờ"),
        (
            judge_backup(last_good=NOW, failed_since=2, now=NOW),
            "bản tốt gần nhất cách đây 0 giờ; 2 lần sau đó hỏng",
        ),
        (judge_clock(newest=None, now=NOW, is_set=False), "09/11/2026 08:00"),
        (judge_clock(newest=None, now=NOW, is_set=True), "09/11/2026 08:00, đặt bằng tay (NENNEP_CLOCK)"),
        (
            judge_clock(newest=NOW.replace(hour=9), now=NOW, is_set=False),
            "đồng hồ đang chạy chậm: nhật ký đã có dòng lúc 09/11/2026 09:00",
        ),
        (judge_jobs(waiting=0, running=0, failed=0), "không có việc nào đọng lại"),
        (
            judge_jobs(waiting=1, running=2, failed=3),
            "1 việc chờ quá 15 phút; 2 việc chạy quá 60 phút; 3 việc hỏng trong 14 ngày qua",
        ),
        (judge_files(rows=4, missing=0), "đủ 4 tệp"),
        (
            judge_files(rows=4, missing=1),
            "1 trong 4 tệp không còn hoặc sai kích thước: hãy chép lại từ bản sao lưu",
        ),
    ],
)
def test_a_check_says_what_was_found(check: Any, words: str) -> None:
    assert check.words == words
    assert check.light in Light
