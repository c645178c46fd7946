"""The appraisal list as rows of a sheet: one official a row, obligations against visits and reports."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from nennep.core.sheets.writer import Value
from nennep.visits.queries.board import LedgerPage

APPRAISAL_COLUMNS = (
    _("Họ và tên"),
    _("Chức vụ"),
    _("Phải dự (năm)"),
    _("Cách tính"),
    _("Đã dự"),
    _("Còn thiếu"),
    _("Đã có lịch"),
    _("Vắng có lý do"),
    _("Vắng chưa ghi lý do"),
    _("Có người dự thay"),
    _("Báo cáo đã gửi"),
    _("Báo cáo chậm"),
    _("Tính đến ngày"),
)


def appraisal_rows(page: LedgerPage) -> Iterator[tuple[Value, ...]]:
    """By given name; what is owed in words where no number is owed."""
    for state in page.by_name:
        ledger = state.ledger
        yield (
            str(state.user),
            state.office_names,
            state.owed_words if ledger.owed.count is None else ledger.owed.count,
            "; ".join(state.parts),
            ledger.done,
            ledger.remaining,
            ledger.planned,
            ledger.missed_with_reason,
            ledger.missed,
            ledger.substituted,
            ledger.reports_submitted,
            ledger.reports_late,
            page.on,
        )
