"""`nennep work` as a process: it takes up what another left, is alone, and waits for a database that is away."""

import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django_tasks_db.management.commands import db_worker

from nennep.core.data_directory import WORKER_LOCK, hold_lock
from nennep.site.management.commands import work

PROJECT = Path(__file__).resolve().parents[2]
LEFT = """
import django
django.setup()
from django_tasks_db.models import DBTaskResult
from nennep.core.queue import enqueue
from nennep.core import clock
from nennep.notifications.models import Delivery
row = Delivery.objects.create(channel="email", address="chi@example.vn", title="Moi du", created_at=clock.now())
enqueue("nennep.notifications.jobs.send_deliveries", delivery_ids=[row.pk])
DBTaskResult.objects.get().claim("one that was killed")
"""


@pytest.fixture
def environment(migrated_data: Path) -> dict[str, str]:
    ours = {"NENNEP_DATA_DIR": str(migrated_data), "NENNEP_DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}
    paths = f"{PROJECT / 'src'}{os.pathsep}{PROJECT}"
    return os.environ | ours | {"DJANGO_SETTINGS_MODULE": "nennep.site.settings", "PYTHONPATH": paths}


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    subprocess.run([sys.executable, "-c", LEFT], env=environment, check=True)  # noqa: S603  our own code
    command = [sys.executable, "manage.py", "work"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    yield process
    process.terminate()
    process.communicate(timeout=30)


def test_a_worker_takes_up_what_one_that_was_killed_had_in_hand(
    worker: subprocess.Popen[str], migrated_data: Path
) -> None:
    assert worker.stdout is not None
    assert any(line == "To: chi@example.vn\n" for line in worker.stdout)  # e-mails are printed
    worker.terminate()
    worker.communicate(timeout=30)
    with sqlite3.connect(migrated_data / "nennep.sqlite3") as rows:
        assert rows.execute("SELECT state, attempts FROM notifications_delivery").fetchall() == [("sent", 0)]


def test_a_second_worker_refuses() -> None:
    with hold_lock(WORKER_LOCK), pytest.raises(CommandError, match="đang có một bộ xử lý công việc nền khác chạy"):
        call_command("work")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_loses_its_database_waits_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[str] = []
    waited: list[float] = []

    def run(_worker: db_worker.Worker) -> None:
        turns.append("turn")
        if len(turns) < 3:
            raise OperationalError("terminating connection due to administrator command\n")

    monkeypatch.setattr(db_worker.Worker, "run", run)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda _worker: None)
    monkeypatch.setattr("time.sleep", waited.append)
    with caplog.at_level(logging.WARNING):
        work.work()
    assert (turns, waited) == (["turn"] * 3, [1, 1])  # each time it had come back
    words = "Mất kết nối cơ sở dữ liệu, sẽ thử lại: terminating connection due to administrator command"
    assert [record.getMessage() for record in caplog.records] == [words] * 2
