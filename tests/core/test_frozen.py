"""Frozen content: written down in one way, read again as the very value, by later programs too."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.frozen import ContentUnreadable, hash_content, read_content, to_canonical, write_content
from tests.factories.core import VIETNAM


@dataclass(frozen=True)
class Line:
    text: str
    points: Decimal | None = None


@dataclass(frozen=True)
class Sheet:
    kind: ClassVar = "sheet"
    day: date
    at: datetime
    lines: tuple[Line, ...] = ()
    best: Line | None = None
    marks: tuple[str, ...] = ()
    agreed: bool = False
    count: int = 0
    main: Line = field(default_factory=lambda: Line("none"))


lines = st.builds(
    Line, st.sampled_from(["", "Mương", "a\nb"]), st.none() | st.sampled_from([Decimal("4.50"), Decimal(0)])
)
sheets = st.builds(
    Sheet,
    day=st.sampled_from([date(2026, 1, 1), date(2026, 12, 31)]),
    at=st.sampled_from([datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM), datetime(2026, 1, 1, 0, 0, 1, tzinfo=VIETNAM)]),
    lines=st.lists(lines, max_size=3).map(tuple),
    best=st.none() | lines,
    marks=st.lists(st.sampled_from(["", "x"]), max_size=2).map(tuple),
    agreed=st.booleans(),
    count=st.integers(0, 2),
    main=lines,
)


@given(sheet=sheets)
def test_what_was_written_is_read_again_as_it_was(sheet: Sheet) -> None:
    read = read_content(Sheet, write_content(sheet))
    assert read == sheet
    assert [(line.text, str(line.points)) for line in read.lines] == [
        (line.text, str(line.points)) for line in sheet.lines
    ]
    assert write_content(read) == write_content(sheet)


def test_fields_that_come_and_go_leave_the_content_readable() -> None:
    """An older program wrote no marks and something that nobody asks for any more."""
    content = {"day": "2026-11-03", "at": "2026-11-03T19:30:00+07:00", "lines": [{"text": "Mương", "colour": "red"}]}
    at = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
    assert read_content(Sheet, content | {"gone": 1}) == Sheet(date(2026, 11, 3), at, (Line("Mương"),))


@dataclass(frozen=True)
class Renamed:
    """`Line` of today: what was `text` is `words`."""

    old_keys: ClassVar = {"words": "text"}
    words: str


@dataclass(frozen=True)
class Holder:
    lines: tuple[Renamed, ...]


def test_a_field_that_was_renamed_is_found_under_its_old_key() -> None:
    old, new = {"lines": [{"text": "Mương"}]}, {"lines": [{"words": "Mương"}]}
    assert read_content(Holder, old) == read_content(Holder, new) == Holder((Renamed("Mương"),))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"day": "2026-11-03"},
        {"day": "tháng 11", "at": "2026-11-03T19:30:00+07:00"},
        {"day": None, "at": None},
        {"day": "2026-11-03", "at": "2026-11-03T19:30:00+07:00", "lines": [None]},
        {"day": "2026-11-03", "at": "2026-11-03T19:30:00+07:00", "lines": [{"text": "Mương", "points": "mười"}]},
        [],
        None,
    ],
)
def test_what_has_lost_its_shape_is_refused_by_name(content: Any) -> None:
    with pytest.raises(ContentUnreadable):
        read_content(Sheet, content)


def test_a_content_is_written_down_in_one_way_only() -> None:
    """Whoever checks the hash of a version elsewhere writes it the same: sorted, without spaces, letters as they are."""
    assert to_canonical({"b": [1, "ă"], "a": {"d": None, "c": True}}) == '{"a":{"c":true,"d":null},"b":[1,"ă"]}'
    known = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}, by sha256sum
    assert hash_content({}) == known
