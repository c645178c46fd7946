"""Files that go up without who wrote them: the name is in none of their parts any more, and they still open."""

import zipfile
from io import BytesIO

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text

from nennep.documents.importers.files import take_names_out
from nennep.documents.rules.content import FileFault, find_fault
from nennep.documents.rules.names import NAMED_SUFFIXES
from nennep.documents.rules.names import take_names_out as clean
from tests.factories.documents import make_pdf, make_zip

NAME = "Giang Thi Xuyen"


def make_jpeg(notes: bytes) -> bytes:
    """Markers alone: a table, notes, a comment, a scan with a stuffed byte, and what cameras leave behind the end."""
    exif = b"\xff\xe1" + (len(notes) + 2).to_bytes(2) + notes
    said = b"\xff\xfe" + (len(NAME) + 2).to_bytes(2) + NAME.encode()
    table, scan = b"\xff\xdb\x00\x04\x00\x01", b"\xff\xda\x00\x04\x00\x01coded\xff\x00\xff\xd0more"
    return b"\xff\xd8" + exif + said + table + scan + b"\xff\xd9" + NAME.encode()


def make_notes(order: str, turned: int) -> bytes:
    big = order == "big"
    entries = [(0x010F, 3, 1, 7), (0x0112, 3, 1, turned)]
    body = b"MM\x00*" if big else b"II*\x00"
    body += (8).to_bytes(4, "big" if big else "little") + len(entries).to_bytes(2, "big" if big else "little")
    for tag, kind, count, value in entries:
        for number, size in ((tag, 2), (kind, 2), (count, 4), (value, 2)):
            body += number.to_bytes(size, "big" if big else "little")
        body += b"\x00\x00"
    return b"Exif\x00\x00" + body + b"\x00\x00\x00\x00" + NAME.encode()


@pytest.mark.parametrize("order", ["big", "little"])
def test_a_photograph_keeps_which_way_up_it_is_and_nothing_else(order: str) -> None:
    cleaned = clean(".jpg", make_jpeg(make_notes(order, 6)))
    kept = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" + bytes(6)
    rest = b"\xff\xdb\x00\x04\x00\x01\xff\xda\x00\x04\x00\x01coded\xff\x00\xff\xd0more\xff\xd9"
    assert cleaned == b"\xff\xd8\xff\xe1" + (len(kept) + 2).to_bytes(2) + kept + rest


def test_a_photograph_of_before_cameras_had_notes_stays() -> None:
    plain = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02x\xff\xd9"
    assert clean(".jpeg", plain) == plain
    with pytest.raises(ValueError, match=r"\d"):
        clean(".jpg", plain[:-2])


def test_a_drawing_loses_its_words() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + b"crc4"

    start, end = b"\x89PNG\r\n\x1a\n", chunk(b"IEND", b"")
    shown = chunk(b"IHDR", b"1234") + chunk(b"gAMA", b"1") + chunk(b"IDAT", b"coded")
    named = chunk(b"tEXt", NAME.encode()) + chunk(b"eXIf", NAME.encode()) + chunk(b"iTXt", NAME.encode())
    assert clean(".png", start + shown + named + end + NAME.encode()) == start + shown + end


def test_a_pdf_says_no_author_and_keeps_its_words() -> None:
    writer = PdfWriter(clone_from=BytesIO(make_pdf("Kính gửi chi bộ")))
    writer.add_metadata({"/Author": NAME, "/Creator": NAME})
    writer.xmp_metadata = f"<x>{NAME}</x>".encode()
    writer.add_annotation(0, Text(text="Xem", rect=(1, 1, 9, 9), title_bar=NAME))
    writer.add_attachment("ten.txt", NAME.encode())
    target = BytesIO()
    writer.write(target)
    assert NAME.encode() in target.getvalue()
    cleaned = take_names_out("a.pdf", target.getvalue())
    assert cleaned is not None
    reader = PdfReader(BytesIO(cleaned))
    assert "Kính gửi chi bộ" in reader.pages[0].extract_text()
    assert (reader.xmp_metadata, dict(reader.attachments)) == (None, {})
    assert NAME not in f"{reader.metadata} {reader.pages[0]['/Annots']}"
    assert NAME.encode() not in cleaned


def read_parts(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_a_word_file_says_no_author() -> None:
    word = WordDocument()
    word.core_properties.author = word.core_properties.last_modified_by = NAME
    comment = word.add_comment(word.add_paragraph("Đường hỏng").runs, "Xem lại", author=NAME, initials="GTX")
    target = BytesIO()
    word.save(target)
    assert comment.author == NAME
    cleaned = take_names_out("a.docx", target.getvalue())
    assert cleaned is not None
    assert (NAME in read_parts(target.getvalue()), NAME in read_parts(cleaned)) == (True, False)
    assert [one.text for one in WordDocument(BytesIO(cleaned)).paragraphs] == ["Đường hỏng"]
    assert find_fault("a.docx", cleaned) is None


def test_a_table_says_no_author() -> None:
    book = Workbook()
    book.properties.creator = NAME
    sheet = book["Sheet"]
    sheet["A1"] = "Đường hỏng"
    sheet["A1"].comment = Comment("Xem", NAME)
    target = BytesIO()
    book.save(target)
    cleaned = take_names_out("a.xlsx", target.getvalue())
    assert cleaned is not None
    assert (NAME in read_parts(target.getvalue()), NAME in read_parts(cleaned)) == (True, False)
    assert load_workbook(BytesIO(cleaned))["Sheet"]["A1"].value == "Đường hỏng"


def test_an_open_document_says_no_author() -> None:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<a><dc:creator>{NAME}</dc:creator><text:p>Đường hỏng</text:p></a>",
        "meta.xml": f"<meta:initial-creator>{NAME}</meta:initial-creator>",
    }
    cleaned = take_names_out("a.odt", make_zip(parts))
    assert cleaned is not None
    assert NAME not in read_parts(cleaned)
    assert "<a><dc:creator></dc:creator><text:p>Đường hỏng</text:p></a>" in read_parts(cleaned)


@pytest.mark.parametrize("suffix", sorted(NAMED_SUFFIXES))
def test_old_programs_hide_names_where_nobody_finds_them(suffix: str) -> None:
    assert take_names_out(f"a{suffix}", b"anything") is None


def test_what_cannot_be_read_is_not_cleaned() -> None:
    assert (take_names_out("a.pdf", b"%PDF-1.7\n"), take_names_out("a.docx", b"PK\x03\x04")) == (None, None)


def test_a_file_that_runs_something_is_refused() -> None:
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "word/vbaProject.bin": "x"}
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")
    faults = [find_fault("a.docx", make_zip(parts)), find_fault("a.xls", old)]
    assert faults == [FileFault.MACROS, FileFault.MACROS]
