"""`nennep serve` as a person starts and stops it: real processes, a data directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from django.core.management import load_command_class
from django.core.management.base import ALL_CHECKS, CommandError

from nennep.site.management.commands.serve import JOB_WORKER, describe_links, own_address, read_port

PROJECT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _serving(folder: Path, port: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"NENNEP_DATA_DIR": str(folder), "NENNEP_DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "nennep.site.settings"} | settings
    command = [sys.executable, "manage.py", "serve", "--port", port]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _read_until(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if re.search(pattern, line):
            return seen
    raise AssertionError(seen)


def _status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    finally:
        connection.close()


def _find_worker(server: int) -> psutil.Process:
    return next(one for one in psutil.Process(server).children() if "django work" in " ".join(one.cmdline()))


def test_serve_prepares_answers_and_stops_both_children(tmp_path: Path) -> None:
    port = _free_port()
    with _serving(tmp_path, str(port), NENNEP_HOSTS="chi-bo.example,localhost") as process:
        seen = _read_until(process, "đang chạy tại")
        assert f"http://localhost:{port}/" in seen
        assert "cơ sở dữ liệu" in seen
        assert _status(port, "/api/v1/health") == 200
        family = psutil.Process(process.pid).children(recursive=True)
        commands = " ".join(" ".join(child.cmdline()) for child in family)
        assert "granian" in commands
        assert "django work" in commands
        assert {child.environ()["NENNEP_ADDRESS"] for child in family} == {f"http://localhost:{port}"}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def test_the_job_worker_makes_the_system_checks() -> None:
    """`serve` itself makes none: they import every address, and would be waited for."""
    assert load_command_class("nennep.site", JOB_WORKER[1]).requires_system_checks == ALL_CHECKS
    assert "--skip-checks" not in JOB_WORKER


def test_serve_fails_when_a_child_ends_by_itself(migrated_data: Path) -> None:
    with _serving(migrated_data, str(_free_port())) as process:
        _read_until(process, "đang chạy tại")
        _find_worker(process.pid).kill()
        seen = _read_until(process, "đã tự dừng")
        assert "nền đã tự dừng (mã -9)" in seen
        assert process.wait(timeout=30) == 1


def test_a_data_directory_has_one_server_and_its_processes_end_with_it(migrated_data: Path) -> None:
    """Killed, so that it can do nothing for them; then the directory and the port are free at once."""
    port = str(_free_port())
    with _serving(migrated_data, port) as process:
        _read_until(process, "đang chạy tại")
        with _serving(migrated_data, str(_free_port())) as second:
            seen = second.communicate(timeout=60)[0]
        assert seen == (
            f"CommandError: Thư mục dữ liệu {migrated_data} đang có một máy chủ Nền Nếp khác chạy: hãy dừng máy chủ đó trước.\n"
        )
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        process.kill()
        psutil.wait_procs(family, timeout=30)
        assert [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    with _serving(migrated_data, port) as process:
        assert "Tài khoản trình diễn" not in _read_until(process, "đang chạy tại")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8204"),
        ("0.0.0.0", "http://localhost:8204"),  # noqa: S104
        ("::", "http://localhost:8204"),
        ("chibo.example.vn", "http://chibo.example.vn:8204"),
        ("fd00::5", "http://[fd00::5]:8204"),
    ],
)
def test_links_begin_with_the_address_that_is_served(host: str, address: str) -> None:
    assert own_address(host, 8204) == address


def test_a_server_whose_links_open_here_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NENNEP_ADDRESS", raising=False)
    assert describe_links("127.0.0.1", 8204).startswith(
        "Đường dẫn trong thư, lịch và mã QR bắt đầu bằng http://localhost:8204: chỉ mở được trên máy này."
    )
    assert describe_links("chibo.example.vn", 8204) == ""
    monkeypatch.setenv("NENNEP_ADDRESS", "https://chibo.example.vn")
    assert describe_links("127.0.0.1", 8204) == ""


@pytest.mark.parametrize("port", ["0", "65536", "tám", "-1", "80 80", "", "１２３"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match=f"PORT phải là một số từ 1 đến 65535, không phải “{port}”"):
        read_port(port)


def test_a_refusal_is_one_sentence_without_python(tmp_path: Path) -> None:
    with _serving(tmp_path, "70000") as process:
        seen = process.communicate(timeout=30)[0]
    assert seen.strip() == "CommandError: PORT phải là một số từ 1 đến 65535, không phải “70000”."
    assert process.returncode == 1


def test_serve_says_in_one_sentence_that_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with _serving(tmp_path, str(port)) as process:
            seen = process.communicate(timeout=30)[0]
    assert re.fullmatch(rf"CommandError: Không mở được cổng {port} .* make run PORT={port + 1}\n", seen)


def test_a_data_directory_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with _serving(tmp_path / "file", "8000") as process:
        seen = process.communicate(timeout=30)[0]
    assert seen.startswith("Nền Nếp không khởi động được, hãy xem lại thiết lập: ")
    assert seen.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    nobody = f"postgresql://nobody@127.0.0.1:{_free_port()}/nothing"
    with _serving(tmp_path, str(_free_port()), NENNEP_DATABASE_URL=nobody) as process:
        seen = process.communicate(timeout=30)[0]
    assert seen.startswith("CommandError: Không mở được cơ sở dữ liệu: ")
