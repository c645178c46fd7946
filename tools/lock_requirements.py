"""Lock requirements/*.txt from pyproject.toml: every version and hash, no index address, kept versions stay.

`lock_requirements.py --upgrade` takes the newest versions instead.
"""

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
EXTRAS: dict[str, tuple[str, ...]] = {"run": (), "postgres": ("postgres",), "dev": ("postgres", "dev")}
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
)


def lock_commands(uv: str, *, upgrade: bool) -> list[list[str]]:
    """One uv command per file; the build tools have a file of their own, because the build needs them first."""
    options = [*OPTIONS, *(["--upgrade"] if upgrade else [])]
    commands = [[uv, "pip", "compile", "requirements/build.in", *options, "--output-file=requirements/build.txt"]]
    for name, extras in EXTRAS.items():
        chosen = [f"--extra={extra}" for extra in extras]
        commands.append(
            [uv, "pip", "compile", "pyproject.toml", *chosen, *options, f"--output-file=requirements/{name}.txt"]
        )
    return commands


def main() -> None:
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Locking needs uv: pip install uv")
    for command in lock_commands(uv, upgrade="--upgrade" in sys.argv):
        subprocess.run(command, check=True, cwd=PROJECT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
