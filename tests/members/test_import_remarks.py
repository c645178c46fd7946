"""What an import says of a file beside its rows: columns that are not taken, hidden rows, formulas, old encodings."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from nennep.core.sheets.cells import Sheet, Workbook
from nennep.core.sheets.reader import read_bytes, read_file
from nennep.members.importers.columns import Column
from nennep.members.importers.headers import meaning_of
from nennep.members.importers.problems import message_of, say_unused
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import Corrections, Roster
from tests.factories.core import TODAY

DATA = Path(__file__).parent.parent / "data"
PEOPLE = (("Giàng A Páo", "02/03/1975"), ("Ma Thị Lan", "05/06/1980"), ("Lò Văn Ánh", "07/08/1990"))


def read(heading: str, values: list[Any], corrections: Corrections | None = None) -> Roster:
    rows = [
        ["Họ và tên", "Ngày sinh", heading],
        *([*person, value] for person, value in zip(PEOPLE, values, strict=True)),
    ]
    return understand(Workbook("csv", (Sheet("DS", rows),)), today=TODAY, corrections=corrections)


@pytest.mark.parametrize(
    ("heading", "values", "guess"),
    [
        pytest.param("Tuyên thệ", ["03/02/2001", "03/02/2005", "03/02/2015"], Column.ADMITTED, id="days"),
        pytest.param("Liên hệ", ["0912345678", "0987654321", ""], Column.PHONE, id="numbers of telephones"),
        pytest.param("Mã", ["008075000123", "008180000124", "008090000125"], Column.IDENTITY, id="twelve digits"),
        pytest.param("Sở trường", ["hát", "đá bóng", ""], Column.NOTHING, id="words"),
        pytest.param("Quê quán", ["0912345678", "0987654321", ""], Column.NOTHING, id="what we do not keep"),
    ],
)
def test_a_column_with_values_that_is_not_taken_is_named(heading: str, values: list[Any], guess: Column) -> None:
    (column,) = read(heading, values).unused
    filled = sum(value != "" for value in values)
    assert (column.letter, column.label, column.filled, column.guess) == ("C", heading, filled, guess)
    said = say_unused([column])
    assert f"cột C “{heading}” ({filled} ô)" in said
    assert (f"có phải “{guess.traits.label}”?" in said) is bool(guess)


def test_what_is_taken_empty_or_set_aside_by_hand_is_not_named() -> None:
    aside = Corrections(columns={("DS", 2): Column.NOTHING})
    assert read("Điện thoại", ["0912345678", "", ""]).unused == ()
    assert read("Sở trường", ["", "", ""]).unused == ()
    assert read("Sở trường", ["hát", "", ""], aside).unused == ()
    assert say_unused([]) == ""


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("CT", Column.OFFICIAL),
        ("CNCT", Column.OFFICIAL),
        ("Ngày CNCT", Column.OFFICIAL),
        ("Công nhận CT", Column.OFFICIAL),
        ("Ngày công nhận ĐVCT", Column.OFFICIAL),
        ("Công nhận chính thức", Column.OFFICIAL),
        ("NVĐ", Column.ADMITTED),
        ("KN", Column.ADMITTED),
        ("TG", Column.RELIGION),
        ("DT", Column.ETHNIC),
        ("ĐT", Column.PHONE),
        ("GT", Column.SEX),
        ("Số QĐ", Column.NOTHING),
        ("QĐ kết nạp", Column.NOTHING),
        ("Công nhân", Column.NOTHING),
    ],
)
def test_abbreviations_of_communes_are_known(label: str, meaning: Column) -> None:
    assert meaning_of(label) == meaning


def test_texts_of_the_vni_fonts_become_vietnamese_and_are_shown() -> None:
    book = read_file(DATA / "phong-vni.xlsx")
    roster = understand(book, today=TODAY)
    assert [person.name for person in roster.people] == ["Nguyễn Văn Đức", "Trần Thị Hường", "Lê Hoàng Tuấn"]
    (remark,) = map(message_of, roster.remarks)
    assert "VNI" in remark
    assert "Nguyeãn Vaên Ñöùc → Nguyễn Văn Đức" in remark


def test_hidden_rows_are_read_and_named() -> None:
    roster = understand(read_file(DATA / "dong-an.xlsx"), today=TODAY)
    assert roster.rows == 3
    assert [item.code for item in roster.remarks] == ["rows_hidden"]
    assert message_of(roster.remarks[0]).startswith("1 dòng đang ẩn")


def test_hidden_sheets_and_formulas_without_a_value_are_named() -> None:
    output = BytesIO()
    with xlsxwriter.Workbook(output) as book:
        shown, hidden = book.add_worksheet("DS"), book.add_worksheet("Cũ & mới")
        hidden.hide()
        shown.write_row(0, 0, ["Họ và tên", "Ngày sinh", "Số thẻ"])
        for row, person in enumerate(PEOPLE, start=1):
            shown.write_row(row, 0, person)
            hidden.write_row(row, 0, person)
        shown.write_formula("C2", "=1/0", None, "#DIV/0!")
        shown.write_formula("C3", "=A9", None, "")
        shown.write_formula("C4", "=A9", None, "38000001")
    roster = understand(read_bytes(output.getvalue()), today=TODAY)
    assert [(item.sheet, item.code) for item in roster.remarks] == [
        ("Cũ & mới", "sheet_hidden"),
        ("DS", "cells_broken"),
    ]
    assert "C2, C3." in message_of(roster.remarks[1])
