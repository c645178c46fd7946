"""Make the environment: `.venv`, the locked libraries, the project itself, compiled translations.

Plain Python without libraries: it runs before there are any. A second run finds its stamp and does nothing.
`set_up.py run` installs what the program needs, `set_up.py dev` also what its tests need.
"""

from __future__ import annotations  # so that an old Python gets as far as the sentence that says it is old

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
ENOUGH_FOR = {"run": ("run", "postgres", "dev"), "postgres": ("postgres", "dev"), "dev": ("dev",)}


class SetUpFailed(Exception):
    """One sentence for the person at the keyboard."""


def set_up(project: Path, wanted: str) -> bool:
    """Bring `.venv` to what `wanted` (a name in requirements/) asks for. True when something had to be installed."""
    environment = project / ".venv"
    stamp = _read_stamp(environment)
    if stamp.get("place") != _place(project):
        _make_environment(environment)
        stamp = {"place": _place(project)}
    if any(stamp.get(name) == fingerprint(project, name) for name in ENOUGH_FOR[wanted]):
        return False
    print(f"Installing the libraries of requirements/{wanted}.txt into .venv …", flush=True)
    _install(project, wanted)
    stamp[wanted] = fingerprint(project, wanted)
    _stamp_path(environment).write_text(json.dumps(stamp), encoding="utf-8")
    return True


def fingerprint(project: Path, name: str) -> str:
    """Changes when the locked libraries or the project's own description do."""
    content = b"".join(
        (project / file).read_bytes()
        for file in ("requirements/build.txt", f"requirements/{name}.txt", "pyproject.toml")
    )
    return hashlib.sha256(content).hexdigest()


def stale_catalogs(project: Path) -> list[Path]:
    """Translations (.po) whose compiled form (.mo) is missing or older."""
    sources = sorted(project.glob("src/nennep/*/locale/*/LC_MESSAGES/*.po"))
    return [source for source in sources if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _place(project: Path) -> str:
    """An environment only works where it was made and for the Python it was made with."""
    return f"{project} {sys.version}"


def _stamp_path(environment: Path) -> Path:
    return environment / "nennep-set-up.json"


def _read_stamp(environment: Path) -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(_stamp_path(environment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def _python(project: Path) -> Path:
    return project / ".venv" / "bin" / "python"


def _make_environment(environment: Path) -> None:
    print("Making the environment .venv …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(environment)]
    _call(command, "Python cannot make an environment: install its venv module (Debian: apt install python3-venv).")


def _install(project: Path, wanted: str) -> None:
    # Without build isolation: what is built is built by the locked setuptools, never by one fetched on the way.
    options = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    pip = [str(_python(project)), "-m", "pip", "install", *options]
    failed = "The libraries could not be installed: see the lines above; is the package index reachable?"
    for name in ("build", wanted):
        _call([*pip, "--require-hashes", "-r", str(project / "requirements" / f"{name}.txt")], failed)
    _call([*pip, "--editable", str(project)], failed)


def _compile_catalogs(project: Path) -> None:
    if stale_catalogs(project):
        command = [str(_python(project)), str(project / "tools" / "compile_messages.py")]
        _call(command, "The translations could not be compiled: see the lines above.")


def _call(command: list[str], failed: str) -> None:
    clean = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    if subprocess.run(command, check=False, env=clean).returncode != 0:
        raise SetUpFailed(failed)


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Nền Nếp needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
    wanted = sys.argv[1] if len(sys.argv) > 1 else "run"
    if wanted == "run" and os.environ.get("NENNEP_DATABASE_URL"):
        wanted = "postgres"
    try:
        set_up(PROJECT, wanted)
        _compile_catalogs(PROJECT)
    except SetUpFailed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
