"""Documents that are made from code say what the code says."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import CONTEXTS, PROJECT, expect_none
from tools import write_openapi, write_permissions

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
IMAGE = re.compile(r'<img src="([^":]+)"')
GUIDE = PROJECT / "docs" / "guide"
DOCUMENTS = [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]


def test_api_contract_is_the_reviewed_one() -> None:
    """Run `make openapi` and read the difference."""
    assert json.loads(write_openapi.TARGET.read_text("utf-8")) == json.loads(write_openapi.render_openapi())


def test_permissions_document_is_the_code() -> None:
    """Run `make docs` and read the difference."""
    assert write_permissions.TARGET.read_text("utf-8") == write_permissions.render_permissions()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    wrong = [target for target in LINK.findall(text) if not (path.parent / target).exists()]
    expect_none(wrong)


def list_pictures(path: Path) -> list[Path]:
    return [(path.parent / source).resolve() for source in IMAGE.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_pictures_of_documents_exist(path: Path) -> None:
    expect_none(str(picture.relative_to(PROJECT)) for picture in list_pictures(path) if not picture.is_file())


def test_every_picture_is_taken_and_shown() -> None:
    """The manifest, the folder and the documents name the same pictures; together they stay small to clone."""
    rows = tomllib.loads((GUIDE / "pictures.toml").read_text("utf-8"))["pictures"]
    taken = sorted(row["name"] for row in rows)
    files = sorted((GUIDE / "images").iterdir())
    shown = {picture.stem for path in DOCUMENTS for picture in list_pictures(path) if picture.parent.name == "images"}
    assert [path.name for path in files] == [f"{name}.png" for name in taken]
    assert sorted(shown) == taken
    assert sum(path.stat().st_size for path in files) < 4_000_000


def test_architecture_names_every_context() -> None:
    text = (PROJECT / "ARCHITECTURE.md").read_text("utf-8")
    assert [name for name in CONTEXTS if f"`{name}`" not in text] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((PROJECT / "docs" / "adr").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    titles = [path.read_text("utf-8").splitlines()[0] for path in sorted((PROJECT / "docs" / "adr").glob("[0-9]*.md"))]
    assert [title.split(".")[0] for title in titles] == [f"# {number:04d}" for number in numbers]
