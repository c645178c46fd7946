"""Files made to cost whoever reads them: small, and endless to take apart."""

import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

from tests.factories.documents import make_zip

MEGABYTE = 1024 * 1024


def make_drawing(operators: int, pages: int = 1) -> bytes:
    """A PDF of a kilobyte or two: its pages share one stream of so many texts, as a map full of labels does."""
    stream = zlib.compress(b"BT /F 1 Tf " + b"(ab) Tj " * operators + b"ET", 9)
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *([page.encode()] * pages),
    ]
    return _make_pdf(objects)


def _make_pdf(objects: list[bytes]) -> bytes:
    content = b"%PDF-1.7\n"
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def make_swollen_pdf() -> bytes:
    """A stream that inflates to a gigabyte, through two filters."""
    inner = zlib.compress(b"\0" * MEGABYTE, 9) * 1
    packer = zlib.compressobj(9)
    swollen = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(256)) + packer.flush()
    stream = zlib.compress(swollen + inner, 9)
    return _make_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
            b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>",
        ]
    )


def make_circle() -> bytes:
    """A tree of pages that contains itself."""
    return _make_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>"])


def make_crowd(part: str, entries: int = 150_000) -> bytes:
    """An archive with that many empty parts behind the one that makes it an office file."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(part, "<w/>")
        for number in range(entries):
            archive.writestr(zipfile.ZipInfo(f"{number:x}"), b"")
    return target.getvalue()


def make_bomb(part: str) -> bytes:
    """One part that inflates to 150 megabytes of opening tags."""
    return make_zip({part: "<w:p>" * (30 * MEGABYTE)})


_MAKERS: dict[str, Callable[[], bytes]] = {
    "map.pdf": lambda: make_drawing(200_000, pages=3),
    "swollen.pdf": make_swollen_pdf,
    "circle.pdf": make_circle,
    "crowd.docx": lambda: make_crowd("word/document.xml"),
    "crowd.xlsx": lambda: make_crowd("xl/workbook.xml"),
    "bomb.docx": lambda: make_bomb("word/document.xml"),
    "bomb.odt": lambda: make_bomb("content.xml"),
    "bomb.xlsx": lambda: make_bomb("xl/workbook.xml"),
    "noise.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40_000,
    "noise.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Mật".encode("utf-16-le") * MEGABYTE,
    "table.csv": lambda: b"a;" * (5 * MEGABYTE),
    "huge.png": lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00",
    "words.txt": lambda: b"MAT!" * (4 * MEGABYTE),
}
HOSTILE = tuple(_MAKERS)


@cache
def make_hostile(name: str) -> bytes:
    """The file of that name in `HOSTILE`; made when a test asks, because making them all takes seconds."""
    return _MAKERS[name]()
