"""A paper as the file that is asked for: Word, or PDF made from that very Word file."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from nennep.reporting.choices import Form
from nennep.reporting.renderers.pdf import render_pdf
from nennep.reporting.renderers.word import Paper, render_paper

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def make_file(paper: Paper, form: Form) -> bytes:
    return make_files(paper, [form])[form]


def make_files(paper: Paper, forms: Iterable[Form]) -> dict[Form, bytes]:
    """The paper in each form; its Word file is filled in once."""
    word = render_paper(paper)
    made_at = datetime.combine(paper.letterhead.issued_on, time(), _HERE)
    return {form: word if form == Form.WORD else render_pdf(word, made_at=made_at) for form in forms}
