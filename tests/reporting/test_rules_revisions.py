"""What a version says that it changed, in few words."""

import pytest

from nennep.records.rules.corrections import PaperChange, compare_places
from nennep.reporting.rules.revisions import SHORT, say_changes

FULL, LONG = "a" * SHORT, "a" * (SHORT + 1)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("21/23", "20/23", "Mục: 21/23 → 20/23"),
        ("", "Đủ", "Mục: (trống) → Đủ"),
        ("Đủ", "", "Mục: Đủ → (trống)"),
        ("Một\nHai", "Ba", "Mục: Một Hai → Ba"),
        (FULL, "b", f"Mục: {FULL} → b"),
        (LONG, "b", "Mục: đã sửa"),
        ("b", LONG, "Mục: đã sửa"),
        ("", LONG, "Mục: ghi thêm"),
        (LONG, "", "Mục: bỏ"),
    ],
    ids=["both", "new", "gone", "lines", "as long as may be", "longer", "longer now", "long and new", "long and gone"],
)
def test_a_change_is_said_with_both_texts_while_they_are_short(before: str, after: str, said: str) -> None:
    assert say_changes([PaperChange("Mục", before, after)]) == (said,)


def test_places_that_say_the_same_are_no_change() -> None:
    before, after = [("A", "1"), ("B", "2"), ("C", "3")], [("B", "2"), ("A", "0"), ("D", "4")]
    assert compare_places(before, after) == (
        PaperChange("A", "1", "0"),
        PaperChange("D", "", "4"),
        PaperChange("C", "3", ""),
    )
