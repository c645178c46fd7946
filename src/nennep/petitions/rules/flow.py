"""The picture of where petitions go: two columns of boxes and the bands between them, in whole points. Pure."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHOWN = 6  # boxes of one column, besides that of all others
WIDTH, BOX = 360, 10
LEFT, RIGHT = 122, 228  # where the boxes end and begin: labels have the rest
LINE, LETTERS, GAP, LEAST = 15, 16, 8, 34  # LEAST: the room of one box, which two lines of its label need
FULL = 260  # points of height for all of them


@dataclass(frozen=True, slots=True)
class Box:
    """One place. `lines` of its label with the height of each; `y` and `height` in points."""

    lines: tuple[tuple[int, str], ...]
    number: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """`bands`: paths from left to right. `alike`: places with so many or fewer are one point high all of them; 0 where none is."""

    height: int
    sources: tuple[Box, ...]
    targets: tuple[Box, ...]
    bands: tuple[str, ...]
    alike: int = 0


Flow = tuple[str, str, int]  # from, to, how many


def draw_flows(flows: Iterable[Flow], others: str) -> FlowPicture:
    """The largest of each side by themselves, all others together under this name."""
    known = list(flows)
    shown = [_find_largest(known, side) for side in (0, 1)]
    numbers: Counter[tuple[str, str]] = Counter()
    for source, target, number in known:
        numbers[_named(source, shown[0], others), _named(target, shown[1], others)] += number
    columns = [_stack(numbers, side, others) for side in (0, 1)]
    height = max(
        (sum(map(_measure, column.values())) + GAP * (len(column) - 1) for column in columns if column), default=0
    )
    sources, targets = (tuple(column.values()) for column in columns)
    return FlowPicture(height, sources, targets, tuple(_draw_bands(numbers, *columns)), _find_alike(numbers.total()))


def _measure(box: Box) -> int:
    """The room that it takes in its column."""
    return max(LEAST, box.height)


def _find_alike(total: int) -> int:
    """The largest number whose box is one point high, where it is not the only one."""
    largest = (2 * total - 1) // FULL
    return largest if largest > 1 else 0


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
    """The largest on top, the others at the end. Each as high as its part of all; a small one stands in the middle of its room."""
    sums: Counter[str] = Counter()
    for pair, number in numbers.items():
        sums[pair[side]] += number
    total, y, boxes = sums.total() or 1, 0, {}
    for name in sorted(sums, key=lambda one: (one == others, -sums[one], one)):
        height = max(1, FULL * sums[name] // total)
        room = max(LEAST, height)
        boxes[name] = Box(_write_label(name, y, room), sums[name], y + (room - height) // 2, height)
        y += room + GAP
    return boxes


def _write_label(name: str, y: int, room: int) -> tuple[tuple[int, str], ...]:
    words = textwrap.wrap(name, LETTERS, max_lines=2, placeholder="…")
    first = y + room // 2 - LINE * (len(words) - 1) // 2 + LINE // 3
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
