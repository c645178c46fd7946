"""Writes the rows of a table as CSV: one file, UTF-8, a line for the names of the columns."""

import csv
import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from nennep.exchange.rules import TableFile

OWNERS = 0o600  # the file is its owner's alone


class ChecksummedFile:
    """A text file for `csv`, which keeps the checksum and the size of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, text: str) -> int:
        content = text.encode()
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)
        return len(text)


def open_owned(path: Path) -> BinaryIO:
    """A new file that nobody else reads."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS), "wb")


def write_csv(folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> TableFile:
    """`name` is its path below the folder. It is on the disk when this returns."""
    with open_owned(folder / name) as file:
        counted = ChecksummedFile(file)
        writer = csv.writer(counted, lineterminator="\n")
        writer.writerow(columns)
        number = 0
        for row in rows:
            writer.writerow(row)
            number += 1
        file.flush()
        os.fsync(file.fileno())
    return TableFile(name, number, counted.size, counted.digest.hexdigest())
