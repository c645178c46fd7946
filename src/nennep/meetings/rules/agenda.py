"""The programme of a meeting: from the template of the cell's type, its length, its order (forms.md §4, §6; HD 42-HD/BTCTW)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Phase, Topic

MONTHLY_KINDS = frozenset({MeetingKind.REGULAR, MeetingKind.COMBINED})
THEME_KINDS = frozenset({MeetingKind.THEMATIC, MeetingKind.COMBINED})


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One item as a template proposes it; `minutes` planned."""

    phase: Phase
    topic: Topic
    title: str
    minutes: int


def build_agenda(template: Mapping[str, Any], *, kind: MeetingKind, month: Month, theme: str = "") -> list[AgendaLine]:
    """The items of the template for a meeting of `kind`, in order.

    `template` is the value of the policy key `agenda.template`: for each kind a list of `{phase, topic, title, minutes}`.
    A title may name `{month}` and `{last_month}` (numbers) and `{theme}`.
    """
    return [_read_line(row, month=month, theme=theme) for row in template["kinds"][kind.value]]


def list_suggestions(
    template: Mapping[str, Any], *, cell_type: str, month: Month, taken: Sequence[str] = ()
) -> list[AgendaLine]:
    """What a cell of this type is expected to talk about besides (forms.md §6), without the titles already `taken`.

    A cell whose type is not known gets what is expected of every type.
    """
    rows = [*template["topics"].get(cell_type, []), *template["topics"]["every"]]
    lines = [_read_line({"phase": Phase.PROCEEDINGS, **row}, month=month, theme="") for row in rows]
    return [line for line in lines if line.title not in taken]


def _read_line(row: Mapping[str, Any], *, month: Month, theme: str) -> AgendaLine:
    title = str(row["title"]).format(month=month.number, last_month=month.plus(-1).number, theme=theme)
    return AgendaLine(Phase(row["phase"]), Topic(row["topic"]), title.rstrip(": "), int(row["minutes"]))


@dataclass(frozen=True, slots=True)
class LengthCheck:
    """The planned minutes against what the rule asks; `short_by` 0 when all is well or no rule applies."""

    total: int
    minimum: int

    @property
    def short_by(self) -> int:
        return max(0, self.minimum - self.total)


def check_length(total: int, *, kind: MeetingKind, regular: int, combined: int) -> LengthCheck:
    """HD 42-HD/BTCTW: regular 90 minutes at least, regular with a theme 120; the others have no set length."""
    minimum = {MeetingKind.REGULAR: regular, MeetingKind.COMBINED: combined}.get(kind, 0)
    return LengthCheck(total, minimum)


def may_change_kind(before: MeetingKind, after: MeetingKind, *, month_has_regular: bool) -> bool:
    """A theme never replaces the month's regular meeting (HD 42): that one may only take the theme on.

    `month_has_regular` tells whether another meeting of the month is its regular one.
    """
    if before in MONTHLY_KINDS:
        return after in MONTHLY_KINDS
    return after not in MONTHLY_KINDS or not month_has_regular


def move_position(order: Sequence[int], index: int, step: int) -> list[int]:
    """`order` with the element at `index` one place earlier (`step` -1) or later (+1); unchanged at either end."""
    target = index + step
    changed = list(order)
    if 0 <= index < len(changed) and 0 <= target < len(changed):
        changed[index], changed[target] = changed[target], changed[index]
    return changed


def place_at(order: Sequence[int], index: int, position: int) -> list[int]:
    """`order` with the element at `index` put at `position` (1 is first); beyond either end means that end."""
    changed = list(order)
    moved = changed.pop(index)
    changed.insert(min(max(position, 1), len(order)) - 1, moved)
    return changed


def is_last_months(*, dated: bool, due_by_then: bool, category: str) -> bool:
    """Whether an open task belongs to the item on last month's results.

    Those due by the day of the meeting do, and of those without a date the single ones ("chưa xác định mốc"); regular
    duties and households looked after go on from month to month and are not unfinished (forms.md §1).
    """
    return due_by_then if dated else category in {"ad_hoc", "supervision"}
