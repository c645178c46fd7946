"""The commands as people type them, in processes of their own, on a data directory with a real database."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

PASSPHRASE = "mưa xuân Huổi Sét"


def nennep(data: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "NENNEP_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "nennep.site.settings",
        "PYTHONPATH": "src",
        "NENNEP_DATABASE_URL": database,
    }
    command = [sys.executable, "-c", "from nennep.site.console import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  our own


@pytest.mark.sqlite
def test_from_one_machine_to_the_next(migrated_data: Path, tmp_path: Path) -> None:
    words = tmp_path / "passphrase"
    words.write_text(PASSPHRASE, encoding="utf-8")
    said = nennep(migrated_data, "init", "--code", "38.168.053", "--name", "Đảng bộ xã Lăng Can", "--kind", "base")
    assert said.returncode == 0, said.stderr
    first = nennep(migrated_data, "check")
    assert (first.returncode, "xem   Sao lưu: chưa có bản sao lưu nào" in first.stdout) == (2, True), first.stdout
    made = nennep(migrated_data, "backup", str(tmp_path / "backups"), "--passphrase-file", str(words))
    assert made.returncode == 0, made.stderr
    file = str(next((tmp_path / "backups").iterdir()))
    assert nennep(migrated_data, "backup", "--verify", file, "--passphrase-file", str(words)).returncode == 0
    back = tmp_path / "back"
    restored = nennep(
        tmp_path / "elsewhere", "restore", file, "--into", str(back), "--verify", "--passphrase-file", str(words)
    )
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "tốt   Cơ sở dữ liệu: SQLite, nguyên vẹn" in restored.stdout
    again = nennep(tmp_path / "elsewhere", "restore", file, "--into", str(back), "--passphrase-file", str(words))
    assert (again.returncode, "đã có dữ liệu" in again.stderr) == (1, True)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup",), "Hãy ghi thư mục"),
        (("backup", "x", "--recipient", "age1"), "Khóa công khai không đúng"),
        (("backup", "x", "--passphrase-file", "none"), "Không đọc được none"),
        (("backup", "--verify", "none"), "Chưa có mật khẩu"),
    ],
)
def test_what_is_missing_is_one_sentence(migrated_data: Path, arguments: tuple[str, ...], words: str) -> None:
    said = nennep(migrated_data, *arguments)
    assert (said.returncode, words in said.stderr, "Traceback" in said.stderr) == (1, True, False)


@pytest.mark.sqlite
def test_a_short_passphrase_is_refused(migrated_data: Path, tmp_path: Path) -> None:
    words = tmp_path / "passphrase"
    words.write_text("x" * 11, encoding="utf-8")
    said = nennep(migrated_data, "backup", str(tmp_path / "b"), "--passphrase-file", str(words))
    assert (said.returncode, "ít nhất 12 ký tự" in said.stderr) == (1, True)


@pytest.mark.sqlite
def test_a_broken_installation_is_named_by_the_exit_code(migrated_data: Path) -> None:
    with closing(sqlite3.connect(migrated_data / "nennep.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'operations'")
        database.commit()
    said = nennep(migrated_data, "check")
    assert (said.returncode, "HỎNG  Cấu trúc dữ liệu: 1 thay đổi chưa áp dụng" in said.stdout) == (1, True)


@pytest.mark.sqlite
def test_options_of_the_framework_go_to_it(migrated_data: Path) -> None:
    said = nennep(migrated_data, "check", "--fail-level", "WARNING")
    assert (said.returncode, "System check identified no issues" in said.stdout) == (0, True)


@pytest.mark.postgres
def test_from_one_postgresql_to_the_next(tmp_path: Path, copied_databases: tuple[str, str]) -> None:
    """Two databases of the cluster: one with the tables of the tests, one empty."""
    first, second = copied_databases
    words = tmp_path / "passphrase"
    words.write_text(PASSPHRASE, encoding="utf-8")
    options = ("--passphrase-file", str(words))
    ours = {"--code": "38.168.053", "--name": "Đảng bộ xã Lăng Can", "--kind": "base"}
    said = nennep(tmp_path / "var", "init", *(word for pair in ours.items() for word in pair), database=first)
    assert said.returncode == 0, said.stderr
    made = nennep(tmp_path / "var", "backup", str(tmp_path / "backups"), *options, database=first)
    assert made.returncode == 0, made.stderr
    file = str(next((tmp_path / "backups").iterdir()))
    command = ("restore", file, "--into", str(tmp_path / "back"), *options)
    lacking = nennep(tmp_path / "elsewhere", *command)
    assert (lacking.returncode, "NENNEP_DATABASE_URL" in lacking.stderr) == (1, True)
    restored = nennep(tmp_path / "elsewhere", *command, database=second)
    assert restored.returncode == 0, restored.stderr
    checked = nennep(tmp_path / "back", "check", database=second)
    assert "tốt   Cấu trúc dữ liệu: đúng với phiên bản này" in checked.stdout
    taken = nennep(
        tmp_path / "elsewhere", "restore", file, "--into", str(tmp_path / "other"), *options, database=second
    )
    assert (taken.returncode, "đã có dữ liệu" in taken.stderr) == (1, True)
