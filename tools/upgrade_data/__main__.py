"""`python -m tools.upgrade_data`: make tests/data/upgrade anew, with the program of the commit itself (some minutes).

The commit's program loads its demonstration of a fixed day into SQLite and PostgreSQL and is asked for facts. They are the
same each time and in both, but for public ids, and so for the sums of minutes, which hold some.
"""

import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.temporary_postgres import find_server_programs, temporary_postgres
from tools.upgrade_data import ENCRYPTION_KEY, cut

COMMIT = "ea92def"  # the last one whose `meetings` held the room and the records (docs/adr/0024)
DAY = "2026-11-22"
PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT / "tests" / "data" / "upgrade"


def main() -> None:
    with checkout(COMMIT) as old, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        facts = make(old, folder / "sqlite", "")
        keep("sqlite3", (folder / "sqlite" / "nennep.sqlite3").read_bytes(), facts)
        with temporary_postgres() as address:
            facts = make(old, folder / "postgres", address)
            keep("sql", dump(address), facts)


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", commit], cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        yield Path(folder)


def make(old: Path, data: Path, address: str) -> str:
    """The facts as JSON; the database is left in the data directory or at the address."""
    secrets = data / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "encryption.keys").write_bytes(ENCRYPTION_KEY)
    facts = data / "facts.json"
    environment = os.environ | {
        "PYTHONPATH": str(old / "src"),
        "DJANGO_SETTINGS_MODULE": "nennep.site.settings",
        "NENNEP_DATA_DIR": str(data),
        "NENNEP_DATABASE_URL": address,
        "NENNEP_CLOCK": f"{DAY}T08:00",
    }
    for arguments in (["manage.py", "load_demonstration", "--today", DAY], [cut.__file__, str(facts)]):
        subprocess.run([sys.executable, *arguments], cwd=old, env=environment, check=True)
    return facts.read_text(encoding="utf-8")


def dump(address: str) -> bytes:
    """SQL that any client can send: inserts, and no line that only psql reads."""
    programs = find_server_programs() or Path()
    options = ["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges"]
    script = subprocess.run([programs / "pg_dump", *options, address], stdout=subprocess.PIPE, check=True).stdout
    return b"\n".join(line for line in script.splitlines() if not line.startswith(b"\\"))


def keep(kind: str, database: bytes, facts: str) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / f"{COMMIT}.{kind}.xz").write_bytes(lzma.compress(database, preset=9 | lzma.PRESET_EXTREME))
    (DATA / f"{COMMIT}.{kind}.json").write_text(facts, encoding="utf-8")


if __name__ == "__main__":
    main()
