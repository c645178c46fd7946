"""A data directory with something in it to back up."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_django
from django.db import connection

from nennep.core.data_directory import DATABASE
from nennep.operations.renderers.archive import Lock, lock_by_key, make_key
from tests.template_database import copy_on_server, create_on_server, remove_on_server

KEYS = make_key()


@pytest.fixture
def lock() -> Lock:
    return lock_by_key(KEYS[1])


@pytest.fixture
def identity() -> str:
    return KEYS[0]


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A directory with uploads and keys; the database beside it is the tests' own."""
    folder = tmp_path / "var"
    for name, content in {
        "media/documents/one": b"%PDF one",
        "media/documents/two words.pdf": b"\0" * 300_000,
        "strays/left": b"",
        "secrets/django.key": b"d",
        "secrets/encryption.keys": b"e",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    settings.NENNEP_DATA_DIR = folder
    return folder


@pytest.fixture
def sqlite_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of its own, which a backup copies, in place of the tests': those write within a transaction."""
    path = data / DATABASE
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, words TEXT)")
        database.execute("INSERT INTO line (words) VALUES ('một dòng đã ghi')")
        database.commit()
    monkeypatch.setitem(connection.settings_dict, "NAME", path)
    return path


@pytest.fixture
def copied_databases(django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[tuple[str, str]]:
    """Addresses of a copy of the migrated tables, and of an empty database, in the cluster of the tests."""
    names = tuple(f"nennep_{word}_{os.getpid()}" for word in ("copy", "empty"))
    with django_db_blocker.unblock():
        copy_on_server(names[0])
        create_on_server(names[1])
        yield tuple(urlsplit(os.environ["NENNEP_DATABASE_URL"])._replace(path=f"/{name}").geturl() for name in names)  # type: ignore[misc]
        for name in names:
            remove_on_server(name)
