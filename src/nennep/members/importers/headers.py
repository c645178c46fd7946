"""Finds the header of a table wherever it stands, one row, or two or three with merged labels, and what its words mean."""

import re
from dataclasses import dataclass
from itertools import pairwise

from nennep.core.sheets.cells import Cell, Merge, Row
from nennep.core.sheets.columns import find_column, words_of
from nennep.members.importers.columns import NOT_OURS, Column
from nennep.members.importers.values import read_ethnic_group, read_sex

_DEEPEST = 3
_LABEL_LENGTH = 90
_SAMPLE_ROWS = 12
_PARTS_OF_BIRTH = {"ngay sinh": Column.BORN_DAY, "thang sinh": Column.BORN_MONTH, "nam sinh": Column.BORN_YEAR}
_NAMES = frozenset({Column.NAME, Column.FAMILY, Column.GIVEN})
_REPEATABLE = frozenset({Column.NOTHING, Column.INDEX})
_NOT_OURS = re.compile(NOT_OURS)
_ETHNIC_SHORT = frozenset({"dt", "d t"})  # `ĐT` is a telephone
_POST_PARTS = {"dang": Column.POST, "trong dang": Column.POST, "chi bo": Column.POST, "cap uy": Column.POST}


@dataclass(frozen=True, slots=True)
class Header:
    """Rows (counted from 0, last included) and, for each column, its label and meaning."""

    first: int
    last: int
    labels: tuple[str, ...]
    meanings: tuple[Column, ...]

    def column_of(self, meaning: Column) -> int:
        """The first column with that meaning; -1 when there is none."""
        return self.meanings.index(meaning) if meaning in self.meanings else -1

    @property
    def known(self) -> int:
        return len({meaning for meaning in self.meanings if meaning})


