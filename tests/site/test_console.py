"""The `nennep` command itself."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError

from nennep.site import console


@pytest.mark.parametrize(("pending", "ending"), [(True, SystemExit), (False, OperationalError)])
def test_a_missing_table_is_one_sentence(
    pending: bool, ending: type[BaseException], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(arguments: list[str]) -> Any:
        raise OperationalError("no such table")

    monkeypatch.setattr(sys, "argv", ["nennep", "import-units", str(tmp_path)])
    monkeypatch.setattr(console, "execute_from_command_line", fail)
    monkeypatch.setattr(console, "has_pending_migrations", lambda: pending)
    with pytest.raises(ending) as caught:
        console.main()
    assert ("hãy chạy nennep init" in str(caught.value)) is pending


def test_a_server_that_cannot_be_reached_is_not_called_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise DatabaseError

    monkeypatch.setattr(console, "has_pending_migrations", fail)
    assert console._lacks_tables() is False
