"""What a file is, what is marked secret, how papers are numbered."""

import struct
from io import BytesIO
from time import perf_counter

import pytest
from pypdf import PdfWriter

from nennep.core.stamps import find_stamp
from nennep.documents.choices import PaperType
from nennep.documents.rules.content import FileFault, find_fault, read_lines
from nennep.documents.rules.numbers import say_number
from tests.factories.documents import PDF, make_docx, make_pdf, make_zip

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<text:p>Một</text:p><text:p>Hai</text:p>"}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", PDF, None),
        ("A.PDF", PDF, None),
        ("a.docx", make_docx("Xin chào"), None),
        ("a.odt", make_zip(ODT), None),
        ("a.jpg", b"\xff\xd8\xff\xe0", None),
        ("a.png", b"\x89PNG\r\n\x1a\n", None),
        ("a.doc", OLE, None),
        ("a.txt", "Kế hoạch".encode(), None),
        ("a.txt", "Kế hoạch".encode("utf-16"), None),
        ("a.exe", b"MZ", FileFault.SUFFIX),
        ("a", PDF, FileFault.SUFFIX),
        ("a.html", b"<html>", FileFault.SUFFIX),
        ("a.pdf", make_docx("Xin chào"), FileFault.CONTENT),
        ("a.docx", PDF, FileFault.CONTENT),
        ("a.xlsx", make_docx("Xin chào"), FileFault.CONTENT),
        ("a.ods", make_zip(ODT), FileFault.CONTENT),
        ("a.png", b"\xff\xd8\xff\xe0", FileFault.CONTENT),
        ("a.txt", b"\x00\x01\x02", FileFault.CONTENT),
        ("a.docx", make_docx("Xin chào")[:120], FileFault.BROKEN),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), FileFault.LOCKED),
        ("a.pdf", PDF.replace(b"<<>>\n%%", b"<</Encrypt 5 0 R>>\n%%"), FileFault.LOCKED),
        ("a.jpeg", b"\xff\xd8\xff\xe0", None),
        ("a.xls", OLE, None),
        ("a.ppt", OLE, None),
        ("a.xlsx", make_zip({"xl/workbook.xml": "<workbook/>"}), None),
        ("a.pptx", make_zip({"ppt/presentation.xml": "<p/>"}), None),
        ("a.ods", make_zip(ODT | {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), None),
        ("a.odt", make_zip({"content.xml": "<text:p>Một</text:p>"}), FileFault.CONTENT),
        ("a.odt", make_zip({"mimetype": ODT["mimetype"]}), FileFault.CONTENT),
        ("a.docx", OLE, FileFault.CONTENT),
        ("a.docx", b"PK\x03\x04" + "EncryptedPackage".encode("utf-16-le"), FileFault.BROKEN),
        ("a.doc", PDF + b"/Encrypt", FileFault.CONTENT),
        ("a.pdf", b"MZ /Encrypt", FileFault.CONTENT),
        ("a.txt", b"", FileFault.CONTENT),
        ("a.txt", b"a" * 65_535 + b"\x00", FileFault.CONTENT),
    ],
)
def test_a_file_is_what_its_name_says(name: str, content: bytes, fault: FileFault | None) -> None:
    assert find_fault(name, content) == fault


def test_an_office_file_of_201_megabytes_is_a_bomb() -> None:
    content = make_zip({"word/document.xml": "0" * (201 * 1024 * 1024)})  # no parameter: whoever collects would wait
    assert find_fault("a.docx", content) == FileFault.BOMB


@pytest.mark.parametrize(("after", "fault"), [(4_096 - 8, FileFault.LOCKED), (4_096 - 7, None)])
def test_the_word_that_locks_a_pdf_stands_in_its_last_4096_bytes(after: int, fault: FileFault | None) -> None:
    assert find_fault("a.pdf", b"%PDF-1.7\n/Encrypt" + b" " * after) == fault


@pytest.mark.parametrize(("parts", "fault"), [(5_000, None), (5_001, FileFault.BOMB)])
def test_an_office_file_has_at_most_5000_parts(parts: int, fault: FileFault | None) -> None:
    others = {f"{number}.xml": "" for number in range(parts - 1)}
    assert find_fault("a.docx", make_zip({"word/document.xml": "<w:p/>"} | others)) == fault


@pytest.mark.parametrize(("more", "fault"), [(0, None), (1, FileFault.BOMB)])
def test_an_office_file_unpacks_to_at_most_200_megabytes(more: int, fault: FileFault | None) -> None:
    """What the directory says counts (APPNOTE 4.4.9), so that nothing is unpacked to find out."""
    parts = {"word/document.xml": "<w:p/>", "word/media/a.png": ""}
    content = bytearray(make_zip(parts))
    entry = content.rindex(b"PK\x01\x02")  # of the last part
    size = 200 * 1024 * 1024 - len(parts["word/document.xml"]) + more
    content[entry + 24 : entry + 28] = struct.pack("<I", size)
    assert find_fault("a.docx", bytes(content)) == fault


