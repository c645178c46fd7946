"""A column of a list that somebody uploads: what its heading is called, how a cell of it is read, where that is kept.

Each list has one table of them, from which everything that knows its columns is derived (docs/adr/0022).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from django.utils.functional import Promise

from nennep.core.sheets.cells import Cell
from nennep.core.text import fold

Value: TypeAlias = str | date
_NOT_A_LETTER = re.compile(r"[^a-z0-9#]+")


class CellRead(NamedTuple):
    """What a cell says, as a record keeps it; `code` names a problem, '' when there is none; `details` fill its sentence."""

    value: Value = ""
    code: str = ""
    details: tuple[tuple[str, str], ...] = ()


Reader: TypeAlias = Callable[[Cell, date], CellRead]


@dataclass(frozen=True, slots=True)
class ColumnTraits:
    """What makes a column.

    `label` is what people call it. `words` is how its headings begin (a regular expression), without diacritics, in small
    letters, with punctuation as spaces; columns are tried in the order of the table, the first that matches wins.
    `field` is where the record keeps it, and `read` how a cell of it is read on a day; None for a column that tells
    something only together with others.
    """

    label: str | Promise
    words: str = ""
    field: str = ""
    read: Reader | None = None


class HasTraits(Protocol):
    """An entry of a table of columns."""

    @property
    def traits(self) -> ColumnTraits: ...


_Column = TypeVar("_Column", bound=HasTraits)


def words_of(text: str) -> str:
    """A heading as it is compared."""
    return _NOT_A_LETTER.sub(" ", fold(text)).strip()


def find_column(words: str, table: Iterable[_Column]) -> _Column | None:
    """The first column of the table whose headings begin like these words (`words_of`); None when there is none."""
    known = (column for column in table if words and column.traits.words)
    return next((column for column in known if re.match(column.traits.words, words)), None)
