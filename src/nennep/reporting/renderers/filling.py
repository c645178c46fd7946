"""Pour values into a Word template. The one door to docxtpl and to its template language (jinja2)."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from nennep.core.wording import lower_start
from nennep.records.rules.minutes import AttendancePart, VotePart
from nennep.reporting.renderers import wording

_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_BREAKS = re.compile("[\a\f\t\n]")
_BY_THE_THOUSAND = "rating_"


class _Template(DocxTemplate):
    """Takes apart only the paragraphs that hold a break: docxtpl looks through every run of every one, half of the time."""

    def resolve_listing(self, xml: str) -> str:
        return _PARAGRAPH.sub(self._resolve, xml)

    def _resolve(self, paragraph: re.Match[str]) -> str:
        found = paragraph[0]
        resolved: str = super().resolve_listing(found) if _BREAKS.search(found) else found
        return resolved


def fill_template(path: Path, context: dict[str, Any]) -> DocxTemplate:
    """The template with every `{{ }}` of it filled: any text as it stands, without characters that no file may hold.

    What belongs together stays on one page. Forms of ratings are printed by the thousand (`Stencil`) and stay as their templates say.
    """
    template = _Template(path)
    template.render(context, _make_environment())
    if not path.name.startswith(_BY_THE_THOUSAND):
        _keep_together(template.docx)
    return template


def _keep_together(document: Any) -> None:
    """Words that announce what follows do not end a page, and signatures never stand on one alone.

    An empty paragraph that stays with what follows stands over each table of a paper; what is above it stays too.
    """
    body = list(document.iter_inner_content())
    for above, below in pairwise(body):
        gap = isinstance(below, Paragraph) and not below.text and below.paragraph_format.keep_with_next
        for paragraph in _last_words(above):
            if gap or paragraph.text.rstrip().endswith(":"):
                paragraph.paragraph_format.keep_with_next = True


def _last_words(block: Any) -> list[Any]:
    """The paragraph itself, or those of the last row of a table."""
    if isinstance(block, Paragraph):
        return [block]
    return [paragraph for cell in block.rows[-1].cells for paragraph in cell.paragraphs]


class Stencil:
    """A template that is filled many times: read and prepared once."""

    def __init__(self, path: Path) -> None:
        self._template = _Template(path)
        self._template.init_docx()
        self._source = self._template.patch_xml(self._template.get_xml())

    @property
    def document(self) -> Any:
        return self._template.docx

    @property
    def properties(self) -> bytes:
        """The part of the file that says title and author, as they stand in `document`."""
        blob: bytes = self.document.part.package._core_properties_part.blob  # noqa: SLF001  python-docx writes it with the whole file alone
        return blob

    def fill(self, context: dict[str, Any]) -> str:
        """The body as it goes into the file."""
        part = self.document._part  # noqa: SLF001  as docxtpl has it
        body: str = self._template.render_xml_part(self._source, part, context, _make_environment())
        return body


class _Environment(Environment):
    """Keeps the compiled templates: compiling takes ten times as long as filling in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: Any, *others: Any, **named: Any) -> Template:
        """Only docxtpl asks, and only with what stands in our templates: so there are never many."""
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source, *others, **named)
        return self._compiled[source]


@cache
def _make_environment() -> Environment:
    environment = _Environment(autoescape=True, undefined=StrictUndefined, finalize=_print_value)
    environment.filters |= {
        "lines": wording.split_lines,
        "long_day": wording.format_long_day,
        "short_day": wording.format_day,
        "clock": wording.format_time,
        "capital": _capital,
        "no_stop": lambda text: wording.strip_stop(wording.format_value(text)),
        "stop": lambda text: wording.end_line(wording.format_value(text)),
        "ordinal": wording.format_ordinal,
        "person": lambda name: wording.say_person(wording.format_value(name)),
        "comrades": lambda names: wording.say_comrades(wording.format_value(names)),
        "small": lambda text: lower_start(wording.format_value(text)),
        "percent": _percent,
        "present_percent": _present_percent,
        "hold_name": _hold_name,
        "join_values": _join,
        "join_titles": lambda titles: "; ".join(wording.strip_stop(wording.format_value(title)) for title in titles),
        "join_guests": lambda names: "; ".join(wording.format_value(name) for name in names),
    }
    environment.globals["numbering"] = wording.Numbering
    return environment


def _print_value(value: object) -> object:
    """What stands behind every `{{ }}`: cleaned, escaped once, and safe from docxtpl's own `{_{` notation."""
    if isinstance(value, Markup):
        return value
    return Markup(str(escape(wording.format_value(value))).replace("_", "&#95;"))  # noqa: S704  # escaped just here


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hold_name(name: str) -> Markup:
    """`CHI BỘ`, then the rest on a line of its own: a long name ends no line with a single word."""
    words = str(escape(wording.hold_name(wording.format_value(name))))
    return Markup(words.replace("_", "&#95;"))  # noqa: S704  # escaped just here


def _percent(vote: VotePart) -> str:
    return wording.format_percent(vote.in_favour, vote.base)


def _present_percent(attendance: AttendancePart) -> str:
    return wording.format_percent(attendance.present, attendance.counted)


def _join(values: Iterable[object]) -> str:
    return ", ".join(wording.format_value(value) for value in values)
