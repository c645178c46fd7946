"""Memory of a web worker after two hundred pages (goal: 150 MB), beside a bare Django application in the same server."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil

from bench.world import FOLDER, prepare_cell, sign_in
from nennep.organizations.models import Organization

GOAL, PAGES, START_SECONDS = 150, 200, 60
BARE = """
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(SECRET_KEY="bare", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)
urlpatterns = [path("", lambda request: HttpResponse("bare"))]
application = get_wsgi_application()
"""


def main() -> int:
    cell = prepare_cell()
    cookie = sign_in(cell).cookies.output(header="", sep=";").split(";")[0].strip()
    bare = FOLDER / "bare_application.py"
    bare.write_text(BARE, encoding="utf-8")
    ours = measure_worker("nennep.site.wsgi:application", list_pages(cell), cookie)
    plain = measure_worker("bare_application:application", ["/"], cookie)
    print(
        f"worker {ours:.0f} MB after {PAGES} pages (goal ≤ {GOAL}) = {ours / plain:.1f} × bare Django ({plain:.0f} MB)"
    )
    return 0 if ours <= GOAL else 1


def list_pages(cell: Organization) -> list[str]:
    return ["/", f"/nhiem-vu/chi-bo/{cell.public_id}/", f"/sinh-hoat/ke-hoach/{cell.public_id}/"]


def measure_worker(application: str, pages: list[str], cookie: str) -> float:
    """Megabytes of the largest process of the server: that is the worker."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "8"]
    environment = {**os.environ, "PYTHONPATH": f"{FOLDER}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    command += ["--no-ws", "--log-level", "warning", "--port", str(port), application]
    server = subprocess.Popen(command, env=environment, cwd=Path(FOLDER))
    try:
        for number in range(PAGES):
            fetch(port, pages[number % len(pages)], cookie)
        processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
        return float(max(process.memory_info().rss for process in processes)) / 1_000_000
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: int, page: str, cookie: str) -> None:
    """Get one page; waits for a server that is still starting."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            connection.request("GET", page, headers={"Cookie": cookie})
            response = connection.getresponse()
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            response.read()
            assert response.status == 200, (page, response.status)
            return


if __name__ == "__main__":
    sys.exit(main())
