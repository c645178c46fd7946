"""Rules of the tree and of its history: values without a database."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import Conflict, DomainError
from nennep.core.periods import Month, first_open_day, is_in_force
from nennep.core.text import fold
from nennep.core.typed import ReasonMissing, require_line
from nennep.organizations.choices import CODE_LIMIT, NAME_LIMIT, REASON_LIMIT, CellType, UnitKind

STEP = 4  # characters per level in a tree path (treebeard's steplen)
_OFFICIAL_CODE = re.compile(r"\d{2}(\.\d{3}){0,4}")
_ANY_CODE = re.compile(r"[^\s/?#%]+")
_CELL_DOTS = 4  # province.upper-direct.base.sub.cell
_CELL_WORDS: tuple[tuple[CellType, re.Pattern[str]], ...] = (
    (CellType.ARMED_FORCES, re.compile(r"\b(quan su|cong an|bien phong|quan doi|bo doi)\b")),
    (CellType.STUDENTS, re.compile(r"\b(sinh vien|hoc sinh|hoc vien)\b")),
    (CellType.STATE_ENTERPRISE, re.compile(r"\b(dien luc|lam truong|nong truong|buu dien|ngan hang|vien thong)\b")),
    (CellType.PRIVATE_ENTERPRISE, re.compile(r"\b(cong ty|doanh nghiep|hop tac xa|htx|tnhh)\b")),
    (CellType.VILLAGE, re.compile(r"\b(thon|ban|xom|to dan pho|tdp|khu pho|khu dan cu|ap|buon|tieu khu|lang)\b")),
    (
        CellType.OFFICE,
        re.compile(
            r"\b(truong|tram|co quan|uy ban|ubnd|dang uy|khoi|benh vien|trung tam|y te|tieu hoc|mam non|thcs|thpt|giao vien)\b"
        ),
    ),
)
_LEVELS = [UnitKind.CENTRAL, UnitKind.PROVINCE, UnitKind.UPPER_DIRECT, UnitKind.BASE, UnitKind.SUB, UnitKind.CELL]


class UnitClosed(DomainError):
    code = "unit_closed"
    message = _("Đơn vị này kết thúc từ ngày %(on)s: từ ngày ấy không thay đổi được nữa.")


class UnitHasEnded(Conflict):
    """What only an existing unit has a page for."""

    code = "unit_has_ended"
    message = _("%(unit)s đã kết thúc ngày %(on)s: ở đây chỉ xem lại, không ghi gì mới.")
    ends = True


def require_existing(closed_on: date | None, *, on: date) -> None:
    """Raise UnitClosed for a unit that has ended: nothing new is written there, whoever's grant reaches it from above."""
    if closed_on is not None and closed_on <= on:
        raise UnitClosed(on=f"{closed_on:%d/%m/%Y}")


class DateOutOfOrder(DomainError):
    code = "unit_date_out_of_order"
    message = _("Lần thay đổi gần nhất có hiệu lực từ ngày %(since)s. Hãy chọn ngày muộn hơn.")
    field = "on"


class BadCode(DomainError):
    code = "unit_bad_code"
    message = _(
        "Mã “%(code)s” không đúng: viết liền không dấu cách, tối đa 40 ký tự; mã chính thức có dạng 38.168.053.000.001."
    )
    field = "code"


class BadNesting(DomainError):
    code = "unit_bad_nesting"
    message = _("Tổ đảng chỉ lập trong chi bộ; dưới chi bộ chỉ có tổ đảng; dưới tổ đảng không có đơn vị nào.")
    field = "parent"


class NameMissing(DomainError):
    code = "unit_name_missing"
    message = _("Hãy ghi tên đơn vị, tối đa 200 ký tự.")
    field = "name"


class DateInFuture(DomainError):
    code = "unit_date_in_future"
    message = _("Ngày %(on)s chưa tới. Hãy ghi khi quyết định đã có hiệu lực.")
    field = "on"


def shorten_cell(name: str) -> str:
    """`Chi bộ thôn Nặm Chá` is `Nặm Chá` where many stand under each other; `Chi bộ Trạm Y tế xã` is `Trạm Y tế xã`."""
    short = re.sub(r"^Chi bộ (?:thôn |xóm )?", "", name).strip()
    return short[:1].upper() + short[1:] if short else name


