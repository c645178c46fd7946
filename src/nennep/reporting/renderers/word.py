"""Which template a paper is printed by, and what stands in it; `filling` pours it in.

The templates lie in `templates/<guidance>/<paper>.docx`, made by `tools/make_paper_templates.py`; a paper is
printed by the guidance that was in force on the day it carries.
"""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from django.utils import translation

from nennep.reporting.renderers import wording
from nennep.reporting.renderers.bundle import set_dates
from nennep.reporting.renderers.papers import Letterhead

_FOLDER = Path(__file__).parent / "templates"
GUIDANCES = (
    (date(2026, 5, 27), "HD05-2026"),  # HD 05-HD/VPTW, 27/5/2026
    (date.min, "HD36-2018"),  # HD 36-HD/VPTW, 3/4/2018
)
_TITLE_LIMIT = 255  # the longest value that a document property holds


class Paper(Protocol):
    """Plain values for one paper, given or left empty (forms.md, rules.md §10); `template` is the name of its Word file."""

    template: ClassVar[str]

    @property
    def letterhead(self) -> Letterhead: ...

    @property
    def subject(self) -> str: ...


@runtime_checkable
class NumberedPaper(Paper, Protocol):
    """A paper whose list of contents names the pages, by the marks on them."""

    def number_pages(self, numbers: Mapping[str, int]) -> Paper: ...


def choose_template(on: date, asked: str = "") -> str:
    """The id of the guidance that was asked for, or of the one in force on that day, such as `HD05-2026`."""
    if asked in {name for _valid_from, name in GUIDANCES}:
        return asked
    return next(name for valid_from, name in GUIDANCES if on >= valid_from)


def find_template(paper: Paper) -> Path:
    """The Word file that the paper is poured into."""
    return _FOLDER / choose_template(paper.letterhead.issued_on, paper.letterhead.guidance) / f"{paper.template}.docx"


def render_paper(paper: Paper) -> bytes:
    """The paper as a .docx file: any text as it stands, without characters that no file may hold."""
    from nennep.reporting.renderers.filling import fill_template

    path = find_template(paper)
    with translation.override("vi"):  # what minutes keep is in Vietnamese words
        template = fill_template(path, {"paper": paper, "head": paper.letterhead, "n": wording.Numbering()})
    stamp(template.docx, paper)
    file = BytesIO()
    template.save(file)
    return set_dates(file.getvalue(), paper.letterhead.issued_on)


def stamp(document: Any, paper: Paper) -> None:
    """Properties of the file: its title and its own date; no person's name, no name of a machine."""
    properties = document.core_properties
    properties.title = wording.format_value(paper.subject)[:_TITLE_LIMIT]
    moment = datetime.combine(paper.letterhead.issued_on, datetime.min.time())
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = wording.format_value(paper.letterhead.issuer)[:_TITLE_LIMIT]
