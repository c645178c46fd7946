"""`nennep serve`: prepare what is missing, then the web server and the job worker side by side, until told to stop.

Nothing is restarted silently: when one of the two ends by itself, the other is stopped and the command fails, so that
its supervisor (a person, systemd) knows. A data directory has one server; its processes end with it, however it ends.
"""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from nennep.core import clock
from nennep.core.data_directory import SERVER_LOCK, DataInUse, hold_lock
from nennep.core.http import is_this_machine
from nennep.core.queue import enqueue
from nennep.core.secret_files import KeyUnfit
from nennep.core.tables import describe_damage
from nennep.site import preparation

START_LIMIT = (
    600  # seconds until the server has to answer: an old machine that starts everything at once is slow, not broken
)
STOP_LIMIT = 10  # seconds a child has to end by itself
WATCH_INTERVAL = 0.2  # seconds
# One process: its threads share what the program loads; that many people wait for the database at once.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
WEB_SERVER = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"]
WEB_SERVER += ["--log-level", "warning"]
JOB_WORKER = ["django", "work"]
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)

_log = logging.getLogger(__name__)


class StopRequested(Exception):
    """Ctrl-C or SIGTERM."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process that we start, and what people call it."""

    name: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(ProcessLookupError):  # what it started itself; nearly always nobody is left
            os.killpg(self.process.pid, signal.SIGKILL)


class Command(BaseCommand):
    help = "Chuẩn bị dữ liệu rồi chạy máy chủ web và bộ xử lý công việc nền, cho đến khi dừng (Ctrl-C)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--demonstration", action="store_true", help="nạp dữ liệu trình diễn khi chưa có gì")

    def handle(self, *args: Any, host: str, port: str, demonstration: bool, **options: Any) -> None:
        number = read_port(port)
        require_free_port(host, number)
        signal.signal(signal.SIGTERM, _request_stop)
        signal.signal(signal.SIGINT, _request_stop)
        try:
            with hold_lock(SERVER_LOCK):
                self._serve(host, number, demonstration=demonstration)
        except DataInUse as error:
            raise CommandError(
                f"Thư mục dữ liệu {settings.NENNEP_DATA_DIR} đang có một máy chủ Nền Nếp khác chạy: hãy dừng máy chủ đó trước."
            ) from error
        except StopRequested:
            self.stdout.write("\nĐang dừng …")

    def _serve(self, host: str, port: int, *, demonstration: bool) -> None:
        """Until told to stop, which is raised as StopRequested; the children have ended then."""
        children: list[Child] = []
        try:
            self._prepare(demonstration=demonstration)
            children = start_children(host, port)
            wait_for_answer(host, port, children)
            self.stdout.write(f"\nNền Nếp đang chạy tại {own_address(host, port)}/   (dừng: Ctrl-C)")
            self.stdout.write(describe_links(host, port))
            if demonstration:
                self.stdout.write(preparation.describe_demonstration())
            self.stdout.flush()
            watch(children)
        finally:
            for child in children:
                child.stop()

    def _prepare(self, *, demonstration: bool) -> None:
        try:
            preparation.prepare(self.stdout, demonstration=demonstration)
        except KeyUnfit as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            if damage := describe_damage(error):
                raise CommandError(damage[0].upper() + damage[1:]) from error
            raise CommandError(f"Không mở được cơ sở dữ liệu: {str(error).strip()}") from error


def read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CommandError(f"PORT phải là một số từ 1 đến 65535, không phải “{text}”.")
    return int(text)


def require_free_port(host: str, port: int) -> None:
    """One sentence instead of a server that dies after everything else has started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Không mở được cổng {port} trên {host} ({error.strerror}): "
                f"hãy chọn cổng khác, ví dụ: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from error


def start_children(host: str, port: int) -> list[Child]:
    """Each in a session of its own: Ctrl-C reaches us alone, and we end them in order."""
    address = ["--host", host, "--port", str(port), "nennep.site.wsgi:application"]
    return [
        Child("máy chủ web", _start([*WEB_SERVER, *address], links=own_address(host, port))),
        Child("bộ xử lý công việc nền", _start(JOB_WORKER, links=own_address(host, port))),
    ]


def own_address(host: str, port: int) -> str:
    """`http://localhost:8000`: where a person on this machine, or on the network of that host, reaches the server."""
    name = _for_people(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def describe_links(host: str, port: int) -> str:
    """A warning when what we send can be opened on this machine alone; else empty."""
    address = os.environ.get("NENNEP_ADDRESS") or own_address(host, port)
    if not is_this_machine(address):
        return ""
    return (
        f"Đường dẫn trong thư, lịch và mã QR bắt đầu bằng {address}: chỉ mở được trên máy này. "
        f"Để máy khác mở được, hãy đặt NENNEP_ADDRESS, ví dụ NENNEP_ADDRESS=http://chibo.example.vn:{port}"
    )


def _start(arguments: list[str], *, links: str) -> subprocess.Popen[bytes]:
    """`links` is what links begin with, unless the installation says something else."""
    environment = {"NENNEP_ADDRESS": links} | os.environ | {"DJANGO_SETTINGS_MODULE": "nennep.site.settings"}
    # Our own two commands above with a checked port: nothing a stranger typed.
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=_end_with(os.getpid()))  # noqa: S603, PLW1509


def _end_with(parent: int) -> Callable[[], None] | None:
    """What the child does before it becomes our command: have itself ended when we end, also by SIGKILL. Linux alone can."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: between fork and exec as little happens as can be

    def end_with_parent() -> None:
        prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it ended in between
            os._exit(1)

    return end_with_parent


def wait_for_answer(host: str, port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not answers(_for_people(host), port):
        require_alive(children)
        if time.monotonic() > deadline:
            raise CommandError(f"Máy chủ web không trả lời sau {START_LIMIT} giây.")
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health", headers={"Host": _own_name()})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _own_name() -> str:
    """A name that this installation answers to."""
    name = str(settings.ALLOWED_HOSTS[0])
    return "localhost" if name == "*" else name.removeprefix(".")


def require_alive(children: list[Child]) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            raise CommandError(f"{child.name.capitalize()} đã tự dừng (mã {code}): xem các dòng phía trên.")


def watch(children: list[Child]) -> NoReturn:
    """Until told to stop; at the start and whenever the day changes the worker is given the day's work."""
    worked_on: date | None = None
    while True:
        require_alive(children)
        if clock.today() != worked_on and _enqueue_daily():
            worked_on = clock.today()
        time.sleep(WATCH_INTERVAL)


def _enqueue_daily() -> bool:
    """False while the database does not answer: it is tried again."""
    try:
        enqueue("nennep.site.jobs.run_daily")
    except (InterfaceError, OperationalError) as error:
        _log.warning("Chưa giao được việc hằng ngày, sẽ thử lại: %s", str(error).strip())
        connection.close()
        time.sleep(1)
        return False
    return True


def _for_people(host: str) -> str:
    return "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104


def _request_stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    # A second Ctrl-C while the children end must not leave them behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise StopRequested
