"""What a vote needs, and what a chair is reminded of before closing (rules.md §1.4, §1.7)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from nennep.meetings.choices import MeetingKind
from nennep.policies.choices import PolicyKey

ROLL_CALL_KEY = "meeting.roll_call"
CONCLUSION_KEY = "meeting.conclusion"


@dataclass(frozen=True, slots=True)
class VoteBase:
    """`base` = official members called to meet, absent ones too; `able` = who of them can have voted (not marked absent).

    `needed` votes in favour carry an ordinary resolution.
    """

    base: int
    able: int
    needed: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """The counted result of one vote."""

    in_favour: int
    against: int = 0
    other: int = 0

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.other


def count_needed(part: Fraction, base: int, *, strict: bool) -> int:
    """The fewest votes in favour that carry: more than `part` of the base when strict, else at least it; never 0."""
    wanted = part * base
    return max(1, math.floor(wanted) + 1 if strict else math.ceil(wanted))


def percent_of(in_favour: int, base: int) -> float:
    """Votes in favour in percent of the base, 0 to 100; 0 when there is no base."""
    return 100 * in_favour / base if base else 0.0


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What is known when the chair wants to close. Minutes long and minutes required, 0 when no rule applies."""

    kind: MeetingKind
    unmarked: int
    minutes_long: int
    minutes_required: int
    has_conclusion: bool


@dataclass(frozen=True, slots=True)
class ClosingWarning:
    """A rule that is not kept: `key` names it in a RuleDeparture, `title` and `rule` say it to the chair."""

    key: str
    title: str
    rule: str


def find_warnings(facts: ClosingFacts) -> tuple[ClosingWarning, ...]:
    """What the chair must give a reason for before going on (warn, never block)."""
    found = []
    if facts.unmarked:
        title = _("Còn %(count)s đồng chí chưa điểm danh") % {"count": facts.unmarked}
        found.append(ClosingWarning(ROLL_CALL_KEY, title, _("Điểm danh đủ thì tỷ lệ dự mới đúng.")))
    if facts.minutes_long < facts.minutes_required:
        found.append(_warn_short(facts))
    if not facts.has_conclusion:
        rule = _("Hướng dẫn 42-HD/BTCTW: người chủ trì kết luận buổi sinh hoạt.")
        found.append(ClosingWarning(CONCLUSION_KEY, _("Chưa ghi kết luận"), rule))
    return tuple(found)


def _warn_short(facts: ClosingFacts) -> ClosingWarning:
    combined = facts.kind == MeetingKind.COMBINED
    numbers = {"long": facts.minutes_long, "required": facts.minutes_required}
    return ClosingWarning(
        PolicyKey.MINUTES_COMBINED if combined else PolicyKey.MINUTES_REGULAR,
        _("Mới được %(long)s phút, ít hơn %(required)s phút") % numbers,
        _("Hướng dẫn 42-HD/BTCTW: buổi sinh hoạt này ít nhất %(required)s phút.") % numbers,
    )


def list_unexplained(warnings: tuple[ClosingWarning, ...], reasons: Mapping[str, str]) -> list[ClosingWarning]:
    """Warnings that nobody gave a reason for."""
    return [warning for warning in warnings if not reasons.get(warning.key, "").strip()]


def find_filing_deadline(held_on: date, days_after: int) -> date:
    """The last day for posting and sending the papers: so many days after the meeting (HD 42: 2)."""
    return held_on + timedelta(days=days_after)


def say_rule(key: str) -> str:
    """What people call the rule that a departure names."""
    own = {ROLL_CALL_KEY: _("Điểm danh đủ"), CONCLUSION_KEY: _("Kết luận của người chủ trì")}
    if key in own:
        return own[key]
    return str(PolicyKey(key).label) if key in PolicyKey.values else key
