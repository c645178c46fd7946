"""Which cells need attention, why, how urgently, for how long: exceptions before figures (interface.md, rule 4).

A rule looks at the facts of one cell on one day and names at most one exception. Limits without a source are said to be
ours; those of the documents come in with the facts, from the policy packs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import takewhile
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month
from nennep.core.rounding import round_half_up
from nennep.core.spans import say_quarter
from nennep.core.wording import say_date, say_percent, say_points, say_short_date
from nennep.meetings.rules.deadlines import find_filing_day, find_papers_day
from nennep.reporting.choices import AttentionKind
from nennep.reporting.rules.names import say_days, say_month, say_months

LONG_LATE_DAYS = 7  # ours: papers of a meeting a week overdue are looked at today
FALLING_MONTHS = 3  # ours: attendance under the target so often in a row is looked at today, twice this week
FAR_BELOW = 15  # ours: points under the target that even a single meeting brings up this week
OLD_DUTY_DAYS = 15  # ours: from here on an overdue task is looked at this week
WITHOUT_DUTY_SHARE = 4  # ours: worth a look when a quarter of the members hold no task


class Level(IntEnum):
    """How soon somebody should look; the lower the sooner."""

    NOW = 1
    WEEK = 2
    WATCH = 3

    @property
    def label(self) -> str:
        return {Level.NOW: _("Cần ngay"), Level.WEEK: _("Trong tuần này"), Level.WATCH: _("Theo dõi")}[self]


class Action(StrEnum):
    """The one thing to do about it."""

    REMIND = "remind"
    SUGGEST = "suggest"
    SHOW_DUTIES = "show_duties"
    SHOW_REASON = "show_reason"


@dataclass(frozen=True, slots=True)
class MeetingLimits:
    """What one meeting was to keep, by the rules in force at it, whatever applies today: percent, days before, days after.

    `good_from`: the lowest score of a good one.
    """

    attendance_target: int
    papers_days_before: int
    filing_days_after: int
    good_from: int


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One cell's regular or combined meeting of one month. Days are None when they did not happen.

    `last_day`: the last day on which it is on time. `reasons`: recorded reasons by the policy key they depart from.
    `counted`, `present`: of its roll call; `score` once agreed. `opened`: it is going on, or was held. `cancelled`: recorded as not held.
    """

    month: Month
    last_day: date
    limits: MeetingLimits
    planned_on: date | None = None
    held_on: date | None = None
    opened: bool = False
    announced_on: date | None = None
    has_minutes: bool = False
    has_score: bool = False
    filed: bool = False
    counted: int = 0
    present: int = 0
    score: Decimal | None = None
    is_poor: bool = False
    reasons: tuple[tuple[str, str], ...] = ()
    cancelled_reason: str = ""

    @property
    def percent(self) -> float | None:
        return 100 * self.present / self.counted if self.counted else None

    @property
    def is_low(self) -> bool:
        """Fewer came than its target asks for; False without a roll call."""
        return self.percent is not None and self.percent < self.limits.attendance_target

    def reason_for(self, *keys: str) -> str:
        """The recorded reason for departing from one of these rules; empty when there is none."""
        return next((reason for key, reason in self.reasons if key in keys), "")


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What is known of one cell on `today`. `months`: oldest first, the last one is the month in progress.

    `themes_held`: thematic or combined meetings of the quarter. `left_open`: meetings of any kind that were opened on an earlier day
    and never closed, the earliest first, each with that day.
    """

    today: date
    months: tuple[MonthFacts, ...]
    themes_owed: int
    themes_held: int = 0
    overdue_count: int = 0
    oldest_due_on: date | None = None
    members: int = 0
    without_duty: int = 0
    left_open: tuple[tuple[date, UUID], ...] = ()


@dataclass(frozen=True, slots=True)
class CellFinding:
    """One exception. `days` is its age; `age` says it in words; `has_reason`: somebody has written down why.

    `meeting`: the one that it is about, where it is about one.

    `months`: how many months it names.
    """

    kind: AttentionKind
    level: Level
    title: str
    days: int
    age: str
    why: str = ""
    action: Action = Action.REMIND
    has_reason: bool = False
    count: int = 0
    months: int = 1
    meeting: UUID | None = None

    @property
    def chip_state(self) -> str:
        """`data-state` of the age: late when urgent, due this week, otherwise later."""
        if (
            self.kind in {AttentionKind.LEFT_OPEN, AttentionKind.NOT_MET, AttentionKind.FILING_LATE}
            or self.level == Level.NOW
        ):
            return "late"
        return "due" if self.level == Level.WEEK else "later"

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Level, then kind, then the oldest first, and of the same age the one of more months."""
        return self.level, list(AttentionKind).index(self.kind), -self.days, -self.months


