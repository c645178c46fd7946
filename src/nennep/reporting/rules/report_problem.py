"""Why the report of a visit cannot be sent yet, and what its writer is told. Pure."""

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from nennep.core.wording import say_date


class ReportProblem(StrEnum):
    """What the books say against sending: the day is to come, nobody met, nobody saw the official, or who did not come."""

    NOT_BEGUN = "not_begun"
    NOT_MET = "not_met"
    NOT_ATTENDED = "not_attended"
    MISSED = "missed"

    @property
    def keeps_draft(self) -> bool:
        """The report may be written all the same and sent later."""
        return self in {ReportProblem.NOT_MET, ReportProblem.NOT_ATTENDED}


def say_problem(problem: ReportProblem, planned_on: date) -> str:
    words = {
        ReportProblem.NOT_BEGUN: _("Buổi này họp ngày %(day)s. Viết báo cáo được từ hôm đó."),
        ReportProblem.NOT_MET: _(
            "Theo hồ sơ, chi bộ không họp ngày %(day)s. Nếu chi bộ họp ngày khác, hãy nhờ bí thư dời lịch và điểm danh; "
            "nếu không họp, hãy báo người xếp lịch. Bản nháp vẫn lưu được."
        ),
        ReportProblem.NOT_ATTENDED: _(
            "Chi bộ chưa ghi đồng chí có mặt. Hãy nhờ bí thư bấm tên đồng chí khi điểm danh; bản nháp vẫn lưu được, gửi sau."
        ),
        ReportProblem.MISSED: _(
            "Buổi này ghi là đồng chí không dự, nên không có báo cáo. Nếu ghi nhầm, hãy báo người xếp lịch."
        ),
    }
    return words[problem] % {"day": say_date(planned_on)}
