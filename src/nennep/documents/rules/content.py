"""What a file really is, whatever its name says, and the words that can be read in it cheaply. Bytes in, values out."""

import html
import re
import zipfile
import zlib
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

_KILOBYTE = 1024
UPLOAD_SUFFIXES = frozenset(
    {
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ods",
        ".odt",
        ".ppt",
        ".pptx",
        ".jpg",
        ".jpeg",
        ".png",
        ".txt",
    }
)
# Whose content has to be taken apart before anything can be said of it.
PARSED_SUFFIXES = UPLOAD_SUFFIXES - {".txt", ".jpg", ".jpeg", ".png"}

_PARTS_LIMIT = 5_000
_UNPACKED_LIMIT = 200 * 1024 * 1024
_TEXT_LIMIT = 2 * 1024 * 1024  # letters looked through; a stamp stands at the top or in a header
_ENCRYPTED_ENTRY = 0x1
_PDF_PAGES = 3

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
)
_FAMILY_OF = {
    ".pdf": "pdf",
    ".doc": "ole",
    ".xls": "ole",
    ".ppt": "ole",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".txt": "text",
}
# Office files in a zip: a part that must be there, the parts with words, the tag around one paragraph.
_MAIN_PART = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
}
_WORDS_IN = {
    ".docx": (re.compile(r"word/(document|header\d*|footer\d*)\.xml"), "w:p"),
    ".xlsx": (re.compile(r"xl/sharedStrings\.xml"), "si"),
    ".pptx": (re.compile(r"ppt/slides/slide\d+\.xml"), "a:p"),
    ".odt": (re.compile(r"(content|styles)\.xml"), "text:p"),
    ".ods": (re.compile(r"content\.xml"), "text:p"),
}
_MACRO_PART = re.compile(r"(^|/)vbaProject\.bin$|^(Basic|Scripts)/", re.IGNORECASE)
_MACRO_STORE = "_VBA_PROJECT".encode("utf-16-le")
_OLD_FORMATS = frozenset({".doc", ".xls", ".ppt"})
_OLD_LIMIT = 8 * 1024 * 1024
_RUN = re.compile(r"[ -~\u00c0-\u01b0\u1ea0-\u1ef9]{3,200}")
_TAG = re.compile(r"<[^<>]*>")  # a stray < ends the search at the next one: never quadratic


class FileFault(StrEnum):
    """Why a file is not taken; the services have the sentences. Django stays out: the child would wait for it."""

    SUFFIX = "suffix"
    CONTENT = "content"
    BROKEN = "broken"
    LOCKED = "locked"
    BOMB = "bomb"
    MACROS = "macros"


def suffix_of(file_name: str) -> str:
    return PurePath(file_name).suffix.lower()


def find_fault(file_name: str, content: bytes) -> FileFault | None:
    """Why this file is not taken; None when its name and its content agree and it can be opened."""
    suffix = suffix_of(file_name)
    if suffix not in UPLOAD_SUFFIXES:
        return FileFault.SUFFIX
    family = _find_family(content)
    if suffix in _MAIN_PART:
        return _find_office_fault(suffix, family, content)
    if family == "pdf" and suffix == ".pdf" and b"/Encrypt" in content[-4096:]:
        return FileFault.LOCKED
    if family == "ole" and _MACRO_STORE in content:
        return FileFault.MACROS
    return None if family == _FAMILY_OF[suffix] else FileFault.CONTENT


def read_lines(file_name: str, content: bytes) -> list[str]:
    """The lines or paragraphs of a text, office or PDF file that passed `find_fault`; nothing for pictures."""
    suffix = suffix_of(file_name)
    if suffix == ".pdf":
        return _read_pdf_lines(content)
    if suffix == ".txt":
        return _decode(content[:_TEXT_LIMIT]).splitlines()
    if suffix in _OLD_FORMATS:
        return _read_old_lines(content[:_OLD_LIMIT])
    if suffix not in _WORDS_IN:
        return []
    pattern, tag = _WORDS_IN[suffix]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [entry for entry in archive.infolist() if pattern.fullmatch(entry.filename)]
        texts = _read_parts(archive, sorted(parts, key=lambda entry: entry.file_size))
    return [line for text in texts for line in _split_paragraphs(text, tag)]


