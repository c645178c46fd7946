"""Writes spreadsheets that people download. What looks like a formula is written as text, and no formula ever."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Value: TypeAlias = str | int | float | date | None
# The wide forms of the first four as numbers, so that no editor and no normalization turns them into those again.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutralise(text: str) -> str:
    """An apostrophe before text that a spreadsheet program could take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with a bold, frozen header; dates as dates, numbers as numbers, text as text."""
    import xlsxwriter

    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [neutralise(label) for label in header], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), 22)
        for number, row in enumerate(rows, start=1):
            _write_row(sheet, number, row, day)
    return output.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Semicolons and UTF-8 with a mark: what a Vietnamese Excel opens by itself."""
    output = StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    for row in [header, *rows]:
        writer.writerow([_csv_text(value) for value in row])
    return output.getvalue().encode("utf-8-sig")


def _write_row(sheet: "Worksheet", number: int, row: Sequence[Value], day: object) -> None:
    for column, value in enumerate(row):
        if isinstance(value, date):
            sheet.write_datetime(number, column, value, day)
        elif isinstance(value, (int, float)):
            sheet.write_number(number, column, value)
        elif value:
            sheet.write_string(number, column, neutralise(value))


def _csv_text(value: Value) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return neutralise(value) if isinstance(value, str) else "" if value is None else str(value)


def _sheet_name(title: str) -> str:
    """At most 31 letters, without those that spreadsheet programs forbid."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "Trang tính"
