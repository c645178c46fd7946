"""Where the rows of a figure are read: each line of a sheet opens what it was proposed by."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nennep.assessments.rules import EVIDENCE, Rows
from nennep.meetings.models import Meeting
from nennep.policies.queries import SheetItem


@dataclass(frozen=True, slots=True)
class RowsLink:
    label: str
    address: str


_OF_MEETING = {
    Rows.ROLL_CALL: ("records:show_minutes", _("điểm danh trong biên bản")),
    Rows.MINUTES: ("records:show_minutes", _("biên bản")),
    Rows.PROGRAMME: ("meetings:show_agenda", _("chương trình")),
    Rows.PAPERS: ("meetings:show_agenda", _("tài liệu")),
    Rows.PREMEETING: ("meetings:show_premeeting", _("họp chi ủy")),
    Rows.RESOLUTION: ("records:show_resolution", _("nghị quyết")),
    Rows.FILING: ("records:show_filing", _("gửi, lưu")),
}
_OF_CELL = {
    Rows.DUTIES: ("duties:show_cell", _("nhiệm vụ")),
    Rows.PETITIONS: ("petitions:show_cell", _("kiến nghị")),
    Rows.ABSENCES: ("room:show_absences", _("vắng nhiều lần")),
}
_OF_LEADERS = {Rows.PREMEETING, Rows.ABSENCES}  # pages for those who hold the meetings


def list_rows(line: SheetItem | None, meeting: Meeting, *, leads: bool) -> tuple[RowsLink, ...]:
    """The pages that hold what the line is proposed by, each once; those of the leaders only where the reader `leads`. No query."""
    kinds = dict.fromkeys(EVIDENCE[one].rows for one in line.evidence) if line else {}
    found = (_find(kind, meeting) for kind in kinds if kind and (leads or kind not in _OF_LEADERS))
    return tuple({link.address: link for link in found}.values())


def _find(kind: Rows, meeting: Meeting) -> RowsLink:
    if kind in _OF_MEETING:
        name, label = _OF_MEETING[kind]
        return RowsLink(str(label), reverse(name, args=[meeting.public_id]))
    name, label = _OF_CELL[kind]
    return RowsLink(str(label), reverse(name, args=[meeting.organization.public_id]))
