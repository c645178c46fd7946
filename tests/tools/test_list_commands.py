from pathlib import Path

from tools.list_commands import list_commands

MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"


def test_only_described_targets_are_listed() -> None:
    makefile = "help: ## this list\n\t@true\nhidden:\n\t@true\nrun: setup ## start it\n"
    assert list_commands(makefile) == [("help", "this list"), ("run", "start it")]


def test_the_promised_commands_are_there() -> None:
    names = {name for name, _ in list_commands(MAKEFILE.read_text("utf-8"))}
    assert {"run", "test", "setup", "check", "fix", "openapi", "messages", "bench", "docs", "lock"} <= names
