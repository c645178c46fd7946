"""The letter of a cell in a month: how its meeting was, or why there is none yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from nennep.core.rounding import round_half_up


class Letter(StrEnum):
    """`data-grade` of the matrix. Colour and letter say the same, so that it prints and colour-blind readers can use it."""

    GOOD = "T"
    FAIR = "K"
    AVERAGE = "TB"
    POOR = "Kem"
    NOT_MET = "X"
    NOT_SCORED = "C"
    NOT_DUE = "N"
    NONE = ""


GRADES = {"good": Letter.GOOD, "fair": Letter.FAIR, "average": Letter.AVERAGE, "poor": Letter.POOR}
SIGNS = {Letter.NOT_DUE: "·", Letter.NONE: ""}


@dataclass(frozen=True, slots=True)
class MonthMark:
    """One square: its letter, and whether the meeting was held outside the days of the rule (the star)."""

    letter: Letter
    off_day: bool = False

    @property
    def sign(self) -> str:
        """What is printed in it: T, K, TB, Kém, X, C, · and a star for a meeting off its days."""
        letter = _("Kém") if self.letter == Letter.POOR else SIGNS.get(self.letter, self.letter.value)
        return letter + ("*" if self.off_day else "")


def mark_month(*, held: bool, grade: str, on_time: bool, owed: bool, last_day: date, today: date) -> MonthMark:
    """The square of one month: blank when nothing was held and nothing `owed`, just when figures do not count the cell."""
    if held:
        return MonthMark(GRADES.get(grade, Letter.NOT_SCORED), off_day=not on_time)
    if not owed:
        return MonthMark(Letter.NONE)
    return MonthMark(Letter.NOT_MET if today > last_day else Letter.NOT_DUE)


def average(values: list[Decimal]) -> Decimal | None:
    """The mean of the scored months, one decimal, half up; None when nothing was scored."""
    return round_half_up(sum(values, start=Decimal()) / len(values)) if values else None
