"""Many papers at once say the very same as each alone."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree

from nennep.reporting.renderers.press import render_papers
from nennep.reporting.renderers.word import Paper, render_paper
from tests.factories import all_papers

PAIRS = [
    (full, bare)
    for full in all_papers.make_full_papers()
    for bare in all_papers.make_bare_papers()
    if full.template == bare.template and full.template.startswith("rating")
]


def read_body(word: bytes) -> bytes:
    with ZipFile(BytesIO(word)) as parts:
        root = etree.fromstring(parts.read("word/document.xml"))
    return bytes(etree.tostring(root, method="c14n", exclusive=True))


def read_properties(word: bytes) -> dict[str, str | None]:
    with ZipFile(BytesIO(word)) as parts:
        return {one.tag: one.text for one in etree.fromstring(parts.read("docProps/core.xml")) if one.text}


@pytest.mark.parametrize("read", [read_body, read_properties])
@pytest.mark.parametrize(("full", "bare"), PAIRS, ids=lambda paper: type(paper).__name__)
def test_a_file_of_many_says_what_the_file_alone_says(full: Paper, bare: Paper, read: Any) -> None:
    """The bare one after the full one: nothing of the paper before stays."""
    for paper, word in zip((full, bare, full), render_papers([full, bare, full]), strict=True):
        assert read(word) == read(render_paper(paper))
