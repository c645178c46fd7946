"""Reading and writing spreadsheets: every format and encoding, and files made to do harm."""

import io
import os
import struct
import unicodedata
import zipfile
from datetime import date
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from nennep.core.sheets import errors, limits
from nennep.core.sheets.cells import column_letter
from nennep.core.sheets.encodings import TCVN3, decode, find_repairs, from_tcvn3
from nennep.core.sheets.reader import read_bytes, read_file
from nennep.core.sheets.refusal import Refusal
from nennep.core.sheets.syllables import is_syllable, score
from nennep.core.sheets.writer import Value, neutralise, write_csv, write_xlsx

DATA = Path(__file__).parent.parent / "data"
SENTENCE = "Chi bộ thôn Nặm Chá; Lường Thúy Ỷ; Nguyễn Thị Kim Ưng; Đặng Văn Ơn; phường Ô Chợ Dừa"
TO_TCVN3 = {ord(letter): byte for byte, letter in TCVN3.items() if len(letter) == 1}
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def tcvn3(text: str) -> bytes:
    return text.translate(TO_TCVN3).encode("latin-1")


def windows_1258(text: str) -> bytes:
    """As Windows writes it: the tone mark after its letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    result = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        result += (base + "".join(part for part in parts if part in tones)).encode("cp1258")
    return result


def a_workbook(rows: list[list[object]], *, name: str = "DS") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is `xml`."""
    source = zipfile.ZipFile(io.BytesIO(a_workbook([["a"]])))
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            content = xml if entry.filename == "xl/worksheets/sheet1.xml" else source.read(entry)
            archive.writestr(entry.filename, content)
    return output.getvalue()


def an_ods(cell: str, *, manifest: str = "") -> bytes:
    namespaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {namespaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Nặm Chá">{cell}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest>{manifest}</manifest:manifest>")
    return output.getvalue()


# ── formats ───────────────────────────────────────────────────────────────────


def test_values_of_a_workbook_are_plain() -> None:
    book = read_bytes(a_workbook([["Tên", date(1968, 12, 30), 12, 1.5, True, None, " x "]]))
    assert book.kind == "xlsx"
    assert book.sheets[0].name == "DS"
    assert book.sheets[0].rows == [["Tên", "1968-12-30", 12, 1.5, True, "", " x "]]


def test_formulas_are_read_as_the_value_last_saved() -> None:
    xml = f'{HEAD}<row r="1"><c r="A1" t="str"><f>1+HYPERLINK("http://x")</f><v>ba</v></c></row>{TAIL}'
    assert read_bytes(with_sheet(xml)).sheets[0].rows == [["ba"]]


def test_merged_ranges_and_leading_empty_rows_keep_their_place() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = "Ngày vào Đảng"
    sheet.merge_cells("B3:C3")
    output = io.BytesIO()
    book.save(output)
    read = read_bytes(output.getvalue()).sheets[0]
    assert read.rows[2][1] == "Ngày vào Đảng"
    assert read.merges == ((2, 1, 2, 2),)


def test_hidden_sheets_are_not_read() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Ẩn").sheet_state = "hidden"
    assert book.active is not None
    book.active["A1"] = "x"
    book.active.title = "Hiện"
    output = io.BytesIO()
    book.save(output)
    assert [sheet.name for sheet in read_bytes(output.getvalue()).sheets] == ["Hiện"]


def test_old_workbook_with_tcvn3_cells() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("DS")
    for row, text in enumerate(["Lường Thúy Ỷ", "Lò Văn Hồ", "Hà Anh", "Bí thư", "So 12"]):
        sheet.write(row, 0, tcvn3(text).decode("latin-1"))
    output = io.BytesIO()
    book.save(output)
    read = read_bytes(output.getvalue())
    assert (read.kind, read.encoding) == ("xls", "TCVN3")
    assert [row[0] for row in read.sheets[0].rows] == ["Lường Thúy Ỷ", "Lò Văn Hồ", "Hà Anh", "Bí thư", "So 12"]


