"""Scores from facts: what the records propose for each line, the total, the level. Pure.

The numbers are those of the sheet and of the levels in force on the day of the meeting.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from nennep.assessments.choices import Grade
from nennep.core.rounding import round_half_up
from nennep.core.wording import say_percent
from nennep.policies.choices import ScoreFact
from nennep.policies.rules import SheetItem

STEP = Decimal("0.5")
OUTSIDE_SHARE = (3, 5)  # ours: a meeting on another day is worth at most so much of the line on day and length


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the records of one meeting say. Minutes and persons are counts; `window_kept` None where no day is set.

    `papers_on_time` None without papers; `filed_on_time` None while nothing was filed and it is not too late, False when it was
    filed late, or is not `filed` though it is too late; `last_duties` are the tasks of the time before that were due on the day of
    the meeting or settled.
    """

    held_on: str
    window_kept: bool | None
    minutes_long: int
    minutes_required: int
    counted: int
    present: int
    unexcused: int
    attendance_target: int
    prepared: bool
    announced: bool
    papers: int
    papers_on_time: bool | None
    items: int
    items_taken: int
    attending: int
    speakers: int
    praises: int
    reminders: int
    criticism_minutes: int
    last_duties: int
    last_duties_done: int
    concluded: bool
    minutes_approved: bool
    filed: bool
    filed_on_time: bool | None
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """Points that the facts speak for (None where only people can judge), and the fact in words."""

    points: Decimal | None
    fact: str


def propose(line: SheetItem | None, facts: MeetingFacts) -> Proposal:
    """What the records say about a line of the sheet. Never below 0 or above its maximum."""
    return _JUDGES[line.fact](facts, line) if line and line.fact else Proposal(None, "")


def sum_points(points: Iterable[Decimal]) -> Decimal:
    return sum(points, Decimal(0))


def find_grade(total: Decimal, *, good: int, fair: int, average: int) -> Grade:
    """Tốt from `good`, Khá from `fair`, Trung bình from `average`, below it Kém: the bands leave no gap."""
    bands = ((good, Grade.GOOD), (fair, Grade.FAIR), (average, Grade.AVERAGE))
    return next((grade for lowest, grade in bands if total >= lowest), Grade.POOR)


def is_in_range(points: Decimal, maximum: Decimal) -> bool:
    return Decimal(0) <= points <= maximum


def share_of(part: float, whole: float, maximum: Decimal) -> Decimal:
    """`maximum` times part of whole, to half a point."""
    exact = maximum * Decimal(part) / Decimal(whole)
    return round_half_up(exact / STEP, 0) * STEP


def points_of(percent: float, line: SheetItem) -> Decimal | None:
    """The points of the first band of the line that `percent` reaches; None where the sheet sets no bands."""
    return next((band.points for band in line.bands if percent >= band.limit), None)


