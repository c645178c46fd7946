"""Opens a spreadsheet file: any of .xlsx .xls .xlsb .ods .csv .tsv, recognised by content, never by name.

Everything that touches the content happens in a child process with a limit of memory and time (`child.py`), so that a
hostile file costs one refusal. Formulas are never executed: a cell has the value that was last saved in it.
"""

import marshal
from pathlib import Path
from typing import IO, Any

from nennep.core.readers import ReaderFailed, ask_reader
from nennep.core.sheets import errors, limits
from nennep.core.sheets.cells import Sheet, Workbook


def read_file(path: Path) -> Workbook:
    """The visible sheets of the file at `path`; raises a SheetRefused that says why not."""
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise errors.SheetTooLarge
        with path.open("rb") as file:
            return _workbook(_ask_child(file))
    except OSError as error:
        raise errors.SheetMissing(name=path.name) from error


def read_bytes(content: bytes) -> Workbook:
    """The same for content that is already in memory."""
    if len(content) > limits.FILE_BYTES:
        raise errors.SheetTooLarge
    return _workbook(_ask_child(content))


def _ask_child(source: bytes | IO[bytes]) -> dict[str, Any]:
    try:
        done = ask_reader("nennep.core.sheets.child", source=source, seconds=limits.CHILD_SECONDS)
    except ReaderFailed as error:
        if error.out_of_time:
            raise errors.SheetTooSlow from error
        raise errors.SheetExpandsTooMuch if error.out_of_memory else errors.SheetBroken from error
    answer: dict[str, Any] = marshal.loads(done)  # noqa: S302  (written by our own child)
    return answer


def _workbook(answer: dict[str, Any]) -> Workbook:
    if code := answer.get("refused"):
        raise errors.BY_CODE[code]
    beneath = answer["beneath"]
    sheets = tuple(
        Sheet(name, rows, tuple(merges), *_beneath(beneath.get(name))) for name, rows, merges in answer["sheets"]
    )
    if not any(any(row) for sheet in sheets for row in sheet.rows):
        raise errors.SheetEmpty
    repaired = tuple((before, after) for before, after in answer["repaired"])
    return Workbook(answer["kind"], sheets, answer["encoding"], tuple(answer["hidden_sheets"]), repaired)


def _beneath(found: list[Any] | None) -> tuple[int, tuple[str, ...]]:
    return (found[0], tuple(found[1])) if found else (0, ())
