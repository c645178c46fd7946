"""How a cell meets when not all sit in one room (HD 03-HD/TW, 27/12/2022; rules.md §1.5)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.meetings.choices import MeetingMode
from nennep.policies.choices import PolicyKey
from nennep.room.rules.outcome import MODE_KEY, RuleWarning


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """What is known of a mode when it is chosen: members of the cell, meetings by group held earlier this year, the rules.

    `group_source` names the document of the two limits.
    """

    mode: MeetingMode
    reason: str
    approved_by: str
    members: int
    group_meetings: int
    members_floor: int
    group_ceiling: int
    group_source: str


def find_mode_warnings(facts: ModeFacts) -> tuple[RuleWarning, ...]:
    """What a person must give a reason for before meeting so (warn, never block); nothing for a meeting in person."""
    if facts.mode == MeetingMode.IN_PERSON:
        return ()
    found = []
    if not (facts.reason.strip() and facts.approved_by.strip()):
        rule = _(
            "Hướng dẫn 03-HD/TW: làm thí điểm ở chi bộ đặc thù hoặc có hoàn cảnh đặc biệt; cần ghi lý do và cấp cho phép."
        )
        found.append(RuleWarning(MODE_KEY, _("Chưa ghi lý do hoặc cấp cho phép"), rule))
    if facts.mode == MeetingMode.BY_GROUP:
        found += _warn_groups(facts)
    return tuple(found)


def _warn_groups(facts: ModeFacts) -> list[RuleWarning]:
    found = []
    numbers = {"members": facts.members, "floor": facts.members_floor, "source": facts.group_source}
    if facts.members < facts.members_floor:
        title = _("Chi bộ có %(members)s đảng viên, ít hơn %(floor)s") % numbers
        rule = _("%(source)s: chỉ chi bộ từ %(floor)s đảng viên trở lên mới sinh hoạt theo tổ đảng.") % numbers
        found.append(RuleWarning(PolicyKey.GROUP_MEETING_MEMBERS, title, rule))
    if facts.group_meetings >= facts.group_ceiling:
        counts = {"count": facts.group_meetings, "ceiling": facts.group_ceiling, "source": facts.group_source}
        title = ngettext(
            "Năm nay đã sinh hoạt theo tổ đảng %(count)s lần",
            "Năm nay đã sinh hoạt theo tổ đảng %(count)s lần",
            facts.group_meetings,
        )
        rule = _("%(source)s: mỗi năm không quá %(ceiling)s lần.") % counts
        found.append(RuleWarning(PolicyKey.GROUP_MEETINGS_PER_YEAR, title % counts, rule))
    return found
