"""What two versions of the minutes say differently, place by place in the order of the paper."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from nennep.records.rules.corrections import MinutesChanges, PaperChange, compare_papers, texts_of_paper
from nennep.records.rules.minutes import (
    AbsentPart,
    AttendancePart,
    ItemTexts,
    MinutesContent,
    NewDutyPart,
    RemarkPart,
    VotePart,
)
from tests.records.test_rules_minutes import PAPER

VOTE = VotePart("Nghị quyết", "Biểu quyết giơ tay", 23, 20, 2, 1, passed=True)


def changes(before: MinutesContent = PAPER, **fields: Any) -> list[PaperChange]:
    return list(compare_papers(before, replace(before, **fields)))


def attendance(**fields: Any) -> AttendancePart:
    return replace(PAPER.attendance, **fields)


@pytest.mark.parametrize(
    ("fields", "place", "before", "after"),
    [
        ({"fee_note": ""}, "Đảng phí", "Đã nộp đủ", ""),
        ({"extra": "Thêm"}, "Ghi thêm", "", "Thêm"),
        ({"conclusion": "Khác"}, "Kết luận của người chủ trì", "Làm xong mương.", "Khác"),
        ({"attendance": attendance(present=21)}, "Có mặt", "22/25", "21/25"),
        ({"attendance": attendance(excused=3)}, "Vắng có lý do", "2", "3"),
        ({"attendance": attendance(unexcused=0)}, "Vắng không lý do", "1", "0"),
        (
            {"attendance": attendance(absent=(AbsentPart("Quan Thị Biên", "Vắng không lý do", ""),))},
            "Vắng mặt",
            "Quan Thị Biên (vắng có lý do: việc gia đình)",
            "Quan Thị Biên (vắng không lý do)",
        ),
        ({"attendance": attendance(late=("A", "B"))}, "Đến muộn", "Quan Văn Hoạch", "A, B"),
        ({"attendance": attendance(left_early=())}, "Về sớm", "Ma Thị Sen", ""),
        ({"attendance": attendance(online=())}, "Dự trực tuyến", "Lý A Dủ", ""),
        (
            {"votes": ()},
            "Biểu quyết: Nghị quyết tháng 11",
            "20/23 tán thành, 0 không tán thành, 1 ý kiến khác: thông qua",
            "",
        ),
        ({"remarks": ()}, "Biểu dương: Lý Thị Mỷ", "Trực đủ", ""),
        ({"duties": ()}, "Nhiệm vụ: Làm 120 m còn lại", "Ma Đình Phúc (Hoàng Văn Oanh), 20/11/2026", ""),
    ],
)
def test_each_place_says_what_stood_and_what_stands(
    fields: dict[str, Any], place: str, before: str, after: str
) -> None:
    assert changes(**fields) == [PaperChange(place, before, after)]


def test_the_same_paper_has_no_changes() -> None:
    assert changes() == []


def test_course_and_conclusion_of_an_item_are_two_places() -> None:
    item = replace(PAPER.items[0], note="Khác", conclusion="Xong")
    assert changes(items=(item,)) == [
        PaperChange("1. Kết quả tháng 10: diễn biến, ý kiến", "Ghi", "Khác"),
        PaperChange("1. Kết quả tháng 10: kết luận", "", "Xong"),
    ]


def test_times_are_said_as_moments() -> None:
    found = changes(opened_at="2026-11-03T19:45+07:00", closed_at="2026-11-03T21:30+07:00")
    assert [change.place for change in found] == ["Khai mạc", "Bế mạc"]
    assert "19:45" in found[0].after.replace(" giờ ", ":")


def test_a_vote_that_fell_says_so_and_two_on_one_thing_are_told_apart() -> None:
    twice = replace(PAPER, votes=(VOTE, VOTE))
    fell = replace(VOTE, in_favour=10, passed=False)
    assert list(compare_papers(twice, replace(PAPER, votes=(VOTE, fell)))) == [
        PaperChange(
            "Biểu quyết: Nghị quyết (2)",
            "20/23 tán thành, 2 không tán thành, 1 ý kiến khác: thông qua",
            "10/23 tán thành, 2 không tán thành, 1 ý kiến khác: không thông qua",
        )
    ]


def test_a_task_without_help_or_date_and_what_is_only_in_the_old_paper() -> None:
    duty = NewDutyPart("Việc mới", "Ma Đình Phúc", "", "")
    remark = RemarkPart("Nhắc nhở", "Ma Văn A", "Đến muộn")
    assert changes(duties=(duty,), remarks=(remark,)) == [
        PaperChange("Nhắc nhở: Ma Văn A", "", "Đến muộn"),
        PaperChange("Nhiệm vụ: Việc mới", "", "Ma Đình Phúc, chưa xác định mốc"),
        PaperChange("Biểu dương: Lý Thị Mỷ", "Trực đủ", ""),
        PaperChange("Nhiệm vụ: Làm 120 m còn lại", "Ma Đình Phúc (Hoàng Văn Oanh), 20/11/2026", ""),
    ]


def test_every_text_has_a_name_under_which_it_is_merged() -> None:
    assert texts_of_paper(PAPER) == {
        "note.a": "Ghi",
        "end.a": "",
        "conclusion": "Làm xong mương.",
        "fee_note": "Đã nộp đủ",
        "extra": "",
    }
    one = UUID(int=1)
    wanted = MinutesChanges(items={one: ItemTexts("Một", "Hai")}, conclusion="", extra="Ba")
    assert wanted.texts() == {f"note.{one}": "Một", f"end.{one}": "Hai", "conclusion": "", "extra": "Ba"}
    settled = wanted.with_texts({f"note.{one}": "1", f"end.{one}": "2", "conclusion": "3"})
    assert (settled.items, settled.conclusion, settled.fee_note, settled.extra) == (
        {one: ItemTexts("1", "2")},
        "3",
        None,
        None,
    )
    told = wanted.with_texts({f"note.{one}": "1", f"end.{one}": "2", "fee_note": "4", "extra": "5"})
    assert (told.conclusion, told.fee_note, told.extra) == (None, "4", "5")
