"""What gets installed is what was reviewed: every version pinned with hashes, from whatever index the machine uses."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, expect_none

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))
# Parts are joined here so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(re.escape("/" + part) for part in ("work/", "opt/pypi", "root/", "home/")))
OWN_ADDRESSES = re.compile(r"https?://(?:\d{1,3}\.){3}\d{1,3}")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes(path: Path) -> None:
    entries = path.read_text("utf-8").replace("\\\n", " ").splitlines()
    wrong = [
        entry for entry in entries if entry.strip() and not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)
    ]
    expect_none(wrong)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_locks_name_no_index(path: Path) -> None:
    assert re.findall(r"--(?:extra-)?index-url|--find-links|https?://|file:", path.read_text("utf-8")) == []


def test_every_lock_holds_the_same_versions() -> None:
    """Tests run with the versions that users get."""
    versions = {path.stem: dict(re.findall(r"^(\S+)==(\S+)", path.read_text("utf-8"), re.MULTILINE)) for path in LOCKS}
    differing = [
        f"{package}: run {version}, {name} {versions[name].get(package)}"
        for name in ("postgres", "dev")
        for package, version in versions["run"].items()
        if versions[name].get(package) != version
    ]
    assert differing == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    wrong = []
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_symlink():
            wrong.append(f"{name} is a link to {(PROJECT / name).readlink()}")
            continue
        try:
            text = (PROJECT / name).read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        wrong += [f"{name}: {found}" for found in [*MACHINE_PATHS.findall(text), *_own_addresses(name, text)]]
    expect_none(wrong)


def _own_addresses(name: str, text: str) -> list[str]:
    """Addresses of somebody's network; loopback and the tests' own are no host names."""
    if Path(name).suffix in {".js", ".css", ".svg", ".json"}:
        return []
    return [found for found in OWN_ADDRESSES.findall(text) if "127.0.0.1" not in found]
