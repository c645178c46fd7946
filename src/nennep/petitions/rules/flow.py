"""The picture of where petitions go: two columns of boxes and the bands between them, in whole points. Pure."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHOWN = 6  # boxes of one column, besides that of all others
WIDTH, BOX = 360, 10
LEFT, RIGHT = 122, 228  # where the boxes end and begin: labels have the rest
LINE, LETTERS, GAP, LEAST = 15, 16, 8, 34
FULL = 260  # points of height for all of them, before small ones are made readable


@dataclass(frozen=True, slots=True)
class Box:
    """One place. `lines` of its label with the height of each; `y` and `height` in points."""

    lines: tuple[tuple[int, str], ...]
    number: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """`bands`: paths from left to right."""

    height: int
    sources: tuple[Box, ...]
    targets: tuple[Box, ...]
    bands: tuple[str, ...]


Flow = tuple[str, str, int]  # from, to, how many


def draw_flows(flows: Iterable[Flow], others: str) -> FlowPicture:
    """The largest of each side by themselves, all others together under this name."""
    known = list(flows)
    shown = [_find_largest(known, side) for side in (0, 1)]
    numbers: Counter[tuple[str, str]] = Counter()
    for source, target, number in known:
        numbers[_named(source, shown[0], others), _named(target, shown[1], others)] += number
    columns = [_stack(numbers, side, others) for side in (0, 1)]
    height = max((box.y + box.height for column in columns for box in column.values()), default=0)
    return FlowPicture(
        height, tuple(columns[0].values()), tuple(columns[1].values()), tuple(_draw_bands(numbers, *columns))
    )


def _find_largest(flows: Sequence[Flow], side: int) -> set[str]:
    """All of them where there is only one more than would be shown."""
    sums: Counter[str] = Counter()
    for flow in flows:
        sums[str(flow[side])] += flow[2]
    ordered = sorted(sums, key=lambda name: (-sums[name], name))
    return set(ordered if len(ordered) <= SHOWN + 1 else ordered[:SHOWN])


def _named(name: str, shown: set[str], others: str) -> str:
    return name if name in shown else others


def _stack(numbers: Mapping[tuple[str, str], int], side: int, others: str) -> dict[str, Box]:
    """The largest on top, the others at the end."""
    sums: Counter[str] = Counter()
    for pair, number in numbers.items():
        sums[pair[side]] += number
    total, y, boxes = sums.total() or 1, 0, {}
    for name in sorted(sums, key=lambda one: (one == others, -sums[one], one)):
        height = max(LEAST, FULL * sums[name] // total)
        boxes[name] = Box(_write_label(name, y, height), sums[name], y, height)
        y += height + GAP
    return boxes


def _write_label(name: str, y: int, height: int) -> tuple[tuple[int, str], ...]:
    words = textwrap.wrap(name, LETTERS, max_lines=2, placeholder="…")
    first = y + height // 2 - LINE * (len(words) - 1) // 2 + LINE // 3
    return tuple((first + LINE * number, text) for number, text in enumerate(words))


def _draw_bands(
    numbers: Mapping[tuple[str, str], int], sources: Mapping[str, Box], targets: Mapping[str, Box]
) -> Iterable[str]:
    """Each as wide on either side as its part of that box."""
    taken: dict[tuple[int, str], int] = defaultdict(int)
    middle = (LEFT + RIGHT) // 2
    for source in sources:
        for target in targets:
            if number := numbers.get((source, target), 0):
                ends = []
                for side, name, box in ((0, source, sources[source]), (1, target, targets[target])):
                    top = box.y + box.height * taken[side, name] // box.number
                    taken[side, name] += number
                    ends.append((top, box.y + box.height * taken[side, name] // box.number))
                (a, b), (c, d) = ends
                yield (
                    f"M{LEFT} {a}C{middle} {a} {middle} {c} {RIGHT} {c}"
                    f"V{max(d, c + 1)}C{middle} {max(d, c + 1)} {middle} {max(b, a + 1)} {LEFT} {max(b, a + 1)}Z"
                )
