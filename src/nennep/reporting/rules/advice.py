"""Which comments of the bank help a weak group. Pure."""

from collections.abc import Iterable

# Groups of the sheet of An Phú (rules.md §2.3) that mean what groups of HD 42-HD/BTCTW (§2.2) mean.
_SAME = {"1": "c1", "2": "c2", "3": "c3", "4": "c4", "5": "c4", "6": "c5", "7": "c6", "8": "c7"}


def find_topics(groups: Iterable[str]) -> list[str]:
    """The topics of the bank for these groups of a score sheet, in their order, each once."""
    return list(dict.fromkeys(_SAME.get(code, code) for code in groups))
