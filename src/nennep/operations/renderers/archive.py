"""Writing a backup: a tar of `README.txt`, `key.age` (with a passphrase) and `content.age`, a tar of the parts locked by age.

Nothing of our own locks it: whoever has the program `age` and the passphrase or the key opens it by hand, as the README
says. The parts are streamed, so that memory does not grow with them; their list, with checksums, is the last.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage

from nennep.operations.rules import CONTENT, KEY, MANIFEST, README, BackupPart

BLOCK = 512
_README = """Bản sao lưu của Nền Nếp. Khôi phục: nennep restore TỆP --into THƯ-MỤC
A backup of Nền Nếp. Without the program, with tar and age (https://age-encryption.org):
  tar -xf FILE
  age -d key.age > identity.txt                         # made with a passphrase; else use your own key
  age -d -i identity.txt content.age | tar -x
"""


class RecipientUnfit(ValueError):
    """Not the public key of age (`age1…`)."""


@dataclass(frozen=True, slots=True)
class Lock:
    """By what a backup is locked: a public key of age, and the secret one wrapped by a passphrase where there is one."""

    recipient: pyrage.x25519.Recipient
    wrapped_key: bytes = b""


@dataclass(frozen=True, slots=True)
class PartSource:
    """A file that becomes the part `name`. `may_vanish`: somebody may remove it meanwhile; then it is left out."""

    name: str
    path: Path
    may_vanish: bool = False


def lock_by_passphrase(passphrase: str) -> Lock:
    """A key for this backup alone, itself locked by the passphrase."""
    identity = pyrage.x25519.Identity.generate()
    return Lock(identity.to_public(), pyrage.passphrase.encrypt(str(identity).encode(), passphrase))


def lock_by_key(recipient: str) -> Lock:
    """Raises RecipientUnfit."""
    try:
        return Lock(pyrage.x25519.Recipient.from_str(recipient.strip()))
    except pyrage.RecipientError as error:
        raise RecipientUnfit(recipient) from error


def make_key() -> tuple[str, str]:
    """A new secret key, and the public one that locks for it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write_archive(
    target: BinaryIO, sources: Iterable[PartSource], *, lock: Lock, describe: Callable[[tuple[BackupPart, ...]], bytes]
) -> tuple[BackupPart, ...]:
    """Write the whole backup to `target`, which can seek; `describe` makes the list of the parts. What was written."""
    _add(target, README, _README.encode())
    if lock.wrapped_key:
        _add(target, KEY, lock.wrapped_key)
    begun = target.tell()
    target.write(bytes(BLOCK))  # the header, once the size is known
    parts = _lock_parts(target, sources, lock, describe)
    _close(target, begun)
    return parts


def _lock_parts(
    target: BinaryIO, sources: Iterable[PartSource], lock: Lock, describe: Callable[[tuple[BackupPart, ...]], bytes]
) -> tuple[BackupPart, ...]:
    """One thread writes the tar into a pipe, this one locks what comes out of it."""
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(_write_parts, writing, sources, describe)
        with os.fdopen(reading, "rb") as pipe:
            pyrage.encrypt_io(pipe, target, [lock.recipient])
        return written.result()


def _write_parts(
    writing: int, sources: Iterable[PartSource], describe: Callable[[tuple[BackupPart, ...]], bytes]
) -> tuple[BackupPart, ...]:
    with os.fdopen(writing, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        parts = tuple(part for source in sources if (part := _write_part(archive, source)))
        content = describe(parts)
        archive.addfile(_head(MANIFEST, len(content)), io.BytesIO(content))
    return parts


def _write_part(archive: tarfile.TarFile, source: PartSource) -> BackupPart | None:
    with suppress(*([FileNotFoundError] if source.may_vanish else [])), source.path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashed = _Hashed(file)
        archive.addfile(_head(source.name, size), hashed)
        return BackupPart(source.name, size, hashed.digest.hexdigest())
    return None


class _Hashed:
    """A file that is read once, from its beginning, and whose checksum is wanted."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.digest.update(content)
        return content


def _head(name: str, size: int) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head


def _add(target: BinaryIO, name: str, content: bytes) -> None:
    target.write(_head(name, len(content)).tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % BLOCK))


def _close(target: BinaryIO, begun: int) -> None:
    """Fill in the header of what was written since `begun`, and end the tar."""
    size = target.tell() - begun - BLOCK
    target.write(bytes(-size % BLOCK) + bytes(2 * BLOCK))
    target.seek(begun)
    target.write(_head(CONTENT, size).tobuf(tarfile.GNU_FORMAT))
    target.seek(0, os.SEEK_END)