class HeaderFinder:
    """Looks for headers in one sheet; remembers what each label means."""

    def __init__(self, rows: list[Row], merges: tuple[Merge, ...]) -> None:
        self._rows = rows
        self._merges = merges
        self._meanings: dict[str, Column] = {}

    def at(self, start: int) -> Header | None:
        """The header whose first row is `start`; of the possible depths the one that explains most columns."""
        if not self._may_start(start):
            return None
        blocks = [self._block(start, depth) for depth in range(1, _DEEPEST + 1)]
        found = [block for block in blocks if block and _is_header(block)]
        return max(found, key=lambda block: (block.known, block.last), default=None)

    def first_from(self, start: int) -> Header | None:
        for number in range(start, len(self._rows)):
            header = self.at(number)
            if header:
                return header
        return None

    def _may_start(self, number: int) -> bool:
        """At least two labels that mean something, or one over a merged group, and no long text or many numbers."""
        texts = [cell for cell in self._rows[number] if isinstance(cell, str) and cell.strip()]
        return len(texts) >= 2 and sum(1 for text in texts if self._means(text)) >= 1

    def _means(self, text: str) -> Column:
        if len(text) > _LABEL_LENGTH:
            return Column.NOTHING
        if text not in self._meanings:
            self._meanings[text] = meaning_of(text)
        return self._meanings[text]

    def _block(self, start: int, depth: int) -> Header | None:
        if start + depth > len(self._rows):
            return None
        block = [[_label(cell) for cell in row] for row in self._rows[start : start + depth]]
        width = max(map(len, block))
        grid = [row + [""] * (width - len(row)) for row in block]
        if any(_looks_like_data(self._rows[start + below]) for below in range(1, depth)):
            return None
        if depth > 1 and not self._goes_below(grid):
            return None
        parents = self._spread(grid, start)
        labels = [_path([row[column] for row in parents]) for column in range(width)]
        meanings = self._with_spanning_name(self._meanings_of(labels), labels, range(start, start + depth))
        return Header(start, start + depth - 1, tuple(" ".join(label) for label in labels), tuple(meanings))

    def _with_spanning_name(self, meanings: list[Column], labels: list[list[str]], rows: range) -> list[Column]:
        """`Họ và tên` over two columns: the family part stands in the first, the given name in the second."""
        column = meanings.index(Column.NAME) if Column.NAME in meanings else len(meanings)
        if column + 1 >= len(meanings) or labels[column + 1]:
            return meanings
        merge = self._merge_at(rows.start, column)
        spans = merge[1] == column == merge[3] - 1 if merge else self._holds_given_names(rows.stop, column + 1)
        return [*meanings[:column], Column.FAMILY, Column.GIVEN, *meanings[column + 2 :]] if spans else meanings

    def _holds_given_names(self, start: int, column: int) -> bool:
        """Where nothing is known of merged places: every text there is one word, and some word is neither a sex nor an ethnic group."""
        rows = self._rows[start : start + _SAMPLE_ROWS]
        texts = [text for row in rows if column < len(row) and (text := str(row[column]).strip())]
        words = [text for text in texts if len(text) > 1 and text.isalpha()]
        other = [word for word in words if read_sex(word).code and read_ethnic_group(word).code == "ethnic_unknown"]
        return len(texts) == len(words) and len(other) > 1

    def _goes_below(self, grid: list[list[str]]) -> bool:
        """The labels of each further row stand under one that spans, under none, or repeat it.

        A heading such as `I | Chi bộ thôn Nà Lòa` stands under labels of one column each: it begins the data.
        """
        for above, row in pairwise(grid):
            for column, text in enumerate(row):
                alone = above[column] and not self._spans(above, row, column)
                if text and alone and text != above[column] and self._means(text) in {Column.NOTHING, Column.CELL}:
                    return False
        return True

    @staticmethod
    def _spans(above: list[str], below: list[str], column: int) -> bool:
        """The label at `column` has an empty place to its right with a label under it."""
        right = column + 1
        return right < len(above) and not above[right] and bool(below[right])

    def _spread(self, grid: list[list[str]], start: int) -> list[list[str]]:
        """Copy a label to the right over the columns it spans: as merged, or, where unknown, over labels below it."""
        spread = [list(row) for row in grid]
        for level in range(len(grid) - 1):
            for column in range(1, len(grid[level])):
                left = spread[level][column - 1]
                below = (
                    left
                    and any(row[column] for row in grid[level + 1 :])
                    and any(row[column - 1] for row in grid[level + 1 :])
                )
                if not spread[level][column] and below and self._is_joined(start + level, column):
                    spread[level][column] = left
        return spread

    def _is_joined(self, row: int, column: int) -> bool:
        """The place is merged with the one to its left, or nothing is known of merged places here."""
        merge = self._merge_at(row, column)
        return merge[1] < column if merge else not self._merge_at(row, column - 1)

    def _merge_at(self, row: int, column: int) -> Merge | None:
        for merge in self._merges:
            if merge[0] <= row <= merge[2] and merge[1] <= column <= merge[3]:
                return merge
        return None

    def _meanings_of(self, labels: list[list[str]]) -> list[Column]:
        children: dict[str, set[str]] = {}
        for label in labels:
            if len(label) > 1:
                children.setdefault(label[-2], set()).add(words_of(label[-1]))
        found = [
            meaning_under(label[-2], label[-1], frozenset(children[label[-2]]))
            if len(label) > 1
            else self._means("".join(label))
            for label in labels
        ]
        return _without_repeats(_with_name(_with_birth_in_parts(found, labels)))


