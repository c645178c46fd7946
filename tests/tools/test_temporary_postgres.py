import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from tools.temporary_postgres import find_server_programs, temporary_postgres

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _server_programs() -> None:
    if find_server_programs() is None:
        pytest.skip("no PostgreSQL server programs: install the package postgresql")


def _folder_of(address: str) -> Path:
    return Path(unquote(urlsplit(address).hostname or ""))


def test_cluster_answers_then_is_gone() -> None:
    with temporary_postgres() as address:
        with psycopg.connect(address) as connection:
            row = connection.execute("SHOW server_encoding").fetchone()
        folder = _folder_of(address)
        assert (row, folder.is_dir()) == (("UTF8",), True)
    assert not folder.exists()


def test_two_clusters_do_not_meet() -> None:
    with temporary_postgres() as first, temporary_postgres() as second:
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute("CREATE DATABASE only_here")
        with psycopg.connect(second) as connection:
            names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    assert "only_here" not in names


def test_cluster_is_removed_when_the_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), temporary_postgres() as address:
        raise ZeroDivisionError
    assert not _folder_of(address).exists()


def test_command_gets_the_address_and_its_exit_code_comes_back() -> None:
    code = "import os, sys; sys.exit(7 if os.environ['NENNEP_DATABASE_URL'].startswith('postgresql://') else 1)"
    command = [sys.executable, "-m", "tools.temporary_postgres", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)}, check=False)  # noqa: S603
    assert done.returncode == 7
