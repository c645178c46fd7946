"""Programs of the system that the tests use, and how to get the missing ones where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from tools import temporary_postgres

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Program:
    """`packages` are Debian's; `serves` says what is not tested without it."""

    name: str
    packages: tuple[str, ...]
    serves: str
    is_there: Callable[[], bool]


def _on_path(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


PROGRAMS = (
    Program(
        "PostgreSQL",
        ("postgresql",),
        "the tests on PostgreSQL",
        lambda: bool(temporary_postgres.find_server_programs()),
    ),
    Program(
        "Chromium",
        ("chromium",),
        "the journeys in a browser",
        lambda: bool(os.environ.get("CHROMIUM")) or _on_path(*CHROMIUM_NAMES)(),
    ),
    Program(
        "LibreOffice Writer",
        ("libreoffice-writer", "fonts-liberation"),
        "opening the Word papers as a reader would",
        _on_path("soffice"),
    ),
    Program("pdftotext", ("poppler-utils",), "reading the printed papers", _on_path("pdftotext")),
)


def install_missing() -> list[Program]:
    """Install what is missing through apt-get when that is possible (root); returns what is missing still."""
    missing = [program for program in PROGRAMS if not program.is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for program in missing for package in program.packages]
        print(f"Installing from the system's packages: {' '.join(packages)}", flush=True)
        _apt_get("update")
        _apt_get("install", "--yes", "--no-install-recommends", *packages)
    return [program for program in missing if not program.is_there()]


def _apt_get(*arguments: str) -> None:
    """A failure is no end: what is missing still is reported by name."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "--quiet", "--quiet", *arguments], check=False, env=environment)
