"""What is to be known of a file before its units are written: what was read though hidden, what was not read, how it was understood."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.sheets.cells import Sheet, Workbook, column_letter


def tell_book(book: Workbook) -> Iterator[str]:
    """Of the whole file: an old font that was changed, with examples; hidden sheets, hidden rows, formulas without a value."""
    if book.repaired:
        examples = "; ".join(f"{before} → {after}" for before, after in book.repaired)
        words = {"encoding": book.encoding, "examples": examples}
        yield (
            _("Tệp dùng phông cũ (%(encoding)s), đã đổi sang Unicode: %(examples)s. Xem lại có đúng tên không.") % words
        )
    for name in book.hidden_sheets:
        yield _("Trang tính đang ẩn “%(name)s” không được đọc.") % {"name": name}
    for sheet in book.sheets:
        words = {"sheet": sheet.name, "count": str(sheet.hidden_rows), "cells": ", ".join(sheet.broken)}
        if sheet.hidden_rows:
            said = ngettext(
                "%(sheet)s: %(count)s dòng đang ẩn cũng được đọc. Dòng nào không nhập thì bỏ ra.",
                "%(sheet)s: %(count)s dòng đang ẩn cũng được đọc. Dòng nào không nhập thì bỏ ra.",
                sheet.hidden_rows,
            )
            yield said % words
        if sheet.broken:
            yield _("%(sheet)s: công thức báo lỗi hoặc chưa tính, coi là ô trống: %(cells)s.") % words


def tell_unused(sheet: Sheet, start: int, taken: Collection[int]) -> Iterator[str]:
    """Columns of the table below row `start` (the header) that hold something and are not taken."""
    header, rows = sheet.rows[start - 1], sheet.rows[start:]
    for index in range(max((len(row) for row in rows), default=0)):
        count = sum(1 for row in rows if index < len(row) and row[index] != "")
        if count and index not in taken:
            name = str(header[index]) if index < len(header) else ""
            words = {"sheet": sheet.name, "name": name or "–", "letter": column_letter(index), "count": count}
            yield _("%(sheet)s: cột “%(name)s” (%(letter)s, %(count)s ô có chữ) không được lấy.") % words
