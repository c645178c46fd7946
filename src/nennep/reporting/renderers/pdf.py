"""The only caller of typst: one of our Word papers as a PDF that looks the same. One template per paper, never two."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import typst

    from nennep.reporting.renderers.layout import Values

_FOLDER = Path(__file__).parent
_PROGRAM = _FOLDER / "paper.typ"


def render_pdf(word: bytes, *, made_at: datetime) -> bytes:
    """The paper as PDF. The same paper and the same `made_at` give the same bytes."""
    from nennep.reporting.renderers.layout import read_layout

    return _compile(read_layout(word), made_at)


def find_pages(word: bytes) -> dict[str, int]:
    """On which page each bookmark of the paper stands."""
    from nennep.reporting.renderers.layout import read_layout

    found = _open(read_layout(word)).query("<pages>", field="value", one=True)
    return dict(json.loads(found))


def _compile(layout: "Values", made_at: datetime) -> bytes:
    made = _open(layout).compile(format="pdf", timestamp=int(made_at.astimezone(UTC).timestamp()))
    return cast("bytes", made)


def _open(layout: "Values") -> "typst.Compiler":
    """A compiler of its own for each paper: the dear part, reading the fonts, is done once."""
    import typst

    return typst.Compiler(_PROGRAM, root=_FOLDER, font_paths=_read_fonts(), sys_inputs={"paper": json.dumps(layout)})


@cache
def _read_fonts() -> "typst.Fonts":
    """Ours first; those of the library for letters that ours lack. None of the machine: a paper looks alike everywhere."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[_FOLDER / "fonts"])
