"""The programme as the template makes it."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Phase, Topic
from nennep.meetings.rules.agenda import (
    AgendaLine,
    CriticismCheck,
    build_agenda,
    check_criticism,
    check_length,
    depends_on_size,
    find_length_key,
    find_length_source,
    find_place,
    is_last_months,
    kind_with_theme,
    list_suggestions,
    may_change_kind,
    minutes_required,
    move_position,
    name_item,
    name_study,
    order_by_numbers,
    place_at,
)
from nennep.organizations.choices import CellType
from nennep.policies.choices import PolicyKey
from nennep.policies.importers.pack_files import read_central_packs
from nennep.policies.rules import LargeCell
from tests.factories.policies import make_rule_book

TEMPLATES: list[dict[str, Any]] = [
    rule.value for pack in read_central_packs() for rule in pack.rules if rule.key == "agenda.template"
]
RULES = make_rule_book(minutes_regular=90, minutes_combined=120)  # HD 42-HD/BTCTW
TEMPLATE = TEMPLATES[0]
NEWEST = TEMPLATES[-1]


def test_the_regular_programme_names_its_months() -> None:
    lines = build_agenda(TEMPLATE, kind=MeetingKind.REGULAR, month=Month(2026, 1))
    assert len(lines) == 9
    assert lines[3].title == "Kết quả thực hiện nghị quyết tháng 12"
    assert lines[5].title == "Nhiệm vụ tháng 01, phân công"
    assert sum(line.minutes for line in lines) == 110


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["code"])
@pytest.mark.parametrize("cell_type", ["", *CellType.values])
@pytest.mark.parametrize("kind", list(MeetingKind))
def test_every_kind_keeps_the_order_of_phases_and_is_long_enough(
    kind: MeetingKind, cell_type: str, template: dict[str, Any]
) -> None:
    lines = build_agenda(template, kind=kind, month=Month(2026, 11), theme="Nước sạch", cell_type=cell_type)
    phases = [line.phase.value for line in lines]
    assert phases == sorted(phases, key=["opening", "proceedings", "closing"].index)
    assert check_length(sum(line.minutes for line in lines), kind=kind, rules=RULES, members=25).short_by == 0


def test_the_theme_stands_after_the_regular_part() -> None:
    lines = build_agenda(TEMPLATE, kind=MeetingKind.COMBINED, month=Month(2026, 11), theme="Nước sạch")
    themed = [index for index, line in enumerate(lines) if line.topic == Topic.THEME]
    assert [lines[index].title for index in themed] == [
        "Trình bày chuyên đề: Nước sạch",
        "Thảo luận, kết luận chuyên đề",
    ]
    assert themed == [6, 7]


@pytest.mark.parametrize("cell_type", [kind.value for kind in CellType])
def test_each_type_of_cell_has_topics_of_its_own(cell_type: str) -> None:
    own = list_suggestions(TEMPLATE, cell_type=cell_type, month=Month(2026, 11))
    unknown = list_suggestions(TEMPLATE, cell_type="", month=Month(2026, 11))
    assert len(own) >= len(unknown) + 4
    assert (
        len(list_suggestions(TEMPLATE, cell_type=cell_type, month=Month(2026, 11), taken=[own[0].title]))
        == len(own) - 1
    )


def test_the_length_is_short_by_what_is_missing() -> None:
    check = check_length(75, kind=MeetingKind.REGULAR, rules=RULES, members=25)
    assert (check.minimum, check.short_by) == (90, 15)
    assert check_length(5, kind=MeetingKind.EXTRAORDINARY, rules=RULES, members=25).short_by == 0


@pytest.mark.parametrize(
    ("before", "after", "other_regular", "expected"),
    [
        (MeetingKind.REGULAR, MeetingKind.COMBINED, False, True),
        (MeetingKind.REGULAR, MeetingKind.THEMATIC, False, False),
        (MeetingKind.THEMATIC, MeetingKind.EXTRAORDINARY, True, True),
        (MeetingKind.THEMATIC, MeetingKind.COMBINED, True, False),
        (MeetingKind.THEMATIC, MeetingKind.COMBINED, False, True),
    ],
)
def test_a_theme_never_replaces_the_regular_meeting(
    before: MeetingKind, after: MeetingKind, other_regular: bool, expected: bool
) -> None:
    assert may_change_kind(before, after, month_has_regular=other_regular) == expected


PROGRAMME = [
    (Phase.OPENING, Topic.OPENING),
    (Phase.PROCEEDINGS, Topic.BULLETIN),
    (Phase.PROCEEDINGS, Topic.LAST_MONTH),
    (Phase.PROCEEDINGS, Topic.PETITIONS),
    (Phase.PROCEEDINGS, Topic.NEXT_MONTH),
    (Phase.PROCEEDINGS, Topic.SELF_CRITICISM),
    (Phase.PROCEEDINGS, Topic.PRAISE),
    (Phase.CLOSING, Topic.CONCLUSION),
]


@pytest.mark.parametrize(
    ("phase", "topic", "place"),
    [
        (Phase.PROCEEDINGS, Topic.BULLETIN, 2),
        (Phase.PROCEEDINGS, Topic.PETITIONS, 4),
        (Phase.PROCEEDINGS, Topic.RECRUITMENT, 4),
        (Phase.PROCEEDINGS, Topic.OTHER, 4),
        (Phase.PROCEEDINGS, Topic.NEXT_MONTH, 5),
        (Phase.PROCEEDINGS, Topic.PRAISE, 7),
        (Phase.PROCEEDINGS, Topic.UPPER_WORDS, 7),
        (Phase.CLOSING, Topic.PETITIONS, 8),
        (Phase.CLOSING, Topic.SCORING, 8),
        (Phase.OPENING, Topic.OTHER, 1),
    ],
)
def test_a_new_item_stands_beside_its_kin_or_before_the_tasks_of_the_month(
    phase: Phase, topic: Topic, place: int
) -> None:
    assert find_place(PROGRAMME, phase, topic) == place


@pytest.mark.parametrize("topic", [Topic.SELF_CRITICISM, Topic.OTHER])
def test_without_such_items_a_new_one_ends_its_phase(topic: Topic) -> None:
    assert find_place([PROGRAMME[0], PROGRAMME[1], PROGRAMME[-1]], Phase.PROCEEDINGS, topic) == 2
    assert find_place([], Phase.PROCEEDINGS, topic) == 0


def test_moving_an_item() -> None:
    assert move_position([1, 2, 3], 0, 1) == [2, 1, 3]
    assert move_position([1, 2, 3], 0, -1) == [1, 2, 3]
    assert move_position([1, 2, 3], 2, 1) == [1, 2, 3]
    assert place_at([1, 2, 3, 4], 3, 1) == [4, 1, 2, 3]
    assert place_at([1, 2, 3, 4], 0, 99) == [2, 3, 4, 1]


@pytest.mark.parametrize("kind", [MeetingKind.REGULAR, MeetingKind.COMBINED])
@pytest.mark.parametrize("cell_type", CellType.values)
def test_the_newest_template_has_every_standing_item(kind: MeetingKind, cell_type: str) -> None:
    """Issue 3 names them; the fees are shown at the opening, the meeting is scored at the end."""
    lines = build_agenda(NEWEST, kind=kind, month=Month(2026, 12), theme="Nước sạch", cell_type=cell_type)
    standing = {"bulletin", "study", "last_month", "next_month", "petitions", "self_criticism", "praise", "conclusion"}
    assert standing | {"opening", "scoring"} <= {line.topic.value for line in lines}
    criticism = check_criticism([(line.topic, line.minutes) for line in lines], kind=kind, least=15, most=30)
    assert criticism is not None
    assert not criticism.is_off
    assert sum(line.minutes for line in lines) <= 150


def test_each_type_of_cell_has_lines_of_its_own() -> None:
    own = {
        cell_type: {
            line.topic.value
            for line in build_agenda(NEWEST, kind=MeetingKind.REGULAR, month=Month(2026, 12), cell_type=cell_type)
        }
        for cell_type in CellType.values
    }
    plain = {line.topic.value for line in build_agenda(NEWEST, kind=MeetingKind.REGULAR, month=Month(2026, 12))}
    assert {cell_type: topics - plain for cell_type, topics in own.items()} == {
        "village": {"economy_order"},
        "office": {"political_task"},
        "state_enterprise": {"political_task"},
        "private_enterprise": {"workers"},
        "students": {"learning"},
        "armed_forces": {"discipline"},
    }


def test_special_cells_are_not_called_in_the_app() -> None:
    """HD 42: special cells of the armed forces do not roll-call in the app (dossier §1.4)."""
    lines = build_agenda(NEWEST, kind=MeetingKind.THEMATIC, month=Month(2026, 12), theme="x", cell_type="armed_forces")
    assert lines[0].title == "Khai mạc, điểm danh tại chỗ, thông qua chương trình"


def test_only_monthly_meetings_owe_self_criticism() -> None:
    lines = [("self_criticism", 10), ("self_criticism", 8), ("study", 10)]
    assert check_criticism(lines, kind=MeetingKind.THEMATIC, least=15, most=30) is None
    check = check_criticism(lines, kind=MeetingKind.REGULAR, least=15, most=30)
    assert check == CriticismCheck(18, 15, 30)


@given(st.lists(st.none() | st.integers(0, 12), max_size=12))
def test_numbers_never_lose_an_item(numbers: list[int | None]) -> None:
    assert sorted(order_by_numbers(numbers)) == list(range(len(numbers)))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1, 2, 3], [0, 1, 2]),
        ([3, 2, 1], [2, 1, 0]),
        ([1, 2, 1], [2, 0, 1]),
        ([None, None, 1], [2, 0, 1]),
        ([3, None, None], [1, 2, 0]),
        ([2, 1, 3], [1, 0, 2]),
        ([9, None, 1], [2, 1, 0]),
    ],
)
def test_a_typed_number_is_the_place_where_the_row_goes(numbers: list[int | None], expected: list[int]) -> None:
    assert order_by_numbers(numbers) == expected


def test_a_suggested_line_fills_the_page_that_adds_it() -> None:
    line = AgendaLine(Phase.PROCEEDINGS, Topic.NEXT_MONTH, "Vụ đông & thu hoạch", 15)
    assert parse_qs(line.address) == {"title": ["Vụ đông & thu hoạch"], "topic": ["next_month"], "minutes": ["15"]}


@pytest.mark.parametrize(
    ("kind", "minutes", "key"),
    [
        (MeetingKind.REGULAR, 90, PolicyKey.MINUTES_REGULAR),
        (MeetingKind.COMBINED, 120, PolicyKey.MINUTES_COMBINED),
        (MeetingKind.THEMATIC, 0, None),
        (MeetingKind.EXTRAORDINARY, 0, None),
    ],
)
def test_only_the_monthly_meetings_have_a_set_length(kind: MeetingKind, minutes: int, key: PolicyKey | None) -> None:
    assert (minutes_required(kind, RULES, members=25), find_length_key(kind)) == (minutes, key)


@pytest.mark.parametrize(
    ("kind", "members", "minutes", "key"),
    [
        (MeetingKind.REGULAR, 29, 90, PolicyKey.MINUTES_REGULAR),
        (MeetingKind.REGULAR, 30, 110, PolicyKey.SCORE_SHEET),
        (MeetingKind.COMBINED, 30, 120, PolicyKey.MINUTES_COMBINED),
        (MeetingKind.EXTRAORDINARY, 30, 0, None),
    ],
)
def test_a_plan_asks_large_cells_for_more_and_is_named_for_it(
    kind: MeetingKind, members: int, minutes: int, key: PolicyKey | None
) -> None:
    rules = replace(RULES, score_sheet=replace(RULES.score_sheet, large_cell=LargeCell(30, 110), others=()))
    source = find_length_source(kind, rules, members=members)
    assert (minutes_required(kind, rules, members=members), source) == (minutes, rules.source(key) if key else None)
    assert [depends_on_size(kind, one) for one in (rules, RULES)] == [key is not None, False]


ROWS: dict[str, Any] = {
    "kinds": {
        "regular": [
            {"phase": "opening", "topic": "opening", "title": "Khai mạc", "minutes": 5},
            {"phase": "proceedings", "topic": "next_month", "title": "Tháng {month}", "minutes": 20},
            {"phase": "closing", "topic": "conclusion", "title": "Kết luận: {theme}", "minutes": 5},
        ],
        "thematic": [{"phase": "opening", "topic": "opening", "title": "Khai mạc", "minutes": 5}],
    },
    "types": {
        "village": [
            {"kinds": ["regular", "thematic"], "topic": "economy_order", "title": "Mùa vụ", "minutes": 10},
            {"kinds": ["regular"], "topic": "opening", "phase": "opening", "title": "Chào cờ", "minutes": 7},
            {"kinds": ["thematic"], "topic": "learning", "title": "Học tập", "minutes": 10},
        ]
    },
}


def titles(kind: MeetingKind, cell_type: str = "", theme: str = "") -> list[str]:
    lines = build_agenda(ROWS, kind=kind, month=Month(2026, 11), cell_type=cell_type, theme=theme)
    return [line.title for line in lines]


def test_lines_of_a_type_come_before_the_tasks_of_the_month_or_replace_their_own() -> None:
    assert titles(MeetingKind.REGULAR) == ["Khai mạc", "Tháng 11", "Kết luận"]
    assert titles(MeetingKind.REGULAR, "village", "Nước") == ["Chào cờ", "Mùa vụ", "Tháng 11", "Kết luận: Nước"]
    assert titles(MeetingKind.THEMATIC, "village") == ["Khai mạc", "Mùa vụ", "Học tập"]
    [_, economy, *_rest] = build_agenda(ROWS, kind=MeetingKind.REGULAR, month=Month(2026, 11), cell_type="village")
    assert (economy.phase, economy.topic, economy.minutes) == (Phase.PROCEEDINGS, Topic.ECONOMY_ORDER, 10)


@pytest.mark.parametrize(
    ("minutes", "kind", "short_by"),
    [
        (89, MeetingKind.REGULAR, 1),
        (90, MeetingKind.REGULAR, 0),
        (91, MeetingKind.REGULAR, 0),
        (119, MeetingKind.COMBINED, 1),
        (120, MeetingKind.COMBINED, 0),
        (1, MeetingKind.THEMATIC, 0),
    ],
)
def test_a_meeting_is_short_by_what_is_missing_to_its_minimum(minutes: int, kind: MeetingKind, short_by: int) -> None:
    assert check_length(minutes, kind=kind, rules=RULES, members=25).short_by == short_by


@pytest.mark.parametrize(("minutes", "off"), [(14, True), (15, False), (30, False), (31, True)])
def test_both_ends_of_the_range_of_self_criticism_are_in_it(minutes: int, *, off: bool) -> None:
    assert CriticismCheck(minutes, 15, 30).is_off is off


@pytest.mark.parametrize("kind", list(MeetingKind))
def test_a_theme_is_taken_on_by_any_meeting(kind: MeetingKind) -> None:
    monthly = kind in {MeetingKind.REGULAR, MeetingKind.COMBINED}
    assert kind_with_theme(kind) == (MeetingKind.COMBINED if monthly else MeetingKind.THEMATIC)


@pytest.mark.parametrize(
    ("index", "position", "placed"),
    [
        (0, 1, [1, 2, 3]),
        (0, 2, [2, 1, 3]),
        (0, 3, [2, 3, 1]),
        (0, 4, [2, 3, 1]),
        (2, 1, [3, 1, 2]),
        (2, 0, [3, 1, 2]),
        (2, -5, [3, 1, 2]),
    ],
)
def test_a_place_beyond_either_end_is_that_end(index: int, position: int, placed: list[int]) -> None:
    assert place_at([1, 2, 3], index, position) == placed


@pytest.mark.parametrize(
    ("index", "step", "moved"),
    [(1, -1, [2, 1, 3]), (1, 1, [1, 3, 2]), (3, -1, [1, 2, 3]), (-1, 1, [1, 2, 3])],
)
def test_only_what_is_there_moves(index: int, step: int, moved: list[int]) -> None:
    assert move_position([1, 2, 3], index, step) == moved


@pytest.mark.parametrize(
    ("dated", "due_by_then", "category", "expected"),
    [
        (True, True, "regular", True),
        (True, False, "ad_hoc", False),
        (False, True, "regular", False),
        (False, False, "ad_hoc", True),
        (False, False, "supervision", True),
        (False, False, "households", False),
    ],
)
def test_which_open_tasks_belong_to_last_months_results(
    *, dated: bool, due_by_then: bool, category: str, expected: bool
) -> None:
    assert is_last_months(dated=dated, due_by_then=due_by_then, category=category) is expected


def test_suggestions_of_a_type_come_before_those_of_every_type() -> None:
    template = {
        "topics": {
            "village": [{"topic": "economy_order", "title": "Vụ tháng {month}", "minutes": 5}],
            "every": [{"topic": "unity", "title": "Đoàn kết sau tháng {last_month}", "minutes": 5}],
        }
    }
    lines = list_suggestions(template, cell_type="village", month=Month(2026, 1))
    assert [line.title for line in lines] == ["Vụ tháng 01", "Đoàn kết sau tháng 12"]
    assert {line.phase for line in lines} == {Phase.PROCEEDINGS}


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ("Lắp đèn ngõ xóm Nà Khà.", "Trả lời kiến nghị: lắp đèn ngõ xóm Nà Khà"),
        ("Đề nghị xã sửa cầu", "Trả lời kiến nghị: xã sửa cầu"),
        ("Nậm Chá chưa có nước sạch", "Trả lời kiến nghị: Nậm Chá chưa có nước sạch"),
        (f"Sửa cống đầu thôn. {'Nước ngập nhà dân. ' * 9}", "Trả lời kiến nghị: sửa cống đầu thôn"),
        (
            "Đề nghị Ủy ban nhân dân xã xem xét sửa đoạn đường từ nhà văn hóa đến đầu cầu treo bị sạt lở sau mưa lũ tháng 9",
            "Trả lời kiến nghị: Ủy ban nhân dân xã xem xét sửa đoạn đường từ nhà văn hóa đến đầu cầu treo bị sạt lở sau mưa…",
        ),
    ],
)
def test_an_item_from_a_reminder_has_a_short_official_title(about: str, title: str) -> None:
    assert name_item("Trả lời kiến nghị", about) == title


@pytest.mark.parametrize(
    ("number", "title", "said"),
    [
        ("12-KH/ĐU", "Kế hoạch nâng cao chất lượng", "Quán triệt Kế hoạch số 12-KH/ĐU nâng cao chất lượng"),
        ("50-CT/TW", "Chỉ thị của Ban Bí thư", "Quán triệt Chỉ thị số 50-CT/TW của Ban Bí thư"),
        ("12-KH/ĐU", "Nâng cao chất lượng", "Quán triệt 12-KH/ĐU Nâng cao chất lượng"),
        ("", "Chỉ thị về phòng cháy rừng", "Quán triệt Chỉ thị về phòng cháy rừng"),
    ],
)
def test_a_paper_to_study_is_named_as_papers_are(number: str, title: str, said: str) -> None:
    assert name_study(number, title) == said