def _label(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _path(labels: list[str]) -> list[str]:
    """The labels from the top down, without empty ones and repetitions."""
    path: list[str] = []
    for label in labels:
        if label and label not in path[-1:]:
            path.append(label)
    return path


def _looks_like_data(row: Row) -> bool:
    """Numbers, or texts with several digits: not a row of labels. A row (1) (2) (3) is not part of the header either."""
    filled = [cell for cell in row if cell != ""]
    if not filled:
        return True
    digits = sum(
        1 for cell in filled if not isinstance(cell, str) or sum(map(str.isdigit, cell)) * 2 > len(cell.strip())
    )
    return digits > 0


def _with_birth_in_parts(meanings: list[Column], labels: list[list[str]]) -> list[Column]:
    """`Ngày sinh`, `Tháng sinh`, `Năm sinh` side by side are the parts of one date."""
    words = [words_of(" ".join(label)) for label in labels]
    if not _PARTS_OF_BIRTH.keys() <= set(words):
        return meanings
    return [_PARTS_OF_BIRTH.get(word, meaning) for word, meaning in zip(words, meanings, strict=True)]


def _with_name(meanings: list[Column]) -> list[Column]:
    """`Tên` alone is the whole name; beside `Họ` it is its last word. A name column beside `Tên` is the family part."""
    if Column.GIVEN in meanings and Column.FAMILY not in meanings:
        return [
            (Column.FAMILY if Column.NAME in meanings and meaning == Column.NAME and _adjacent(meanings) else meaning)
            if meaning != Column.GIVEN or _adjacent(meanings)
            else Column.NAME
            for meaning in meanings
        ]
    if Column.FAMILY in meanings and Column.GIVEN not in meanings:
        return [Column.NAME if meaning == Column.FAMILY else meaning for meaning in meanings]
    return meanings


def _adjacent(meanings: list[Column]) -> bool:
    return Column.NAME in meanings and meanings.index(Column.GIVEN) == meanings.index(Column.NAME) + 1


def _without_repeats(meanings: list[Column]) -> list[Column]:
    """The first column of a meaning wins; a second one is not taken."""
    seen: set[Column] = set()
    result = []
    for meaning in meanings:
        result.append(Column.NOTHING if meaning in seen and meaning not in _REPEATABLE else meaning)
        seen.add(meaning)
    return result


def _is_header(block: Header) -> bool:
    found = set(block.meanings)
    named = Column.NAME in found or {Column.FAMILY, Column.GIVEN} <= found
    return named and len(found - {Column.NOTHING}) >= 2


# ── words ─────────────────────────────────────────────────────────────────────


def meaning_of(label: str) -> Column:
    """What a single label stands for; NOTHING when it is unknown."""
    words = words_of(label)
    if words in _ETHNIC_SHORT and "đ" not in label.casefold():
        return Column.ETHNIC
    if _NOT_OURS.match(words):
        return Column.NOTHING
    return find_column(words, Column) or Column.NOTHING


def is_not_ours(label: str) -> bool:
    """A heading that is understood, of something that the program does not keep."""
    return _NOT_OURS.match(words_of(label)) is not None


def meaning_under(parent: str, child: str, siblings: frozenset[str]) -> Column:
    """What a label below a merged one stands for; `siblings` are the words of all labels under the same parent."""
    above, words = meaning_of(parent), words_of(child)
    if words in {"nam", "nu"} and above in {Column.BORN, Column.SEX, Column.NOTHING}:
        return _male_female_or_year(words, siblings)
    if above == Column.BORN:
        return {"ngay": Column.BORN_DAY, "thang": Column.BORN_MONTH}.get(words, Column.BORN)
    if above == Column.POST:
        return _POST_PARTS.get(words, Column.NOTHING)
    if words_of(parent) in {"dang vien", "tu cach", "loai dang vien"}:
        marks = {"du bi": Column.PROBATIONARY_MARK, "chinh thuc": Column.OFFICIAL_MARK}
        return marks.get(words, meaning_of(child))
    if above in {Column.ADMITTED, Column.OFFICIAL} and words.startswith(("ngay", "thang", "nam", "lan")):
        return meaning_of(f"{parent} {child}")
    return meaning_of(child) or meaning_of(f"{parent} {child}")


def _male_female_or_year(words: str, siblings: frozenset[str]) -> Column:
    """Without diacritics "Năm" (year) and "Nam" (man) are one word: the labels beside it decide."""
    if words == "nu":
        return Column.FEMALE
    return Column.BORN_YEAR if siblings & {"ngay", "thang"} else Column.MALE
