"""Test databases copied from a template that is kept between runs, because migrating takes half a minute.

The template lies under build/test-databases, named by a hash of what decides its schema and rows, so a changed migration
makes a new one. SQLite: a file, copied. PostgreSQL: a database of the cluster, copied by the server for each process
of a run; between clusters it is kept as a dump. The first to find none migrates, under a lock, and others wait for it; it gets
its name only when it is whole.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from tools.temporary_postgres import find_server_programs

PROJECT = Path(__file__).resolve().parents[1]
KEPT = PROJECT / "build" / "test-databases"
KEPT_TEMPLATES = 6  # of the branches that somebody works on
MIGRATIONS = "migrations/*.py"
# Migrations name columns and ids of ours; the settings say which applications there are; packs may be loaded by one.
ALSO_DECIDING = (
    "core/fields.py",
    "core/fields/*.py",
    "core/ids.py",
    "*/apps.py",
    "policies/**/*.toml",
    "site/settings.py",
)


def find_key() -> str:
    """A short hash of the migrations of every application and of what else decides schema and rows."""
    return hash_files(_deciding_files(), [sys.version, django.get_version(), *_library_versions()])


def hash_files(files: list[Path], words: list[str]) -> str:
    """The same for the same names, contents and words, wherever the project and its libraries lie."""
    digest = hashlib.sha256("\n".join(words).encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"\n{file.parent.parent.name}/{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _deciding_files() -> list[Path]:
    found = [file for app in apps.get_app_configs() for file in Path(app.path).glob(MIGRATIONS)]
    source = PROJECT / "src" / "nennep"
    found += [file for pattern in ALSO_DECIDING for file in source.glob(pattern) if file.is_file()]
    return sorted({*found, Path(__file__)})


def _library_versions() -> list[str]:
    return [f"{name} {version(name)}" for name in ("django-treebeard", "django-allauth", "django-tasks-db", "uuid6")]


def keep_once(kept: Path, make: Callable[[Path], None]) -> Path:
    """The file `kept`; when it is missing, `make` writes it, in one process only, and it appears whole or not at all."""
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _locked(kept.with_suffix(".lock")):
            if not kept.exists():
                half = kept.with_suffix(".half")
                half.unlink(missing_ok=True)
                make(half)
                half.replace(kept)
                _forget_old(kept.parent)
    os.utime(kept)
    return kept


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _forget_old(folder: Path) -> None:
    """Locks stay: somebody may be waiting at one, and they are empty."""
    kept = sorted(folder.glob("*.kept"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in kept[KEPT_TEMPLATES:]:
        file.unlink(missing_ok=True)


@contextmanager
def test_database() -> Iterator[None]:
    """The default connection leads to a new database that is as after migrating; it is removed at the end."""
    before = connection.settings_dict["NAME"]
    creation: Any = connection.creation
    name = creation._get_test_db_name()
    _COPIES[connection.vendor](name)
    lead_to(name)
    yield
    connection.close()
    _REMOVALS[connection.vendor](name)
    lead_to(before)


def lead_to(name: Any) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _migrate_into(name: Any) -> None:
    """Django makes the database `name` and migrates it, as it would for each run without this file."""
    before, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    asked = test["NAME"]
    test["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    test["NAME"] = asked
    lead_to(before)


# ── SQLite ────────────────────────────────────────────────────────────────────
def copy_file(name: Any) -> None:
    """The migrated template becomes the file `name`."""
    shutil.copyfile(keep_once(KEPT / f"sqlite-{find_key()}.kept", _migrate_file), name)


def _migrate_file(half: Path) -> None:
    """SQLite folds its journal into the file when the last connection closes."""
    _migrate_into(half)


def remove_file(name: Any) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{name}{suffix}").unlink(missing_ok=True)


# ── PostgreSQL ────────────────────────────────────────────────────────────────
def copy_on_server(name: str) -> None:
    template = f"nennep_template_{find_key()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20260711)")  # let go with the connection
        if not _exists(cursor, template):
            _make_template(cursor, template)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def create_on_server(name: str) -> None:
    """An empty one."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _server_version(cursor: Any) -> str:
    cursor.execute("SHOW server_version_num")
    return str(cursor.fetchone()[0])


def _make_template(cursor: Any, template: str) -> None:
    """Named `…_half` until it is whole; an abandoned half is made anew."""
    half = f"{template}_half"
    cursor.execute(f'DROP DATABASE IF EXISTS "{half}"')
    programs = find_server_programs()
    if programs is None:
        _migrate_into(half)
    else:
        kept = KEPT / f"postgresql-{_server_version(cursor)}-{find_key()}.kept"
        keep_once(kept, lambda path: _dump_migrated(programs, half, path))
        if not _exists(cursor, half):
            cursor.execute(f'CREATE DATABASE "{half}"')
            _run_program(programs / "pg_restore", half, "--exit-on-error", "--no-owner", str(kept))
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{template}"')


def _dump_migrated(programs: Path, half: str, path: Path) -> None:
    _migrate_into(half)
    _run_program(programs / "pg_dump", half, "--format=custom", "--no-owner", f"--file={path}")


def _run_program(program: Path, name: str, *arguments: str) -> None:
    asked = connection.get_connection_params()
    words = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    access = {words[key]: str(value) for key, value in asked.items() if key in words and value}
    subprocess.run([program, f"--dbname={name}", *arguments], env=os.environ | access, check=True)  # noqa: S603


def remove_on_server(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_COPIES: dict[str, Callable[[Any], None]] = {"sqlite": copy_file, "postgresql": copy_on_server}
_REMOVALS: dict[str, Callable[[Any], None]] = {"sqlite": remove_file, "postgresql": remove_on_server}