def find_exceptions(facts: CellFacts) -> tuple[CellFinding, ...]:
    """All exceptions of one cell, the most urgent first. A recorded reason sinks an exception to the level to watch."""
    checks: Sequence[Callable[[CellFacts], CellFinding | None]] = (
        find_meeting_left_open,
        find_missing_meeting,
        find_low_attendance,
        find_poor_score,
        find_late_filing,
        find_late_papers,
        find_overdue_duties,
        find_missing_theme,
        find_members_without_duty,
    )
    found = (check(facts) for check in checks)
    return tuple(sorted((finding for finding in found if finding), key=lambda finding: finding.rank))


def find_meeting_left_open(facts: CellFacts) -> CellFinding | None:
    """A meeting was opened on an earlier day and never closed: it counts as not held, and no other one can be opened."""
    if not facts.left_open:
        return None
    (day, meeting), *others = facts.left_open
    days = (facts.today - day).days
    title = _("Buổi %(day)s đã mở, chưa kết thúc") % {"day": say_short_date(day)}
    why = _("Bí thư, phó bí thư chi bộ hoặc người chủ trì mở buổi ấy, bấm Bế mạc; chưa bế mạc thì chưa tính là đã họp.")
    more = [_("Buổi %(day)s cũng vậy.") % {"day": say_short_date(other)} for other, _meeting in others]
    return CellFinding(
        AttentionKind.LEFT_OPEN, Level.NOW, title, days, say_days(days), " ".join([why, *more]), meeting=meeting
    )


def find_missing_meeting(facts: CellFacts) -> CellFinding | None:
    """No regular meeting within the days to which it may be moved, this month or the last (Chỉ thị 50-CT/TW)."""
    missed = [month for month in facts.months[-2:] if not month.opened and facts.today > month.last_day]
    return _take_worst([_judge_missing(month, facts) for month in missed])


def _judge_missing(month: MonthFacts, facts: CellFacts) -> CellFinding:
    """While the month runs a reason may excuse a later day; the month before was missed for good, with or without a reason."""
    days = (facts.today - month.last_day).days
    reason = month.cancelled_reason or month.reason_for("meeting.fixed_day", "meeting.fixed_day_window_last")
    if reason:
        return _sunk(AttentionKind.NOT_MET, _say_reason(month, reason), days)
    titles = (
        _("Chưa họp %(month)s, chưa ghi lý do")
        if month is facts.months[-1]
        else _("Không họp %(month)s, chưa ghi lý do")
    )
    deadline = {"day": say_short_date(month.last_day), "late": say_days(days)}
    why = _("Hạn %(day)s, quá %(late)s.") % deadline
    return CellFinding(
        AttentionKind.NOT_MET, Level.NOW, titles % {"month": say_month(month.month)}, days, say_days(days), why
    )


def _take_worst(findings: Sequence[CellFinding]) -> CellFinding | None:
    """The exception of several months: the worst month, the others said after it. None when there is none."""
    if not findings:
        return None
    worst = join_findings(sorted(findings, key=lambda finding: finding.rank))
    return replace(worst, months=len(findings))


def _say_reason(month: MonthFacts, reason: str) -> str:
    if month.cancelled_reason or month.planned_on is None:
        return _("Không họp %(month)s, lý do: %(reason)s") % {"month": say_month(month.month), "reason": reason}
    return _("Xin họp ngày %(day)s, lý do: %(reason)s") % {"day": say_short_date(month.planned_on), "reason": reason}


def find_low_attendance(facts: CellFacts) -> CellFinding | None:
    """The latest meeting was under its target: the longer in a row, each under its own, the sooner."""
    held = [month for month in facts.months if month.percent is not None]
    low = list(takewhile(lambda month: month.is_low, reversed(held)))[::-1]
    if not low or (facts.today - low[-1].last_day).days > 45:
        return None
    days = (facts.today - (low[0].held_on or low[0].last_day)).days
    title, reasons = _say_low(low), [month.reason_for("attendance.target_pct") for month in low]
    why = _("Lý do: %(reason)s") % {"reason": "; ".join(filter(None, reasons))} if any(reasons) else ""
    if all(reasons):
        return _sunk(AttentionKind.ATTENDANCE, title, days, why=why)
    gaps = [
        month.limits.attendance_target - (month.percent or 0)
        for month, reason in zip(low, reasons, strict=True)
        if not reason
    ]
    level = _attendance_level(len(gaps), max(gaps))
    return CellFinding(AttentionKind.ATTENDANCE, level, title, days, say_months(len(low)), why, action=Action.SUGGEST)


