"""Keys are made once, for their owner alone."""

import os
from pathlib import Path

from nennep.core.secret_files import read_or_create


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "du-lieu" / "secrets" / "a.key"
    made = [read_or_create(path, lambda: b"first"), read_or_create(path, lambda: b"second")]
    assert (made, path.read_bytes()) == ([b"first", b"first"], b"first")
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)
    assert [file.name for file in path.parent.iterdir()] == ["a.key"]


def test_a_draft_that_was_left_behind_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.with_name(f"a.key.{os.getpid()}").write_bytes(b"x" * 99)
    assert read_or_create(path, lambda: b"key") == b"key"


def test_of_two_that_start_together_the_first_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.key"

    def make_late() -> bytes:
        path.write_bytes(b"of the other")
        return b"mine"

    assert read_or_create(path, make_late) == b"of the other"
    assert [file.name for file in tmp_path.iterdir()] == ["a.key"]
