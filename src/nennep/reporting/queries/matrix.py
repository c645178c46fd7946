"""Cells and months: a square for each, its letter, what opens behind it, the means beside them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.core.periods import Month
from nennep.organizations.rules import shorten_cell
from nennep.reporting.queries.facts import CellRecord, MonthRecord
from nennep.reporting.rules.figures import percent_of
from nennep.reporting.rules.matrix import Letter, MonthMark, average


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of the matrix. `label` is what a screen reader says, beginning with the letter; `url` opens the meeting."""

    mark: MonthMark
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`score` is the mean of the scored months among the twelve, `span_score` of those of the span that is looked at.

    `percent` is the attendance of the span.

    `opens`: the reader may open the cell; one that has moved away may be out of reach.
    """

    public_id: UUID
    name: str
    squares: tuple[Square, ...]
    score: Decimal | None
    span_score: Decimal | None
    percent: float | None
    opens: bool = True


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    title: str
    rows: tuple[MatrixRow, ...]


def make_link() -> Callable[[UUID | None], str]:
    """Addresses of meetings, made from one that was looked up once: a screen has more than a thousand of them."""
    sample = UUID(int=0)
    pattern = reverse("meetings:show_meeting", kwargs={"meeting": sample})
    return lambda meeting: pattern.replace(str(sample), str(meeting)) if meeting else ""


def make_rows(records: Iterable[CellRecord], asked: Sequence[Month]) -> list[MatrixRow]:
    """Each cell's squares, its mean scores and its attendance in the months that were asked for."""
    words, link = _say_letters(), make_link()
    return [_make_row(record, asked, words, link) for record in records]


def _make_row(
    record: CellRecord, asked: Sequence[Month], words: Mapping[Letter, str], link: Callable[[UUID | None], str]
) -> MatrixRow:
    span = [month for month in record.months if month.facts.month in asked]
    return MatrixRow(
        record.unit.public_id,
        shorten_cell(record.unit.name),
        tuple(Square(month.mark, _label(month, words), link(month.meeting)) for month in record.months),
        mean_score(record.months),
        mean_score(span),
        _percent_of(span),
    )


def _percent_of(months: Sequence[MonthRecord]) -> float | None:
    """Nothing of a month in which the cell stood elsewhere."""
    here = [month.facts for month in months if month.mark.letter]
    return percent_of(sum(month.present for month in here), sum(month.counted for month in here))


def mean_score(months: Sequence[MonthRecord]) -> Decimal | None:
    """The mean of the scored ones among these months."""
    return average([month.score for month in months if month.score is not None])


def _say_letters() -> Mapping[Letter, str]:
    return {
        Letter.GOOD: _("tốt"),
        Letter.FAIR: _("khá"),
        Letter.AVERAGE: _("trung bình"),
        Letter.POOR: _("kém"),
        Letter.NOT_MET: _("không họp"),
        Letter.NOT_SCORED: _("chưa chấm điểm"),
        Letter.NOT_DUE: _("chưa đến kỳ"),
        Letter.NONE: _("chưa theo dõi"),
    }


def _label(record: MonthRecord, words: Mapping[Letter, str]) -> str:
    """`K, 10/2026: khá`, beginning with what the square shows."""
    mark, month = record.mark, record.facts.month
    off = _(", họp ngoài ngày quy định") if mark.off_day else ""
    sign = f"{mark.sign.rstrip('*')}, " if mark.letter else ""
    return f"{sign}{month.number:02d}/{month.year}: {words[mark.letter]}{off}"
