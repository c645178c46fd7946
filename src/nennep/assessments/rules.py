"""Scores from facts: what the records propose for each line, the total, the level (rules.md §2.1–2.3). Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from nennep.assessments.choices import Grade
from nennep.policies.choices import ScoreFact

STEP = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the records of one meeting say. Minutes and persons are counts; `window_kept` None where no day is set.

    `papers_on_time` None without papers; `filed_on_time` None while nothing was filed.
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
    tasks: int
    tasks_done: int
    concluded: bool
    minutes_approved: bool
    filed_on_time: bool | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Points that the facts speak for (None where only people can judge), and the fact in words."""

    points: Decimal | None
    fact: str


def propose(about: ScoreFact | None, facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """What the records say about a line of the sheet that is about this fact. Never below 0 or above `maximum`."""
    return _JUDGES[about](facts, maximum) if about else Proposal(None, "")


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
    return (exact / STEP).quantize(Decimal(1), rounding=ROUND_HALF_UP) * STEP


def band_of(percent: float, bands: tuple[tuple[int, float], ...], otherwise: float) -> float:
    """The value of the first band whose lower bound `percent` reaches; bounds fall."""
    return next((value for lowest, value in bands if percent >= lowest), otherwise)


def _judge_time(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """Length by the bands of rules.md §2.3 no. 1, of 5; outside of the days allowed at most three fifths."""
    missing = max(0, facts.minutes_required - facts.minutes_long)
    if not facts.minutes_required or not missing:
        value = 5
    elif missing <= 15:
        value = 4
    elif missing <= 30:
        value = 3
    else:
        value = 2 if facts.minutes_long * 2 >= facts.minutes_required else 1
    if facts.window_kept is False:
        value = min(value, 3)
    days = {True: _("đúng ngày"), False: _("ngoài ngày quy định"), None: _("không định ngày")}[facts.window_kept]
    words = {"day": facts.held_on, "days": days, "long": facts.minutes_long, "required": facts.minutes_required}
    fact = _("%(day)s, %(days)s; %(long)s phút") % words
    if facts.minutes_required:
        fact = _("%(day)s, %(days)s; %(long)s phút, cần %(required)s") % words
    return Proposal(share_of(value, 5, maximum), fact)


def _judge_attendance(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """Full at the target with nobody absent without reason; else the bands of rules.md §2.3 no. 2."""
    if not facts.counted:
        return Proposal(None, _("Chưa điểm danh"))
    percent = 100 * facts.present / facts.counted
    value = band_of(percent, ((facts.attendance_target, 5), (75, 3), (65, 2)), 1)
    if facts.unexcused:
        value = 1
    words = {"present": facts.present, "counted": facts.counted, "percent": f"{percent:.1f}".replace(".", ",")}
    fact = _("Có mặt %(present)s/%(counted)s (%(percent)s%%)") % words
    absent = (
        _("%(count)s vắng không lý do") % {"count": facts.unexcused}
        if facts.unexcused
        else _("không ai vắng không lý do")
    )
    return Proposal(share_of(value, 5, maximum), f"{fact}, {absent}")


def _judge_preparation(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """A third each for the agreed agenda, the notice, the papers in time."""
    kept = [facts.prepared, facts.announced, bool(facts.papers_on_time)]
    said = [
        _("đã thống nhất chương trình") if facts.prepared else _("chưa thống nhất chương trình"),
        _("đã báo đảng viên") if facts.announced else _("chưa báo đảng viên"),
        _say_papers(facts),
    ]
    return Proposal(share_of(sum(kept), 3, maximum), _capitalize("; ".join(said)))


def _say_papers(facts: MeetingFacts) -> str:
    if not facts.papers:
        return _("không có tài liệu")
    words = {"count": facts.papers}
    return (
        _("%(count)s tài liệu đúng hạn") % words
        if facts.papers_on_time
        else _("%(count)s tài liệu, có bản chậm") % words
    )


def _judge_steps(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    if not facts.items:
        return Proposal(None, _("Không có chương trình"))
    fact = _("Bàn %(taken)s/%(items)s mục") % {"taken": facts.items_taken, "items": facts.items}
    return Proposal(share_of(facts.items_taken, facts.items, maximum), fact)


def _tell_discussion(facts: MeetingFacts, _maximum: Decimal) -> Proposal:
    """Only people can say whether the content was full; the share of speakers stands beside it."""
    words = {
        "speakers": facts.speakers,
        "attending": facts.attending,
        "praises": facts.praises,
        "reminders": facts.reminders,
    }
    fact = _("%(speakers)s/%(attending)s đồng chí phát biểu; biểu dương %(praises)s, nhắc nhở %(reminders)s")
    return Proposal(None, fact % words)


def _judge_speakers(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """The bands of rules.md §2.3 no. 4.5, closed below."""
    if not facts.attending:
        return Proposal(None, _("Chưa điểm danh"))
    value = band_of(100 * facts.speakers / facts.attending, ((50, 5), (40, 4), (30, 3)), 2)
    fact = _("%(speakers)s/%(attending)s đồng chí phát biểu")
    return Proposal(share_of(value, 5, maximum), fact % {"speakers": facts.speakers, "attending": facts.attending})


def _tell_content(facts: MeetingFacts, _maximum: Decimal) -> Proposal:
    return Proposal(None, _("Chương trình %(items)s mục") % {"items": facts.items})


def _tell_criticism(facts: MeetingFacts, _maximum: Decimal) -> Proposal:
    return Proposal(None, _("Tự phê bình và phê bình %(count)s phút") % {"count": facts.criticism_minutes})


def _judge_tasks(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """Share of last month's tasks done, by the bands of rules.md §2.3 no. 7, of 30."""
    if not facts.tasks:
        return Proposal(None, _("Tháng trước không giao nhiệm vụ"))
    percent = 100 * facts.tasks_done / facts.tasks
    value = band_of(percent, ((90, 30), (80, 27), (70, 24), (60, 20), (50, 15)), 10)
    words = {"done": facts.tasks_done, "tasks": facts.tasks, "percent": f"{percent:.0f}"}
    return Proposal(share_of(value, 30, maximum), _("Xong %(done)s/%(tasks)s nhiệm vụ (%(percent)s%%)") % words)


def _judge_ending(facts: MeetingFacts, maximum: Decimal) -> Proposal:
    """A third each for the conclusion, the approved minutes, the papers sent in time."""
    kept = [facts.concluded, facts.minutes_approved, bool(facts.filed_on_time)]
    filed = {True: _("gửi, lưu đúng hạn"), False: _("gửi, lưu chậm"), None: _("chưa gửi, lưu")}[facts.filed_on_time]
    said = [
        _("có kết luận") if facts.concluded else _("chưa ghi kết luận"),
        _("đã thông qua biên bản") if facts.minutes_approved else _("chưa thông qua biên bản"),
        filed,
    ]
    return Proposal(share_of(sum(kept), 3, maximum), _capitalize("; ".join(said)))


def _capitalize(words: str) -> str:
    return words[:1].upper() + words[1:]


_JUDGES: dict[ScoreFact, Callable[[MeetingFacts, Decimal], Proposal]] = {
    ScoreFact.TIME: _judge_time,
    ScoreFact.ATTENDANCE: _judge_attendance,
    ScoreFact.CONTENT: _tell_content,
    ScoreFact.PREPARATION: _judge_preparation,
    ScoreFact.STEPS: _judge_steps,
    ScoreFact.DISCUSSION: _tell_discussion,
    ScoreFact.SPEAKERS: _judge_speakers,
    ScoreFact.CRITICISM: _tell_criticism,
    ScoreFact.TASKS: _judge_tasks,
    ScoreFact.ENDING: _judge_ending,
}
