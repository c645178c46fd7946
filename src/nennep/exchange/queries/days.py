"""The public holidays by which meeting days are judged: they stand in no table, and whoever counts outside needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from nennep.core.periods import holiday_name
from nennep.exchange.choices import DAYS_OFF
from nennep.exchange.rules import ExportColumn, Scope


@dataclass(frozen=True, slots=True)
class FreeTable:
    """A table that follows from no rows."""

    table: str
    holds: str
    columns: tuple[ExportColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def shape_days_off() -> tuple[FreeTable, tuple[str, ...]]:
    """The table, and the column that names a row."""
    day = ExportColumn("day", "date", "The day.", is_required=True)
    name = ExportColumn("name", "string", "The holiday, in Vietnamese.")
    return FreeTable(DAYS_OFF, "Public holidays of the months, those by decree too.", (day, name)), ("day",)


def list_days_off(scope: Scope) -> Iterator[tuple[str, str]]:
    day = scope.first_day
    while day <= scope.last_day:
        if name := holiday_name(day):
            yield day.isoformat(), name
        day += timedelta(days=1)
