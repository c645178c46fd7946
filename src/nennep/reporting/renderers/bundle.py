"""Zip files whose bytes follow from what is in them: same papers, same file."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from types import TracebackType
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_FIRST_YEAR = 1980  # no zip file knows an earlier one
_PACKED = (".docx", ".pdf")  # nothing is won by packing them again


def make_bundle(files: Mapping[str, bytes], *, day: date) -> bytes:
    """The files in the given order, all dated on that day."""
    file = BytesIO()
    with ZipFile(file, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(_describe(name, day), content, ZIP_STORED if name.endswith(_PACKED) else ZIP_DEFLATED)
    return file.getvalue()


class BundleWriter:
    """A zip of papers that is written file by file, for more than should be held at once."""

    def __init__(self, file: IO[bytes], *, day: date) -> None:
        self._bundle, self._day = ZipFile(file, "w"), day

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bundle.close()

    def add(self, name: str, content: bytes) -> None:
        """A paper that is packed already."""
        self._bundle.writestr(_describe(name, self._day), content, ZIP_STORED)


def add_files(packed: bytes, files: Mapping[str, bytes], *, day: date) -> bytes:
    """The zip file with more in it; what it held is copied as it lies there, not packed once more."""
    file = BytesIO(packed)
    with ZipFile(file, "a") as bundle:
        for name, content in files.items():
            bundle.writestr(_describe(name, day), content, ZIP_DEFLATED)
    return file.getvalue()


def set_dates(packed: bytes, day: date) -> bytes:
    """The same zip file (a .docx is one) with every part dated on that day instead of the moment it was written."""
    with ZipFile(BytesIO(packed)) as parts:
        return make_bundle({name: parts.read(name) for name in parts.namelist()}, day=day)


def _describe(name: str, day: date) -> ZipInfo:
    described = ZipInfo(name, (max(day.year, _FIRST_YEAR), day.month, day.day, 0, 0, 0))
    described.external_attr = 0o644 << 16
    return described