def ancestor_paths(path: str) -> list[str]:
    """Paths of the ancestors and the unit itself, root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def outermost_paths(paths: Iterable[str]) -> list[str]:
    """Those paths that lie below no other of them, in tree order."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


@dataclass(frozen=True, slots=True)
class Period:
    """What a unit was called, its kind and the id of its parent, from a day on; `valid_to` is the first day after that."""

    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    parent: int | None

    def covers(self, day: date) -> bool:
        return is_in_force(day, valid_from=self.valid_from, valid_to=self.valid_to)


def change_period(periods: Sequence[Period], *, on: date, **facts: Any) -> list[Period]:
    """The history after `facts` (name, kind, parent) change on that day.

    A second change on the day of the last one corrects it. Raises UnitClosed, DateOutOfOrder: history is written
    forwards only.
    """
    last = _open_period(periods)
    if on < last.valid_from:
        raise DateOutOfOrder(since=f"{last.valid_from:%d/%m/%Y}")
    changed = replace(last, valid_from=on, **facts)
    if on == last.valid_from:
        return [*periods[:-1], changed]
    return [*periods[:-1], replace(last, valid_to=on), changed]


def end_periods(periods: Sequence[Period], *, on: date) -> list[Period]:
    """The history after the unit ends on that day. Raises UnitClosed, DateOutOfOrder (it lives at least a day)."""
    last = _open_period(periods)
    if on <= last.valid_from:
        raise DateOutOfOrder(since=f"{last.valid_from:%d/%m/%Y}")
    return [*periods[:-1], replace(last, valid_to=on)]


def _open_period(periods: Sequence[Period]) -> Period:
    last = periods[-1]
    if last.valid_to is not None:
        raise UnitClosed(on=f"{last.valid_to:%d/%m/%Y}")
    return last


def period_on(periods: Iterable[Period], day: date) -> Period | None:
    """The period in force on that day; None before the beginning and after the end."""
    return next((period for period in periods if period.covers(day)), None)


@dataclass(frozen=True, slots=True, order=True)
class Above:
    """`ancestor` (an id) stood `distance` steps above a unit, 0 for the unit itself, from a day on (half open)."""

    ancestor: int
    distance: int
    valid_from: date
    valid_to: date | None


def list_above(unit: int, histories: Mapping[int, Sequence[Period]]) -> list[Above]:
    """Who stood above the unit at what distance in all its days; spans of one ancestor and distance that meet are one."""
    joined: list[Above] = []
    for one in sorted(_walk_up(unit, histories), key=lambda one: (one.ancestor, one.distance, one.valid_from)):
        last = joined[-1] if joined else None
        if last and (last.ancestor, last.distance, last.valid_to) == (one.ancestor, one.distance, one.valid_from):
            joined[-1] = replace(last, valid_to=one.valid_to)
        else:
            joined.append(one)
    return joined


def _walk_up(unit: int, histories: Mapping[int, Sequence[Period]]) -> Iterator[Above]:
    waiting: list[tuple[int, int, date, date | None]] = [(unit, 0, date.min, None)]
    while waiting:
        pk, distance, since, until = waiting.pop()
        for period in histories.get(pk, ()):
            start, end = max(since, period.valid_from), earliest_end(until, period.valid_to)
            if end is None or start < end:
                yield Above(pk, distance, start, end)
                if period.parent is not None:
                    waiting.append((period.parent, distance + 1, start, end))


def earliest_end(*days: date | None) -> date | None:
    """The first of the ends; None is no end."""
    return min((day for day in days if day is not None), default=None)


def stands_below(histories: Mapping[int, Sequence[Period]], *, unit: int, above: int, since: date) -> bool:
    """True when on some day from `since` on `unit` is `above` itself or stands below it.

    Then `above` may not be put under `unit` from `since` on: the tree of that day would be a ring.
    """
    seen: set[tuple[int, date, date | None]] = set()
    waiting: list[tuple[int, date, date | None]] = [(unit, since, None)]
    while waiting:
        spot = waiting.pop()
        if spot[0] == above:
            return True
        if spot not in seen:
            seen.add(spot)
            waiting += _parents_within(histories.get(spot[0], ()), spot[1], spot[2])
    return False


