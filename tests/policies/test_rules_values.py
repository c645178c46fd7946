"""The shape of each key's value, at the edge of what is taken, and what follows from it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from nennep.organizations.choices import UnitKind
from nennep.policies.choices import Confidence, PolicyKey, ScoreEvidence
from nennep.policies.importers.pack_files import read_central_packs
from nennep.policies.rules import (
    Band,
    CountedStandings,
    InvalidValue,
    Obligation,
    Source,
    read_value,
    say_document,
    say_source,
    say_value,
)

LINE = {"topic": "opening", "title": "Khai mạc", "minutes": 5}
AGENDA: dict[str, Any] = {"code": "a", "kinds": {"regular": [LINE]}, "topics": {"every": [LINE]}}
MILESTONES = {"closing": "12-31", "special": "01-15", "dossier": "02-01", "report": "03-01", "before": True}
SHEET: dict[str, Any] = {
    "code": "s",
    "title": "Phiếu",
    "forms": ["2B"],
    "common": [{"code": "c", "title": "C", "max": 30}],
    "results": [{"code": "n", "title": "N", "max": 70}],
}
SECRETARY = {"office": "province_committee", "area": "followed"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (PolicyKey.FIXED_DAY, 1),
        (PolicyKey.FIXED_DAY, 28),
        (PolicyKey.MINUTES_REGULAR, 0),
        (PolicyKey.MINUTES_REGULAR, 1000),
        (PolicyKey.ATTENDANCE_TARGET, 0),
        (PolicyKey.ATTENDANCE_TARGET, 100),
        (PolicyKey.PAPER_TEMPLATE, "x"),
        (PolicyKey.PAPER_TEMPLATE, "x" * 60),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA),
        (PolicyKey.VISIT_OWN_CELL_COUNTS, True),
        (PolicyKey.VISIT_OWN_CELL_COUNTS, False),
    ],
)
def test_the_first_and_the_last_value_of_a_range_are_taken(key: PolicyKey, value: Any) -> None:
    assert read_value(key, value) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (PolicyKey.MINUTES_REGULAR, -1),
        (PolicyKey.MINUTES_REGULAR, 1001),
        (PolicyKey.ATTENDANCE_TARGET, -1),
        (PolicyKey.PAPER_TEMPLATE, "x" * 61),
        (PolicyKey.PAPER_TEMPLATE, 3),
        (PolicyKey.SCORE_LEVELS, {"good": 90, "fair": 90, "average": 50}),
        (PolicyKey.SCORE_LEVELS, {"good": 90, "fair": 50, "average": 50}),
        (PolicyKey.SCORE_LEVELS, {"good": 90, "fair": 70, "average": 0}),
        (PolicyKey.SCORE_LEVELS, {"good": 101, "fair": 70, "average": 50}),
        (PolicyKey.PETITION_RESPONSE, {"base": 30, "upper": 60}),
        (PolicyKey.PETITION_RESPONSE, {"base": 30, "upper": 60, "central": 90, "other": 1}),
        (PolicyKey.PETITION_RESPONSE, {"base": 0, "upper": 60, "central": 90}),
        (PolicyKey.PETITION_RESPONSE, {"base": 30, "upper": 60, "central": 251}),
        (PolicyKey.PETITION_RESPONSE, [30, 60, 90]),
        (PolicyKey.VOTE_ORDINARY, {"part": "0", "strict": True}),
        (PolicyKey.VOTE_ORDINARY, {"part": "1/2", "strict": 1}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"kinds": {"themed": [LINE]}}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"topics": {"village": [LINE]}}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"code": 3}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"kinds": {"regular": [LINE | {"minutes": "5"}]}}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"types": {"village": [LINE | {"title": 5}]}}),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA | {"kinds": {"regular": [{"topic": "opening"}]}}),
        (PolicyKey.SELF_CRITICISM_MINUTES, {"least": 31, "most": 30}),
        (PolicyKey.SELF_CRITICISM_MINUTES, {"least": 15, "most": 481}),
        (PolicyKey.SELF_CRITICISM_MINUTES, {"least": 481, "most": 481}),
        (PolicyKey.SELF_CRITICISM_MINUTES, {"least": 15}),
        (PolicyKey.VISIT_OBLIGATIONS, []),
        (PolicyKey.VISIT_OBLIGATIONS, [SECRETARY, SECRETARY]),
        (PolicyKey.VISIT_OBLIGATIONS, [SECRETARY | {"min_per_year": 0}]),
        (PolicyKey.VISIT_OBLIGATIONS, [SECRETARY | {"min_per_year": 61}]),
        (PolicyKey.VISIT_OBLIGATIONS, [{"office": "nobody", "area": "followed"}]),
        (PolicyKey.VISIT_OWN_CELL_COUNTS, 1),
        (PolicyKey.RATING_BANDS, {"excellent": 90, "good": 90, "satisfactory": 50}),
        (PolicyKey.RATING_BANDS, {"excellent": 90, "good": 70}),
        (PolicyKey.RATING_BANDS, {"excellent": 101, "good": 70, "satisfactory": 50}),
        (PolicyKey.RATING_LATE, 101),
        (PolicyKey.RATING_MIN_MONTHS, 25),
        (PolicyKey.RATING_COMMENDED_YEARS, 0),
        (PolicyKey.RATING_CAP_BASE, "everybody"),
        (PolicyKey.RATING_CAP_ROUNDING, "up"),
        (PolicyKey.RATING_CUTOFF, "31-12"),
        (PolicyKey.RATING_CUTOFF, "02-30"),
        (PolicyKey.RATING_DUE, {"cell": "12-20", "base": "12-10", "province": "12-28"}),
        (PolicyKey.RATING_DUE, {"cell": "12-10", "base": "12-20"}),
        (PolicyKey.RATING_MILESTONES, MILESTONES | {"special": "12-30"}),
        (PolicyKey.RATING_MILESTONES, MILESTONES | {"before": 1}),
        (PolicyKey.RATING_SHEET, []),
        (PolicyKey.RATING_SHEET, [SHEET | {"common": [{"code": "c", "title": "C", "max": 29}]}]),
        (PolicyKey.RATING_SHEET, [SHEET | {"results": [{"code": "n", "title": "N", "max": 71}]}]),
        (PolicyKey.RATING_SHEET, [SHEET | {"results": [{"code": "c", "title": "N", "max": 70}]}]),
        (PolicyKey.RATING_SHEET, [SHEET | {"forms": ["2D"]}]),
        (PolicyKey.RATING_SHEET, [SHEET | {"forms": []}]),
        (PolicyKey.RATING_SHEET, [SHEET, SHEET]),
        (PolicyKey.RATING_SHEET, [{"code": "x"}]),
        (PolicyKey.RATING_SHEET, [SHEET | {"results": [{"code": "n", "title": "N", "max": 70, "by_duties": 1}]}]),
    ],
)
def test_the_first_value_outside_a_range_is_refused(key: PolicyKey, value: Any) -> None:
    with pytest.raises(InvalidValue):
        read_value(key, value)


@pytest.mark.parametrize(
    ("strict", "in_favour", "base", "passes"),
    [
        (True, 5, 10, False),
        (True, 6, 10, True),
        (False, 4, 10, False),
        (False, 5, 10, True),
        (False, 0, 0, False),
        (False, 1, 1, True),
    ],
)
def test_half_is_enough_only_when_the_rule_says_at_least(
    *, strict: bool, in_favour: int, base: int, passes: bool
) -> None:
    threshold = read_value(PolicyKey.VOTE_ORDINARY, {"part": "1/2", "strict": strict})
    assert threshold.passes(in_favour=in_favour, base=base) is passes


def test_all_of_the_base_may_be_asked_for() -> None:
    unanimous = read_value(PolicyKey.VOTE_ORDINARY, {"part": "1", "strict": False})
    assert [unanimous.passes(in_favour=count, base=3) for count in (2, 3)] == [False, True]


def test_a_range_of_minutes_holds_both_its_ends() -> None:
    minutes = read_value(PolicyKey.SELF_CRITICISM_MINUTES, {"least": 15, "most": 30})
    assert [minutes.holds(count) for count in (14, 15, 30, 31)] == [False, True, True, False]


def test_a_range_of_minutes_may_be_one_number_up_to_eight_hours() -> None:
    minutes = read_value(PolicyKey.SELF_CRITICISM_MINUTES, {"least": 480, "most": 480})
    assert (minutes.least, minutes.most) == (480, 480)


def test_each_level_answers_petitions_in_its_own_days() -> None:
    days = read_value(PolicyKey.PETITION_RESPONSE, {"base": 1, "upper": 2, "central": 250})
    kinds = (UnitKind.CELL, UnitKind.BASE, UnitKind.UPPER_DIRECT, UnitKind.PROVINCE, UnitKind.CENTRAL)
    assert [days.of_level(kind) for kind in kinds] == [1, 1, 2, 2, 250]


def test_an_obligation_keeps_its_note_and_says_nothing_where_there_is_none() -> None:
    lines = [SECRETARY | {"min_per_year": 1, "note": "Điều 3"}, SECRETARY | {"office": "commune_committee"}]
    first, second = read_value(PolicyKey.VISIT_OBLIGATIONS, lines)
    assert isinstance(first, Obligation)
    assert [(item.min_per_year, item.note) for item in (first, second)] == [(1, "Điều 3"), (None, "")]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (
            PolicyKey.SCORE_LEVELS,
            {"good": 90, "fair": 70, "average": 50},
            "Tốt từ 90, Khá từ 70, Trung bình từ 50 điểm",
        ),
        (
            PolicyKey.PETITION_RESPONSE,
            {"base": 30, "upper": 60, "central": 90},
            "30 ở cơ sở, 60 ở cấp trên trực tiếp và tỉnh, 90 ở Trung ương",
        ),
        (PolicyKey.VOTE_ORDINARY, {"part": "1/2", "strict": True}, "quá nửa"),
        (PolicyKey.VOTE_ORDINARY, {"part": "2/3", "strict": False}, "ít nhất hai phần ba"),
        (PolicyKey.VOTE_ORDINARY, {"part": "2/3", "strict": True}, "trên 2/3"),
        (PolicyKey.VOTE_ORDINARY, {"part": "1/2", "strict": False}, "ít nhất 1/2"),
        (PolicyKey.VOTE_ORDINARY, {"part": "3/4", "strict": False}, "ít nhất 3/4"),
        (PolicyKey.SELF_CRITICISM_MINUTES, {"least": 15, "most": 30}, "từ 15 đến 30 phút"),
        (PolicyKey.AGENDA_TEMPLATE, AGENDA, "theo từng loại hình chi bộ"),
        (PolicyKey.VISIT_OWN_CELL_COUNTS, True, "có"),
        (PolicyKey.VISIT_OWN_CELL_COUNTS, False, "không"),
        (PolicyKey.FIXED_DAY, 3, "3"),
    ],
)
def test_a_value_is_said_in_words(key: PolicyKey, value: Any, words: str) -> None:
    assert say_value(key, read_value(key, value)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("50-CT/TW", "Chỉ thị 50-CT/TW"),
        ("42-HD/BTCTW", "Hướng dẫn 42-HD/BTCTW"),
        ("08-KH/ĐU", "Kế hoạch 08-KH/ĐU"),
        ("05-KL/TW", "Kết luận 05-KL/TW"),
        ("21-NQ/TW", "Nghị quyết 21-NQ/TW"),
        ("1120-QĐ/TU", "Quy định 1120-QĐ/TU"),
        ("33-BC/ĐU", "33-BC/ĐU"),
        ("Điều lệ Đảng", "Điều lệ Đảng"),
    ],
)
def test_a_document_is_called_by_its_kind_and_number(number: str, words: str) -> None:
    assert say_document(number) == words


@pytest.mark.parametrize(
    ("number", "article", "words"),
    [
        ("42-HD/BTCTW", "", "Hướng dẫn 42-HD/BTCTW"),
        ("08-KH/ĐU", "mục 4.7", "Kế hoạch 08-KH/ĐU, mục 4.7"),
    ],
)
def test_a_source_is_its_document_and_article(number: str, article: str, words: str) -> None:
    assert say_source(Source(number, "Tên", article, Confidence.LOCAL, 1, date(2026, 1, 1))) == words


def test_a_rule_without_a_document_is_the_units_own() -> None:
    assert say_source(None) == "Bộ quy định của đơn vị"


def test_no_rule_is_said_in_words_too() -> None:
    assert say_value(PolicyKey.COMMITTEE_DAYS_BEFORE, None) == "không quy định"


def test_obligations_are_said_with_and_without_a_number() -> None:
    found = read_value(
        PolicyKey.VISIT_OBLIGATIONS, [SECRETARY | {"min_per_year": 3}, SECRETARY | {"office": "commune_committee"}]
    )
    first, second = (item.office.label for item in found)
    words = f"{first}: ít nhất 3 lần; {second}: không quy định số lần"
    assert say_value(PolicyKey.VISIT_OBLIGATIONS, found) == words


def test_the_score_sheet_that_comes_with_the_program_says_its_groups() -> None:
    rules = [rule for pack in read_central_packs() for rule in pack.rules if rule.key == PolicyKey.SCORE_SHEET]
    sheet = read_value(PolicyKey.SCORE_SHEET, rules[0].value)
    assert say_value(PolicyKey.SCORE_SHEET, sheet) == f"{sheet.title}: {len(sheet.groups)} nhóm, 100 điểm"


@pytest.mark.parametrize(
    ("first", "second", "code"), [(60, 40, "b"), (99, 1, "b"), (60, 41, None), (60, 39, None), (60, 40, "a")]
)
def test_a_score_sheet_adds_up_to_a_hundred_with_different_codes(first: int, second: int, code: str | None) -> None:
    items = [{"code": "a", "title": "A", "max": first}, {"code": code or "b", "title": "B", "max": second}]
    sheet = {"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": items}]}
    if first + second == 100 and code != "a":
        assert [item.maximum for item in read_value(PolicyKey.SCORE_SHEET, sheet).items] == [first, second]
    else:
        with pytest.raises(InvalidValue):
            read_value(PolicyKey.SCORE_SHEET, sheet)


def sheet_about(**named: Any) -> dict[str, object]:
    items = [{"code": "1", "title": "A", "max": 100, **named}]
    return {"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": items}]}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({}, ()),
        ({"fact": ""}, ()),
        ({"fact": "attendance"}, (ScoreEvidence.ATTENDANCE_SHARE,)),
        ({"fact": "time"}, (ScoreEvidence.ON_THE_DAY, ScoreEvidence.MINUTES_LONG)),
        ({"fact": "discussion"}, (ScoreEvidence.DISCUSSION,)),
    ],
)
def test_a_line_of_before_names_what_it_is_about(named: dict[str, str], told: tuple[ScoreEvidence, ...]) -> None:
    (item,) = read_value(PolicyKey.SCORE_SHEET, sheet_about(**named)).items
    assert (item.evidence, item.is_judged) == (told, False)


@pytest.mark.parametrize("fact", ["weather", "Attendance", "1"])
def test_a_fact_that_no_record_knows_is_refused(fact: str) -> None:
    with pytest.raises(InvalidValue):
        read_value(PolicyKey.SCORE_SHEET, sheet_about(fact=fact))


def bands_of(*pairs: tuple[int, float]) -> tuple[Band, ...]:
    return tuple(Band(Fraction(limit), Decimal(str(points))) for limit, points in pairs)


def test_bands_of_a_line_of_before_are_read() -> None:
    sheet = sheet_about(fact="time", bands=[[100, 100], [50, 2.5], [0, 0]], short_by=[[15, 4], [30, 3]])
    (item,) = read_value(PolicyKey.SCORE_SHEET, sheet).items
    short, long = item.scales
    assert (short.evidence, short.bands) == (ScoreEvidence.MINUTES_SHORT, bands_of((0, 100), (15, 4), (30, 3)))
    assert (long.evidence, long.bands) == (ScoreEvidence.LENGTH_SHARE, bands_of((100, 100), (50, 2.5), (0, 0)))


@pytest.mark.parametrize(
    "named",
    [
        {"bands": [[90, 5], [50, 3]]},
        {"bands": [[50, 5], [90, 3], [0, 1]]},
        {"bands": [[90, 5], [90, 3], [0, 1]]},
        {"bands": [[90, 3], [0, 5]]},
        {"bands": [[90, 101], [0, 1]]},
        {"bands": [[90, 5], [0, -1]]},
        {"bands": [[90, 1.25], [0, 1]]},
        {"bands": [[90, 5, 1], [0, 1]]},
        {"bands": [["x", 5], [0, 1]]},
        {"bands": [[90, "x"], [0, 1]]},
        {"bands": 5},
        {"short_by": [[15, 101]]},
        {"short_by": [[481, 1]]},
    ],
    ids=[
        "not to the bottom",
        "not falling",
        "twice the same",
        "more for less",
        "above the maximum",
        "below nothing",
        "a quarter of a point",
        "three numbers",
        "no limit",
        "no points",
        "no list",
        "too much for too short",
        "longer than any meeting",
    ],
)
def test_bands_that_leave_a_gap_or_the_line_are_refused(named: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        read_value(PolicyKey.SCORE_SHEET, sheet_about(**named))


def test_counted_standings_are_read() -> None:
    counted = read_value(PolicyKey.VOTE_BASE, {"own": ["official"], "temporary": [], "if_present": ["exempt"]})
    assert counted == CountedStandings(frozenset({"official"}), frozenset(), frozenset({"exempt"}))
    without = read_value(PolicyKey.ATTENDANCE_BASE, {"own": ["official"], "temporary": ["official"]})
    assert without == CountedStandings(frozenset({"official"}), frozenset({"official"}), frozenset())
    assert say_value(PolicyKey.VOTE_BASE, counted) == "theo tư cách sinh hoạt của từng đảng viên"


@pytest.mark.parametrize(
    "value",
    [
        ["official"],
        {"own": ["official"]},
        {"own": [], "temporary": []},
        {"own": ["official"], "temporary": [], "guests": []},
        {"own": "official", "temporary": []},
        {"own": [1], "temporary": []},
        {"own": ["official"], "temporary": [], "if_present": ["official"]},
    ],
    ids=["no lists", "one list", "nobody", "another list", "a word", "a number", "counted twice"],
)
def test_other_shapes_of_counted_standings_are_refused(value: object) -> None:
    with pytest.raises(InvalidValue):
        read_value(PolicyKey.VOTE_BASE, value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            PolicyKey.RATING_BANDS,
            {"excellent": 90, "good": 70, "satisfactory": 50},
            "Xuất sắc từ 90, Tốt từ 70, Hoàn thành từ 50 điểm",
        ),
        (PolicyKey.RATING_CUTOFF, "12-31", "31/12"),
        (PolicyKey.RATING_CUTOFF, "meeting", "ngày hội nghị kiểm điểm"),
        (
            PolicyKey.RATING_DUE,
            {"cell": "12-10", "base": "12-20", "province": "12-28"},
            "chi bộ 10/12, cơ sở 20/12, tỉnh 28/12",
        ),
        (
            PolicyKey.RATING_MILESTONES,
            MILESTONES,
            "trước các ngày: xong 31/12, nơi đặc thù 15/01, hồ sơ 01/02, báo cáo 01/03",
        ),
        (PolicyKey.RATING_CAP_BASE, "good_only", "số hoàn thành tốt nhiệm vụ"),
        (PolicyKey.RATING_CAP_ROUNDING, "floor", "bỏ phần lẻ"),
        (PolicyKey.RATING_SHEET, [SHEET], "Phiếu"),
        (PolicyKey.RATING_LATE, 20, "20"),
    ],
)
def test_values_of_the_yearly_rating_are_said(key: PolicyKey, value: Any, said: str) -> None:
    assert say_value(key, read_value(key, value)) == said
