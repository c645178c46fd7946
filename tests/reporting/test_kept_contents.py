"""Contents that this program has kept are read for ever: by later programs too, every field of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nennep.core.frozen import read_content, write_content
from nennep.reporting.queries.papers import PAPERS
from nennep.reporting.queries.papers.kinds import PaperKind
from nennep.reporting.renderers.word import render_paper

FOLDER = Path(__file__).parents[1] / "data" / "kept_papers"  # written down when papers were kept first (version 0.1)
KEPT = [kind for kind in PAPERS if kind.keeping]


def read_kept(kind: PaperKind) -> tuple[dict[str, Any], Any]:
    """A content of version 0.1 and the paper that it is today."""
    content = json.loads((FOLDER / f"{kind.address}.json").read_text(encoding="utf-8"))
    assert kind.keeping
    return content, read_content(kind.keeping.content, content)


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.address)
def test_nothing_of_a_kept_content_is_passed_over(kind: PaperKind) -> None:
    """A field that was renamed or taken away would be: it needs its old key (docs/adr/0026)."""
    content, paper = read_kept(kind)
    assert _covers(write_content(paper), content)


def _covers(now: Any, then: Any) -> bool:
    """Everything that stood there stands there still; new fields beside it are no harm."""
    if isinstance(then, dict):
        return all(key in now and _covers(now[key], value) for key, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(_covers(*pair) for pair in zip(now, then, strict=True))
    return bool(now == then)


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.address)
def test_a_kept_content_is_printed(kind: PaperKind) -> None:
    _content, paper = read_kept(kind)
    assert len(render_paper(paper)) > 0
    assert kind.keeping
    assert list(kind.keeping.places(paper))