def _parents_within(
    periods: Iterable[Period], since: date, until: date | None
) -> Iterable[tuple[int, date, date | None]]:
    for period in periods:
        start, end = max(since, period.valid_from), earliest_end(until, period.valid_to)
        if period.parent is not None and (end is None or start < end):
            yield period.parent, start, end


def check_code(code: str) -> None:
    """Raise BadCode for an empty, spaced or long code, and for digits and dots that are not an official code.

    The official pattern (province . upper direct . base . sub or 000 . cell) is rules.md §9.1.
    """
    looks_official = "." in code and code.replace(".", "").isdigit()
    pattern = _OFFICIAL_CODE if looks_official else _ANY_CODE
    if len(code) > CODE_LIMIT or not pattern.fullmatch(code):
        raise BadCode(code=code[:CODE_LIMIT])


def check_nesting(*, kind: str, parent_kind: str | None) -> None:
    """Raise BadNesting where records would be false: what may stand in a cell, a group or above them."""
    group_outside = (kind == UnitKind.GROUP) != (parent_kind == UnitKind.CELL)
    if group_outside or parent_kind == UnitKind.GROUP:
        raise BadNesting


def is_unusual_nesting(*, kind: str, parent_kind: str | None) -> bool:
    """True when a unit stands below one of the same or a lower level: worth a warning, never refused."""
    if parent_kind is None or kind not in _LEVELS or parent_kind not in _LEVELS:
        return False
    return _LEVELS.index(UnitKind(kind)) <= _LEVELS.index(UnitKind(parent_kind))


def clean_name(name: str) -> str:
    """The name as it is stored. Raises NameMissing and what `take_line` raises."""
    return require_line(name, NameMissing, limit=NAME_LIMIT, field="name")


def clean_reason(reason: str) -> str:
    """The reason as it is stored. Raises ReasonMissing and what `take_line` raises."""
    return require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")


def refuse_future(on: date, today: date) -> None:
    """Raise DateInFuture: a unit's row says what holds today."""
    if on > today:
        raise DateInFuture(on=f"{on:%d/%m/%Y}")


def next_codes(parent_code: str, *, taken: Iterable[str], count: int) -> list[str]:
    """The next `count` free codes for cells below a unit (`stream_codes`)."""
    known = {code.casefold() for code in taken}
    free = (code for code in stream_codes(parent_code, UnitKind.CELL) if code.casefold() not in known)
    return list(itertools.islice(free, count))


def stream_codes(parent_code: str, kind: str) -> Iterator[str]:
    """The codes of units of this kind below a unit, one after the other without end, taken or not.

    Of cells below an official code the official pattern goes on (`38.168.053` gives `38.168.053.000.001`: no
    sub-organisation between, rules.md §9.1); of all others a number follows (`LC` gives `LC-01`).
    """
    official = _OFFICIAL_CODE.fullmatch(parent_code) and parent_code.count(".") < _CELL_DOTS
    if kind != UnitKind.CELL or not official:
        return (f"{parent_code}-{number:02d}" for number in itertools.count(1))
    prefix = parent_code + ".000" * (_CELL_DOTS - 1 - parent_code.count(".")) + "."
    return (f"{prefix}{number:03d}" for number in itertools.count(1))


def guess_cell_type(name: str) -> CellType:
    """The type of cell that a name suggests (forms.md §6); a village where it says nothing."""
    words = fold(name)
    for kind, pattern in _CELL_WORDS:
        if pattern.search(words):
            return kind
    return CellType.VILLAGE


class CountedUnit(Protocol):
    """A unit as its row says when it is counted from."""

    @property
    def is_cell(self) -> bool: ...
    @property
    def opened_on(self) -> date: ...
    @property
    def counted_from(self) -> date: ...


def list_moved_months(cell: CountedUnit, used_from: date | None, *, today: date) -> tuple[Month, ...]:
    """Months that are over and that would begin or cease to count the cell, were it used from that day on; none for other units."""
    if not cell.is_cell:
        return ()
    former, new = (Month.of(day) for day in (cell.counted_from, used_from or cell.opened_on))
    last = Month.of(first_open_day(today)).plus(-1)
    return tuple(min(former, new).through(min(max(former, new).plus(-1), last)))
