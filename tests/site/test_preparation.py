"""What a second start does again, and what it leaves alone."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import OutputWrapper

from nennep.site.preparation import prepare, static_fingerprint

COLLECTING = "Đang chuẩn bị tệp giao diện …\n"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the only static files of this installation lie."""
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "look.css").write_text("body{}", encoding="utf-8")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.NENNEP_DATA_DIR = tmp_path
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": manifest}
    return folder


def start() -> str:
    """What a start says that it is doing."""
    said = StringIO()
    prepare(OutputWrapper(said), demonstration=False)
    return said.getvalue()


def test_every_change_of_a_static_file_changes_the_fingerprint(folder: Path) -> None:
    first = static_fingerprint()
    added = folder / "more.css"
    seen = {first}
    for text, changed_at in (("a", 1), ("a", 2), ("ab", 2)):
        added.write_text(text, encoding="utf-8")
        os.utime(added, ns=(changed_at, changed_at))
        seen.add(static_fingerprint())
    assert len(seen) == 4
    added.unlink()
    assert static_fingerprint() == first


@pytest.mark.django_db
def test_a_second_start_prepares_only_what_changed(folder: Path, settings: Any) -> None:
    assert [start(), start()] == [COLLECTING, ""]
    (folder / "look.css").write_text("body{color:red}", encoding="utf-8")
    assert [start(), start()] == [COLLECTING, ""]
    assert (settings.STATIC_ROOT / "look.css").read_text(encoding="utf-8") == "body{color:red}"


@pytest.mark.django_db
def test_lost_static_files_are_collected_again(folder: Path, settings: Any) -> None:
    start()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    assert start() == COLLECTING
