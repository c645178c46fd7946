import hashlib
import tomllib
from pathlib import Path
from typing import Any

import nennep.core

VENDOR = Path(nennep.core.__file__).parent / "static" / "vendor"


def read_packages() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))["package"]
    return packages


def test_hashes_of_the_manifest_match() -> None:
    written = {name: digest for package in read_packages() for name, digest in package["files"].items()}
    assert written == {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in written}


def test_no_other_file_is_vendored() -> None:
    named = {"manifest.toml"}
    for package in read_packages():
        named |= {package["licence_file"], *package["files"]}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} == named


def test_no_source_map_is_asked_for() -> None:
    """The manifest storage of static files would fail on a map that is not there."""
    texts = [path.read_text(encoding="utf-8") for path in VENDOR.rglob("*") if path.suffix in {".css", ".js"}]
    assert [text for text in texts if "sourceMappingURL" in text] == []
