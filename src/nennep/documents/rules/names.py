"""Taking out of a file who wrote it: what programs and cameras put into it beside what is seen. Bytes in, bytes out."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath
from typing import Literal

# Word, Excel and PowerPoint of before 2007 keep the writer's name in places that only those programs know.
NAMED_SUFFIXES = frozenset({".doc", ".xls", ".ppt"})

_NOTHING = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": (
        b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>'
    ),
}
_TAGS = (
    rb"dc:creator|meta:initial-creator|text:initial-creator|text:author-name|text:author-initials|meta:creator-initials"
)
# Of parts whose name is so: the attributes, or the tags, that say who wrote or changed something.
_ATTRIBUTES = (
    (re.compile(r"word/.*\.xml"), rb"(?:\w+:)?(?:author|initials|userId)"),
    (re.compile(r"xl/persons/.*\.xml"), rb"displayName|userId"),
    (re.compile(r"xl/workbook\.xml"), rb"userName"),
    (re.compile(r"ppt/(commentAuthors|authors)\.xml"), rb"name|initials|userId"),
)
_WRITTEN = (
    (re.compile(r"xl/.*comments.*\.xml", re.IGNORECASE), rb"author"),
    (re.compile(r"(content|styles)\.xml"), _TAGS),
)
_EXIF, _ICC = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_ORIENTATION = 0x0112
_SHOWN_CHUNKS = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"})


def take_names_out(suffix: str, content: bytes) -> bytes:
    """The same pages, tables or picture without author, program, place and time of making. Raises ValueError or what a library raises."""
    if suffix in {".jpg", ".jpeg"}:
        return b"\xff\xd8" + b"".join(_list_shown_segments(content))
    if suffix == ".png":
        return content[:8] + b"".join(_list_shown_chunks(content))
    if suffix == ".pdf":
        return _clean_pdf(content)
    return content if suffix == ".txt" else _clean_archive(content)


def _list_shown_segments(content: bytes) -> Iterator[bytes]:
    """The segments of a JPEG without notes; which way up it is stays. What stands behind the end of the picture goes."""
    at = 2
    while True:
        while content[at + 1 : at + 2] == b"\xff":
            at += 1
        if content[at : at + 2] == b"\xff\xd9":
            yield b"\xff\xd9"
            return
        if at + 4 > len(content) or content[at] != 0xFF:
            raise ValueError(at)
        marker = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        yield _shown_part(marker, content[at:end])
        at = end
        if marker == 0xDA:
            at = _find_scan_end(content, end)
            yield content[end:at]


def _shown_part(marker: int, segment: bytes) -> bytes:
    if marker == 0xE1 and segment[4:10] == _EXIF:
        return _keep_orientation(segment[10:])
    if marker == 0xE2:
        return segment if segment[4:16] == _ICC else b""
    return b"" if marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE) else segment


def _find_scan_end(content: bytes, at: int) -> int:
    """Where the next marker stands that is no part of the coded picture."""
    while (at := content.find(b"\xff", at)) >= 0:
        if content[at + 1 : at + 2] not in {b"\x00", *(bytes([value]) for value in range(0xD0, 0xD8))}:
            return at
        at += 2
    raise ValueError(at)


def _keep_orientation(notes: bytes) -> bytes:
    """Of a camera's notes only which way up the picture is."""
    order: Literal["little", "big"] = "little" if notes[:2] == b"II" else "big"
    first = int.from_bytes(notes[4:8], order)
    for number in range(int.from_bytes(notes[first : first + 2], order)):
        entry = notes[first + 2 + 12 * number : first + 14 + 12 * number]
        if int.from_bytes(entry[:2], order) == _ORIENTATION:
            turned = int.from_bytes(entry[8:10], order).to_bytes(2)
            body = _EXIF + b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01" + turned + bytes(6)
            return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
    return b""


def _list_shown_chunks(content: bytes) -> Iterator[bytes]:
    """Of a PNG what is needed to see it: chunks of words, times and cameras go."""
    at = 8
    while at + 12 <= len(content):
        end, kind = at + 12 + int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if kind[:1].isupper() or kind in _SHOWN_CHUNKS:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end
    raise ValueError(at)


def _clean_pdf(content: bytes) -> bytes:
    """Written anew from what its pages need: no facts of the document, no older states, no files within, nobody's name at a note."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject

    writer = PdfWriter()
    for page in PdfReader(BytesIO(content)).pages:
        writer.add_page(page)
    writer.metadata = None
    for one in writer._objects:  # noqa: SLF001  every object that will be written
        if isinstance(one, DictionaryObject):
            note = one.get("/Subtype") not in {None, "/Widget"} and "/Rect" in one
            for key in ("/Metadata", "/PieceInfo", "/LastModified", *(("/T",) if note else ())):
                one.pop(key, None)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def _clean_archive(content: bytes) -> bytes:
    """An office file, each part without names; every part of the same age."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as cleaned:
        for entry in archive.infolist():
            fresh = zipfile.ZipInfo(entry.filename)
            fresh.compress_type = entry.compress_type
            cleaned.writestr(fresh, _clean_part(entry.filename, archive.read(entry)))
    return target.getvalue()


def _clean_part(name: str, content: bytes) -> bytes:
    if name in _NOTHING:
        return _NOTHING[name]
    suffix = PurePath(name).suffix.lower()
    if suffix in {".jpg", ".jpeg", ".png"}:
        return take_names_out(suffix, content)
    for pattern, attributes in _ATTRIBUTES:
        if pattern.fullmatch(name):
            content = re.sub(rb"(\s(?:" + attributes + rb'))=("[^"]*"|\'[^\']*\')', rb'\1=""', content)
    for pattern, tags in _WRITTEN:
        if pattern.fullmatch(name):
            content = re.sub(rb"(<(" + tags + rb")(?:\s[^>]*)?>)[^<]*(</\2>)", rb"\1\3", content)
    return content
