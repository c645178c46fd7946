import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

import nennep.core
import nennep.reporting

SHIPPED = Path(nennep.core.__file__).parent / "static" / "vendor"
FONTS = Path(nennep.reporting.__file__).parent / "renderers" / "fonts"
FOLDERS = [SHIPPED, FONTS, Path(__file__).parents[1] / "vendor"]


def read_packages(folder: Path) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["package"]
    return packages


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "fonts", "tests"])
def test_hashes_of_the_manifest_match(folder: Path) -> None:
    written = {name: digest for package in read_packages(folder) for name, digest in package["files"].items()}
    assert written == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in written}


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "fonts", "tests"])
def test_no_other_file_is_vendored(folder: Path) -> None:
    named = {"manifest.toml"}
    for package in read_packages(folder):
        named |= {package["licence_file"], *package["files"]}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == named


def test_no_source_map_is_asked_for() -> None:
    """The manifest storage of static files would fail on a map that is not there."""
    texts = [path.read_text(encoding="utf-8") for path in SHIPPED.rglob("*") if path.suffix in {".css", ".js"}]
    assert [text for text in texts if "sourceMappingURL" in text] == []
