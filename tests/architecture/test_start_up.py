"""What a start may not import: a person who types a command waits for it (docs/adr/0019)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import HEAVY, PROJECT, expect_none

# What belongs to web pages, the API and imports: other commands need none of it.
WEB = {
    "nennep.site.urls",
    "ninja",
    "pydantic",
    "nennep.core.views",
    "nennep.members.services",
    "nennep.members.importers",
}
SET_UP = "import django; django.setup()"
FIGURES = f"{SET_UP}; import nennep.reporting.management.commands.figures"
SERVE = f"{SET_UP}; import nennep.site.management.commands.serve"
HELP = "import sys; sys.argv = ['nennep', '--help']; from nennep.site.console import main; main()"
# Of the web server's whole start, which pays for pages; a library of another's may bring jinja2 along.
WEB_SERVER = f"{SET_UP}; import nennep.site.urls; from nennep.core.events import load_handlers; load_handlers()"


def list_imported(code: str, folder: Path) -> set[str]:
    """Names in `sys.modules` after a fresh process has run `code`."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "nennep.site.settings",
        "NENNEP_DATA_DIR": str(folder),
        "PYTHONPATH": str(PROJECT / "src"),
    }
    tell = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", tell], env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_heavy_libraries_are_there_to_be_found(tmp_path: Path) -> None:
    """Else a misspelt name in the list would be never imported, and nobody would notice."""
    names = ", ".join(sorted(HEAVY))
    assert list_imported(f"{SET_UP}; import {names}", tmp_path) >= HEAVY


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        (HELP, {"django"}),
        (SET_UP, HEAVY | WEB),
        (FIGURES, HEAVY | WEB),
        (SERVE, HEAVY | WEB),
        (WEB_SERVER, HEAVY - {"jinja2"}),
        ("import nennep.documents.importers.child", {"django", "pypdf"}),
        ("import nennep.core.sheets.child", {"django"}),
        ("import nennep.core.toml_child", {"django"}),
    ],
    ids=["help", "command", "figures", "serve", "web server", "reader of papers", "reader of sheets", "reader of TOML"],
)
def test_a_start_imports_nothing_heavy(code: str, forbidden: set[str], tmp_path: Path) -> None:
    expect_none(sorted(list_imported(code, tmp_path) & forbidden))
