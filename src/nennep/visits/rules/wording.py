"""How obligations and reasons to look at an official are said. Pure: used by pages, the sheet and the digest."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.wording import say_date
from nennep.visits.rules.ledger import ReportStanding
from nennep.visits.rules.obligations import Owed, OwedKind, OwedPart
from nennep.visits.rules.risk import Risk, RiskKind, RiskLevel


def say_owed(owed: Owed) -> str:
    """`6 lần`; where no number is owed, why: never 0."""
    if owed.count is not None:
        return ngettext("%(count)s lần", "%(count)s lần", owed.count) % {"count": owed.count}
    return {
        OwedKind.NO_NUMBER: _("không quy định số lần"),
        OwedKind.NO_RULE: _("chưa có văn bản quy định"),
        OwedKind.NO_OFFICE: _("không giữ chức vụ cấp ủy"),
    }[owed.kind]


def say_part(part: OwedPart) -> str:
    """`Đảng ủy viên xã, phường: 7 tháng, mức 6 lần một năm`."""
    values = {"office": part.office.label, "months": part.months, "minimum": part.min_per_year}
    if part.min_per_year is None:
        return _("%(office)s: %(months)s tháng, không quy định số lần") % values
    return _("%(office)s: %(months)s tháng, mức %(minimum)s lần một năm") % values


def say_report(standing: ReportStanding, *, due_on: date | None, sent_on: date | None) -> str:
    """How the report of a visit stands: `Hạn 15/11/2026`, `Gửi 12/11/2026`; empty where none is due, or it is overdue."""
    days = {"due": say_date(due_on), "sent": say_date(sent_on)}
    return {
        ReportStanding.WAITING: _("Hạn %(due)s"),
        ReportStanding.ON_TIME: _("Gửi %(sent)s"),
        ReportStanding.LATE: _("Gửi chậm %(sent)s, hạn %(due)s"),
    }.get(standing, "") % days


def say_level(level: RiskLevel) -> str:
    return {
        RiskLevel.URGENT: _("Cần ngay"),
        RiskLevel.THIS_WEEK: _("Trong tuần này"),
        RiskLevel.WATCH: _("Theo dõi"),
        RiskLevel.FINE: _("Đúng nền nếp"),
    }[level]


def say_risk(risk: Risk) -> str:
    """One reason in words, with its count."""
    count, values = risk.count, {"count": risk.count, "months": risk.months_left}
    return _say_person(risk) or _say_count(risk.kind, count, risk.months_left) % values


def _say_person(risk: Risk) -> str:
    """Reasons that are not counts; empty for the others."""
    return {
        RiskKind.NO_ASSIGNMENT: _("Chưa được phân công chi bộ, địa bàn nào"),
        RiskKind.NO_RULE: _("Chưa có văn bản quy định số lần dự cho chức vụ này"),
    }.get(risk.kind, "")


def _say_count(kind: RiskKind, count: int, months: int) -> str:
    if kind == RiskKind.SHORT and not months:
        return ngettext(
            "Còn %(count)s lần chưa có lịch, tháng này là tháng cuối năm",
            "Còn %(count)s lần chưa có lịch, tháng này là tháng cuối năm",
            count,
        )
    return {
        RiskKind.LEFT_OFFICE: ngettext(
            "Đã thôi chức vụ, còn %(count)s lịch dự cần bàn giao",
            "Đã thôi chức vụ, còn %(count)s lịch dự cần bàn giao",
            count,
        ),
        RiskKind.REPORT_OVERDUE: ngettext("%(count)s báo cáo quá hạn", "%(count)s báo cáo quá hạn", count),
        RiskKind.MISSED_WITHOUT_REASON: ngettext(
            "%(count)s lần không dự, chưa ghi lý do", "%(count)s lần không dự, chưa ghi lý do", count
        ),
        RiskKind.SHORT: ngettext(
            "Còn %(count)s lần chưa có lịch, sau tháng này năm chỉ còn %(months)s tháng",
            "Còn %(count)s lần chưa có lịch, sau tháng này năm chỉ còn %(months)s tháng",
            count,
        ),
        RiskKind.BEHIND: ngettext(
            "Chậm %(count)s lần so với các tháng đã qua", "Chậm %(count)s lần so với các tháng đã qua", count
        ),
        RiskKind.UNSETTLED: ngettext(
            "%(count)s buổi đã qua chưa rõ có dự không", "%(count)s buổi đã qua chưa rõ có dự không", count
        ),
        RiskKind.UNCOVERED: ngettext("%(count)s lần chưa có lịch", "%(count)s lần chưa có lịch", count),
        RiskKind.LATE_REPORTS: ngettext("%(count)s báo cáo gửi chậm", "%(count)s báo cáo gửi chậm", count),
        RiskKind.MISSED_WITH_REASON: ngettext("%(count)s lần vắng có lý do", "%(count)s lần vắng có lý do", count),
    }[kind]
