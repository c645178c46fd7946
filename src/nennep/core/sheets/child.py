"""Reads one spreadsheet from standard input in a process of its own, and answers on standard output.

The libraries allocate as the file says: a table of two cells, one of them in the last row and column, is enough to
exhaust a machine. Here that ends one process with a memory limit, and the reader says so in a sentence.
Started as `python -m nennep.core.sheets.child`; imports neither Django nor anything slow.
"""

import datetime as dt
import gc
import marshal
import sys
from io import BytesIO
from itertools import chain
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from nennep.core.confined import confine
from nennep.core.sheets import limits
from nennep.core.sheets.archives import check_archive
from nennep.core.sheets.beneath import read_beneath
from nennep.core.sheets.cells import Cell, Merge, Row
from nennep.core.sheets.delimited import read_rows
from nennep.core.sheets.encodings import decode, find_repairs
from nennep.core.sheets.refusal import Refusal

Answer = dict[str, Any]
_SHOWN = 3  # texts that show how an old encoding was understood
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_START = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # BOF of the workbook globals, BIFF8
_FILEPASS = b"\x2f\x00"
_OLD_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"BZh")


def main() -> None:
    gc.disable()  # lives for one file, makes no cycles
    confine(memory=limits.CHILD_MEMORY, seconds=limits.CHILD_SECONDS)
    try:
        answer = read(sys.stdin.buffer.read(limits.FILE_BYTES + 1))
    except Refusal as refusal:
        answer = {"refused": refusal.code}
    except MemoryError:
        answer = {"refused": "sheet_expands_too_much"}
    sys.stdout.buffer.write(marshal.dumps(answer, 2))


def read(content: bytes) -> Answer:
    """kind, encoding, sheets (name, rows, merges), what they do not show; raises Refusal. The content decides, not the name."""
    if len(content) > limits.FILE_BYTES:
        raise Refusal("sheet_too_large")
    if not content.strip():
        raise Refusal("sheet_empty")
    kind = find_kind(content)
    hidden: list[str] = []
    if kind == "csv":
        text, encoding = decode(content)
        sheets: list[tuple[str, list[Row], list[Merge]]] = [("", read_rows(text), [])]
    else:
        sheets, hidden = _read_workbook(content)
        encoding = "Unicode"
    repaired, old = _repair(sheets)
    beneath = {name: tuple(found) for name, found in read_beneath(content).items()} if kind == "xlsx" else {}
    return {
        "kind": kind,
        "encoding": old or encoding,
        "sheets": sheets,
        "hidden_sheets": hidden,
        "repaired": repaired,
        "beneath": beneath,
    }


def find_kind(content: bytes) -> str:
    """xlsx, xlsb, ods, xls or csv by what the file holds; raises Refusal for anything else."""
    if content.startswith(b"PK"):
        return check_archive(content)
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content or _has_password(content):
            raise Refusal("sheet_protected")
        return "xls"
    if content.startswith(_OLD_BIFF):
        return "xls"
    if content.startswith(_BINARY):
        raise Refusal("sheet_unknown_format")
    start = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise Refusal("sheet_web_page")
    return "csv"


def _has_password(content: bytes) -> bool:
    """The record FILEPASS stands right after the first one of an encrypted old workbook ([MS-XLS] 2.1.7.20.3)."""
    start = content.find(_WORKBOOK_START)
    return start >= 0 and content[start + 20 : start + 22] == _FILEPASS


def _read_workbook(content: bytes) -> tuple[list[tuple[str, list[Row], list[Merge]]], list[str]]:
    """The sheets that are shown, and the names of those that are not."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        tables = [item for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
        shown = [item.name for item in tables if item.visible == SheetVisibleEnum.Visible]
        hidden = [item.name for item in tables if item.visible != SheetVisibleEnum.Visible]
        return [_read_sheet(book.get_sheet_by_name(name)) for name in shown], hidden
    except PasswordError as error:
        raise Refusal("sheet_protected") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal("sheet_protected" if "password" in str(error).lower() else "sheet_broken") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the library's own assertion failed on this file
            raise Refusal("sheet_broken") from error
        raise


def _read_sheet(sheet: CalamineSheet) -> tuple[str, list[Row], list[Merge]]:
    if sheet.total_height * sheet.total_width > limits.CELLS:
        raise Refusal("sheet_has_too_many_cells")
    plain = _Plain()
    rows = [
        [cell if type(cell) is str else plain[cell] for cell in row] for row in sheet.to_python(skip_empty_area=False)
    ]
    merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
    return sheet.name, rows, merges


class _Plain(dict[Any, Cell]):
    """Numbers and dates as a Cell has them; each different one is converted once."""

    def __missing__(self, cell: object) -> Cell:
        plain = self[cell] = _plain(cell)
        return plain


def _plain(cell: object) -> Cell:
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, (bool, int)):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _repair(sheets: list[tuple[str, list[Row], list[Merge]]]) -> tuple[list[tuple[str, str]], str]:
    """Bring all cells to composed Unicode in place; some names of the old encoding before and after, and what it was."""
    any_old, shown = "", list[tuple[str, str]]()
    for _name, rows, _merges in sheets:
        repairs, old = find_repairs(cell for cell in set(chain.from_iterable(rows)) if type(cell) is str)
        any_old = any_old or old
        if old:
            shown += sorted(item for item in repairs.items() if " " in item[0])[:_SHOWN]
        if repairs:
            rows[:] = [[repairs.get(cell, cell) if type(cell) is str else cell for cell in row] for row in rows]
    return shown[:_SHOWN], any_old


if __name__ == "__main__":
    main()
