"""Many papers as Word files, fast: what all papers of one template share is read, compiled and packed once.

A file says the very same as that of `word.render_paper` (a test compares them); that one opens the template anew for each paper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from django.utils import translation

from nennep.reporting.renderers import wording
from nennep.reporting.renderers.bundle import add_files, make_bundle
from nennep.reporting.renderers.word import Paper, find_template, render_paper, stamp

if TYPE_CHECKING:
    from nennep.reporting.renderers.filling import Stencil

_BODY, _PROPERTIES = "word/document.xml", "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class _Plate:
    """One template, ready to print: its compiled body, what stands around it, the parts that never change, packed for each day."""

    stencil: "Stencil"
    before: str
    after: str
    parts: dict[str, bytes]
    packed: dict[date, bytes] = field(default_factory=dict)


def render_papers(papers: Iterable[Paper]) -> Iterator[bytes]:
    """Each paper as a .docx file, in their order."""
    plates: dict[Path, _Plate] = {}
    with translation.override("vi"):
        for paper in papers:
            path = find_template(paper)
            if path not in plates:
                plates[path] = _make_plate(path, paper)
            yield _print(plates[path], paper)


def _make_plate(path: Path, paper: Paper) -> _Plate:
    from nennep.reporting.renderers.filling import Stencil

    with ZipFile(BytesIO(render_paper(paper))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts.pop(_PROPERTIES)
    body = parts.pop(_BODY).decode()
    start, end = body.index("<w:body"), body.rindex("</w:body>") + len("</w:body>")
    return _Plate(Stencil(path), body[:start], body[end:], parts)


def _print(plate: _Plate, paper: Paper) -> bytes:
    context: dict[str, Any] = {"paper": paper, "head": paper.letterhead, "n": wording.Numbering()}
    stamp(plate.stencil.document, paper)
    body = f"{plate.before}{plate.stencil.fill(context)}{plate.after}"
    day = paper.letterhead.issued_on
    if day not in plate.packed:
        plate.packed[day] = make_bundle(plate.parts, day=day)
    return add_files(plate.packed[day], {_BODY: body.encode(), _PROPERTIES: plate.stencil.properties}, day=day)
