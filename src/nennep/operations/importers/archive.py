"""Reading a backup part by part: what is damaged, cut or foreign is refused by the name of the part."""

import hashlib
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pyrage

from nennep.operations.rules import (
    CONTENT,
    KEY,
    MANIFEST,
    MEBIBYTE,
    BackupPart,
    Manifest,
    ManifestUnfit,
    find_difference,
    is_safe_name,
    read_manifest,
)

MANIFEST_LIMIT = 256 * MEBIBYTE
_DAMAGED = (tarfile.TarError, EOFError, OSError, ValueError)


class ArchiveUnfit(ValueError):
    """A backup that cannot be read: `part` names where, empty when the file as a whole is none."""

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(reason)
        self.part = part


class WrongKey(ValueError):
    """The passphrase or the key does not open it, or it needs the other of the two."""


def read_archive(file: Path, *, passphrase: str = "", identity: str = "", into: Path | None = None) -> Manifest:
    """Read every part and compare it with the list; with `into` write them there too, an empty directory of the owner alone.

    Raises ArchiveUnfit, WrongKey, OSError when there is no such file or no room. What was written until then stays.
    """
    with file.open("rb") as source:
        wrapped, content = _open_wrapper(source)
        return _read_content(content, _find_key(wrapped, passphrase, identity), into)


def _open_wrapper(source: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The wrapped key, empty without one, and the content, which may have been cut. Raises ArchiveUnfit."""
    wrapped = b""
    try:
        outer = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115  it closes nothing of its own
        while member := outer.next():  # the content is the last: what follows it may be missing
            file = outer.extractfile(member)
            if file and member.name == CONTENT:
                return wrapped, file  # type: ignore[return-value]  # IO[bytes]
            wrapped = file.read() if file and member.name == KEY else wrapped
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveUnfit("foreign") from error
    raise ArchiveUnfit("foreign")


def _find_key(wrapped: bytes, passphrase: str, identity: str) -> pyrage.x25519.Identity:
    try:
        if identity:
            return pyrage.x25519.Identity.from_str(identity.strip())
        if not wrapped or not passphrase:
            raise WrongKey
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(wrapped, passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
        raise WrongKey from error


def _read_content(content: BinaryIO, key: pyrage.x25519.Identity, into: Path | None) -> Manifest:
    """One thread unlocks into a pipe, this one reads the tar that comes out of it."""
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        unlocked = pool.submit(_unlock, content, writing, key)
        taker = _Taker(into)
        broken: Exception | None = None
        with os.fdopen(reading, "rb") as pipe:
            try:
                taker.take_all(pipe)
            except ArchiveUnfit:
                raise
            except _DAMAGED as error:
                broken = error
        refused = unlocked.exception()
    if isinstance(refused, pyrage.DecryptError) and not taker.parts and not taker.reading:
        raise WrongKey from refused
    if broken or refused:
        raise ArchiveUnfit("damaged", taker.reading or CONTENT) from (broken or refused)
    return taker.compare()


def _unlock(content: BinaryIO, writing: int, key: pyrage.x25519.Identity) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pyrage.decrypt_io(content, pipe, [key])


class _Taker:
    """Takes the parts as they come; `reading` is the one at which it stands."""

    def __init__(self, into: Path | None) -> None:
        self._into = into
        self._manifest: Manifest | None = None
        self.reading = ""
        self.parts: list[BackupPart] = []

    def take_all(self, pipe: BinaryIO) -> None:
        with tarfile.open(fileobj=pipe, mode="r|") as archive:
            for member in archive:
                self.reading = member.name
                self._take(archive, member)
        while pipe.read(MEBIBYTE):  # a tar is padded: whoever unlocks it must be able to write the padding too
            pass

    def _take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        source = archive.extractfile(member)
        if source is None or self._manifest:
            raise ArchiveUnfit("foreign", member.name)
        if member.name == MANIFEST:
            self._manifest = _read_list(source.read(MANIFEST_LIMIT))
        elif is_safe_name(member.name):
            self.parts.append(_copy(source, member, self._into))  # type: ignore[arg-type]  # IO[bytes]
        else:
            raise ArchiveUnfit("foreign", member.name)

    def compare(self) -> Manifest:
        """The list, when every part is as it says. Raises ArchiveUnfit."""
        if self._manifest is None:
            raise ArchiveUnfit("damaged", MANIFEST)
        if name := find_difference(self._manifest, self.parts):
            raise ArchiveUnfit("damaged", name)
        return self._manifest


def _read_list(content: bytes) -> Manifest:
    try:
        return read_manifest(content)
    except ManifestUnfit as error:
        raise ArchiveUnfit("foreign", MANIFEST) from error


def _copy(source: BinaryIO, member: tarfile.TarInfo, into: Path | None) -> BackupPart:
    digest, size = hashlib.sha256(), 0
    target = _create(into / member.name) if into else None
    try:
        while chunk := source.read(MEBIBYTE):
            digest.update(chunk)
            size += len(chunk)
            if target:
                target.write(chunk)
        if target:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target:
            target.close()
    return BackupPart(member.name, size, digest.hexdigest())


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