def _say_low(low: Sequence[MonthFacts]) -> str:
    values = {
        "target": say_percent(low[-1].limits.attendance_target, 0),
        "count": len(low),
        "shares": ", ".join(_say_share(month) for month in low[-FALLING_MONTHS:]),
    }
    return (
        ngettext(
            "Tỷ lệ dự dưới %(target)s: %(shares)s",
            "Tỷ lệ dự dưới %(target)s %(count)s tháng liền: %(shares)s",
            len(low),
        )
        % values
    )


def _say_share(month: MonthFacts) -> str:
    """`88,0%`; the counts themselves where rounding would say that the target was met."""
    if month.percent is not None and round_half_up(month.percent, 1) >= month.limits.attendance_target:
        return ngettext("%(present)s/%(counted)s lượt", "%(present)s/%(counted)s lượt", month.counted) % {
            "present": month.present,
            "counted": month.counted,
        }
    return say_percent(month.percent)


def _attendance_level(meetings: int, gap: float) -> Level:
    if meetings >= FALLING_MONTHS:
        return Level.NOW
    return Level.WEEK if meetings > 1 or gap >= FAR_BELOW else Level.WATCH


def find_poor_score(facts: CellFacts) -> CellFinding | None:
    """The latest scored meeting of the last two months was poor (`score.levels` of its day)."""
    scored = next((month for month in reversed(facts.months[-2:]) if month.score is not None), None)
    if scored is None or not scored.is_poor or scored.held_on is None:
        return None
    values = {"month": say_month(scored.month), "score": say_points(scored.score)}
    title = _("Buổi %(month)s tự chấm %(score)s điểm, loại Kém") % values
    days = (facts.today - scored.held_on).days
    return CellFinding(AttentionKind.POOR_SCORE, Level.NOW, title, days, say_days(days), action=Action.SUGGEST)


def find_late_filing(facts: CellFacts) -> CellFinding | None:
    """Minutes, score or filing missing after the days the policy gives (HD 42-HD/BTCTW)."""
    late = [month for month in facts.months[-2:] if _lacks(month) and facts.today > _filing_day(month)]
    return _take_worst([_judge_filing(month, facts.today) for month in late])


def _judge_filing(month: MonthFacts, today: date) -> CellFinding:
    days = (today - _filing_day(month)).days
    values = {"day": say_short_date(month.held_on), "lacking": _join(_lacks(month))}
    title = _("Đã họp %(day)s, chưa có %(lacking)s") % values
    if reason := month.reason_for("docs.result_upload_days_after"):
        return _sunk(AttentionKind.FILING_LATE, title, days, why=_("Lý do: %(reason)s") % {"reason": reason})
    why = ngettext(
        "Hạn %(count)s ngày sau buổi sinh hoạt.",
        "Hạn %(count)s ngày sau buổi sinh hoạt.",
        month.limits.filing_days_after,
    ) % {"count": month.limits.filing_days_after}
    level = Level.NOW if days > LONG_LATE_DAYS else Level.WEEK
    return CellFinding(AttentionKind.FILING_LATE, level, title, days, say_days(days), why)


def _lacks(month: MonthFacts) -> list[str]:
    if month.held_on is None:
        return []
    missing = [
        *([] if month.has_minutes else [_("biên bản")]),
        *([] if month.has_score else [_("điểm")]),
    ]
    return missing or ([] if month.filed else [_("hồ sơ gửi lên")])


