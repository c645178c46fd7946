"""Whether two petitions may be about the same matter: shared words, area, place, time. A proposal; the reader decides. Pure."""

from dataclasses import dataclass

# Words that nearly every petition has; as `core.text.fold` writes them.
_EMPTY = frozenset(
    [
        "de",
        "nghi",
        "kien",
        "cap",
        "tren",
        "xa",
        "thon",
        "ban",
        "xom",
        "chi",
        "bo",
        "dang",
        "uy",
        "cho",
        "cua",
        "va",
        "voi",
        "cac",
        "nhung",
        "mot",
        "hai",
        "o",
        "tai",
        "trong",
        "ngoai",
        "den",
        "di",
        "lai",
        "duoc",
        "co",
        "khong",
        "da",
        "se",
        "sua",
        "chua",
        "ho",
        "tro",
        "quan",
        "tam",
        "som",
        "xem",
        "xet",
        "giai",
        "quyet",
        "ve",
        "la",
        "nay",
        "do",
        "bi",
        "thi",
    ]
)
ENOUGH = 50


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` of 100 and more; `shared` words, same subject area, same place, and how many days lie between."""

    score: int
    shared: tuple[str, ...]
    same_field: bool
    same_place: bool
    days: int

    @property
    def is_enough(self) -> bool:
        return bool(self.shared) and self.score >= ENOUGH


def words_of(key: str) -> frozenset[str]:
    """The words that say what it is about."""
    return frozenset(word for word in key.split() if len(word) > 1 and word not in _EMPTY)


def compare(first: str, second: str, *, same_field: bool, same_place: bool, days: int) -> Likeness:
    """Of two folded texts. Half of the words of the shorter one are enough, fewer with the same place or area and not long apart."""
    one, other = words_of(first), words_of(second)
    shared = one & other
    least = min(len(one), len(other)) or 1
    near = 10 if days <= 90 else 0
    score = 100 * len(shared) // least + 20 * same_place + 10 * same_field + near
    return Likeness(score, tuple(sorted(shared)), same_field, same_place, days)
