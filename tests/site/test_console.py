"""The `nennep` command itself."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.db import DatabaseError, OperationalError

from nennep.site import console, dispatch
from nennep.site.command_list import describe_commands, list_commands, read_sentence

PROJECT = Path(__file__).resolve().parents[2]
OURS = {name.replace("_", "-"): str(app) for name, app in get_commands().items() if str(app).startswith("nennep.")}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`nennep …` in a process and a data directory of its own."""
    settings = {"NENNEP_DATA_DIR": str(folder), "NENNEP_DATABASE_URL": "", "PYTHONPATH": str(PROJECT / "src")}
    environment = os.environ | settings | {"DJANGO_SETTINGS_MODULE": "nennep.site.settings"}
    command = [sys.executable, "-m", "nennep.site.console", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def test_help_names_every_command_of_ours() -> None:
    assert sorted(OURS) == list(list_commands())
    assert [name for name in OURS if f"  {name} " not in describe_commands()] == []


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_command_says_in_one_sentence_what_it_does(name: str) -> None:
    sentence = list_commands()[name]
    assert sentence == load_command_class(OURS[name], name.replace("-", "_")).help
    assert sentence[:1].isupper()
    assert sentence.endswith(".")
    assert ". " not in sentence


def test_a_command_without_a_sentence_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "silent.py"
    file.write_text(
        'help = "Không phải của lệnh."\nclass Command(BaseCommand):\n    stealth = True\n', encoding="utf-8"
    )
    assert read_sentence(file) == ""


@pytest.mark.parametrize("name", sorted(OURS.keys() - {"work"}))  # it makes them for the whole server (test_serve.py)
def test_our_commands_do_not_pay_for_system_checks(name: str) -> None:
    assert load_command_class(OURS[name], name.replace("-", "_")).requires_system_checks == ()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_our_commands_and_only_ours(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["nennep", *arguments])
    console.main()
    assert capsys.readouterr().out == f"{describe_commands()}\n"
    assert "migrate" not in describe_commands()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_the_framework_is_listed_under_its_own_word(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["nennep", "django", *arguments])
    console.main()
    listed = set(re.findall(r"\w+", capsys.readouterr().out))
    # `check` is ours, and with the options of theirs it is theirs
    assert {"migrate", "check", "db_worker", "serve", "figures"} & listed == {"migrate", "db_worker"}


def test_a_command_of_the_framework_runs_under_its_own_word(tmp_path: Path) -> None:
    done = run(tmp_path, "django", "migrate", "contenttypes", "--verbosity=0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    tables = sqlite3.connect(tmp_path / "nennep.sqlite3").execute("SELECT name FROM sqlite_master").fetchall()
    assert ("django_content_type",) in tables


@pytest.mark.parametrize("arguments", [["help", "plan-visits"], ["plan-visits", "--help"]])
def test_a_command_tells_its_options(arguments: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 0
    assert "--seconds" in done.stdout


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["figurs"], "Không có lệnh “figurs”, có phải “figures”? Hãy gõ nennep --help để xem các lệnh.\n"),
        (["django", "xyz"], "Không có lệnh “xyz”. Hãy gõ nennep --help để xem các lệnh.\n"),
    ],
)
def test_an_unknown_command_is_one_sentence(
    typed: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["nennep", *typed])
    with pytest.raises(SystemExit) as caught:
        console.main()
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize(("pending", "ending"), [(True, SystemExit), (False, OperationalError)])
def test_a_missing_table_is_one_sentence(
    pending: bool, ending: type[BaseException], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(arguments: list[str]) -> Any:
        raise OperationalError("no such table")

    monkeypatch.setattr(sys, "argv", ["nennep", "import-units", str(tmp_path)])
    monkeypatch.setattr(dispatch, "execute_from_command_line", fail)
    monkeypatch.setattr(dispatch, "has_pending_migrations", lambda: pending)
    with pytest.raises(ending) as caught:
        console.main()
    assert ("hãy chạy nennep init" in str(caught.value)) is pending


def test_a_server_that_cannot_be_reached_is_not_called_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise DatabaseError

    monkeypatch.setattr(dispatch, "has_pending_migrations", fail)
    assert dispatch._lacks_tables() is False
