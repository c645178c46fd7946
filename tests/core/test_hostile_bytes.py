"""Every parser of what strangers upload, given files made to do harm: it ends soon, and costs the server nothing."""

import re
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Barrier
from time import process_time
from typing import NamedTuple

import pytest

from nennep.core.errors import DomainError
from nennep.core.readers import AT_ONCE, ReaderFailed, ReadersBusy, ask_reader
from nennep.core.sheets.reader import read_bytes
from nennep.documents.importers.files import Examined, examine
from nennep.documents.rules.content import FileFault
from nennep.site.management.commands.serve import THREADS
from tests.architecture.source import PACKAGE, source_files
from tests.core.hostile import HOSTILE, make_hostile
from tests.factories.documents import make_pdf

OURS = 2.0  # seconds of our own processor time for one file
MEMORY = 200 * 1024  # kilobytes that we may grow by
# Where bytes of strangers are taken apart, in a process of its own; what these modules read elsewhere is our own.
IN_READERS = {
    "core/sheets/child.py",
    "core/sheets/beneath.py",
    "core/sheets/archives.py",
    "documents/rules/content.py",
    "documents/rules/names.py",
}
OF_OUR_OWN = {
    "operations/importers/archive.py",  # a backup that its own key has opened
    "operations/renderers/archive.py",
    "reporting/renderers/bundle.py",
    "reporting/renderers/press.py",  # papers that were just printed
    "site/demonstration/papers.py",
}
PARSERS = ("zipfile", "tarfile", "pypdf", "python_calamine", "openpyxl", "PIL", "xml", "lxml", "gzip", "pickle")


def read_sheet(_name: str, content: bytes) -> object:
    return read_bytes(content)


class Measured(NamedTuple):
    """`found` is None for a refusal; our own processor time in seconds, growth of our memory in kilobytes."""

    found: object
    seconds: float
    growth: int


@cache
def measure(parse: Callable[[str, bytes], object], name: str) -> Measured:
    content, found = make_hostile(name), None
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
    with suppress(DomainError):
        found = parse(name, content)
    seconds = process_time() - start
    return Measured(found, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


@pytest.mark.parametrize("parse", [read_sheet, examine], ids=["sheet", "paper"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_costs_the_server_time_or_memory(parse: Callable[[str, bytes], object], name: str) -> None:
    measured = measure(parse, name)
    assert measured.seconds < OURS
    assert measured.growth < MEMORY


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("map.pdf", Examined(None)),
        ("swollen.pdf", Examined(None)),
        ("crowd.docx", Examined(FileFault.BOMB)),
        ("huge.png", Examined(None)),
    ],
)
def test_what_cannot_be_read_in_time_is_a_scan_or_a_bomb(name: str, found: Examined) -> None:
    assert measure(examine, name).found == found


def test_the_stamp_of_a_short_paper_is_found_by_the_reader() -> None:
    assert examine("a.pdf", make_pdf("Báo cáo", "MẬT")) == Examined(None, "MẬT")


@pytest.mark.parametrize(
    ("code", "seconds", "limit"),
    [
        ("time.sleep(90)", 1, "time"),
        ("import os; os.abort()", 10, "memory"),
        ("from nennep.core.confined import confine\nconfine(memory=2**28, seconds=9)\nbytearray(2**28)", 10, "memory"),
        ("from nennep.core.confined import confine\nconfine(memory=2**30, seconds=1)\nwhile True: pass", 10, "time"),
        ("1/0", 10, "failed"),
    ],
    ids=["sleeps", "aborts", "allocates", "works", "breaks"],
)
def test_a_reader_that_fails_says_at_which_limit(
    code: str, seconds: int, limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "reader_that_fails.py").write_text(f"import time\n{code}\n")
    with pytest.raises(ReaderFailed, match=limit):
        ask_reader("reader_that_fails", source=b"", seconds=seconds)


def test_files_beyond_the_seats_are_refused_at_once_and_leave_threads_for_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of five, three are read, which end only when two were refused."""
    assert AT_ONCE + 1 < THREADS
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    waits = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
    (tmp_path / "reader_that_waits.py").write_text(waits)

    def end() -> None:
        with pytest.raises(ReadersBusy):
            examine("circle.pdf", make_hostile("circle.pdf"))
        (tmp_path / "end").touch()

    begin, refused = Barrier(AT_ONCE + 3), Barrier(2, action=end)

    def send(_number: int) -> bool:
        begin.wait()
        try:
            ask_reader("reader_that_waits", str(tmp_path / "end"), source=b"", seconds=30)
        except ReadersBusy:
            refused.wait(30)
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE + 3) as threads:
        taken = list(threads.map(send, range(AT_ONCE + 3)))
    assert taken.count(True) == AT_ONCE + 1


def test_a_reader_knows_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NENNEP_DATABASE_URL", "postgresql://a:secret@b/c")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "reader_that_looks.py").write_text("import os, sys\nsys.stdout.write(' '.join(os.environ))\n")
    assert b"NENNEP" not in ask_reader("reader_that_looks", source=b"", seconds=20)


def test_bytes_are_taken_apart_in_readers_alone() -> None:
    parsing = {
        path.relative_to(PACKAGE).as_posix()
        for path in source_files()
        if any(
            re.search(rf"^\s*(import|from) {one}\b", path.read_text(encoding="utf-8"), re.MULTILINE) for one in PARSERS
        )
    }
    assert parsing == IN_READERS | OF_OUR_OWN
