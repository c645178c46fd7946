"""Papers and files for tests."""

import json
import struct
import zipfile
import zlib
from io import BytesIO

import typst
from django.core.files.base import ContentFile
from docx import Document as WordDocument
from pypdf import PdfWriter

from nennep.core.access import Actor
from nennep.documents import services
from nennep.documents.models import Document
from nennep.documents.services import DocumentDetails
from nennep.organizations.models import Organization
from tests.factories.core import NOW

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_docx(*paragraphs: str) -> bytes:
    """A Word file with these paragraphs: as much as is needed to be taken for one."""
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    return make_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document>{body}</w:document>"})


def make_zip(parts: dict[str, str]) -> bytes:
    """An archive of these parts; the same parts make the same bytes at any hour."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 11, 22, 8, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def make_upload(content: bytes = PDF, name: str = "Bản tin tháng 11.pdf") -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def make_document(cell: Organization, actor: Actor, title: str = "Bản tin sinh hoạt chi bộ tháng 11") -> Document:
    """A paper with one PDF, added by `actor`."""
    return services.add_document(
        actor=actor, organization=cell, details=DocumentDetails(title), upload=make_upload(), now=NOW
    )


def make_pdf(*paragraphs: str) -> bytes:
    """A real PDF whose words can be read."""
    program = "#for line in json(bytes(sys.inputs.lines)) [#par(line)]"
    compiler = typst.Compiler(program.encode(), sys_inputs={"lines": json.dumps(paragraphs)})
    written = compiler.compile(format="pdf")
    assert isinstance(written, bytes)
    return written


def make_named_pdf(author: str) -> bytes:
    """A PDF that says who wrote it."""
    writer = PdfWriter(clone_from=BytesIO(make_pdf("Kính gửi chi bộ")))
    writer.add_metadata({"/Author": author})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def make_named_word(author: str) -> bytes:
    """A Word file that says who wrote it."""
    word = WordDocument()
    word.core_properties.author = word.core_properties.last_modified_by = author
    word.add_paragraph("Kính gửi chi bộ")
    target = BytesIO()
    word.save(target)
    return target.getvalue()


def make_named_picture(author: str) -> bytes:
    """A PNG of one point that says who made it."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    said = b"Author\x00\x00\x00\x00\x00" + author.encode()
    parts = ((b"IHDR", head), (b"iTXt", said), (b"IDAT", zlib.compress(b"\x00\x00")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_pack(*part) for part in parts)


def _pack(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
