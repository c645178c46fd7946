"""What a file is, what is marked secret, how papers are numbered."""

import unicodedata
from time import perf_counter

import pytest

from nennep.core.stamps import find_marking
from nennep.documents.choices import FileFault, PaperType
from nennep.documents.rules.content import find_fault, read_lines
from nennep.documents.rules.numbers import say_number
from tests.factories.documents import PDF, make_docx, make_zip

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
        ("a.docx", make_zip({"word/document.xml": "0" * (201 * 1024 * 1024)}), FileFault.BOMB),
    ],
)
def test_a_file_is_what_its_name_says(name: str, content: bytes, fault: FileFault | None) -> None:
    assert find_fault(name, content) == fault


def test_lines_of_readable_files() -> None:
    assert read_lines("a.docx", make_docx("Điều 1 &amp; 2", "Hết")) == ["Điều 1 & 2", "Hết", ""]
    assert read_lines("a.odt", make_zip(ODT))[:2] == ["Một", "Hai"]
    assert read_lines("a.txt", "Một\nHai".encode()) == ["Một", "Hai"]
    assert read_lines("a.pdf", PDF) == []
    for filler in (b"\x00\x13", b"\x00\x13\x07"):  # the text of an old file may begin at any byte
        old = OLE + filler * 40 + "Kính gửi\rTUYỆT MẬT\rsố liệu".encode("utf-16-le")
        assert find_marking(read_lines("a.doc", old)) == "TUYỆT MẬT"
    assert find_marking(read_lines("a.xls", OLE + "\x07công tác bảo mật, MAT\x07".encode("utf-16-le"))) == ""


@pytest.mark.parametrize("inside", ["<", "<w:t>", "</w:p>", "&", "MẬT ", "  \t", "(" * 7])
def test_a_hostile_file_is_read_in_reasonable_time(inside: str) -> None:
    """Millions of letters of one kind: a pattern that looks back again and again would take hours."""
    content = make_zip({"word/document.xml": inside * (4_000_000 // len(inside))})
    started = perf_counter()
    find_marking(read_lines("a.docx", content))
    assert perf_counter() - started < 20


@pytest.mark.parametrize(
    ("number", "paper_type", "said"),
    [(5, PaperType.RESOLUTION, "05-NQ/CB"), (12, PaperType.DECISION, "12-QĐ/CB"), (103, PaperType.REPORT, "103-BC/CB")],
)
def test_numbers_of_papers(number: int, paper_type: PaperType, said: str) -> None:
    assert say_number(number, paper_type) == said
