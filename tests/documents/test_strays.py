"""Files without a row are set aside after a day, and deleted a month after that; papers keep theirs."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.documents.models import DocumentVersion
from nennep.documents.services import sweep_strays
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.documents import make_document

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
SYSTEM = Actor.system()


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def leave(media: Path, name: str, at: datetime) -> Path:
    path = media / "documents" / "2026" / "10" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_a_file_without_a_row_is_set_aside_after_a_day(media: Path) -> None:
    make_document(make_cell(), SYSTEM)
    paper = Path(DocumentVersion.objects.get().file.path)
    os.utime(paper, (0, 0))
    old, new = leave(media, "old.pdf", NOW - DAY), leave(media, "new.pdf", NOW - DAY + SECOND)
    assert sweep_strays(actor=SYSTEM, now=NOW) == [Finding("documents.DocumentVersion.file", 1, mended=True)]
    assert (paper.exists(), old.exists(), new.exists()) == (True, False, True)
    assert [path.name for path in media.with_name("strays").iterdir()] == ["old.pdf"]


def test_what_was_set_aside_is_deleted_a_month_later(media: Path) -> None:
    leave(media, "old.pdf", NOW - DAY * 90)
    sweep_strays(actor=SYSTEM, now=NOW)
    shelf = media.with_name("strays")
    assert sweep_strays(actor=SYSTEM, now=NOW + DAY * 30 - SECOND) == []
    assert len(list(shelf.iterdir())) == 1
    assert sweep_strays(actor=SYSTEM, now=NOW + DAY * 30) == []
    assert list(shelf.iterdir()) == []


def test_where_there_are_no_files_nothing_is_swept(media: Path) -> None:
    assert sweep_strays(actor=SYSTEM, now=NOW) == []


def test_only_the_program_sweeps(media: Path) -> None:
    with pytest.raises(NotAllowed):
        sweep_strays(actor=make_actor(), now=NOW)
