"""What lies in the data directory is its owner's alone; a lock has one holder."""

from pathlib import Path
from typing import Any

import pytest

from nennep.core.data_directory import DataInUse, hold_lock, holds_data, secure


def mode_of(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def test_a_directory_of_an_older_version_is_closed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o755)
    names = ["nennep.sqlite3", "nennep.sqlite3-wal", "nennep.sqlite3-shm", "nennep.sqlite3.bak"]
    for name in names:
        (folder / name).touch()
        (folder / name).chmod(0o644)
    secure(folder)
    assert mode_of(folder) == "700"
    assert [mode_of(folder / name) for name in names] == ["600"] * 4
    secure(folder)
    assert mode_of(folder) == "700"


def test_a_new_directory_is_closed_from_the_beginning(tmp_path: Path) -> None:
    secure(tmp_path / "srv" / "nennep")
    assert mode_of(tmp_path / "srv" / "nennep") == "700"


def test_a_directory_that_everybody_writes_to_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(ValueError, match="ai cũng ghi được, hãy chọn một thư mục riêng"):
        secure(tmp_path)
    assert mode_of(tmp_path) == "777"
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("name", "content", "holds"),
    [
        ("nennep.sqlite3", "x", True),
        ("nennep.sqlite3", "", False),
        ("secrets/encryption.keys", "x", True),
        ("secrets/hash.key", "x", True),
        ("static.fingerprint", "x", False),
    ],
)
def test_a_directory_holds_data_when_there_is_a_database_or_a_key(
    tmp_path: Path, name: str, content: str, *, holds: bool
) -> None:
    assert not holds_data(tmp_path)
    (tmp_path / "secrets").mkdir()
    (tmp_path / name).write_text(content)
    assert holds_data(tmp_path) is holds


def test_a_lock_has_one_holder_and_is_let_go(tmp_path: Path, settings: Any) -> None:
    settings.NENNEP_DATA_DIR = tmp_path
    for _time in range(2):
        with hold_lock("a.lock"), hold_lock("b.lock"), pytest.raises(DataInUse), hold_lock("a.lock"):
            pass
    assert mode_of(tmp_path / "a.lock") == "600"
