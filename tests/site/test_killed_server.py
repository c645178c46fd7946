"""The server is killed between any two requests of a meeting: what was acknowledged is there. A real process, real SQLite."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from nennep.site.management.commands.serve import WEB_SERVER

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "a" * 32
PATIENCE = 90  # seconds: a busy machine starts slowly
PREPARE = """
import django
django.setup()
from django.test import Client
from nennep.accounts.choices import Role
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.meetings import make_open_meeting
from nennep.meetings.models import AgendaItem
from nennep.room.models import RollCallEntry
meeting = make_open_meeting(make_cell())
user = make_user("Ma Cong Lap")
grant_role(user, Role.SECRETARY, meeting.organization)
client = Client()
client.force_login(user)
entries = RollCallEntry.objects.order_by("pk")
print(client.cookies["sessionid"].value, meeting.public_id, AgendaItem.objects.get().public_id, *(e.public_id for e in entries))
"""
READ = """
import django
django.setup()
from nennep.meetings.models import AgendaItem, Meeting
from nennep.room.models import Guest, RollCallEntry, Speech, Vote
print([e.state for e in RollCallEntry.objects.order_by("pk")], AgendaItem.objects.get().note, Guest.objects.count(),
      sum(s.count for s in Speech.objects.all()), [v.in_favour for v in Vote.objects.all()], Meeting.objects.get().conclusion)
"""


@pytest.fixture
def environment(migrated_data: Path) -> dict[str, str]:
    paths = f"{PROJECT / 'src'}{os.pathsep}{PROJECT}"
    ours = {
        "NENNEP_DATA_DIR": str(migrated_data),
        "DJANGO_SETTINGS_MODULE": "nennep.site.settings",
        "PYTHONPATH": paths,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NENNEP_")}
    return kept | ours | {"NENNEP_CLOCK": "2026-11-09T08:00"}


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=PROJECT, capture_output=True, check=True)  # noqa: S603  our own code
    return done.stdout.decode()


class Server:
    """Starts when asked something, and may be killed at any time, with everything it holds in memory."""

    def __init__(self, environment: dict[str, str], cookie: str) -> None:
        self.environment, self.cookie = environment, cookie
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", *WEB_SERVER, "--port", str(self.port), "nennep.site.wsgi:application"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=PROJECT, start_new_session=True)  # noqa: S603  ours

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def post(self, path: str, **data: str) -> int:
        """The status of the answer: what it acknowledged must outlive the kill that follows."""
        if self.process is None:
            self.start()
        headers = {"Cookie": f"sessionid={self.cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        deadline = time.monotonic() + PATIENCE
        while True:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
                try:
                    connection.connect()
                except ConnectionError:
                    assert time.monotonic() < deadline
                    self._let_it_start()
                    continue
                connection.request("POST", path, urlencode(data), headers)
                with closing(connection.getresponse()) as answer:
                    answer.read()
                    return answer.status

    def _let_it_start(self) -> None:
        """A moment without work of ours: the server needs the processor."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"the server ended with {self.process.wait(0.05)}")


def test_what_was_acknowledged_is_there_after_a_kill(environment: dict[str, str]) -> None:
    cookie, meeting, item, first, second, third = run(PREPARE, environment).split()
    server = Server(environment, cookie)
    room = f"/sinh-hoat/{meeting}"
    steps: list[tuple[str, dict[str, str]]] = [
        (f"/sinh-hoat/diem-danh/{first}/bam/", {}),
        (f"/sinh-hoat/diem-danh/{second}/phat-bieu/", {}),
        (f"/sinh-hoat/muc/{item}/ghi/", {"note": "Lam muong", "version": "0"}),
        (f"{room}/khach/", {"guest": "Ma Van Pao", "guest_kind": "guest"}),
        (f"{room}/bieu-quyet/", {"subject": "Nghi quyet", "in_favour": "2"}),
        (f"{room}/ket-luan/", {"conclusion": "Xong", "conclusion_before": ""}),
        (f"/sinh-hoat/diem-danh/{third}/bam/", {}),
    ]
    try:
        for path, data in steps:
            assert server.post(path, **data) == 302, path
            server.kill()
    finally:
        server.kill()
    states = "['excused', 'present', 'excused']"
    assert run(READ, environment).strip() == f"{states} Lam muong 1 1 [2] Xong"
