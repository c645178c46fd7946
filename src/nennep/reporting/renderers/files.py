"""A paper as the file that is asked for: Word, or PDF made from that very Word file; many papers as one zip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from nennep.reporting.choices import Form
from nennep.reporting.renderers.bundle import make_bundle
from nennep.reporting.renderers.pdf import find_pages, render_pdf
from nennep.reporting.renderers.word import NumberedPaper, Paper, render_paper

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_MARK = "\ufeff"  # tells old editors that a text is in UTF-8


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip still to be made: papers by the name without its ending, texts by their whole name. `day` dates the files."""

    name: str
    day: date
    papers: Mapping[str, Paper]
    texts: Mapping[str, str] = field(default_factory=dict)


def make_file(paper: Paper, form: Form) -> bytes:
    return make_files(paper, [form])[form]


def make_files(paper: Paper, forms: Iterable[Form]) -> dict[Form, bytes]:
    """The paper in each form; its Word file is filled in once (one whose list of contents names pages: twice)."""
    word = render_paper(paper)
    if isinstance(paper, NumberedPaper):
        word = render_paper(paper.number_pages(find_pages(word)))
    made_at = datetime.combine(paper.letterhead.issued_on, time(), _HERE)
    return {form: word if form == Form.WORD else render_pdf(word, made_at=made_at) for form in forms}


def make_zip(bundle: Bundle) -> bytes:
    """Every paper in both forms, sorted by name, the texts first. The same papers give the same bytes."""
    files = {name: (_MARK + text).replace("\n", "\r\n").encode() for name, text in sorted(bundle.texts.items())}
    for stem, paper in sorted(bundle.papers.items()):
        files |= {f"{stem}.{form}": content for form, content in make_files(paper, list(Form)).items()}
    return make_bundle(files, day=bundle.day)
