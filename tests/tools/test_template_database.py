from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.template_database import KEPT_TEMPLATES, _deciding_files, hash_files, keep_once


def _write(folder: Path, name: str, content: str) -> Path:
    file = folder / "duties" / "migrations" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def test_the_key_is_the_same_wherever_the_project_lies(tmp_path: Path) -> None:
    here, there = _write(tmp_path / "here", "0001.py", "a"), _write(tmp_path / "there", "0001.py", "a")
    assert hash_files([here], ["5.2"]) == hash_files([there], ["5.2"])


def test_the_key_changes_with_each_thing_it_depends_on(tmp_path: Path) -> None:
    plain = _write(tmp_path / "plain", "0001.py", "a")
    keys = {
        hash_files([plain], ["5.2"]),
        hash_files([_write(tmp_path / "content", "0001.py", "b")], ["5.2"]),
        hash_files([_write(tmp_path / "name", "0002.py", "a")], ["5.2"]),
        hash_files([plain, _write(tmp_path / "plain", "0002.py", "")], ["5.2"]),
        hash_files([plain], ["5.3"]),
    }
    assert len(keys) == 5


def test_the_key_depends_on_our_migrations_those_of_libraries_and_the_columns_they_name() -> None:
    names = {"/".join(file.parts[-3:]) for file in _deciding_files()}
    asked = {"duties/migrations/0002_several_helpers.py", "auth/migrations/0001_initial.py", "nennep/core/fields.py"}
    assert asked - names == set()


def test_of_many_who_start_at_once_one_makes_the_template_and_all_see_it_whole(tmp_path: Path) -> None:
    barrier, made = Barrier(4), []

    def make(half: Path) -> None:
        made.append(half)
        half.write_bytes(b"x" * 100_000)

    def start(_: int) -> bytes:
        barrier.wait()
        return keep_once(tmp_path / "sqlite-1.kept", make).read_bytes()

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(start, range(4)))
    assert (len(made), seen) == (1, [b"x" * 100_000] * 4)


def test_a_template_that_could_not_be_finished_is_none_and_the_next_makes_it_anew(tmp_path: Path) -> None:
    kept = tmp_path / "sqlite-1.kept"

    def fail(half: Path) -> None:
        half.write_text("half")
        raise KeyboardInterrupt

    def finish(half: Path) -> None:
        half.write_text(f"whole, begun before: {half.exists()}")

    with pytest.raises(KeyboardInterrupt):
        keep_once(kept, fail)
    assert not kept.exists()
    assert keep_once(kept, finish).read_text() == "whole, begun before: False"


def test_only_the_templates_used_last_are_kept(tmp_path: Path) -> None:
    names = [f"sqlite-{number}.kept" for number in range(KEPT_TEMPLATES + 1)]
    for name in names:
        keep_once(tmp_path / name, Path.touch)
    assert sorted(file.name for file in tmp_path.glob("*.kept")) == names[1:]
