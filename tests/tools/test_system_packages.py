from pathlib import Path

import pytest

from tools import system_packages


def test_a_program_named_by_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CHROMIUM", "/my/chromium")
    missing = [program.name for program in system_packages.PROGRAMS if not program.is_there()]
    assert "Chromium" not in missing
    assert "pdftotext" in missing


def test_nothing_is_installed_without_apt_get(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is missing is named, with what it would have served."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    missing = {program.name: program.serves for program in system_packages.install_missing()}
    assert missing["Chromium"] == "the journeys in a browser"
