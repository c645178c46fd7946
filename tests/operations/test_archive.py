"""What is written is read again, and what was touched in between is refused by the name of the part."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nennep.operations.importers.archive import ArchiveUnfit, WrongKey, read_archive
from nennep.operations.renderers.archive import (
    PartSource,
    RecipientUnfit,
    lock_by_key,
    lock_by_passphrase,
    make_key,
    write_archive,
)
from nennep.operations.rules import BackupPart, Manifest

SECRET, PUBLIC = make_key()
PASSPHRASE = "mưa xuân Huổi Sét 2026"
CONTENTS = {"database.sqlite3": b"rows" * 5_000, "media/a b.pdf": b"", "secrets/hash.key": b"k" * 64}


def describe(parts: tuple[BackupPart, ...]) -> bytes:
    return Manifest(datetime(2026, 11, 29, tzinfo=UTC), "0.1.0", "sqlite", {}, parts).to_json()


def write(folder: Path, contents: dict[str, bytes], *, passphrase: str = "") -> Path:
    sources = []
    for number, (name, content) in enumerate(contents.items()):
        path = folder / f"source-{number}"
        path.write_bytes(content)
        sources.append(PartSource(name, path))
    file = folder / "one.backup"
    with file.open("xb") as target:
        lock = lock_by_passphrase(passphrase) if passphrase else lock_by_key(PUBLIC)
        write_archive(target, sources, lock=lock, describe=describe)
    return file


def test_all_parts_come_back(tmp_path: Path) -> None:
    file, back = write(tmp_path, CONTENTS), tmp_path / "back"
    manifest = read_archive(file, identity=SECRET, into=back)
    assert {part.name: part.size for part in manifest.parts} == {
        name: len(content) for name, content in CONTENTS.items()
    }
    assert {name: (back / name).read_bytes() for name in CONTENTS} == CONTENTS
    assert {(back / name).stat().st_mode & 0o777 for name in CONTENTS} == {0o600}
    assert (back / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("padding", [0, 512, 10_240, 3 * 1024 * 1024])
def test_however_long_the_padding_it_is_whole(tmp_path: Path, padding: int) -> None:
    """More than a pipe holds, so that whoever reads on no further is found each time, not once in twenty."""
    file = tmp_path / "padded.backup"
    content = io.BytesIO()
    listed = describe(())
    with tarfile.open(fileobj=content, mode="w") as archive:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(listed)
        archive.addfile(head, io.BytesIO(listed))
    locked = pyrage.encrypt(content.getvalue() + bytes(padding), [pyrage.x25519.Recipient.from_str(PUBLIC)])
    with tarfile.open(file, "w") as outer:
        head = tarfile.TarInfo("content.age")
        head.size = len(locked)
        outer.addfile(head, io.BytesIO(locked))
    assert read_archive(file, identity=SECRET).parts == ()


def test_a_passphrase_opens_it_and_another_does_not(tmp_path: Path) -> None:
    file = write(tmp_path, CONTENTS, passphrase=PASSPHRASE)
    assert len(read_archive(file, passphrase=PASSPHRASE).parts) == len(CONTENTS)
    for other, key in (("mua xuan Huoi Set 2026", ""), ("", SECRET), ("", ""), ("", "AGE-SECRET-KEY-1")):
        with pytest.raises(WrongKey):
            read_archive(file, passphrase=other, identity=key)


def test_one_locked_by_a_key_wants_that_key(tmp_path: Path) -> None:
    file = write(tmp_path, CONTENTS)
    for passphrase, key in (("", make_key()[0]), (PASSPHRASE, "")):
        with pytest.raises(WrongKey):
            read_archive(file, passphrase=passphrase, identity=key)


def test_what_is_no_public_key_is_refused() -> None:
    with pytest.raises(RecipientUnfit):
        lock_by_key("age1abc")


def test_age_and_tar_open_it_without_this_program(tmp_path: Path) -> None:
    """As its own README says: somebody may need it in ten years."""
    file = write(tmp_path, CONTENTS, passphrase=PASSPHRASE)
    with tarfile.open(file) as outer:
        found = {member.name: outer.extractfile(member).read() for member in outer}  # type: ignore[union-attr]
    assert set(found) == {"README.txt", "key.age", "content.age"}
    key = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(found["key.age"], PASSPHRASE).decode())
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(found["content.age"], [key]))) as inner:
        assert inner.getnames() == [*CONTENTS, "manifest.json"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("whole"), CONTENTS).read_bytes()


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([1, 128]))
def test_one_byte_changed_anywhere_is_found(whole: bytes, number: int, bit: int) -> None:
    """Not in the tar's own blocks of the wrapper, which hold nothing that is put back."""
    begun = whole.index(b"age-encryption.org/v1")
    changed = bytearray(whole)
    changed[begun + number % (len(whole) - begun - 2048)] ^= bit
    assert refusal_of(bytes(changed)) in {"damaged", "key"}


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_one_that_was_cut_is_found(whole: bytes, number: int) -> None:
    assert refusal_of(whole[: number % (len(whole) - 2048)]) in {"damaged", "foreign", "key"}


def refusal_of(content: bytes) -> str:
    """`foreign`, `damaged` (with a part's name) or `key`; empty when all of it is read."""
    import tempfile  # noqa: PLC0415  one example writes one file

    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            read_archive(Path(file.name), identity=SECRET)
        except ArchiveUnfit as error:
            return str(error) if bool(error.part) == (str(error) == "damaged") else f"{error} without its part"
        except WrongKey:
            return "key"
    return ""


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10_240])
def test_a_foreign_file_is_called_so(content: bytes) -> None:
    assert refusal_of(content) == "foreign"


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "media/../../evil", "other/a"])
def test_a_part_that_would_lie_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = write(tmp_path, {"database.sqlite3": b"x", name: b"y"})
    with pytest.raises(ArchiveUnfit) as refused:
        read_archive(file, identity=SECRET, into=tmp_path / "back")
    assert refused.value.part == name
    assert not (tmp_path / "evil").exists()


def test_a_source_that_vanishes_is_left_out_only_where_it_may(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with (tmp_path / "a.backup").open("xb") as target:
        parts = write_archive(
            target, [PartSource("media/gone", gone, may_vanish=True)], lock=lock_by_key(PUBLIC), describe=describe
        )
    assert parts == ()
    with (tmp_path / "b.backup").open("xb") as target, pytest.raises(FileNotFoundError):
        write_archive(target, [PartSource("secrets/gone", gone)], lock=lock_by_key(PUBLIC), describe=describe)
