"""The plan of themes: at least so many a quarter (Chỉ thị 50-CT/TW §2), never merged with professional meetings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from nennep.core.periods import Month
from nennep.core.text import fold


class ThemeStage(StrEnum):
    """How far a theme has come."""

    HELD = "held"
    ON_A_MEETING = "on_a_meeting"
    PLANNED = "planned"
    LATE = "late"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            "held": _("Đã họp"),
            "on_a_meeting": _("Đã có buổi"),
            "planned": _("Trong kế hoạch"),
            "late": _("Qua tháng, chưa họp"),
            "dropped": _("Thôi"),
        }[self.value]

    @property
    def chip(self) -> str:
        """As the style sheet names it (core/templatetags/nn.py)."""
        return {"held": "done", "on_a_meeting": "due", "planned": "later", "late": "late", "dropped": ""}[self.value]


@dataclass(frozen=True, slots=True)
class QuarterCount:
    """Themes of one quarter: `planned` counts those held too. `owed` is what the rule asks for."""

    quarter: int
    planned: int
    held: int
    owed: int

    @property
    def roman(self) -> str:
        """How quarters are written: I to IV."""
        return ("I", "II", "III", "IV")[self.quarter - 1]

    @property
    def lacks(self) -> int:
        """How many themes the plan still needs."""
        return max(0, self.owed - self.planned)


def find_stage(*, dropped: bool, held: bool, on_a_meeting: bool, month: date, today: date) -> ThemeStage:
    """Late when its month is over and nothing took it up."""
    if dropped:
        return ThemeStage.DROPPED
    if held:
        return ThemeStage.HELD
    if month < today.replace(day=1):
        return ThemeStage.LATE
    return ThemeStage.ON_A_MEETING if on_a_meeting else ThemeStage.PLANNED


COUNTING = frozenset({ThemeStage.HELD, ThemeStage.ON_A_MEETING, ThemeStage.PLANNED})


def count_quarters(stages: Iterable[tuple[int, ThemeStage]], *, owed: Mapping[int, int]) -> tuple[QuarterCount, ...]:
    """The quarters that owe something, from themes as (quarter, stage). A late or dropped theme fills no quarter."""
    rows = list(stages)
    return tuple(
        _count_quarter(quarter, [stage for at, stage in rows if at == quarter], number)
        for quarter, number in owed.items()
    )


def _count_quarter(quarter: int, stages: Sequence[ThemeStage], owed: int) -> QuarterCount:
    return QuarterCount(
        quarter=quarter,
        planned=sum(stage in COUNTING for stage in stages),
        held=stages.count(ThemeStage.HELD),
        owed=owed,
    )


def owes_quarter(month: Month, *, since: date, until: date | None) -> bool:
    """Whether a cell owes the themes of the quarter `month` is in: it was there in its first month, and until its end.

    `since` and `until` (half open) are the days on which it came and ended.
    """
    end = month.quarter_end
    return since <= Month.of(end).plus(-2).last_day and (until is None or until > end)


def is_same_theme(one: str, other: str) -> bool:
    """The same words, whatever their marks and spaces."""
    return fold(one) == fold(other)
