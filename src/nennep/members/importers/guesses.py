"""What a column may be whose heading says nothing, by what stands in it: a guess for somebody to confirm, never taken."""

from collections.abc import Callable, Sequence
from datetime import date

from nennep.core.phones import find_phone
from nennep.core.sheets.cells import Cell
from nennep.members.importers import values
from nennep.members.importers.columns import Column
from nennep.members.importers.dates import DateReader

_MOST = 0.8  # the share of the filled cells that must fit
_LEAST = 2
_ADULT = 15  # years: days long ago are of birth


def guess_column(cells: Sequence[Cell], taken: frozenset[Column], *, today: date) -> Column:
    """The first meaning that is not taken yet and fits most of the cells; NOTHING for none. `cells` are filled."""
    if len(cells) < _LEAST:
        return Column.NOTHING
    day = _guess_day(cells, taken, today)
    if day:
        return day
    tests: tuple[tuple[Column, Callable[[Cell], bool]], ...] = (
        (Column.IDENTITY, lambda cell: len(values.as_text(cell)) == 12 and values.as_text(cell).isdigit()),
        (Column.PHONE, lambda cell: bool(find_phone(values.as_text(cell)))),
        (Column.CARD, lambda cell: len(values.as_text(cell)) == 8 and values.as_text(cell).isdigit()),
        (Column.SEX, lambda cell: bool(values.read_sex(cell).text)),
        (Column.ETHNIC, lambda cell: values.read_ethnic_group(cell).code != "ethnic_unknown"),
        (Column.POST, lambda cell: bool(values.read_post(values.as_text(cell)))),
    )
    return next(
        (column for column, fits in tests if column not in taken and _share(cells, fits) >= _MOST), Column.NOTHING
    )


def _share(cells: Sequence[Cell], fits: Callable[[Cell], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _guess_day(cells: Sequence[Cell], taken: frozenset[Column], today: date) -> Column:
    """Days: of birth when they are long ago; else of admission, or of recognition when that is taken."""
    read = DateReader(today, birth=False).read
    days = [found.on for cell in cells if (found := read(cell)).on]
    if len(days) < len(cells) * _MOST:
        return Column.NOTHING
    old = sum(day.year < today.year - _ADULT and day.year < 1990 for day in days) * 2 > len(days)
    wanted = [Column.BORN, Column.ADMITTED, Column.OFFICIAL] if old else [Column.ADMITTED, Column.OFFICIAL]
    born = taken & {Column.BORN, Column.BORN_DAY, Column.MALE, Column.FEMALE}
    return next((column for column in wanted if column not in taken | (born and {Column.BORN})), Column.NOTHING)
