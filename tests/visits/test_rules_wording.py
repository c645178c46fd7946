"""How obligations and reasons are said to the board."""

from datetime import date

import pytest

from nennep.visits.choices import Office
from nennep.visits.rules.ledger import ReportStanding
from nennep.visits.rules.obligations import Owed, OwedKind, OwedPart
from nennep.visits.rules.risk import Risk, RiskKind, RiskLevel
from nennep.visits.rules.wording import say_level, say_owed, say_part, say_report, say_risk


@pytest.mark.parametrize(
    ("kind", "count", "words"),
    [
        (OwedKind.NUMBER, 6, "6 lần"),
        (OwedKind.NUMBER, 0, "0 lần"),
        (OwedKind.NO_NUMBER, None, "không quy định số lần"),
        (OwedKind.NO_RULE, None, "chưa có văn bản quy định"),
        (OwedKind.NO_OFFICE, None, "không giữ chức vụ cấp ủy"),
    ],
)
def test_what_is_owed_is_a_number_or_why_there_is_none(kind: OwedKind, count: int | None, words: str) -> None:
    assert say_owed(Owed(kind, count, (), ())) == words


def test_a_part_names_the_office_the_months_and_the_minimum() -> None:
    label = Office.COMMUNE_COMMITTEE.label
    assert say_part(OwedPart(Office.COMMUNE_COMMITTEE, 1, 7, 6)) == f"{label}: 7 tháng, mức 6 lần một năm"
    assert say_part(OwedPart(Office.COMMUNE_COMMITTEE, 1, 7, None)) == f"{label}: 7 tháng, không quy định số lần"


def test_levels_are_said_from_the_gravest() -> None:
    assert [say_level(level) for level in RiskLevel] == ["Cần ngay", "Trong tuần này", "Theo dõi", "Đúng nền nếp"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RiskKind.LEFT_OFFICE, "Đã thôi chức vụ, còn 2 lịch dự cần bàn giao"),
        (RiskKind.REPORT_OVERDUE, "2 báo cáo quá hạn"),
        (RiskKind.MISSED_WITHOUT_REASON, "2 lần không dự, chưa ghi lý do"),
        (RiskKind.SHORT, "Còn 2 lần chưa có lịch, sau tháng này năm chỉ còn 1 tháng"),
        (RiskKind.BEHIND, "Chậm 2 lần so với các tháng đã qua"),
        (RiskKind.UNSETTLED, "2 buổi đã qua chưa rõ có dự không"),
        (RiskKind.NO_ASSIGNMENT, "Chưa được phân công chi bộ, địa bàn nào"),
        (RiskKind.UNCOVERED, "2 lần chưa có lịch"),
        (RiskKind.NO_RULE, "Chưa có văn bản quy định số lần dự cho chức vụ này"),
        (RiskKind.LATE_REPORTS, "2 báo cáo gửi chậm"),
        (RiskKind.MISSED_WITH_REASON, "2 lần vắng có lý do"),
    ],
)
def test_each_reason_is_said_with_its_count(kind: RiskKind, words: str) -> None:
    assert say_risk(Risk(kind, 2, 1)) == words


def test_in_the_last_month_no_month_is_left() -> None:
    assert say_risk(Risk(RiskKind.SHORT, 2, 0)) == "Còn 2 lần chưa có lịch, tháng này là tháng cuối năm"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (ReportStanding.NONE, ""),
        (ReportStanding.WAITING, "Hạn 15/11/2026"),
        (ReportStanding.ON_TIME, "Gửi 12/11/2026"),
        (ReportStanding.LATE, "Gửi chậm 12/11/2026, hạn 15/11/2026"),
        (ReportStanding.OVERDUE, ""),
    ],
    ids=["none", "waiting", "on time", "late", "overdue"],
)
def test_the_report_of_a_visit_is_said_with_its_days(standing: ReportStanding, words: str) -> None:
    assert say_report(standing, due_on=date(2026, 11, 15), sent_on=date(2026, 11, 12)) == words
