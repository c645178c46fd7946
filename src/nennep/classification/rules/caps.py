"""How many of a group may be excellent (366-QĐ/TW, Article 11; rules.md §4.5, addendum a.3): shown and warned; above it a note says why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import CapGroup, SubjectKind
from nennep.classification.rules.kept import KeptRules
from nennep.core.errors import DomainError
from nennep.policies.choices import CapBase, CapRounding


@dataclass(frozen=True, slots=True)
class CapLine:
    """One way to reckon: how many are allowed, of how many. `is_chosen`: this one warns."""

    base: CapBase
    rounding: CapRounding
    counted: int
    allowed: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CapCheck:
    """A group alike in position and function: `good` and `excellent` that are proposed or decided, every way to reckon.

    `rated`: how many are rated in it. A group of one has no share to reckon: it is warned about, never refused. `unsaid`: those
    of whom nobody said a level yet; `undecided`: those who are not decided. `most`: what is allowed should all unsaid ones turn
    out good: below it nothing is passed that stays passed. `anew`: those whom a re-rating made excellent since the note, if there is
    one: the reason of its decision stands for the note.
    """

    good: int
    excellent: int
    percent: int
    rated: int
    lines: tuple[CapLine, ...]
    unsaid: int
    undecided: int
    most: int
    anew: int = 0

    @property
    def chosen(self) -> CapLine:
        """The way to reckon that warns."""
        return next(line for line in self.lines if line.is_chosen)

    @property
    def allowed(self) -> int:
        return self.chosen.allowed

    @property
    def over(self) -> int:
        """By how many the chosen way is passed."""
        return max(0, self.excellent - self.allowed)

    @property
    def is_alone(self) -> bool:
        return self.rated == 1

    @property
    def unexplained(self) -> int:
        """The excellent ones of whom no decision of a re-rating says why."""
        return self.excellent - self.anew

    @property
    def needs_note(self) -> bool:
        """Whether somebody must say why there are more: more than may be once everybody has a level."""
        return self.unexplained > self.most and not self.is_alone

    @property
    def is_doubtful(self) -> bool:
        """Whether the ways to reckon do not agree about being over."""
        return len({self.excellent > line.allowed for line in self.lines}) > 1


@dataclass(frozen=True, slots=True)
class NotedCap:
    """What a note was written for: so many `excellent` where `allowed` of `counted` might be then, reckoned by `base`."""

    excellent: int
    allowed: int
    counted: int
    base: CapBase

    def covers(self, check: CapCheck) -> bool:
        """No more excellent ones than it names: of so many it says why, whatever is allowed by now."""
        # each that becomes excellent leaves the good ones of whom the share is taken: fewer are allowed by the very note's use
        return check.unexplained <= self.excellent


@dataclass(frozen=True, slots=True)
class FormerNote:
    """A note about the cap that was rewritten since: its words, for how many, by whom and when (None: that was not kept then)."""

    note: str
    outstanding: bool
    noted: NotedCap | None
    by: str
    at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside the note that holds."""
        numbers = asdict(self.noted) if self.noted else None
        at = self.at.isoformat() if self.at else None
        return {"note": self.note, "outstanding": self.outstanding, "noted": numbers, "by": self.by, "at": at}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "FormerNote":
        """From what `as_json` gave."""
        found = kept["noted"]
        noted = NotedCap(**{**found, "base": CapBase(found["base"])}) if found else None
        at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
        return cls(kept["note"], kept["outstanding"], noted, kept["by"], at)


class NothingOverCap(DomainError):
    code = "rating_cap_not_passed"
    message = _(
        "Tỷ lệ cho phép nhiều nhất %(allowed)s: %(excellent)s mục hoàn thành xuất sắc chưa vượt, không cần ghi chú."
    )
    field = "excellent"


class MoreNotedThanRated(DomainError):
    code = "rating_cap_noted_too_many"
    message = _("Nhóm chỉ có %(rated)s mục được xếp loại.")
    field = "excellent"


def note_for(check: CapCheck, excellent: int) -> NotedCap:
    """A note for so many: more than are allowed, at most all. Raises NothingOverCap, MoreNotedThanRated."""
    if excellent <= check.allowed:
        raise NothingOverCap(allowed=check.allowed, excellent=excellent)
    if excellent > check.rated:
        raise MoreNotedThanRated(rated=check.rated)
    line = check.chosen
    return NotedCap(excellent, line.allowed, line.counted, line.base)


def is_note_owed(check: CapCheck, noted: NotedCap | None) -> bool:
    """Whether nobody more is decided excellent before a note is written, the first or one for more than the last."""
    return check.needs_note and (noted is None or not noted.covers(check))


def check_cap(  # how many of each level, by which rules, in a group of how many
    *,
    good: int,
    excellent: int,
    rules: KeptRules,
    outstanding: bool = False,
    rated: int | None = None,
    unsaid: int = 0,
    undecided: int = 0,
    anew: int = 0,
) -> CapCheck:
    """The group of so many `rated` (None: these) by both bases and both roundings. `outstanding`: the unit is, and may have more."""
    percent = rules.cap_pct_outstanding if outstanding else rules.cap_pct
    lines, best = (_reckon_all(percent, count, excellent, rules) for count in (good, good + unsaid))
    return CapCheck(
        good,
        excellent,
        percent,
        good + excellent + unsaid if rated is None else rated,
        lines,
        unsaid=unsaid,
        undecided=undecided,
        most=next(line.allowed for line in best if line.is_chosen),
        anew=anew,
    )


def _reckon_all(percent: int, good: int, excellent: int, rules: KeptRules) -> tuple[CapLine, ...]:
    counts = {CapBase.GOOD_ONLY: good}
    return tuple(
        _reckon(Fraction(percent, 100), counts.get(base, good + excellent), (base, rounding), rules)
        for base in CapBase
        for rounding in CapRounding
    )


def _reckon(share: Fraction, counted: int, way: tuple[CapBase, CapRounding], rules: KeptRules) -> CapLine:
    base, rounding = way
    allowed = floor(share * counted + (Fraction(1, 2) if rounding == CapRounding.ROUND else 0))
    return CapLine(base, rounding, counted, allowed, way == (rules.cap_base, rules.cap_rounding))


def find_cap_group(*, kind: SubjectKind, leads: bool, is_cell: bool) -> CapGroup:
    """Among whom a subject is alike (`CapGroup`). `leads`: holds a leading post of the cell, whatever form they write."""
    if kind == SubjectKind.MEMBER:
        return CapGroup.LEADERS if leads else CapGroup.MEMBERS
    if kind == SubjectKind.LEADERSHIP:
        return CapGroup.COMMITTEES if is_cell else CapGroup.BASE_COMMITTEES
    return CapGroup.CELLS if kind == SubjectKind.CELL else CapGroup.BASES
