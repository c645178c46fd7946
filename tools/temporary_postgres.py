"""A PostgreSQL cluster for one run: made from the system's server programs, reached by a socket of its own, removed.

`temporary_postgres.py COMMAND …` runs the command with NENNEP_DATABASE_URL set. As root the server runs as the
system's user `postgres`, because PostgreSQL refuses to be root. Durability is off: it lives for minutes.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam, struct_passwd
from typing import Any
from urllib.parse import quote

UNSAFE_BUT_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum_naptime=2s",
    "autovacuum_vacuum_cost_delay=0",
    "jit=off",
)
START_LIMIT = 60  # seconds


def find_server_programs() -> Path | None:
    """The folder with initdb and pg_ctl: from pg_config, from where Debian puts them, or from PATH."""
    candidates = []
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(answer.stdout.strip()))
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Yield the address (postgresql://…) of a running empty cluster; stop and remove it afterwards."""
    programs = find_server_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's server programs are missing: install the package postgresql.")
    # In /tmp and in small letters: a socket's path must be short, and addresses fold capitals.
    folder = Path(tempfile.mkdtemp(prefix="nennep-pg-", dir="/tmp"))
    try:
        _hand_over(folder)
        _start(programs, folder)
        yield f"postgresql://nennep@{quote(str(folder), safe='')}/postgres"
    finally:
        _stop(programs, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path) -> None:
    data = folder / "data"
    _run([programs / "initdb", "-D", data, "-U", "nennep", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "max_connections=60", *UNSAFE_BUT_FAST]
    options = " ".join(f"-c {setting}" for setting in settings)
    _run([programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "-t", START_LIMIT, "start"])


def _stop(programs: Path, folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])


def _hand_over(folder: Path) -> None:
    for account in _server_account():
        os.chown(folder, account.pw_uid, account.pw_gid)


def _server_account() -> list[struct_passwd]:
    """The account that runs the server when we are root; nobody else otherwise."""
    return [getpwnam("postgres")] if os.geteuid() == 0 else []


def _run(command: list[object]) -> None:
    """Run as `postgres` when root; a failure shows what the program said."""
    identity: dict[str, Any] = {}
    for account in _server_account():
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # Output goes to a file, not a pipe: the server would inherit the pipe and keep it open.
    with tempfile.TemporaryFile() as output:
        words = [str(word) for word in command]
        done = subprocess.run(words, stdout=output, stderr=output, cwd="/", check=False, **identity)
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{Path(words[0]).name} failed: {output.read().decode(errors='replace').strip()}")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is removed then too
    with temporary_postgres() as address:
        done = subprocess.run(sys.argv[1:], env=os.environ | {"NENNEP_DATABASE_URL": address}, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