def _judge_time(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """Length by the bands of the sheet; outside of the days allowed at most OUTSIDE_SHARE of the line."""
    points = _points_of_length(facts, line)
    if points is not None and facts.window_kept is False:
        points = min(points, share_of(*OUTSIDE_SHARE, Decimal(line.maximum)))
    days = {True: _("đúng ngày"), False: _("ngoài ngày quy định"), None: _("không định ngày")}[facts.window_kept]
    words = {"day": facts.held_on, "days": days, "long": facts.minutes_long, "required": facts.minutes_required}
    fact = _("%(day)s, %(days)s; %(long)s phút") % words
    if facts.minutes_required:
        fact = _("%(day)s, %(days)s; %(long)s phút, cần %(required)s") % words
    return Proposal(points, fact)


def _points_of_length(facts: MeetingFacts, line: SheetItem) -> Decimal | None:
    """Full when it lasted long enough, or nothing is asked; else by the minutes missing, else by the share of those asked."""
    missing = facts.minutes_required - facts.minutes_long
    if missing <= 0:
        return Decimal(line.maximum) if line.bands else None
    near = next((band.points for band in line.short_by if missing <= band.limit), None)
    return points_of(100 * facts.minutes_long / facts.minutes_required, line) if near is None else near


def _judge_attendance(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """Full at the target with nobody absent without reason; else the bands of the sheet, with somebody so the lowest."""
    if not facts.counted:
        return Proposal(None, _("Chưa điểm danh"))
    percent = 100 * facts.present / facts.counted
    points = points_of(0 if facts.unexcused else percent, line)
    if line.bands and not facts.unexcused and percent >= facts.attendance_target:
        points = Decimal(line.maximum)
    words = {"present": facts.present, "counted": facts.counted, "percent": say_percent(percent)}
    fact = _("Có mặt %(present)s/%(counted)s (%(percent)s)") % words
    absent = (
        _("%(count)s vắng không lý do") % {"count": facts.unexcused}
        if facts.unexcused
        else _("không ai vắng không lý do")
    )
    return Proposal(points, f"{fact}, {absent}")


def _judge_preparation(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """A third each for the agreed agenda, the notice, the papers in time."""
    kept = [facts.prepared, facts.announced, bool(facts.papers_on_time)]
    said = [
        _("đã thống nhất chương trình") if facts.prepared else _("chưa thống nhất chương trình"),
        _("đã báo đảng viên") if facts.announced else _("chưa báo đảng viên"),
        _say_papers(facts),
    ]
    return Proposal(share_of(sum(kept), 3, Decimal(line.maximum)), _capitalize("; ".join(said)))


def _say_papers(facts: MeetingFacts) -> str:
    if not facts.papers:
        return _("không có tài liệu")
    words = {"count": facts.papers}
    return (
        _("%(count)s tài liệu đúng hạn") % words
        if facts.papers_on_time
        else _("%(count)s tài liệu, có bản chậm") % words
    )


def _judge_steps(facts: MeetingFacts, line: SheetItem) -> Proposal:
    if not facts.items:
        return Proposal(None, _("Không có chương trình"))
    if not facts.followed:
        return Proposal(None, _("Chương trình %(items)s mục, không ghi đã bàn những mục nào") % {"items": facts.items})
    fact = _("Bàn %(taken)s/%(items)s mục") % {"taken": facts.items_taken, "items": facts.items}
    return Proposal(share_of(facts.items_taken, facts.items, Decimal(line.maximum)), fact)


def _tell_discussion(facts: MeetingFacts, _line: SheetItem) -> Proposal:
    """Only people can say whether the content was full; the share of speakers stands beside it."""
    words = {
        "speakers": facts.speakers,
        "attending": facts.attending,
        "praises": facts.praises,
        "reminders": facts.reminders,
    }
    fact = _("%(speakers)s/%(attending)s đồng chí phát biểu; biểu dương %(praises)s, nhắc nhở %(reminders)s")
    return Proposal(None, fact % words)


def _judge_speakers(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """By the share of those present who spoke."""
    if not facts.attending:
        return Proposal(None, _("Chưa điểm danh"))
    points = points_of(100 * facts.speakers / facts.attending, line)
    fact = _("%(speakers)s/%(attending)s đồng chí phát biểu")
    return Proposal(points, fact % {"speakers": facts.speakers, "attending": facts.attending})


def _tell_content(facts: MeetingFacts, _line: SheetItem) -> Proposal:
    return Proposal(None, _("Chương trình %(items)s mục") % {"items": facts.items})


def _tell_criticism(facts: MeetingFacts, _line: SheetItem) -> Proposal:
    return Proposal(None, _("Tự phê bình và phê bình %(count)s phút") % {"count": facts.criticism_minutes})


def _judge_duties(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """By the share of last month's tasks that were done."""
    if not facts.last_duties:
        return Proposal(None, _("Tháng trước không giao nhiệm vụ"))
    percent = 100 * facts.last_duties_done / facts.last_duties
    words = {"done": facts.last_duties_done, "tasks": facts.last_duties, "percent": say_percent(percent)}
    return Proposal(points_of(percent, line), _("Xong %(done)s/%(tasks)s nhiệm vụ (%(percent)s)") % words)


def _judge_ending(facts: MeetingFacts, line: SheetItem) -> Proposal:
    """A third each for the conclusion, the approved minutes, the papers sent in time.

    Papers go out after the scoring: while they are not late the line is left to people, and what is not due yet is called so.
    """
    kept = [facts.concluded, facts.minutes_approved, bool(facts.filed_on_time)]
    is_open = facts.filed_on_time is None
    said = [
        _("có kết luận") if facts.concluded else _("chưa ghi kết luận"),
        _say_approval(approved=facts.minutes_approved, is_open=is_open),
        _say_filing(facts),
    ]
    points = None if is_open else share_of(sum(kept), 3, Decimal(line.maximum))
    return Proposal(points, _capitalize("; ".join(said)))


def _say_filing(facts: MeetingFacts) -> str:
    if facts.filed_on_time is None:
        return _("gửi, lưu: chưa đến hạn")
    if not facts.filed:
        return _("chưa gửi, lưu, đã quá hạn")
    return _("gửi, lưu đúng hạn") if facts.filed_on_time else _("gửi, lưu chậm")


def _say_approval(*, approved: bool, is_open: bool) -> str:
    """Minutes that the cell may still approve in time are not called missing."""
    if approved:
        return _("đã thông qua biên bản")
    return _("biên bản: chưa đến hạn") if is_open else _("chưa thông qua biên bản")


def _capitalize(words: str) -> str:
    return words[:1].upper() + words[1:]


_JUDGES: dict[ScoreFact, Callable[[MeetingFacts, SheetItem], Proposal]] = {
    ScoreFact.TIME: _judge_time,
    ScoreFact.ATTENDANCE: _judge_attendance,
    ScoreFact.CONTENT: _tell_content,
    ScoreFact.PREPARATION: _judge_preparation,
    ScoreFact.STEPS: _judge_steps,
    ScoreFact.DISCUSSION: _tell_discussion,
    ScoreFact.SPEAKERS: _judge_speakers,
    ScoreFact.CRITICISM: _tell_criticism,
    ScoreFact.DUTIES: _judge_duties,
    ScoreFact.ENDING: _judge_ending,
}
