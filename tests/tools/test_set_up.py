"""The environment tool. Installing for real is what every `make` does; here is what decides whether to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import set_up

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout whose path has spaces, with an environment that claims to be set up for `run`."""
    folder = tmp_path / "bản sao của tôi"
    (folder / "requirements").mkdir(parents=True)
    for name in ("build", "run", "postgres", "dev"):
        (folder / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / ".venv").mkdir()
    _stamp(folder, run=set_up.fingerprint(folder, "run"), place=f"{folder} {sys.version}")
    return folder


def _stamp(folder: Path, **content: str) -> None:
    (folder / ".venv" / "nennep-set-up.json").write_text(json.dumps(content))


def _refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants to install gets told that it cannot be."""
    monkeypatch.setattr(sys, "executable", "/bin/false")


def test_a_second_run_does_nothing(project: Path) -> None:
    assert set_up.set_up(project, "run") is False


def test_what_tests_need_is_enough_for_running(project: Path) -> None:
    _stamp(project, dev=set_up.fingerprint(project, "dev"), place=f"{project} {sys.version}")
    assert (set_up.set_up(project, "run"), set_up.set_up(project, "postgres")) == (False, False)


@pytest.mark.parametrize("stamp", [{"place": "/elsewhere 3.11"}, {}, {"place": ""}])
def test_a_moved_checkout_or_another_python_starts_over(
    project: Path, monkeypatch: pytest.MonkeyPatch, stamp: dict[str, str]
) -> None:
    _stamp(project, **stamp)
    _refuse(monkeypatch)
    with pytest.raises(set_up.SetUpFailed, match="python3-venv"):
        set_up.set_up(project, "run")


def test_a_broken_stamp_starts_over(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".venv" / "nennep-set-up.json").write_text("{")
    _refuse(monkeypatch)
    with pytest.raises(set_up.SetUpFailed):
        set_up.set_up(project, "run")


@pytest.mark.parametrize("file", ["pyproject.toml", "requirements/run.txt", "requirements/build.txt"])
def test_changed_requirements_change_the_fingerprint(project: Path, file: str) -> None:
    before = set_up.fingerprint(project, "run")
    (project / file).write_text("changed")
    assert set_up.fingerprint(project, "run") != before


def test_a_catalog_is_stale_until_compiled_and_again_when_edited(project: Path) -> None:
    folder = project / "src" / "nennep" / "core" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "django.po", folder / "django.mo"
    source.write_text("")
    assert set_up.stale_catalogs(project) == [source]
    compiled.write_text("")
    os.utime(source, (1, 1))
    assert set_up.stale_catalogs(project) == []
    os.utime(compiled, (0, 0))
    assert set_up.stale_catalogs(project) == [source]


def test_it_needs_no_library(tmp_path: Path) -> None:
    """It runs before there is an environment: isolated Python must be able to load it."""
    code = f"import sys; sys.path.insert(0, {str(PROJECT / 'tools')!r}); import set_up"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, check=False)  # noqa: S603
    assert done.returncode == 0
