"""PDF papers, read again by another program; and the Word papers opened by LibreOffice."""

import dataclasses
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from string import printable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nennep.records.rules.minutes import LastDutyPart
from nennep.reporting.choices import Form
from nennep.reporting.renderers import wording
from nennep.reporting.renderers.files import make_file, make_files
from nennep.reporting.renderers.layout import read_layout
from nennep.reporting.renderers.pdf import render_pdf
from nennep.reporting.renderers.word import Paper, render_paper
from tests.factories import all_papers, papers

MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"


def read_pages(pdf: bytes) -> list[str]:
    """The text of each page, as pdftotext reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext: install the package poppler-utils")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftotext", "-raw", file.name, "-"]
        read = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  # our own file
    return read.stdout.decode().split("\f")[:-1]


def join_words(text: str) -> str:
    """The letters alone: where a line ends is for the page to say."""
    return "".join(text.split())


def read_words(blocks: list[Any]) -> str:
    """What a layout says, in reading order."""
    said = []
    for block in blocks:
        if block["kind"] == "table":
            rows = [*block["head"], *block["rows"]]
            said += [read_words(cell["blocks"]) for row in rows for cell in row["cells"]]
        else:
            said.append("".join(run.get("text", "") for run in block["runs"]))
    return " ".join(said)


@pytest.mark.parametrize("paper", all_papers.make_full_papers(), ids=lambda paper: type(paper).__name__)
def test_pdf_says_what_the_word_paper_says(paper: Paper) -> None:
    word = render_paper(paper)
    printed = join_words("".join(read_pages(render_pdf(word, made_at=MIDNIGHT))))
    for line in read_words(read_layout(word)["blocks"]).split():
        assert line in printed


def test_resolution_has_its_pages_with_numbers_from_the_second_on() -> None:
    pages = read_pages(make_file(papers.make_resolution(), Form.PDF))
    assert [page.splitlines()[0] for page in pages[1:]] == ["2", "3", "4"]
    assert pages[0].startswith("ĐẢNG ỦY XÃ LĂNG CAN")
    assert pages[3].splitlines()[1:4] == ["PHỤ LỤC", "Ý kiến thảo luận tại kỳ sinh hoạt", "-----"]


def test_head_of_a_table_stands_on_every_page() -> None:
    rows = tuple(LastDutyPart(f"Nhiệm vụ thứ {number}", "", "đang triển khai", "chưa xong") for number in range(80))
    pages = read_pages(make_file(dataclasses.replace(papers.make_resolution(), last_duties=rows), Form.PDF))
    with_rows = [page for page in pages if "Nhiệm vụ thứ" in page]
    assert len(with_rows) > 1
    assert all("TT Nhiệm vụ" in page for page in with_rows)


@pytest.mark.parametrize("form", list(Form))
def test_same_paper_gives_the_same_bytes(form: Form) -> None:
    assert make_file(papers.make_minutes(), form) == make_file(papers.make_minutes(), form)


@pytest.mark.parametrize("paper", all_papers.make_bare_papers(), ids=lambda paper: type(paper).__name__)
def test_pdf_of_nothing_is_one_good_page(paper: Paper) -> None:
    """Two of a form that is written by hand."""
    by_hand = {"rating_member", "rating_collective", "rating_minutes"}
    assert len(read_pages(make_file(paper, Form.PDF))) == (2 if paper.template in by_hand else 1)


TRAPS = [
    "#strong[x] $x$ *x* _x_ `x` <x> @x \\x //x /*x*/ ~x --- ...",
    "\"x\" 'x'",
    "= x",
    "- x",
    "#panic()",
    "{x}; [x]",
]


@pytest.mark.parametrize("text", TRAPS)
def test_marks_of_typst_are_only_letters(text: str) -> None:
    paper = dataclasses.replace(
        papers.make_resolution(), items=(papers.make_item("", "", ("", text)),), conclusion=text
    )
    printed = join_words("".join(read_pages(make_file(paper, Form.PDF))))
    assert printed.count(join_words(text)) == 2


@settings(max_examples=15, deadline=None)
@given(text=st.text(st.sampled_from(printable + VIETNAMESE), max_size=300))
def test_any_text_is_printed_as_it_stands(text: str) -> None:
    paper = dataclasses.replace(papers.make_minutes(), minutes=papers.make_content(conclusion=text))
    expected = join_words("".join(map(wording.end_line, wording.split_lines(text))))
    assert expected in join_words("".join(read_pages(make_file(paper, Form.PDF))))


@settings(max_examples=15, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_breaks_the_pdf(text: str) -> None:
    paper = dataclasses.replace(papers.make_minutes(), minutes=papers.make_content(conclusion=text, extra=text))
    assert make_file(paper, Form.PDF).startswith(b"%PDF-")


def test_word_without_end_is_broken_and_row_without_end_goes_on() -> None:
    """Nothing runs over the edge of the page: every letter can be read again."""
    endless = LastDutyPart("dài" * 400, "", "đang triển khai", "Dòng dài. " * 900)
    pages = read_pages(make_file(dataclasses.replace(papers.make_resolution(), last_duties=(endless,)), Form.PDF))
    printed = join_words("".join(pages))
    assert sum(page.count("Dòng") + page.count("dài.") for page in pages) == 1800
    assert printed.count("dài") >= 1280


def test_libreoffice_opens_every_paper(tmp_path: Path) -> None:
    """As many pages as ours; a file that needs repair gives none."""
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice: install the package libreoffice-writer")
    ours = {}
    for paper in all_papers.make_full_papers():
        files, name = make_files(paper, list(Form)), type(paper).__name__
        (tmp_path / f"{name}.docx").write_bytes(files[Form.WORD])
        ours[name] = len(read_pages(files[Form.PDF]))
    words = [str(path) for path in sorted(tmp_path.glob("*.docx"))]
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *words]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own files
    assert {name: len(read_pages((tmp_path / f"{name}.pdf").read_bytes())) for name in ours} == ours
