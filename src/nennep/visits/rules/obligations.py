"""How many visits an official owes in a calendar year, from the offices held and the policy in force (rules.md §3.1).

The regulations give a minimum a year and say nothing of offices that begin, end or change in mid-year, nor of somebody
who holds two. The rule of this program, stated in the guide (docs/guide/du-sinh-hoat.md):

1. A calendar month belongs to the offices held on its 15th. Of several offices that day the one with the greatest minimum
   counts; they are not added, because one visit serves each of them.
2. Each month owes one twelfth of that office's yearly minimum, by the policy in force on the 15th.
3. The twelfths of the year are added and rounded once, half up. A whole year therefore owes exactly the minimum; of a
   minimum of 2 three months owe 1 and two months owe none.
4. An office for which the document gives no number owes no number: that is shown in words, never as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import floor

from nennep.core.periods import Month, is_in_force
from nennep.visits.choices import Office

MIDDLE_DAY = 15
# The holder of the office is also a member of the wider body: its line counts where the document has none for the office.
_WIDER = {
    Office.STANDING_BOARD: Office.STANDING_COMMITTEE,
    Office.STANDING_COMMITTEE: Office.PROVINCE_COMMITTEE,
    Office.PROVINCE_COMMITTEE_SECRETARY: Office.PROVINCE_COMMITTEE,
}

# What the document in force for a unit in a month says: the yearly minimum by office, None where it gives no number.
Minima = Mapping[Office, int | None]
ObligationsOf = Mapping[tuple[int, Month], Minima]


class OwedKind(StrEnum):
    NUMBER = "number"
    NO_NUMBER = "no_number"  # the document names the office, without a number
    NO_RULE = "no_rule"  # no document in force names the office
    NO_OFFICE = "no_office"  # no office held on the 15th of any month


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office from a day on (half open)."""

    office: Office
    organization_id: int
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        return is_in_force(day, valid_from=self.valid_from, valid_to=self.valid_to)


@dataclass(frozen=True, slots=True)
class OwedPart:
    """So many months of the year under one office and one minimum; `min_per_year` None: no number."""

    office: Office
    organization_id: int
    months: int
    min_per_year: int | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What a year owes: `count` visits (None: no number), by `parts`; `monthly` the twelfths of January to December."""

    kind: OwedKind
    count: int | None
    parts: tuple[OwedPart, ...]
    monthly: tuple[Fraction, ...]

    def by(self, day: date) -> int:
        """What the months that are over on that day of the year owe, rounded down: the pace, not the obligation."""
        return floor(sum(self.monthly[: day.month - 1], Fraction(0)))


def find_line(office: Office, minima: Minima) -> Office | None:
    """The office whose line holds for `office`: its own, else that of the wider body it belongs to; None without any."""
    wanted: Office | None = office
    while wanted is not None and wanted not in minima:
        wanted = _WIDER.get(wanted)
    return wanted


def count_owed(holdings: Iterable[HeldOffice], *, year: int, obligations: ObligationsOf) -> Owed:
    """What the offices held in the calendar year owe, by the rule at the top of this file."""
    held = list(holdings)
    lines = [_line_of(held, Month(year, number), obligations) for number in range(1, 13)]
    twelfths = tuple(Fraction(line[2] or 0, 12) if line else Fraction(0) for line in lines)
    kind = _kind_of(held, lines, year)
    count = floor(sum(twelfths, Fraction(0)) + Fraction(1, 2)) if kind == OwedKind.NUMBER else None
    return Owed(kind, count, _parts_of(lines), twelfths)


_Line = tuple[Office, int, int | None]


def _line_of(held: Sequence[HeldOffice], month: Month, obligations: ObligationsOf) -> _Line | None:
    """Which office counts in that month, of which unit, with which minimum; None when none owes anything."""
    middle = month.first_day.replace(day=MIDDLE_DAY)
    lines = []
    for item in held:
        minima = obligations.get((item.organization_id, month), {})
        found = find_line(item.office, minima)
        if item.covers(middle) and found:
            lines.append((item.office, item.organization_id, minima[found]))
    order = list(Office)
    return min(lines, key=lambda line: (-(line[2] or 0), order.index(line[0]), line[1]), default=None)


def _kind_of(held: Sequence[HeldOffice], lines: Sequence[_Line | None], year: int) -> OwedKind:
    found = [line for line in lines if line]
    if any(line[2] is not None for line in found):
        return OwedKind.NUMBER
    if found:
        return OwedKind.NO_NUMBER
    middles = [date(year, number, MIDDLE_DAY) for number in range(1, 13)]
    in_office = any(item.covers(day) for item in held for day in middles)
    return OwedKind.NO_RULE if in_office else OwedKind.NO_OFFICE


def _parts_of(lines: Sequence[_Line | None]) -> tuple[OwedPart, ...]:
    """In the order in which they first occur in the year."""
    months: dict[_Line, int] = {}
    for line in lines:
        if line:
            months[line] = months.get(line, 0) + 1
    return tuple(OwedPart(office, unit, count, minimum) for (office, unit, minimum), count in months.items())
