"""The report of a unit above cells for a month, a quarter or a year: what its screen shows, of nobody by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from django.utils import translation

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.wording import say_date, say_percent, say_points
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.queries import PetitionList, get_unit_list
from nennep.reporting.choices import Form
from nennep.reporting.queries.commune import CommunePage, get_commune_page
from nennep.reporting.queries.matrix import MatrixRow
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.renderers.wording import format_symbol
from nennep.reporting.rules.matrix import Letter
from nennep.reporting.rules.papers import find_place, make_file_name, name_committee

_UNMET = frozenset({Letter.NONE, Letter.NOT_MET, Letter.NOT_DUE})
_SYMBOLS = {UnitKind.PROVINCE: "TU"}  # after the slash of a paper's number: of all others ĐU
PREPARED_BY = "NGƯỜI LẬP BÁO CÁO"
NO_POST = " "  # whoever prepared it signs under no post


@dataclass(frozen=True, slots=True)
class FigureLine:
    """`chi bộ đã họp: 31/32`."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What needs a look in one cell: the title of its exception, no reason that it wrote down."""

    cell: str
    words: str


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell: in how many of the months it met, its mean score, its attendance."""

    cell: str
    met: str
    score: str
    percent: str


@dataclass(frozen=True, slots=True)
class UnitReportPaper:
    """Báo cáo sinh hoạt chi bộ of one unit and span."""

    template: ClassVar = "unit_report"
    letterhead: Letterhead
    subject: str
    opening: str = ""
    figures: tuple[FigureLine, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    findings_note: str = ""
    cells: tuple[CellLine, ...] = ()
    signature: Signature = field(default_factory=Signature)


def find_unit_report(*, actor: Actor, unit: Organization, span: Span, today: date) -> UnitReportPaper:
    """The report of a unit that has passed its own door, in Vietnamese. Raises NotFound for a cell, and for a span that is to come."""
    if unit.is_cell or span.first > Month.of(today):
        raise NotFound
    with translation.override("vi"):
        page = get_commune_page(actor=actor, unit=unit, today=today, span=span)
        return _build(actor, page, _read_petitions(actor, unit, span, today), today)


def name_unit_report(unit: Organization, span: Span, form: Form) -> str:
    """`Báo cáo sinh hoạt chi bộ 2026-q3, Đảng bộ xã Lăng Can.docx`."""
    with translation.override("vi"):
        return make_file_name([f"Báo cáo sinh hoạt chi bộ {span}", unit.name], f".{form}")


def _read_petitions(actor: Actor, unit: Organization, span: Span, today: date) -> PetitionList | None:
    if not actor.may(Permission.PETITIONS_READ, unit.path):
        return None
    return get_unit_list(actor=actor, public_id=unit.public_id, chosen="", today=today, span=span)


def _build(actor: Actor, page: CommunePage, petitions: PetitionList | None, today: date) -> UnitReportPaper:
    rows = [row for level in page.levels for row in level.rows]
    shown = [row for row in rows if not row.finding.has_reason]
    return UnitReportPaper(
        letterhead=_make_head(page.unit, min(page.on, today)),
        subject=f"kết quả sinh hoạt chi bộ {page.choice.words}",
        opening=_open(page),
        figures=tuple(_list_figures(page, petitions)),
        notes=tuple(_list_notes(page)),
        findings=tuple(FindingLine(row.name, row.finding.title) for row in shown),
        findings_note=_note_findings(shown=len(shown), explained=len(rows) - len(shown)),
        cells=tuple(_make_line(page, row) for group in page.groups for row in group.rows),
        signature=Signature(PREPARED_BY, NO_POST, actor.name),
    )


def _make_head(unit: Organization, on: date) -> Letterhead:
    """A committee reports, not its unit."""
    head = parts.build_unit_letterhead(unit, on, format_symbol(None, "BC", _SYMBOLS.get(UnitKind(unit.kind), "ĐU")))
    return replace(head, issuer=name_committee(head.issuer), place=find_place([head.issuer]) or head.place)


def _open(page: CommunePage) -> str:
    words = "Số liệu tính đến hết ngày %(day)s" if page.is_past else "Số liệu tính đến ngày %(day)s, kỳ này chưa hết"
    return f"{words % {'day': say_date(page.on)}}, cộng từ sổ sách của {page.cells} chi bộ."


def _list_figures(page: CommunePage, petitions: PetitionList | None) -> Iterator[FigureLine]:
    for _address, figure in page.shown_figures:
        number = f"{figure.number}/{figure.whole}" if figure.is_share else str(figure.number)
        yield FigureLine(_start(figure.label), number)
    if page.advice.given:
        label = "Góp ý trong kỳ đã làm" if page.is_past else "Góp ý trong năm đã làm"
        yield FigureLine(label, f"{page.advice.taken_up}/{page.advice.given}")
    if petitions:
        counts = dict(petitions.counts)
        yield FigureLine("Kiến nghị nêu trong kỳ", str(counts["moi"]))
        yield FigureLine("Kiến nghị trả lời trong kỳ", str(counts["da-tra-loi"]))
        yield FigureLine("Kiến nghị chờ đơn vị trả lời", f"{counts['']}, quá hạn {counts['qua-han']}")
        yield FigureLine("Kiến nghị chờ ở nơi khác", str(counts["duoi"]))


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list_notes(page: CommunePage) -> Iterator[str]:
    if page.not_used_yet:
        named = "; ".join(f"{name} (từ {say_date(day)})" for name, day in page.not_used_yet)
        yield f"Chỉ tính từ ngày dùng chương trình: {named}"


def _note_findings(*, shown: int, explained: int) -> str:
    if explained:
        return f"{explained} chi bộ đã ghi lý do."
    return "" if shown else "Không có chi bộ nào."


def _make_line(page: CommunePage, row: MatrixRow) -> CellLine:
    asked = page.choice.span.first.through(page.choice.span.last)
    squares = list(_pick(page, row, set(asked)))
    known = [letter for letter in squares if letter != Letter.NONE]
    met = f"{sum(letter not in _UNMET for letter in known)}/{len(known)}" if known else "–"
    return CellLine(row.name, met, say_points(row.span_score), say_percent(row.percent))


def _pick(page: CommunePage, row: MatrixRow, asked: Iterable[Month]) -> Iterator[Letter]:
    wanted = set(asked)
    return (square.mark.letter for month, square in zip(page.months, row.squares, strict=True) if month in wanted)
