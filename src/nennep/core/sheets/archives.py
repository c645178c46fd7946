"""Zipped spreadsheets: refused before anything is unpacked into memory. No library but zipfile; runs in the child."""

import zipfile
import zlib
from io import BytesIO

from nennep.core.sheets import limits
from nennep.core.sheets.refusal import Refusal

_CHUNK = 1 << 18
_ENCRYPTED = 0x1
_PROTECTED_MARK = b"manifest:encryption-data"


def check_archive(content: bytes) -> str:
    """The kind of spreadsheet in the archive (xlsx, xlsb or ods); raises Refusal.

    Sizes are checked from the directory first and then while inflating, because a directory can lie.
    Nothing inflated is kept.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            kind = _kind_of({entry.filename for entry in entries}, archive)
            _inflate_all(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, KeyError) as error:
        raise Refusal("sheet_broken") from error
    return kind


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refusal("sheet_protected")
    if len(entries) > limits.ENTRIES:
        raise Refusal("sheet_expands_too_much")
    if sum(entry.file_size for entry in entries) > limits.EXPANDED_BYTES:
        raise Refusal("sheet_expands_too_much")
    for entry in entries:
        large = entry.file_size > limits.RATIO_COUNTS_FROM
        if large and entry.file_size > limits.ENTRY_RATIO * max(entry.compress_size, 1):
            raise Refusal("sheet_expands_too_much")


def _kind_of(names: set[str], archive: zipfile.ZipFile) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and _is_ods(names, archive):
        return "ods"
    raise Refusal("sheet_unknown_format" if names else "sheet_broken")


def _is_ods(names: set[str], archive: zipfile.ZipFile) -> bool:
    if "META-INF/manifest.xml" in names and _PROTECTED_MARK in archive.open("META-INF/manifest.xml").read(_CHUNK):
        raise Refusal("sheet_protected")
    return "mimetype" not in names or b"spreadsheet" in archive.open("mimetype").read(200)


def _inflate_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Inflate every part chunk by chunk: zipfile stops at the declared size and checks the sum of it."""
    seen: set[int] = set()
    for entry in entries:
        if entry.header_offset in seen:  # overlapping parts: the trick of the small, deep bombs
            raise Refusal("sheet_expands_too_much")
        seen.add(entry.header_offset)
        with archive.open(entry) as part:
            while part.read(_CHUNK):
                pass