def _read_pdf_lines(content: bytes) -> list[str]:
    """Lines of the first pages, where a stamp stands; nothing of a scan, or of a file that its reader cannot make out.

    What is wrong with a PDF is not for this function to say: it opens, or the person who opens it will see.
    """
    from pypdf import PdfReader

    try:
        pages = PdfReader(BytesIO(content)).pages[:_PDF_PAGES]
        return [line.strip() for page in pages for line in page.extract_text().splitlines()]
    except Exception:  # noqa: BLE001  a broken file makes the library raise almost anything
        return []


def _read_old_lines(content: bytes) -> list[str]:
    """Runs of letters in a .doc, .xls or .ppt: UTF-16 from either byte. Only runs that hold a Vietnamese letter.

    Not a reader of the format: just enough to find a stamp, which stands alone in its paragraph or cell.
    """
    texts = (content[start:].decode("utf-16-le", errors="replace") for start in (0, 1))
    return [run for text in texts for run in _RUN.findall(text) if not run.isascii()]


def _find_family(content: bytes) -> str:
    for start, family in _STARTS:
        if content.startswith(start):
            return family
    return "text" if _is_text(content) else ""


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return bool(content) and b"\x00" not in content[:65536]


def _decode(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else the old Vietnamese code page; unreadable bytes become question marks."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1258", errors="replace")


def _find_office_fault(suffix: str, family: str, content: bytes) -> FileFault | None:
    """An office file locked by a password is an OLE file that holds the zip in encrypted form."""
    if family == "ole" and "EncryptedPackage".encode("utf-16-le") in content:
        return FileFault.LOCKED
    if family != "zip":
        return FileFault.CONTENT
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _find_archive_fault(suffix, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return FileFault.BROKEN


def _find_archive_fault(suffix: str, archive: zipfile.ZipFile) -> FileFault | None:
    entries = archive.infolist()
    if len(entries) > _PARTS_LIMIT or sum(entry.file_size for entry in entries) > _UNPACKED_LIMIT:
        return FileFault.BOMB
    if any(entry.flag_bits & _ENCRYPTED_ENTRY for entry in entries):
        return FileFault.LOCKED
    if any(_MACRO_PART.search(entry.filename) for entry in entries):
        return FileFault.MACROS
    if _MAIN_PART[suffix] not in {entry.filename for entry in entries}:
        return FileFault.CONTENT
    if suffix in {".odt", ".ods"} and not _is_open_document(suffix, archive):
        return FileFault.CONTENT
    with archive.open(_MAIN_PART[suffix]) as part:
        part.read(65536)
    return None


def _is_open_document(suffix: str, archive: zipfile.ZipFile) -> bool:
    kinds = {".odt": b"opendocument.text", ".ods": b"opendocument.spreadsheet"}
    try:
        with archive.open("mimetype") as part:
            return kinds[suffix] in part.read(200)
    except KeyError:
        return False


def _read_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> list[str]:
    """The texts of the parts in order, together at most `_TEXT_LIMIT` bytes; small parts (headers) come first."""
    texts: list[str] = []
    left = _TEXT_LIMIT
    for entry in parts:
        texts.append(_read_part(archive, entry, left))
        left -= entry.file_size
        if left <= 0:
            break
    return texts


def _read_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> str:
    """At most `limit` bytes of one part. Read as text, never parsed: entities are not expanded."""
    try:
        with archive.open(entry) as part:
            return part.read(limit).decode("utf-8", errors="replace")
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return ""


def _split_paragraphs(text: str, tag: str) -> list[str]:
    ends = re.split(rf"</{tag}>|<w:br/>|<text:line-break/>|<text:tab/>|<w:tab/>|<w:cr/>", text)
    return [html.unescape(_TAG.sub("", piece)).strip() for piece in ends]


def count_kilobytes(size: int) -> int:
    """Of so many bytes, as lists show it: what is begun counts."""
    return -(-size // _KILOBYTE)