def test_ods() -> None:
    cell = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Họ tên</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="1968-12-30"/></table:table-row>'
    )
    book = read_bytes(an_ods(cell))
    assert book.kind == "ods"
    assert book.sheets[0].name == "Nặm Chá"
    assert book.sheets[0].rows == [["Họ tên", "1968-12-30"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_delimited_text(delimiter: str, newline: str) -> None:
    lines = ["STT/Họ tên/Ghi chú".replace("/", delimiter), "", f'1{delimiter}Ma A{delimiter}"a{delimiter}b"']
    book = read_bytes(newline.join(lines).encode())
    assert book.kind == "csv"
    assert book.sheets[0].rows == [["STT", "Họ tên", "Ghi chú"], [], ["1", "Ma A", f"a{delimiter}b"]]


def test_the_line_that_names_the_delimiter_is_no_row() -> None:
    assert read_bytes(b"sep=;\na;b,c\n").sheets[0].rows == [[], ["a", "b,c"]]


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "danh-sach.csv"
    path.write_bytes(a_workbook([["x"]]))
    assert read_file(path).kind == "xlsx"


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (SENTENCE.encode(), "UTF-8"),
        (SENTENCE.encode("utf-8-sig"), "UTF-8"),
        (SENTENCE.encode("utf-16"), "UTF-16"),
        (SENTENCE.encode("utf-16-le"), "UTF-16"),
        (SENTENCE.encode("utf-16-be"), "UTF-16"),
        (windows_1258(SENTENCE), "Windows-1258"),
        (tcvn3(SENTENCE), "TCVN3"),
    ],
)
def test_encodings_of_text(encoded: bytes, encoding: str) -> None:
    book = read_bytes(encoded)
    assert book.encoding == encoding
    assert "; ".join(str(cell).strip() for cell in book.sheets[0].rows[0]) == SENTENCE


def test_decomposed_text_is_composed() -> None:
    assert read_bytes(unicodedata.normalize("NFD", "Nguyễn Ưng;b").encode()).sheets[0].rows == [["Nguyễn Ưng", "b"]]


VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệĐÂÊÔƠƯĂ ", min_size=1, max_size=30)


@given(st.lists(VIETNAMESE, max_size=8))
def test_proper_unicode_is_never_touched(texts: list[str]) -> None:
    repairs, old = find_repairs([*texts, "Nguyễn Thị Hạnh"])
    assert (repairs, old) == ({}, "")


@given(VIETNAMESE)
def test_tcvn3_round_trip(text: str) -> None:
    assert from_tcvn3(tcvn3(text).decode("latin-1")) == text


def test_tcvn3_beside_unicode_in_one_sheet() -> None:
    old = {text: tcvn3(text).decode("latin-1") for text in ("Nguyễn Hữu Phước", "Thái", "Hồ")}
    repairs, found = find_repairs([*old.values(), "Quách Thị Hà", "Lò Văn Tú", "Trần Ngọc Hiếu"])
    assert found
    assert repairs == {shown: text for text, shown in old.items()}


def test_windows_letters_in_place_of_tcvn3_bytes() -> None:
    assert from_tcvn3(bytes([0x85, 0x99]).decode("cp1252")) == "ẶỞ"


def test_syllables() -> None:
    assert all(
        map(is_syllable, ["Nguyễn", "Thúy", "Ỷ", "Quyết", "Giàng", "Gìn", "Khuyết", "Nghiêm", "yêu", "ĐẶNG", "Ước"])
    )
    assert not any(map(is_syllable, ["Thóyy", "Hµ", "zạ", "ngừngg", "cáh", "phãt"]))
    assert score("Lường Thúy và Hµ") == 2


# ── refused ───────────────────────────────────────────────────────────────────


def lying_archive() -> bytes:
    """150 MB of spaces whose directory says 1,000 bytes."""
    content = bytearray(with_sheet(HEAD + " " * 150_000_000 + TAIL))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack("<H", content[place + 28 : place + 30])[0]
        if content[place + 46 : place + 46 + length] == b"xl/worksheets/sheet1.xml":
            content[place + 24 : place + 28] = struct.pack("<I", 1_000)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def far_cells() -> bytes:
    one = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>a</t></is></c></row>'
    return with_sheet(HEAD + one.format(1, "A") + one.format(1_048_576, "XFD") + TAIL)


def repeated_ods() -> bytes:
    return an_ods(
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )


def with_entries(count: int) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(count):
            archive.writestr(f"xl/{number}.xml", b"")
        archive.writestr("xl/workbook.xml", b"")
    return output.getvalue()


def encrypted_ole() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)


