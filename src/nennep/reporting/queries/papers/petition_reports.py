"""A unit's report of petitions for a quarter: as the books say it now, and as it was issued."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils import translation
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.wording import say_date, say_percent
from nennep.organizations.models import Organization
from nennep.petitions.choices import BoardFigure, BoardGroup
from nennep.petitions.queries import NO_BODY, BoardPage, BoardRow, get_unit, read_board
from nennep.reporting.choices import Form
from nennep.reporting.models import IssuedPetitionReport
from nennep.reporting.queries.papers.petitions import make_petition_head, sign_for
from nennep.reporting.renderers.papers import Letterhead, Signature
from nennep.reporting.rules.papers import make_file_name

QUARTERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One group of the report."""

    label: str
    raised: int
    due: int
    in_time: int
    late: int
    overdue: int
    satisfied: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`Trả lời đúng hạn: 35/40 (87,5%)`."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class PetitionReportPaper:
    """Báo cáo kết quả giải quyết kiến nghị of one unit and quarter: figures of nobody by name."""

    template: ClassVar = "petition_report"
    letterhead: Letterhead
    subject: str
    opening: str = ""
    lines: tuple[ReportLine, ...] = ()
    fields: tuple[ReportRow, ...] = ()
    units: tuple[ReportRow, ...] = ()
    bodies: tuple[ReportRow, ...] = ()
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """One report as it was issued; `is_newest` the one in use."""

    number: int
    issued_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """One quarter with its issued reports, the newest first."""

    span: Span
    label: str
    versions: tuple[ReportVersion, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The quarters of a unit, the present one first."""

    unit: Organization
    quarters: tuple[QuarterLine, ...]
    may_issue: bool


def get_reports_page(*, actor: Actor, public_id: UUID, today: date) -> ReportsPage:
    """Raises NotFound. Two queries."""
    unit = get_unit(actor=actor, public_id=public_id)
    spans = [Span.around(Month.of(today), 3)]
    while len(spans) < QUARTERS_SHOWN:
        spans.append(spans[-1].previous)
    rows = list(IssuedPetitionReport.objects.filter(organization=unit).order_by("-number"))
    return ReportsPage(
        unit=unit,
        quarters=tuple(_read_quarter(span, rows, today) for span in spans),
        may_issue=actor.may(Permission.PETITIONS_SETTLE, unit.path),
    )


def _read_quarter(span: Span, rows: Iterable[IssuedPetitionReport], today: date) -> QuarterLine:
    mine = [row for row in rows if row.span == str(span)]
    versions = tuple(ReportVersion(row.number, localdate(row.issued_at), row.reason) for row in mine)
    return QuarterLine(span, say_quarter(span), versions, span.is_over(today))


def say_quarter(span: Span) -> str:
    """`quý IV năm 2026`."""
    return f"quý {('I', 'II', 'III', 'IV')[span.first.quarter - 1]} năm {span.first.year}"


def require_quarter(span: Span, today: date) -> None:
    """Raises NotFound for what is no quarter, and for one that is to come."""
    if span.size != 3 or span.first > Month.of(today):
        raise NotFound


def find_petition_report(
    *, actor: Actor, public_id: UUID, span: Span, today: date, number: int | None = None
) -> tuple[Organization, PetitionReportPaper]:
    """What the board says of a quarter today, or report `number` as it was issued. Raises NotFound, ContentChanged."""
    require_quarter(span, today)
    unit = get_unit(actor=actor, public_id=public_id)
    if number is None:
        return unit, build_petition_report(actor=actor, unit=unit, span=span, today=today)
    row = IssuedPetitionReport.objects.filter(organization=unit, span=str(span), number=number).first()
    if row is None:
        raise NotFound
    return unit, row.read(PetitionReportPaper, name=f"Báo cáo kiến nghị {say_quarter(span)}, bản {number}")


def build_petition_report(*, actor: Actor, unit: Organization, span: Span, today: date) -> PetitionReportPaper:
    """In Vietnamese, of a unit that has passed its own door. About twenty queries, however many petitions there are."""
    days = (span.first.first_day, span.last.last_day)
    with translation.override("vi"):
        boards = {
            group: read_board(actor=actor, unit=unit, days=days, group=group, today=today)
            for group in (BoardGroup.FIELD, BoardGroup.UNIT, BoardGroup.BODY)
        }
        board = boards[BoardGroup.FIELD]
        return PetitionReportPaper(
            letterhead=make_petition_head(unit, today, "BC"),
            subject=f"kết quả giải quyết kiến nghị {say_quarter(span)}",
            opening=_open(span, today),
            lines=tuple(_list_lines(board)),
            fields=_list_rows(boards[BoardGroup.FIELD]),
            units=() if unit.is_cell else _list_rows(boards[BoardGroup.UNIT]),
            bodies=tuple(_make_row(row) for row in boards[BoardGroup.BODY].rows if row.key != NO_BODY),
            signature=sign_for(unit, today),
        )


def _open(span: Span, today: date) -> str:
    over = "" if span.is_over(today) else ", quý này chưa hết"
    return f"Số liệu lấy từ sổ kiến nghị ngày {say_date(today)}{over}. Kiến nghị chưa đến hạn trả lời không tính vào tỷ lệ."


def _list_lines(board: BoardPage) -> Iterable[ReportLine]:
    total = board.total
    for figure in (BoardFigure.RAISED, BoardFigure.ON_SPOT, BoardFigure.DUE):
        yield ReportLine(str(figure.label), str(total.figures[figure]))
    share = f" ({say_percent(total.in_time)})" if total.in_time is not None else ""
    yield ReportLine(str(BoardFigure.IN_TIME.label), f"{total.figures[BoardFigure.IN_TIME]}{share}")
    for figure in (BoardFigure.LATE, BoardFigure.OVERDUE, BoardFigure.SOLVED, BoardFigure.SATISFIED):
        yield ReportLine(str(figure.label), str(total.figures[figure]))
    if total.median is not None:
        days = f"{total.median} ngày (tính cả kiến nghị còn chờ)"
        yield ReportLine("Nửa số kiến nghị nêu trong quý có trả lời trong", days)
    yield ReportLine(
        "Đang chờ đến ngày lấy số liệu, cả kiến nghị nêu trước quý", str(total.figures[BoardFigure.WAITING])
    )
    if total.oldest is not None:
        yield ReportLine("Kiến nghị chờ lâu nhất trong số ấy", f"{total.oldest} ngày")


def _list_rows(board: BoardPage) -> tuple[ReportRow, ...]:
    return tuple(_make_row(row) for row in board.rows)


def _make_row(row: BoardRow) -> ReportRow:
    return ReportRow(
        label=row.label,
        raised=row.figures[BoardFigure.RAISED],
        due=row.figures[BoardFigure.DUE],
        in_time=row.figures[BoardFigure.IN_TIME],
        late=row.figures[BoardFigure.LATE],
        overdue=row.figures[BoardFigure.OVERDUE],
        satisfied=row.figures[BoardFigure.SATISFIED],
        waiting=row.figures[BoardFigure.WAITING],
    )


def name_report_file(unit: Organization, span: Span, form: Form, number: int | None = None) -> str:
    """`Báo cáo kiến nghị 2026-q4, bản 1, Đảng bộ xã Lăng Can.docx`."""
    with translation.override("vi"):
        version = f"bản {number}" if number else ""
        return make_file_name([f"Báo cáo kiến nghị {span}", version, unit.name], f".{form}")
