"""How evenly a plan lies over the year: over its quarters, and the visits of one cell or one official over the months."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from nennep.planning.rules.plan import PlacedVisit

QUARTERS = 4


def count_quarters(visits: Iterable[PlacedVisit]) -> tuple[int, ...]:
    """Visits in each quarter, the first of the year first."""
    counts = Counter((visit.date.month - 1) // 3 for visit in visits)
    return tuple(counts[quarter] for quarter in range(QUARTERS))


def measure_unevenness(visits: Iterable[PlacedVisit]) -> int:
    """Visits of the fullest quarter less those of the emptiest."""
    counts = count_quarters(visits)
    return max(counts) - min(counts)


def count_close(visits: Sequence[PlacedVisit]) -> int:
    """Pairs of visits to one cell in the same month or in neighbouring ones."""
    return sum(
        one.cell == other.cell and abs(one.date.month - other.date.month) <= 1 for one, other in combinations(visits, 2)
    )
