"""Comma, semicolon, tab and bar separated text. Runs in the child."""

import csv
from collections import Counter
from io import StringIO
from itertools import islice

from nennep.core.sheets import limits
from nennep.core.sheets.cells import Row
from nennep.core.sheets.refusal import Refusal

_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE_LINES = 60


def read_rows(text: str) -> list[Row]:
    """The rows of delimited text; blank lines stay, so that row numbers agree with the spreadsheet program's."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if not text.strip():
        raise Refusal("sheet_empty")
    if max(map(len, text.split("\n"))) > limits.LINE_LENGTH:
        raise Refusal("sheet_has_too_many_cells")
    delimiter, text = _delimiter_of(text)
    if text.count(delimiter) + text.count("\n") > limits.CELLS:
        raise Refusal("sheet_has_too_many_cells")
    csv.field_size_limit(limits.LINE_LENGTH)
    return _parse(text, delimiter)


def _parse(text: str, delimiter: str) -> list[Row]:
    try:
        return [list(row) for row in csv.reader(StringIO(text), delimiter=delimiter)]
    except csv.Error:  # an unpaired quotation mark: then quotes are letters
        return [list(row) for row in csv.reader(StringIO(text), delimiter=delimiter, quoting=csv.QUOTE_NONE)]


def _delimiter_of(text: str) -> tuple[str, str]:
    """The delimiter, and the text without the `sep=;` line that some programs write first."""
    first, _newline, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        return first.strip()[-1], "\n" + rest
    sample = "\n".join(islice(text.split("\n"), _SAMPLE_LINES))
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter)), text


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    """How many lines agree on the most common number (over one) of columns, and that number."""
    widths = Counter(len(row) for row in _parse(sample, delimiter) if len(row) > 1)
    return max(((count * width, width) for width, count in widths.items()), default=(0, 0))
