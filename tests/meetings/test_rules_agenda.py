"""The programme as the template makes it."""

from typing import Any

import pytest

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.rules.agenda import (
    build_agenda,
    check_length,
    list_suggestions,
    may_change_kind,
    move_position,
    place_at,
)
from nennep.organizations.choices import CellType
from nennep.policies.importers.pack_files import read_central_packs

TEMPLATE: dict[str, Any] = next(
    rule.value for pack in read_central_packs() for rule in pack.rules if rule.key == "agenda.template"
)


def test_the_regular_programme_names_its_months() -> None:
    lines = build_agenda(TEMPLATE, kind=MeetingKind.REGULAR, month=Month(2026, 1))
    assert len(lines) == 9
    assert lines[3].title == "Kết quả thực hiện nghị quyết tháng 12"
    assert lines[5].title == "Nhiệm vụ tháng 1, phân công"
    assert sum(line.minutes for line in lines) == 110


@pytest.mark.parametrize("kind", list(MeetingKind))
def test_every_kind_keeps_the_order_of_phases_and_is_long_enough(kind: MeetingKind) -> None:
    lines = build_agenda(TEMPLATE, kind=kind, month=Month(2026, 11), theme="Nước sạch")
    phases = [line.phase.value for line in lines]
    assert phases == sorted(phases, key=["opening", "proceedings", "closing"].index)
    assert check_length(sum(line.minutes for line in lines), kind=kind, regular=90, combined=120).short_by == 0


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
    check = check_length(75, kind=MeetingKind.REGULAR, regular=90, combined=120)
    assert (check.minimum, check.short_by) == (90, 15)
    assert check_length(5, kind=MeetingKind.EXTRAORDINARY, regular=90, combined=120).short_by == 0


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


def test_moving_an_item() -> None:
    assert move_position([1, 2, 3], 0, 1) == [2, 1, 3]
    assert move_position([1, 2, 3], 0, -1) == [1, 2, 3]
    assert move_position([1, 2, 3], 2, 1) == [1, 2, 3]
    assert place_at([1, 2, 3, 4], 3, 1) == [4, 1, 2, 3]
    assert place_at([1, 2, 3, 4], 0, 99) == [2, 3, 4, 1]
