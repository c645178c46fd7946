"""Opens a spreadsheet file: any of .xlsx .xls .xlsb .ods .csv .tsv, recognised by content, never by name.

Everything that touches the content happens in a child process with a limit of memory and time (`child.py`), so that a
hostile file costs one refusal. Formulas are never executed: a cell has the value that was last saved in it.
"""

import marshal
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from nennep.core.sheets import errors, limits
from nennep.core.sheets.cells import Sheet, Workbook

_COMMAND = (sys.executable, "-m", "nennep.core.sheets.child")


def read_file(path: Path) -> Workbook:
    """The visible sheets of the file at `path`; raises a SheetRefused that says why not."""
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise errors.SheetTooLarge
        with path.open("rb") as file:
            return _workbook(_ask_child(file, b""))
    except OSError as error:
        raise errors.SheetMissing(name=path.name) from error


def read_bytes(content: bytes) -> Workbook:
    """The same for content that is already in memory."""
    if len(content) > limits.FILE_BYTES:
        raise errors.SheetTooLarge
    return _workbook(_ask_child(None, content))


def _ask_child(file: IO[bytes] | None, content: bytes) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    source: dict[str, Any] = {"stdin": file} if file else {"input": content}
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell, no argument from outside)
            _COMMAND, **source, capture_output=True, check=False, env=environment, timeout=limits.CHILD_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise errors.SheetTooSlow from error
    if done.returncode == 0:
        answer: dict[str, Any] = marshal.loads(done.stdout)  # noqa: S302  (written by our own child)
        return answer
    out_of_memory = done.returncode in {-signal.SIGABRT, -signal.SIGKILL} or b"MemoryError" in done.stderr
    raise errors.SheetExpandsTooMuch if out_of_memory else errors.SheetBroken


def _workbook(answer: dict[str, Any]) -> Workbook:
    if code := answer.get("refused"):
        raise errors.BY_CODE[code]
    sheets = tuple(Sheet(name, rows, tuple(merges)) for name, rows, merges in answer["sheets"])
    if not any(any(row) for sheet in sheets for row in sheet.rows):
        raise errors.SheetEmpty
    return Workbook(answer["kind"], sheets, answer["encoding"])
