"""Which months, quarters and years a page offers: the one choice of time that all pages of figures and lists have; how they are called."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from nennep.core.periods import Month, Span

SPAN = "ky"  # which month, quarter or year an address asks for: `?ky=2026-q3`
MONTHS_OFFERED, QUARTERS_OFFERED, YEARS_OFFERED = 24, 8, 4
QUARTER, YEAR = 3, 12


@dataclass(frozen=True, slots=True)
class Offered:
    """One entry of the list: what the address says, the words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class SpanChoice:
    """What was chosen, its neighbours (None: nothing is kept of it, or it is to come), the list by kind."""

    span: Span
    previous: Span | None
    following: Span | None
    groups: tuple[tuple[str, tuple[Offered, ...]], ...]

    @property
    def label(self) -> str:
        return say_span(self.span)

    @property
    def value(self) -> str:
        """As an address says it."""
        return str(self.span)

    @property
    def words(self) -> str:
        """`tháng 11/2026`: inside a sentence."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def previous_label(self) -> str:
        return say_span(self.previous) if self.previous else ""

    @property
    def following_label(self) -> str:
        return say_span(self.following) if self.following else ""


def make_choice(span: Span, *, since: Month, today: date) -> SpanChoice:
    """`since`: the first month of which something is kept."""
    current = Month.of(today)
    labels = {1: _("Tháng"), QUARTER: _("Quý"), YEAR: _("Năm")}
    limits = {1: MONTHS_OFFERED, QUARTER: QUARTERS_OFFERED, YEAR: YEARS_OFFERED}
    groups = []
    for size, label in labels.items():
        listed = _list_spans(Span.around(current, size), since, limits[size])
        if span.size == size and span not in listed:
            listed.append(span)
        groups.append((label, tuple(Offered(str(one), say_span(one)) for one in listed)))
    return SpanChoice(
        span=span,
        previous=span.previous if span.previous.last >= since else None,
        following=span.following if span.following.first <= current else None,
        groups=tuple(groups),
    )


def _list_spans(newest: Span, since: Month, limit: int) -> list[Span]:
    """The newest first."""
    found, one = [newest], newest.previous
    while one.last >= since and len(found) < limit:
        found.append(one)
        one = one.previous
    return found


def say_quarter(month: Month) -> str:
    roman = ("I", "II", "III", "IV")[month.quarter - 1]
    return _("Quý %(roman)s") % {"roman": roman}


def say_span(span: Span) -> str:
    """`Tháng 11/2026`, `Quý IV/2026`, `Năm 2026`."""
    values = {"number": span.first.number, "quarter": say_quarter(span.first), "year": span.first.year}
    if span.is_month:
        return _("Tháng %(number)s/%(year)s") % values
    return (_("%(quarter)s/%(year)s") if span.size == 3 else _("Năm %(year)s")) % values
