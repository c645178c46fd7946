"""Two servers on one PostgreSQL: what one does the other leaves alone, and what one left the other takes up."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
from tools.temporary_postgres import temporary_postgres

from nennep.core.locks import session_key
from nennep.core.queue import name_worker
from tests.waiting import PATIENCE

PROJECT = Path(__file__).resolve().parents[2]
MANY = 40
# Each delivery stands in two jobs; one job was left by a worker that died, another is in the hand of one that lives.
BEGIN = """
import django
django.setup()
from django_tasks_db.models import DBTaskResult
from nennep.core import clock
from nennep.core.queue import enqueue
from nennep.notifications.models import Delivery
def row(number):
    return Delivery.objects.create(channel="email", address=f"{number}@example.vn", title="Moi du", created_at=clock.now()).pk
many = [row(number) for number in range(MANY)]
for worker in ("dead", "living"):
    enqueue("nennep.notifications.jobs.send_deliveries", delivery_ids=[row(worker)])
    DBTaskResult.objects.latest("enqueued_at").claim(worker)
for turn in range(2):
    for start in range(0, MANY, 2):
        enqueue("nennep.notifications.jobs.send_deliveries", delivery_ids=many[start : start + 2])
enqueue("nennep.site.jobs.run_daily")
enqueue("nennep.site.jobs.run_daily")
"""


@pytest.fixture
def address() -> Iterator[str]:
    with temporary_postgres() as address:
        yield address


def test_each_job_is_one_servers_and_each_message_goes_out_once(address: str, tmp_path: Path) -> None:
    run(address, tmp_path / "first", "manage.py", "django", "migrate", "--verbosity=0")
    run(address, tmp_path / "first", "-c", BEGIN.replace("MANY", str(MANY)))
    with psycopg.connect(address, autocommit=True) as rows:
        rows.execute("SELECT pg_advisory_lock(%s)", [session_key(name_worker("living"))])
        shutil.copytree(tmp_path / "first" / "secrets", tmp_path / "second" / "secrets")
        with ExitStack() as stack:
            workers = [stack.enter_context(start(address, tmp_path / name)) for name in ("first", "second")]
            for worker in workers:
                stack.callback(worker.terminate)
            wait_until_done(rows)
            said = "".join(stop(worker) for worker in workers)
        ended = rows.execute("SELECT status, worker_ids FROM django_tasks_database_dbtaskresult").fetchall()
    sent = Counter(line for line in said.splitlines() if line.startswith("To: "))
    assert sent == Counter(f"To: {name}@example.vn" for name in [*range(MANY), "dead"])
    assert Counter(status for status, _ids in ended) == {"SUCCESSFUL": MANY + 3, "RUNNING": 1}
    assert Counter(len(ids) for _status, ids in ended) == {1: MANY + 3, 2: 1}


def wait_until_done(rows: psycopg.Connection[Any]) -> None:
    """Until nothing is left but what the living one has in hand; the database waits, not this process."""
    deadline = monotonic() + PATIENCE
    while count_unfinished(rows) and monotonic() < deadline:
        rows.execute("SELECT pg_sleep(0.2)")


def count_unfinished(rows: psycopg.Connection[Any]) -> int:
    living = json.dumps(["living"])
    query = (
        "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE finished_at IS NULL AND worker_ids <> %s::jsonb"
    )
    found = rows.execute(query, [living]).fetchone()
    return int(found[0]) if found else 0


def environment(address: str, directory: Path) -> dict[str, str]:
    directory.mkdir(mode=0o700, exist_ok=True, parents=True)
    ours = {"NENNEP_DATA_DIR": str(directory), "NENNEP_DATABASE_URL": address, "PYTHONUNBUFFERED": "1"}
    paths = f"{PROJECT / 'src'}{os.pathsep}{PROJECT}"
    return os.environ | ours | {"DJANGO_SETTINGS_MODULE": "nennep.site.settings", "PYTHONPATH": paths}


def run(address: str, directory: Path, *arguments: str) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=PROJECT, env=environment(address, directory), check=True)  # noqa: S603  our own code


def start(address: str, directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "work"]
    return subprocess.Popen(  # noqa: S603  our own code
        command, cwd=PROJECT, env=environment(address, directory), stdout=subprocess.PIPE, text=True
    )


def stop(worker: subprocess.Popen[str]) -> str:
    worker.terminate()
    said, _errors = worker.communicate(timeout=30)
    return said
