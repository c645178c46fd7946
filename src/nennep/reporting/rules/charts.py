"""A line over twelve months, as points of an SVG drawn by the server: the cell's own figure, the median of its sisters, the goal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from nennep.core.periods import Month
from nennep.core.rounding import round_half_up

LEFT, RIGHT, TOP, BOTTOM = 34.0, 302.0, 14.0, 164.0
LABEL_GAP = 16.0
SPARK_WIDTH, SPARK_HEIGHT, MARGIN = 72.0, 20.0, 2.0  # of a line as small as a word


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis and where it stands."""

    text: str
    position: float

    @property
    def place(self) -> str:
        """For an attribute: a dot as the mark, whatever the reader's language."""
        return say_place(self.position)

    @property
    def y_text(self) -> str:
        """The middle of the letters on the line."""
        return say_place(self.position + 4)


def say_place(value: float) -> str:
    return f"{value:g}"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """The same numbers as a table."""

    month: Month
    own: float | None
    peer: float | None


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of the months up to `until`, as the points of its line."""

    value: float
    until: Month
    points: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines as lists of point strings (a month without a figure breaks a line); `own_end` and `peer_end` label their ends.

    `goals`: oldest first, one for each time that the rules asked for something else.
    """

    own: tuple[str, ...]
    peer: tuple[str, ...]
    dot: tuple[float, float] | None
    own_end: float | None
    peer_end: float | None
    goals: tuple[Goal, ...]
    levels: tuple[Tick, ...]
    months: tuple[Tick, ...]
    rows: tuple[ChartRow, ...]

    @property
    def former_goals(self) -> tuple[Goal, ...]:
        """What was asked for before the goal of today, the newest first."""
        return self.goals[-2::-1]

    @property
    def dot_place(self) -> tuple[str, str] | None:
        return (say_place(self.dot[0]), say_place(self.dot[1])) if self.dot else None

    @property
    def own_end_place(self) -> str:
        return "" if self.own_end is None else say_place(self.own_end + 4)

    @property
    def peer_end_place(self) -> str:
        return "" if self.peer_end is None else say_place(self.peer_end + 4)

    @property
    def last_own(self) -> float | None:
        return next((row.own for row in reversed(self.rows) if row.own is not None), None)

    @property
    def last_peer(self) -> float | None:
        return next((row.peer for row in reversed(self.rows) if row.peer is not None), None)


def make_chart(
    *,
    months: Sequence[Month],
    own: Sequence[float | None],
    peers: Sequence[Sequence[float | None]],
    goals: Sequence[float],
) -> Chart:
    """The chart of per cents or points; the scale begins at the ten below the lowest figure and ends at 100.

    `goals` are what the rules of each month asked for.
    """
    middle = [_middle(values) for values in peers]
    known = [value for value in [*own, *middle, *goals] if value is not None]
    low = min(80.0, min(known) // 10 * 10)
    own_points, peer_points = _place(own, low), _place(middle, low)
    own_last, peer_last = _last(own_points), _last(peer_points)
    own_end, peer_end = _spread(own_last[1] if own_last else None, peer_last[1] if peer_last else None)
    return Chart(
        own=_join(own_points),
        peer=_join(peer_points),
        dot=own_last,
        own_end=own_end,
        peer_end=peer_end,
        goals=tuple(_draw_goals(months, goals, low)),
        levels=tuple(
            Tick(str(round_half_up(level, 0)), _height(level, low)) for level in (low, (low + 100) / 2, 100.0)
        ),
        months=tuple(Tick(str(month.number), _across(index, len(months))) for index, month in _labelled(months)),
        rows=tuple(ChartRow(*row) for row in zip(months, own, middle, strict=True)),
    )


def _draw_goals(months: Sequence[Month], goals: Sequence[float], low: float) -> Iterator[Goal]:
    """A level line for each run of equal goals, from half a month before its first to half a month after its last."""
    half = (RIGHT - LEFT) / max(len(months) - 1, 1) / 2
    for value, run in groupby(range(len(months)), key=lambda index: goals[index]):
        places = list(run)
        begin = LEFT if places[0] == 0 else _across(places[0], len(months)) - half
        end = RIGHT if places[-1] == len(months) - 1 else _across(places[-1], len(months)) + half
        height = _height(value, low)
        yield Goal(value, months[places[-1]], f"{round(begin, 1):g},{height:g} {round(end, 1):g},{height:g}")


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _labelled(months: Sequence[Month]) -> list[tuple[int, Month]]:
    """Every second month, counted back from the last one."""
    return [(index, month) for index, month in enumerate(months) if (len(months) - 1 - index) % 2 == 0]


def _height(value: float, low: float) -> float:
    return round(BOTTOM - (value - low) / (100 - low) * (BOTTOM - TOP), 1)


def _across(index: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * index / max(count - 1, 1), 1)


def _place(values: Sequence[float | None], low: float) -> list[tuple[float, float] | None]:
    return [
        None if value is None else (_across(index, len(values)), _height(value, low))
        for index, value in enumerate(values)
    ]


def _join(points: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    runs = (list(group) for known, group in groupby(points, key=lambda point: point is not None) if known)
    return tuple(" ".join(f"{point[0]:g},{point[1]:g}" for point in run if point) for run in runs)


def _last(points: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    return next((point for point in reversed(points) if point), None)


def _spread(own: float | None, peer: float | None) -> tuple[float | None, float | None]:
    """The labels at the ends of the lines, moved apart where they would cover each other."""
    if own is None or peer is None or abs(own - peer) >= LABEL_GAP:
        return own, peer
    return (own, own + LABEL_GAP) if peer >= own else (own, own - LABEL_GAP)


def draw_spark(values: Sequence[float | None]) -> tuple[str, ...]:
    """Lists of points, one for each run of months with a value; 0 percent at the bottom, 100 at the top. A single month is a dash."""
    step = (SPARK_WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    placed = [
        None
        if value is None
        else (MARGIN + step * place, SPARK_HEIGHT - MARGIN - min(value, 100) / 100 * (SPARK_HEIGHT - 2 * MARGIN))
        for place, value in enumerate(values)
    ]
    runs = (list(run) for known, run in groupby(placed, key=lambda point: point is not None) if known)
    return tuple(_join_places([point for point in run if point]) for run in runs)


def _join_places(points: Sequence[tuple[float, float]]) -> str:
    x, y = points[0]
    drawn = points if len(points) > 1 else [(x - MARGIN / 2, y), (x + MARGIN / 2, y)]
    return " ".join(f"{round(across, 1):g},{round(down, 1):g}" for across, down in drawn)
