"""A start with keys or a database that are lost, empty, another's or broken: one sentence, and nothing is made or changed."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from nennep.core import crypto
from nennep.core.secret_files import KeyUnfit
from nennep.members.choices import IDENTITY_PURPOSE
from tests.factories.members import make_member

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def secrets(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The keys of an installation with one member whose identity number is kept."""
    settings.NENNEP_SECRETS_DIR = tmp_path
    crypto.forget_keys()
    crypto.require_keys()
    number = "038096001234"
    member = make_member()
    member.identity_number, member.identity_hash = number, crypto.keyed_hash(number, purpose=IDENTITY_PURPOSE)
    member.save()
    crypto.forget_keys()
    yield tmp_path
    crypto.forget_keys()


def lose(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"\n")


def exchange(path: Path) -> None:
    path.write_bytes(Fernet.generate_key())


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("encryption.keys", lose, "Thiếu tệp khóa"),
        ("encryption.keys", empty, "rỗng"),
        ("encryption.keys", spoil, "bị hỏng"),
        ("encryption.keys", exchange, "không phải của cơ sở dữ liệu này"),
        ("hash.key", lose, "Thiếu tệp khóa"),
        ("hash.key", empty, "rỗng"),
        ("hash.key", exchange, "không phải của cơ sở dữ liệu này"),
    ],
)
def test_keys_that_are_not_those_of_the_database_stop_the_start(
    secrets: Path, name: str, damage: Callable[[Path], None], words: str
) -> None:
    crypto.require_keys()
    crypto.forget_keys()
    damage(secrets / name)
    left = sorted(path.read_bytes() for path in secrets.iterdir())
    with pytest.raises(KeyUnfit, match=words):
        crypto.require_keys()
    assert sorted(path.read_bytes() for path in secrets.iterdir()) == left


@pytest.mark.django_db
@pytest.mark.parametrize(
    "use",
    [lambda: crypto.encrypt("x"), crypto.add_key, lambda: crypto.keyed_hash("1", purpose="p")],
    ids=["encrypt", "add", "hash"],
)
def test_whoever_needs_a_lost_key_makes_no_new_one(secrets: Path, use: Callable[[], object]) -> None:
    for path in secrets.iterdir():
        path.unlink()
    with pytest.raises(KeyUnfit, match="Thiếu tệp khóa"):
        use()
    assert list(secrets.iterdir()) == []


@pytest.mark.django_db
def test_an_installation_without_secrets_gets_its_keys(settings: Any, tmp_path: Path) -> None:
    settings.NENNEP_SECRETS_DIR = tmp_path
    crypto.forget_keys()
    crypto.require_keys()
    crypto.forget_keys()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encryption.keys", "hash.key"]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NENNEP_DATA_DIR": str(folder), "NENNEP_DATABASE_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "nennep.site.settings"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(  # noqa: S603  our own command
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def truncate(folder: Path) -> None:
    path = folder / "nennep.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(folder: Path) -> None:
    (folder / "nennep.sqlite3").write_bytes(b"Xin chao " * 1000)


def lose_key(folder: Path) -> None:
    (folder / "secrets" / "django.key").unlink()


def empty_key(folder: Path) -> None:
    (folder / "secrets" / "django.key").write_bytes(b"")


@pytest.mark.parametrize("command", ["serve", "tick"])
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncate, "bị hỏng (database disk image is malformed)"),
        (overwrite, "bị hỏng (file is not a database)"),
        (lose_key, "Thiếu tệp khóa"),
        (empty_key, "rỗng"),
    ],
)
def test_a_damaged_installation_is_one_sentence_and_stays_as_it_is(
    migrated_data: Path, damage: Callable[[Path], None], words: str, command: str
) -> None:
    damage(migrated_data)
    database = (migrated_data / "nennep.sqlite3").read_bytes()
    done = run(migrated_data, command, *(["--port", str(_free_port())] if command == "serve" else []))
    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if line]
    assert words in said
    assert "bản sao lưu" in said
    assert (migrated_data / "nennep.sqlite3").read_bytes() == database


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