def _join(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("%(first)s và %(second)s") % {"first": words[0], "second": words[1]}


def _filing_day(month: MonthFacts) -> date:
    return find_filing_day(month.held_on or month.last_day, days_after=month.limits.filing_days_after)


def find_late_papers(facts: CellFacts) -> CellFinding | None:
    """Notice and papers not out in time before the meeting (HD 42-HD/BTCTW)."""
    month = facts.months[-1]
    if month.planned_on is None or month.cancelled_reason:
        return None
    deadline = find_papers_day(month.planned_on, days_before=month.limits.papers_days_before)
    sent = month.announced_on or facts.today + timedelta(days=1)
    days = (min(sent, facts.today) - deadline).days
    if sent <= deadline or facts.today <= deadline:
        return None
    values = {"day": say_short_date(month.held_on or month.planned_on)}
    if month.announced_on or month.opened:
        title = (
            _("Giấy mời, tài liệu buổi %(day)s gửi muộn")
            if month.announced_on
            else _("Họp %(day)s không gửi tài liệu trước")
        ) % values
        return CellFinding(AttentionKind.PAPERS_LATE, Level.WATCH, title, days, say_days(days), action=Action.SUGGEST)
    title = _("Chưa gửi giấy mời, tài liệu cho buổi %(day)s") % values
    if reason := month.reason_for("docs.upload_days_before"):
        return _sunk(AttentionKind.PAPERS_LATE, title, days, why=_("Lý do: %(reason)s") % {"reason": reason})
    why = _("Phải gửi trước %(count)s ngày.") % {"count": month.limits.papers_days_before}
    return CellFinding(AttentionKind.PAPERS_LATE, Level.WEEK, title, days, say_days(days), why)


def find_overdue_duties(facts: CellFacts) -> CellFinding | None:
    """Tasks past their date and not settled."""
    if not facts.overdue_count or facts.oldest_due_on is None:
        return None
    days = (facts.today - facts.oldest_due_on).days
    values = {"count": facts.overdue_count, "days": say_days(days)}
    title = ngettext(
        "%(count)s nhiệm vụ quá hạn %(days)s", "%(count)s nhiệm vụ quá hạn, lâu nhất %(days)s", facts.overdue_count
    )
    level = Level.WEEK if days >= OLD_DUTY_DAYS else Level.WATCH
    return CellFinding(
        AttentionKind.DUTIES_OVERDUE,
        level,
        title % values,
        days,
        say_days(days),
        action=Action.SHOW_DUTIES,
        count=facts.overdue_count,
    )


def find_missing_theme(facts: CellFacts) -> CellFinding | None:
    """The quarter's last month has begun without its thematic meetings (Chỉ thị 50-CT/TW: at least one a quarter)."""
    month = facts.months[-1]
    last_of_quarter = month.month.number % 3 == 0
    if not last_of_quarter or facts.themes_held >= facts.themes_owed:
        return None
    title = _("%(quarter)s chưa sinh hoạt chuyên đề") % {"quarter": say_quarter(month.month)}
    days = (facts.today - month.month.first_day).days + 1
    if reason := month.reason_for("thematic.per_quarter_min"):
        return _sunk(AttentionKind.THEME_MISSING, title, days, why=_("Lý do: %(reason)s") % {"reason": reason})
    why = _("Hết quý vào ngày %(day)s.") % {"day": say_date(month.month.last_day)}
    level = Level.WEEK if facts.today > month.last_day else Level.WATCH
    return CellFinding(AttentionKind.THEME_MISSING, level, title, days, say_days(days), why)


def find_members_without_duty(facts: CellFacts) -> CellFinding | None:
    """A quarter of the members or more hold no task (rules.md §6: every member has one)."""
    if not facts.without_duty or facts.without_duty * WITHOUT_DUTY_SHARE < facts.members:
        return None
    month = facts.months[-1].month
    values = {"count": facts.without_duty, "all": facts.members, "month": say_month(month)}
    title = _("%(count)s trên %(all)s đảng viên chưa có nhiệm vụ %(month)s") % values
    days = (facts.today - month.first_day).days + 1
    return CellFinding(AttentionKind.WITHOUT_DUTY, Level.WATCH, title, days, say_days(days), action=Action.SUGGEST)


def _sunk(kind: AttentionKind, title: str, days: int, why: str = "") -> CellFinding:
    return CellFinding(kind, Level.WATCH, title, days, say_days(days), why, action=Action.SHOW_REASON, has_reason=True)


def join_findings(findings: Sequence[CellFinding]) -> CellFinding:
    """One row for a cell: its most urgent exception, the others said after it."""
    first, *others = findings
    more = [f"{other.title}." for other in others]
    return replace(first, why=" ".join(part for part in [first.why, *more] if part))


def count_urgent(findings: Iterable[CellFinding]) -> int:
    """How many secretaries are overdue with something that a reminder can mend."""
    return sum(finding.chip_state == "late" and finding.action == Action.REMIND for finding in findings)
