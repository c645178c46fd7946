"""Whom the board must see first, and why. The texts are the template's; here only kinds and counts."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from nennep.visits.rules.ledger import Ledger
from nennep.visits.rules.obligations import OwedKind


class RiskLevel(IntEnum):
    URGENT = 0
    THIS_WEEK = 1
    WATCH = 2
    FINE = 3


class RiskKind(StrEnum):
    LEFT_OFFICE = "left_office"  # no office any more, but visits still to come: hand them over
    REPORT_OVERDUE = "report_overdue"
    MISSED_WITHOUT_REASON = "missed_without_reason"
    SHORT = "short"  # more visits without a date than months of the year are left
    BEHIND = "behind"  # less done than the months that are over owe
    UNSETTLED = "unsettled"
    NO_ASSIGNMENT = "no_assignment"
    UNCOVERED = "uncovered"
    NO_RULE = "no_rule"
    LATE_REPORTS = "late_reports"
    MISSED_WITH_REASON = "missed_with_reason"


_LEVELS = {
    RiskKind.LEFT_OFFICE: RiskLevel.URGENT,
    RiskKind.REPORT_OVERDUE: RiskLevel.URGENT,
    RiskKind.MISSED_WITHOUT_REASON: RiskLevel.URGENT,
    RiskKind.SHORT: RiskLevel.URGENT,
    RiskKind.BEHIND: RiskLevel.THIS_WEEK,
    RiskKind.UNSETTLED: RiskLevel.THIS_WEEK,
    RiskKind.NO_ASSIGNMENT: RiskLevel.THIS_WEEK,
    RiskKind.UNCOVERED: RiskLevel.WATCH,
    RiskKind.NO_RULE: RiskLevel.WATCH,
    RiskKind.LATE_REPORTS: RiskLevel.WATCH,
    RiskKind.MISSED_WITH_REASON: RiskLevel.WATCH,
}


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason to look at an official: how many of what; `months_left` of the year for SHORT."""

    kind: RiskKind
    count: int
    months_left: int = 0

    @property
    def level(self) -> RiskLevel:
        return _LEVELS[self.kind]


def find_risks(ledger: Ledger, *, in_office: bool, assigned: bool) -> tuple[Risk, ...]:
    """Reasons in the order of `RiskKind`, the gravest first. `in_office` and `assigned`: on the day of the ledger."""
    months_left = 12 - ledger.on.month
    uncovered = ledger.uncovered or 0
    short = uncovered > months_left
    overdue = ledger.reports_overdue
    counts = {
        RiskKind.LEFT_OFFICE: 0 if in_office else ledger.planned,
        RiskKind.REPORT_OVERDUE: overdue,
        RiskKind.MISSED_WITHOUT_REASON: ledger.missed,
        RiskKind.SHORT: uncovered if in_office and short else 0,
        RiskKind.BEHIND: ledger.behind if in_office and not short else 0,
        RiskKind.UNSETTLED: ledger.unsettled,
        RiskKind.NO_ASSIGNMENT: int(in_office and not assigned),
        RiskKind.UNCOVERED: uncovered if in_office and not short and not ledger.behind else 0,
        RiskKind.NO_RULE: int(in_office and ledger.owed.kind == OwedKind.NO_RULE),
        RiskKind.LATE_REPORTS: ledger.reports_late - overdue,
        RiskKind.MISSED_WITH_REASON: ledger.missed_with_reason,
    }
    return tuple(Risk(kind, count, months_left) for kind, count in counts.items() if count)


def level_of(risks: tuple[Risk, ...]) -> RiskLevel:
    """The gravest; FINE without any."""
    return min((risk.level for risk in risks), default=RiskLevel.FINE)


def rank(risks: tuple[Risk, ...], name_key: str) -> tuple[int, int, int, str]:
    """Sorts officials: level, how many reasons of that level, how much in all, then by given name."""
    level = level_of(risks)
    worst = [risk for risk in risks if risk.level == level]
    return (level, -len(worst), -sum(risk.count for risk in worst), name_key)
