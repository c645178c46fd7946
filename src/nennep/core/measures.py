"""What is counted of every cell month by month: each context declares its measures in its `measures.py` (docs/adr/0038).

Figures at every height, the outside recount, the table of free choice and the exports know a measure from its one declaration.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from nennep.core.periods import Month


@dataclass(frozen=True, slots=True)
class Measure:
    """A count of one cell in one month that adds up over cells.

    `meaning` says exactly what is counted, `source` the rule that asks for it. `adds_up`: over several months it is added too;
    otherwise, as of what stands there on a day (members), the last month says it.
    """

    name: str
    label: Promise
    meaning: str
    source: str = ""
    adds_up: bool = True


Counted = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Counting:
    """Measures that one function counts for many cells at once, in a number of queries that does not grow with them.

    It is given ids of cells, the month, and its reference day: the last one, or today in the month in progress. It answers by
    id; a cell without any of them may be left out.
    """

    measures: tuple[Measure, ...]
    count: Callable[[Collection[int], Month, date], Counted]


class MeasureDeclaredTwice(Exception):
    """Two contexts, or one of them twice, declared a measure of this name."""


_declared: dict[str, Measure] = {}
_countings: list[Counting] = []
_loaded: list[bool] = []


def declare_measures(*measures: Measure, count: Callable[[Collection[int], Month, date], Counted]) -> None:
    """Called at import by the `measures.py` of a context. Raises MeasureDeclaredTwice."""
    for measure in measures:
        if measure.name in _declared:
            raise MeasureDeclaredTwice(measure.name)
        _declared[measure.name] = measure
    _countings.append(Counting(measures, count))


def list_measures() -> Mapping[str, Measure]:
    """Every measure by its name, in the order of INSTALLED_APPS."""
    _load()
    return _declared


def list_countings() -> Iterable[Counting]:
    _load()
    return _countings


def _load() -> None:
    """Not at the start: the functions that count import most of the program."""
    if not _loaded:
        _loaded.append(True)
        autodiscover_modules("measures")


@dataclass(frozen=True, slots=True)
class Counts(Mapping[str, int]):
    """Counts by the names of their measures, of a cell or a sum of cells; what is not there is 0. They add and subtract."""

    values_by_name: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, **counts: int) -> "Counts":
        return cls({name: count for name, count in counts.items() if count})

    def __getitem__(self, name: str) -> int:
        """Raises KeyError for what nobody declared: a name that was mistyped is not 0."""
        if name not in self.values_by_name and name not in list_measures():
            raise KeyError(name)
        return self.values_by_name.get(name, 0)

    def __iter__(self) -> Iterator[str]:
        return iter(list_measures())

    def __len__(self) -> int:
        return len(list_measures())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counts) and self.as_json() == other.as_json()

    def __hash__(self) -> int:
        return hash(frozenset(self.as_json().items()))

    def __add__(self, other: "Counts") -> "Counts":
        return self._join(other, 1)

    def __sub__(self, other: "Counts") -> "Counts":
        return self._join(other, -1)

    def _join(self, other: "Counts", sign: int) -> "Counts":
        joined = dict(self.values_by_name)
        for name, count in other.values_by_name.items():
            joined[name] = joined.get(name, 0) + sign * count
        return Counts(joined)

    def as_json(self) -> dict[str, int]:
        """As they are kept: in the order of their names, without those that are 0."""
        return {name: count for name, count in sorted(self.values_by_name.items()) if count}


def add_counts(counts: Iterable[Counts]) -> Counts:
    """The sum, made in one place: adding one after the other would copy what was added so far each time."""
    total: dict[str, int] = {}
    for item in counts:
        for name, count in item.values_by_name.items():
            total[name] = total.get(name, 0) + count
    return Counts(total)


def add_months(months: Iterable[Counts]) -> Counts:
    """Of several months, the oldest first: added, and of what does not add up over months the last one."""
    listed = list(months)
    total = add_counts(listed).as_json()
    last = listed[-1] if listed else Counts()
    stocks = {name: last[name] for name, measure in list_measures().items() if not measure.adds_up}
    return Counts(total | stocks)
