"""Every named evidence: what it is of the facts of a meeting, and in which words; None where the records do not know."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from nennep.assessments.rules import propose
from nennep.assessments.rules.evidence import EVIDENCE, find
from nennep.assessments.rules.example import EXAMPLE
from nennep.assessments.rules.sides import Scored, find_distance
from nennep.policies.choices import ScoreEvidence
from nennep.policies.rules import SheetItem, read_sheet

YES, NO, UNKNOWN = True, False, None
CASES: list[tuple[str, dict[str, Any], Any, str]] = [
    ("on_the_day", {}, YES, "03/11/2026, đúng ngày"),
    ("on_the_day", {"window_kept": False}, NO, "03/11/2026, ngoài ngày quy định"),
    ("on_the_day", {"window_kept": None}, YES, "03/11/2026, không định ngày"),
    ("minutes_long", {}, 80, "80 phút, cần 90"),
    ("minutes_long", {"minutes_required": 0}, 80, "80 phút"),
    ("minutes_short", {}, 10, "80 phút, cần 90"),
    ("minutes_short", {"minutes_long": 90}, 0, "90 phút, cần 90"),
    ("minutes_short", {"minutes_long": 91}, 0, "91 phút, cần 90"),
    ("length_share", {}, Fraction(8, 9), "80 phút, cần 90"),
    ("length_share", {"minutes_required": 0}, UNKNOWN, "80 phút"),
    ("attendance_share", {}, Fraction(23, 25), "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
    ("attendance_share", {"unexcused": 1}, Fraction(23, 25), "Có mặt 23/25 (92,0%), 1 vắng không lý do"),
    ("attendance_share", {"counted": 0}, UNKNOWN, "Chưa điểm danh"),
    ("unexcused", {"unexcused": 2}, 2, "2 vắng không lý do"),
    ("unexcused", {"counted": 0}, UNKNOWN, "Chưa điểm danh"),
    ("excused_streak", {"streak_max": 2}, 0, "không ai vắng có lý do quá 2 lần liên tiếp"),
    ("excused_streak", {"streaks": 1, "streak_max": 3}, 1, "1 đồng chí vắng có lý do quá 3 lần liên tiếp"),
    ("excused_streak", {"streaks": None}, UNKNOWN, "chưa biết ai vắng nhiều lần liên tiếp"),
    ("items", {}, 9, "Chương trình 9 mục, không kể việc sau bế mạc"),
    ("programme_agreed", {}, YES, "đã thống nhất chương trình"),
    ("programme_agreed", {"prepared": False}, NO, "chưa thống nhất chương trình"),
    ("committee_met", {}, YES, "chi ủy đã họp, có biên bản"),
    ("committee_met", {"committee_met": False}, NO, "chưa ghi họp chi ủy"),
    ("committee_met", {"committee_met": None}, UNKNOWN, "không biết chi ủy đã họp chưa"),
    ("committee_met", {"committee_met": None, "is_led_alone": True}, YES, "chi bộ chỉ có bí thư"),
    ("members_told", {}, YES, "đã báo đảng viên"),
    ("members_told", {"announced": False}, NO, "chưa báo đảng viên"),
    ("programme_agreed", {"prepared_after": True}, NO, "thống nhất chương trình sau khi khai mạc"),
    ("programme_agreed", {"prepared": False, "prepared_after": True}, NO, "chưa thống nhất chương trình"),
    ("members_told", {"announced_after": True}, NO, "báo đảng viên sau khi khai mạc"),
    ("members_told", {"announced": False, "announced_after": True}, NO, "chưa báo đảng viên"),
    ("notice_in_time", {}, YES, "báo đảng viên đúng hạn"),
    ("notice_in_time", {"announced_in_time": False}, NO, "báo đảng viên chậm"),
    ("notice_in_time", {"announced_in_time": False, "announced": False}, NO, "chưa báo đảng viên"),
    ("notice_in_time", {"announced_in_time": None}, UNKNOWN, "không biết báo đảng viên lúc nào"),
    ("follower_told", {}, YES, "cấp ủy viên theo dõi đã được báo"),
    ("follower_told", {"follower_told": False}, NO, "cấp ủy viên theo dõi chưa được báo"),
    ("follower_told", {"follower_told": None}, UNKNOWN, "không ghi ai theo dõi chi bộ"),
    ("papers", {}, 4, "4 tài liệu đúng hạn"),
    ("steps_in_order", {}, YES, "bàn đúng thứ tự chương trình"),
    ("steps_in_order", {"steps_in_order": False}, NO, "bàn không theo thứ tự chương trình"),
    ("steps_in_order", {"steps_in_order": None}, UNKNOWN, "không bấm giờ các mục nên không biết thứ tự"),
    ("papers", {"papers_on_time": False}, 4, "4 tài liệu, có bản chậm"),
    ("papers", {"papers": 0}, 0, "không có tài liệu"),
    ("papers_in_time", {}, YES, "4 tài liệu đúng hạn"),
    ("papers_in_time", {"papers_on_time": False}, NO, "4 tài liệu, có bản chậm"),
    ("papers_in_time", {"papers": 0, "papers_on_time": None}, NO, "không có tài liệu"),
    ("papers_in_time_share", {"papers_early": 3}, Fraction(3, 4), "3/4 tài liệu đúng hạn"),
    ("papers_in_time_share", {"papers_early": 0}, Fraction(0), "0/4 tài liệu đúng hạn"),
    ("papers_in_time_share", {"papers_early": None}, UNKNOWN, "4 tài liệu đúng hạn"),
    ("papers_in_time_share", {"papers": 0}, UNKNOWN, "không có tài liệu"),
    ("steps_done_share", {"items_taken": 8}, Fraction(8, 9), "Bàn 8/9 mục"),
    ("steps_done_share", {"items": 0}, UNKNOWN, "Không có chương trình"),
    ("steps_done_share", {"followed": False}, UNKNOWN, "Chương trình 9 mục, không ghi đã bàn những mục nào"),
    ("discussion", {}, UNKNOWN, "12/23 đồng chí phát biểu; biểu dương 2, nhắc nhở 1"),
    ("speakers_share", {}, Fraction(12, 23), "12/23 đồng chí phát biểu"),
    ("speakers_share", {"speakers": 24}, Fraction(1), "24/23 đồng chí phát biểu"),
    ("speakers_share", {"attending": 0}, UNKNOWN, "Chưa điểm danh"),
    ("criticism_minutes", {}, 18, "Tự phê bình và phê bình 18 phút"),
    ("criticism_minutes", {"criticism_minutes": 0}, UNKNOWN, "Không bấm giờ mục tự phê bình và phê bình"),
    ("themed", {}, YES, "đã bàn chuyên đề"),
    ("themed", {"theme_taken": False}, NO, "chưa bàn chuyên đề"),
    ("themed", {"theme_taken": None}, UNKNOWN, "không ghi đã bàn chuyên đề chưa"),
    ("themed", {"has_theme": False}, NO, "không có chuyên đề"),
    ("remarks", {}, 3, "biểu dương 2, nhắc nhở 1"),
    ("conclusion", {}, YES, "có kết luận"),
    ("conclusion", {"concluded": False}, NO, "chưa ghi kết luận"),
    ("resolution_passed", {}, YES, "đã thông qua nghị quyết"),
    ("resolution_passed", {"resolution_passed": False}, NO, "chưa thông qua nghị quyết"),
    ("resolution_passed", {"resolution_passed": None}, UNKNOWN, "nghị quyết: chưa đến hạn"),
    ("resolution_passed", {"resolution_passed": False, "filed_on_time": None}, UNKNOWN, "nghị quyết: chưa đến hạn"),
    ("minutes_approved", {}, YES, "đã thông qua biên bản"),
    ("minutes_approved", {"minutes_approved": False}, NO, "chưa thông qua biên bản"),
    ("minutes_approved", {"minutes_approved": False, "filed_on_time": None}, UNKNOWN, "biên bản: chưa đến hạn"),
    ("minutes_read", {}, YES, "đọc, thông qua biên bản trong ngày họp"),
    ("minutes_read", {"approved_that_day": False}, UNKNOWN, "không ghi đã đọc biên bản tại buổi sinh hoạt chưa"),
    ("duties_given", {}, 3, "giao 3 nhiệm vụ"),
    ("duties_given", {"duties_given": 0}, 0, "giao 0 nhiệm vụ"),
    ("duties_given", {"duties_given": None}, UNKNOWN, "không biết đã giao nhiệm vụ nào"),
    ("filed_in_time", {}, YES, "gửi, lưu đúng hạn"),
    ("filed_in_time", {"filed_on_time": False}, NO, "gửi, lưu chậm"),
    ("filed_in_time", {"filed_on_time": False, "filed": False}, NO, "chưa gửi, lưu, đã quá hạn"),
    ("filed_in_time", {"filed_on_time": None}, UNKNOWN, "gửi, lưu: chưa đến hạn"),
    ("last_duties_done_share", {}, Fraction(7, 9), "Xong 7/9 nhiệm vụ (77,8%)"),
    ("last_duties_done_share", {"last_duties": 0}, UNKNOWN, "Tháng trước không giao nhiệm vụ"),
    ("petitions_answered", {"petitions_answered": 1}, Fraction(1, 2), "Trả lời 1/2 kiến nghị"),
    ("petitions_answered", {"petitions_due": 0}, UNKNOWN, "Không có kiến nghị đến hạn trả lời"),
    ("advice_taken_up", {}, Fraction(1, 2), "Đã làm 1/2 góp ý"),
    ("advice_taken_up", {"advice_due": 0}, UNKNOWN, "Không có góp ý của cấp trên"),
]


@pytest.mark.parametrize(
    ("name", "changed", "value", "words"), CASES, ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)]
)
def test_an_evidence_is_a_value_and_its_words(name: str, changed: dict[str, Any], value: Any, words: str) -> None:
    found = find(ScoreEvidence[name.upper()], replace(EXAMPLE, **changed))
    assert (found.value, type(found.value), found.words) == (value, type(value), words)


def test_each_evidence_of_the_registry_has_its_cases() -> None:
    assert {ScoreEvidence[name.upper()] for name, _changed, _value, _words in CASES} == set(EVIDENCE)


@pytest.mark.parametrize(
    ("name", "changed"), [case[:2] for case in CASES], ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)]
)
def test_an_evidence_reads_the_facts_that_it_says_and_no_others(name: str, changed: dict[str, Any]) -> None:
    """What was said of the same facts once is said again: a fact that is read and not named would be forgotten."""
    evidence, facts = ScoreEvidence[name.upper()], replace(EXAMPLE, **changed)
    only: Any = SimpleNamespace(**{one: getattr(facts, one) for one in EVIDENCE[evidence].reads})
    assert find(evidence, only) == find(evidence, facts)


def test_a_line_is_proposed_anew_when_a_fact_a_rule_or_the_language_is_another() -> None:
    line = line_of({"evidence": "attendance_share", "bands": [[80, 5], [0, 1]], "full_at": "attendance.target_pct"})
    changes: list[dict[str, Any]] = [{}, {"present": 22}, {"attendance_target": 95}, {"unexcused": 1}, {"speakers": 3}]
    proposed = [propose(line, replace(EXAMPLE, **changed)) for changed in changes]
    with translation.override("en"):
        english = propose(line, EXAMPLE)
    assert [(one.points, one.fact) for one in (*proposed, english)] == [
        (Decimal(10), "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
        (Decimal(5), "Có mặt 22/25 (88,0%), không ai vắng không lý do"),
        (Decimal(5), "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
        (Decimal(10), "Có mặt 23/25 (92,0%), 1 vắng không lý do"),
        (Decimal(10), "Có mặt 23/25 (92,0%), không ai vắng không lý do"),
        (Decimal(10), english.fact),
    ]
    assert "(92.0%)" in english.fact


def test_two_lines_of_the_same_words_keep_their_own_scales() -> None:
    some, other = (line_of({"evidence": "minutes_long", "bands": [[80, points], [0, 0]]}) for points in (4, 7))
    assert [propose(one, EXAMPLE).points for one in (some, other, some)] == [4, 7, 4]


# ── from a value to points ────────────────────────────────────────────────────


def line_of(line: dict[str, Any]) -> SheetItem:
    lines = [{"code": "1", "title": "A", "max": 10} | line, {"code": "2", "title": "B", "max": 90}]
    sheet, problems = read_sheet({"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": lines}]})
    assert sheet is not None, problems
    return sheet.items[0]


@pytest.mark.parametrize(
    ("line", "changed", "points"),
    [
        ({"starts_at": 7, "additions": [{"when": "unexcused", "points": -1, "each": True}]}, {"unexcused": 2}, 5),
        ({"starts_at": 7, "additions": [{"when": "unexcused", "points": -1, "each": True}]}, {"unexcused": 9}, 0),
        ({"additions": [{"when": "conclusion", "points": 1}]}, {}, 1),
        ({"additions": [{"when": "conclusion", "points": 1}]}, {"concluded": False}, 0),
        ({"evidence": "length_share", "share": True}, {"minutes_long": 45}, 5),
        ({"evidence": "length_share", "share": True}, {"minutes_long": 900}, 10),
    ],
)
def test_points_begin_somewhere_and_stay_within_the_line(
    line: dict[str, Any], changed: dict[str, Any], points: int
) -> None:
    assert propose(line_of(line), replace(EXAMPLE, **changed)).points == points


def test_the_distance_of_a_sheet_is_what_was_given_otherwise_up_and_down_alike() -> None:
    lines = [(5, 3), (2, 4), (None, 4), (3, None), (1, 1)]
    scored = [
        Scored(*(None if one is None else Decimal(one) for one in (proposed, points))) for points, proposed in lines
    ]
    assert [find_distance(scored), find_distance([])] == [Decimal(4), Decimal(0)]
