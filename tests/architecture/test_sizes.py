"""Small enough to read: a function in one look, a file in one sitting."""

import tomllib
from pathlib import Path

from tests.architecture.source import PROJECT, expect_none, functions_of, line_count, source_files

FUNCTION_LIMIT = 60
FILE_GOAL = 400
FILE_LIMIT = 600
ARGUMENT_LIMIT = 8
REVIEWED: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "reviewed_sizes.toml").read_text(encoding="utf-8")
).get("files", {})

PYTHON_FILES = [*source_files(), *sorted((PROJECT / "tools").glob("*.py")), *sorted((PROJECT / "tests").rglob("*.py"))]


def test_functions_are_short() -> None:
    wrong = [
        f"{function.where}: {function.length} lines"
        for path in PYTHON_FILES
        for function in functions_of(path)
        if function.length > FUNCTION_LIMIT
    ]
    expect_none(wrong)


def test_files_are_short() -> None:
    lengths = {path.relative_to(PROJECT).as_posix(): line_count(path) for path in PYTHON_FILES}
    assert [f"{name}: {length} lines" for name, length in lengths.items() if length > FILE_LIMIT] == []
    assert [name for name, length in lengths.items() if length > FILE_GOAL and name not in REVIEWED] == []


def test_reviewed_files_still_need_their_review() -> None:
    shrunk = [name for name in REVIEWED if line_count(PROJECT / name) <= FILE_GOAL]
    assert shrunk == []