def encrypted_xls() -> bytes:
    """An old workbook with the record that says its rest is encrypted (FILEPASS, 0x002F) after the first one."""
    book = xlwt.Workbook()
    book.add_sheet("DS").write(0, 0, "x")
    output = io.BytesIO()
    book.save(output)
    content = bytearray(output.getvalue())
    start = content.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")  # the workbook's BOF
    after = start + 20
    content[after : after + 8] = struct.pack("<HHHH", 0x2F, 4, 0, 0)
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: b"", errors.SheetEmpty),
        (lambda: b" \n\n", errors.SheetEmpty),
        (lambda: b"\xef\xbb\xbf", errors.SheetEmpty),
        (lambda: b"a;b\n" * 6_000_000, errors.SheetTooLarge),
        (lambda: b"," * 19_000_000, errors.SheetHasTooManyCells),
        (lambda: (b"," * 1_000 + b"\n") * 18_000, errors.SheetHasTooManyCells),
        (lambda: with_sheet(HEAD + " " * 300_000_000 + TAIL), errors.SheetExpandsTooMuch),
        (lambda: with_entries(5_000), errors.SheetExpandsTooMuch),
        (lying_archive, errors.SheetBroken),
        (far_cells, errors.SheetExpandsTooMuch),
        (repeated_ods, errors.SheetBroken),
        (lambda: (DATA / "chi-bo-huoi-set.xlsx").read_bytes()[:3_000], errors.SheetBroken),
        (lambda: (DATA / "danh-sach-cu.xls").read_bytes()[:3_000], errors.SheetBroken),
        (encrypted_ole, errors.SheetProtected),
        (encrypted_xls, errors.SheetProtected),
        (lambda: an_ods("", manifest="<manifest:encryption-data/>"), errors.SheetProtected),
        (lambda: b"%PDF-1.7 x", errors.SheetUnknownFormat),
        (lambda: b"\x00\x01\x02\xff" * 999, errors.SheetUnknownFormat),
        (lambda: b"<html><table></table></html>", errors.SheetWebPage),
    ],
)
def test_refused_in_two_seconds(make: object, error: type[errors.SheetRefused]) -> None:
    content = make()  # type: ignore[operator]
    start = monotonic()
    with pytest.raises(error) as refusal:
        read_bytes(content)
    assert monotonic() - start < 2 * (os.getloadavg()[0] + 1)
    assert str(refusal.value).endswith(".")


def test_the_child_may_not_use_more_memory_than_a_refusal_is_allowed() -> None:
    assert limits.CHILD_MEMORY <= 300 * 1024 * 1024


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(errors.SheetMissing, match=r"không-có\.xlsx"):
        read_file(tmp_path / "không-có.xlsx")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        text, _encoding = decode(content)
    except Refusal:
        return
    assert isinstance(text, str)


# ── writing ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [*(f"{sign}1" for sign in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")], ids=repr)
def test_dangerous_text_is_neutralised(text: str) -> None:
    assert neutralise(text) == "'" + text
    written = openpyxl.load_workbook(io.BytesIO(write_xlsx("T", ["a"], [[text]]))).active
    assert written is not None
    assert written["A2"].data_type == "s"
    assert write_csv(["a"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")


def test_written_values_are_read_back() -> None:
    rows: list[list[Value]] = [["Ma Thị Ỷ", date(1968, 12, 30), 5, None], ["b", None, 1.5, "0123"]]
    read = read_bytes(write_xlsx("Dòng cần sửa [1]", ["Họ tên", "Ngày", "Số", "Mã"], rows)).sheets[0]
    assert read.name == "Dòng cần sửa  1"
    assert read.rows == [
        ["Họ tên", "Ngày", "Số", "Mã"],
        ["Ma Thị Ỷ", "1968-12-30", 5, ""],
        ["b", "", 1.5, "0123"],
    ]
    text = write_csv(["a"], [[date(1968, 12, 30)], [None], [2.5]])
    assert text.decode("utf-8-sig").splitlines() == ["a", "30/12/1968", '""', "2.5"]


def test_a_written_sheet_is_ready_to_be_read_and_printed() -> None:
    header = ["Họ tên", "2026", "https://example.vn", "Ngày"]
    written = openpyxl.load_workbook(io.BytesIO(write_xlsx("DS", header, [["a", 1, "", date(2026, 11, 3)]]))).active
    assert written is not None
    assert [(cell.value, cell.data_type, cell.font.bold, cell.hyperlink) for cell in written[1]] == [
        (label, "s", True, None) for label in header
    ]
    assert (written.freeze_panes, written["D2"].number_format) == ("A2", "dd/mm/yyyy")
    dimension = written.column_dimensions["A"]
    assert (dimension.min, dimension.max, 22 <= dimension.width < 23) == (1, 4, True)


def test_a_sheet_without_columns_can_be_written() -> None:
    assert read_bytes(write_xlsx("DS", ["Họ tên"], [])).sheets[0].rows == [["Họ tên"]]
    written = openpyxl.load_workbook(io.BytesIO(write_xlsx("DS", [], []))).active
    assert written is not None
    assert written.column_dimensions["A"].max == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [("a" * 31, "a" * 31), ("a" * 32, "a" * 31), ("", "Trang tính"), ("[/]", "Trang tính"), ("a:b*c?d", "a b c d")],
)
def test_names_of_sheets_are_ones_that_spreadsheet_programs_take(title: str, name: str) -> None:
    assert read_bytes(write_xlsx(title, ["a"], [["b"]])).sheets[0].name == name


def test_column_letters() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
