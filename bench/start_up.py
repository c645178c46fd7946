"""How long commands and a second start take (goals below), beside an empty Django project in the same run, in turns.

It prints the table of bench/results/start_up.md. A goal is kept when either figure is below it: waiting grows with whatever
else the machine does, and processor time adds up processes that work side by side.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import psutil

from bench.web_worker import free_port
from bench.world import FOLDER, PROJECT, prepare_cell

ROUNDS, START_SECONDS = 7, 60
BARE = FOLDER / "bare"
SERVER = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "5", "--no-ws"]
OURS = ["-m", "nennep.site.console"]
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{PROJECT / 'src'}{os.pathsep}{BARE}"}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one start: waited for, and of processor in all of its processes."""

    waited: float
    processor: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours beside theirs; `goal` is what ours may cost, in seconds."""

    work: str
    beside: str
    goal: float
    ours: Callable[[], Cost]
    theirs: Callable[[], Cost]


def main() -> int:
    prepare_cell()
    BARE.mkdir()
    subprocess.run([sys.executable, "-m", "django", "startproject", "bare", str(BARE)], check=True)
    serve()  # the first start collects static files; the second is measured
    figures = [*OURS, "figures", "--unit", "XA01", "--month", "2026-11"]
    rows = [
        Row("`nennep --help`", "`manage.py --help`", 0.5, lambda: run(*OURS, "--help"), lambda: run_bare("--help")),
        Row("`nennep figures …`", "`manage.py check`", 1.0, lambda: run(*figures), lambda: run_bare("check")),
        Row("`nennep serve`, again", "the same server, empty project", 5.0, serve, serve_bare),
    ]
    print(
        f"Medians of {ROUNDS} rounds in turns, {os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite; seconds.\n"
    )
    print("| work | waited | processor | goal | beside | waited | processor | ratio of processor |")
    print("|---|---|---|---|---|---|---|---|")
    kept = [print_row(row) for row in rows]
    return 0 if all(kept) else 1


def print_row(row: Row) -> bool:
    """True when the goal is kept."""
    pairs = [(row.ours(), row.theirs()) for _round in range(ROUNDS)]
    ours, theirs = (take_median([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = f"{ours.processor / theirs.processor:.1f} ×"
    cells = [row.work, say(ours), f"≤ {row.goal}", row.beside, say(theirs), ratio]
    print(f"| {' | '.join(cells)} |", flush=True)
    return min(ours.waited, ours.processor) <= row.goal


def take_median(costs: list[Cost]) -> Cost:
    return Cost(median(cost.waited for cost in costs), median(cost.processor for cost in costs))


def say(cost: Cost) -> str:
    return f"{cost.waited:.2f} | {cost.processor:.2f}"


def run(*arguments: str, folder: Path = PROJECT) -> Cost:
    """One command from its start to its end."""
    begun, before = time.perf_counter(), os.times()
    environment = ENVIRONMENT if folder == PROJECT else ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "bare.settings"}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - begun, spent)


def run_bare(*arguments: str) -> Cost:
    return run("manage.py", *arguments, folder=BARE)


def serve() -> Cost:
    """Until the first page is there: preparation, web server and job worker."""
    port = free_port()
    return measure_server([*OURS, "serve", "--port", str(port)], port, "/api/v1/health", ENVIRONMENT)


def serve_bare() -> Cost:
    """The web server alone, as an empty project has no jobs."""
    port = free_port()
    command = ["-m", *SERVER, "--log-level", "warning", "--port", str(port), "bare.wsgi:application"]
    return measure_server(command, port, "/", ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "bare.settings"})


def measure_server(arguments: list[str], port: int, page: str, environment: dict[str, str]) -> Cost:
    begun = time.perf_counter()
    command = [sys.executable, *arguments]
    server = subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(port, page):
            if time.perf_counter() - begun > START_SECONDS or server.poll() is not None:
                raise RuntimeError(f"no answer: {command}")
            time.sleep(0.02)
        waited = time.perf_counter() - begun
        return Cost(waited, processor_of(server.pid))
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int, page: str) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        connection.request("GET", page, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False


def processor_of(pid: int) -> float:
    """Of the process and of everything it started that still runs."""
    parent = psutil.Process(pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return float(sum(spent.user + spent.system for spent in times))


if __name__ == "__main__":
    sys.exit(main())
