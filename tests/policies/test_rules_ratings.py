"""Values of the yearly rating: what is written in a document is read exactly, and refused one step beyond."""

from datetime import date
from typing import Any

import pytest

from nennep.policies.rules.ratings import (
    InvalidRating,
    MonthDay,
    PointItem,
    RatingBands,
    read_bands,
    read_due,
    read_milestones,
    read_sheets,
)

MILESTONES = {"closing": "12-31", "special": "12-31", "dossier": "12-31", "report": "12-31", "before": True}


@pytest.mark.parametrize("bands", [(3, 2, 1), (100, 99, 98), (90, 70, 50)])
def test_bands_fall_from_a_hundred_to_one(bands: tuple[int, int, int]) -> None:
    assert read_bands(dict(zip(("excellent", "good", "satisfactory"), bands, strict=True))) == RatingBands(*bands)


@pytest.mark.parametrize("bands", [(2, 1, 0), (101, 70, 50), (90, 90, 50), (90, 50, 50), (90, 70, True)])
def test_bands_that_do_not_fall_or_lie_outside_are_refused(bands: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidRating):
        read_bands(dict(zip(("excellent", "good", "satisfactory"), bands, strict=True)))


def test_bands_need_their_three_names() -> None:
    for wrong in ({"excellent": 90, "good": 70}, {"excellent": 90, "good": 70, "satisfactory": 50, "more": 1}, [90]):
        with pytest.raises(InvalidRating):
            read_bands(wrong)


@pytest.mark.parametrize(
    "changed",
    [{"before": "yes"}, {"report": "12-30"}, {"more": "12-31"}, {"closing": "13-01"}, {"closing": 1231}],
)
def test_milestones_follow_one_another_and_nothing_else_is_there(changed: dict[str, Any]) -> None:
    read = read_milestones(MILESTONES)
    assert (read.closing, read.report, read.before) == (MonthDay(12, 31), MonthDay(12, 31), True)
    with pytest.raises(InvalidRating):
        read_milestones(MILESTONES | changed)
    with pytest.raises(InvalidRating):
        read_milestones({name: value for name, value in MILESTONES.items() if name != "special"})


def test_levels_may_be_due_on_one_day_and_never_before_the_one_below() -> None:
    due = read_due({"cell": "12-10", "base": "12-10", "province": "12-10"})
    assert due.province.of_round(2026) == date(2026, 12, 10)
    with pytest.raises(InvalidRating):
        read_due({"cell": "12-11", "base": "12-10", "province": "12-12"})


def sheet(forms: list[str], **line: Any) -> dict[str, Any]:
    results = [{"code": "r", "title": "Kết quả", "max": 69}, {"code": "r1", "title": "Khác", "max": 1}]
    common = [{"code": "c", "title": "Chung", "max": 30} | line]
    return {"code": "s", "title": "Khung", "forms": forms, "common": common, "results": results}


def test_a_form_finds_its_own_sheet() -> None:
    sheets = read_sheets([sheet(["2B"]), sheet(["2A", "2C"], by_duties=True)])
    assert [sheets.for_form(form) for form in ("2A", "2B", "01")] == [sheets.sheets[1], sheets.sheets[0], None]
    assert sheets.sheets[1].common == (PointItem("c", "Chung", 30, by_duties=True),)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [sheet(["2B"]), sheet(["2B"])],
        [sheet([])],
        [sheet(["9"])],
        [sheet(["2B"], max=29)],
        [sheet(["2B"], code="r")],
        [sheet(["2B"], by_duties=1)],
        [{"code": "s"}],
    ],
    ids=["none", "a form twice", "no form", "another form", "sum", "a code twice", "not a yes", "without lines"],
)
def test_sheets_that_do_not_add_up_are_refused(wrong: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidRating):
        read_sheets(wrong)


def test_a_line_of_one_point_is_a_line_and_of_none_is_not() -> None:
    few, none = sheet(["2B"]), sheet(["2B"])
    none["results"] = [{"code": "r", "title": "Kết quả", "max": 70}, {"code": "r1", "title": "Khác", "max": 0}]
    assert read_sheets([few]).sheets[0].results[1].maximum == 1
    with pytest.raises(InvalidRating):
        read_sheets([none])