def test_an_archive_with_a_locked_part_is_locked() -> None:
    """Bit 0 of the flags says encrypted, in the header of the part and in the directory (APPNOTE 4.4.4)."""
    content = bytearray(make_zip({"word/document.xml": "<w:p/>"}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert find_fault("a.docx", bytes(content)) == FileFault.LOCKED


@pytest.mark.parametrize(
    ("name", "parts", "lines"),
    [
        (
            "a.docx",
            {"word/document.xml": "<w:p>dài hơn</w:p>", "word/header1.xml": "<w:p>đầu</w:p>"},
            ["đầu", "dài hơn"],
        ),
        ("a.docx", {"word/document.xml": "<w:p>a<w:br/>b</w:p>", "word/footer2.xml": "<w:p>c</w:p>"}, ["c", "a", "b"]),
        ("a.docx", {"word/document.xml": "<w:p>a</w:p>", "word/comments.xml": "<w:p>c</w:p>"}, ["a"]),
        ("a.xlsx", {"xl/sharedStrings.xml": "<si><t>a</t></si><si><t>b</t></si>", "xl/workbook.xml": "x"}, ["a", "b"]),
        ("a.pptx", {"ppt/slides/slide12.xml": "<a:p>a</a:p>", "ppt/presentation.xml": "x"}, ["a"]),
        ("a.odt", {"content.xml": "<text:p>a b</text:p>", "styles.xml": "<text:p>c</text:p>"}, ["c", "a b"]),
        ("a.ods", {"content.xml": "<text:p>a<text:tab/>b</text:p>", "styles.xml": "<text:p>c</text:p>"}, ["a", "b"]),
    ],
    ids=["headers", "footers", "comments", "strings", "slides", "styles", "cells"],
)
def test_the_parts_with_words_are_read_and_small_ones_first(name: str, parts: dict[str, str], lines: list[str]) -> None:
    assert [line for line in read_lines(name, make_zip(parts)) if line] == lines


def test_as_much_is_read_as_a_stamp_needs() -> None:
    most = 2 * 1024 * 1024
    assert read_lines("a.txt", b"a" * most + b"\nMAT") == ["a" * most]
    slides = {"ppt/slides/slide1.xml": "a" * (most - 1), "ppt/slides/slide2.xml": "b" * most}
    assert read_lines("a.pptx", make_zip(slides)) == ["a" * (most - 1), "b"]
    assert [line for line in read_lines("a.pptx", make_zip(slides | {"ppt/slides/slide3.xml": "c"})) if line] == [
        "c",
        "a" * (most - 1),
    ]


def test_three_pages_of_a_pdf_are_read() -> None:
    writer = PdfWriter()
    for number in range(1, 5):
        writer.append(BytesIO(make_pdf(f"Trang {number}")))
    content = BytesIO()
    writer.write(content)
    assert read_lines("a.pdf", content.getvalue()) == ["Trang 1", "Trang 2", "Trang 3"]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("Kế hoạch\nHết".encode(), ["Kế hoạch", "Hết"]),
        ("Kế hoạch".encode("utf-8-sig"), ["Kế hoạch"]),
        ("Kế hoạch".encode("utf-16"), ["Kế hoạch"]),
        (b"\xfe\xff" + "Kế hoạch".encode("utf-16-be"), ["Kế hoạch"]),
        ("Đảng viên".encode("cp1258", errors="ignore"), ["Đng viên"]),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16", "utf-16 from the other end", "windows"],
)
def test_a_text_is_read_in_the_encodings_that_are_written(content: bytes, lines: list[str]) -> None:
    assert (find_fault("a.txt", content), read_lines("a.txt", content)) == (None, lines)


def test_of_an_old_file_only_runs_with_a_vietnamese_letter_are_read() -> None:
    """What is plain in it are names of fonts and fields, by the hundred."""
    content = OLE + "\x07MAT\x07Mật\x07".encode("utf-16-le")
    assert "Mật" in read_lines("a.doc", content)
    assert [line for line in read_lines("a.doc", content) if line.isascii()] == []


def test_pictures_have_no_lines() -> None:
    assert read_lines("a.jpg", b"\xff\xd8\xff\xe0MAT") == []


def test_lines_of_readable_files() -> None:
    assert read_lines("a.docx", make_docx("Điều 1 &amp; 2", "Hết")) == ["Điều 1 & 2", "Hết", ""]
    assert read_lines("a.odt", make_zip(ODT))[:2] == ["Một", "Hai"]
    assert read_lines("a.txt", "Một\nHai".encode()) == ["Một", "Hai"]
    assert read_lines("a.pdf", PDF) == []
    for filler in (b"\x00\x13", b"\x00\x13\x07"):  # the text of an old file may begin at any byte
        old = OLE + filler * 40 + "Kính gửi\rTUYỆT MẬT\rsố liệu".encode("utf-16-le")
        assert find_stamp(read_lines("a.doc", old)) == "TUYỆT MẬT"
    assert find_stamp(read_lines("a.xls", OLE + "\x07công tác bảo mật, MAT\x07".encode("utf-16-le"))) == ""


@pytest.mark.parametrize("inside", ["<", "<w:t>", "</w:p>", "&", "MẬT ", "  \t", "(" * 7])
def test_a_hostile_file_is_read_in_reasonable_time(inside: str) -> None:
    """Millions of letters of one kind: a pattern that looks back again and again would take hours."""
    content = make_zip({"word/document.xml": inside * (4_000_000 // len(inside))})
    started = perf_counter()
    find_stamp(read_lines("a.docx", content))
    assert perf_counter() - started < 20


@pytest.mark.parametrize(
    ("number", "paper_type", "said"),
    [(5, PaperType.RESOLUTION, "05-NQ/CB"), (12, PaperType.DECISION, "12-QĐ/CB"), (103, PaperType.REPORT, "103-BC/CB")],
)
def test_numbers_of_papers(number: int, paper_type: PaperType, said: str) -> None:
    assert say_number(number, paper_type) == said
