"""Files that belong to no paper: what a crash between the file and its row leaves behind."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.documents.queries import list_kept_names

STRAY_AFTER = timedelta(days=1)  # a file is written before its row
KEPT = timedelta(
    days=30
)  # after a database of an earlier day was put back, its files are strays: there is time to see it


def sweep_strays(*, actor: Actor, now: datetime) -> list[Finding]:
    """Move uploads that no row names to `strays` beside the media directory, and delete them there a month later."""
    actor.require_program()
    shelf = Path(settings.MEDIA_ROOT).with_name("strays")
    for path in _older_than(shelf, now - KEPT):
        path.unlink()
    media = Path(settings.MEDIA_ROOT)
    named = list_kept_names()
    strays = [
        path
        for path in _older_than(media / "documents", now - STRAY_AFTER)
        if path.relative_to(media).as_posix() not in named
    ]
    for path in strays:
        shelf.mkdir(mode=0o700, exist_ok=True)
        os.utime(path, (now.timestamp(), now.timestamp()))
        path.rename(shelf / path.name)
    return [Finding("documents.DocumentVersion.file", len(strays), mended=True)] if strays else []


def _older_than(folder: Path, moment: datetime) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime <= moment.timestamp())
