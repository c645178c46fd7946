"""Days and times as people type them, on a keypad of ten digits too: `25122026`, `251226`, `25/12`, `2512`; `1930`, `19h30`. Pure."""

import re
from calendar import monthrange
from datetime import date, datetime, time
from enum import Enum, auto

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError

_WORDS = re.compile(r"\b(?:ngày|tháng|năm)\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})\D+([0-9]{1,2})\D+([0-9]{1,2})")
_APART = re.compile(r"([0-9]{1,2})[\s/.,\-]+([0-9]{1,2})(?:[\s/.,\-]+([0-9]{4}|[0-9]{2}))?[\s/.,\-]*")
_TOGETHER = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})?")
_TIME = re.compile(
    r"([0-9]{1,2})(?:\s*(?:[:.,hg]|giờ|\s)\s*(?:([0-9]{1,2})\s*(?:p|phút)?)?(?::[0-9]{2})?)?", re.IGNORECASE
)
_TIME_TOGETHER = re.compile(r"([0-9]{1,2})([0-9]{2})")


class WhichYear(Enum):
    """Which year is meant when none was typed; what NEEDED asks for, a birthday, may lie in another century."""

    NEAR = auto()
    PAST = auto()
    NEEDED = auto()


class NoSuchDay(DomainError):
    code = "no_such_day"
    message = _("Tháng %(month)s không có ngày %(day)s.")


def read_day(text: str, *, today: date, year: WhichYear = WhichYear.NEAR) -> date | None:
    """The day that was typed; None when it cannot be read. Raises NoSuchDay for the 31st of November."""
    words = _WORDS.sub(" ", text).strip()
    if found := _YEAR_FIRST.fullmatch(words):
        return _make(int(found[3]), int(found[2]), int(found[1]))
    found = _APART.fullmatch(words) or _TOGETHER.fullmatch(words)
    if found is None:
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _make(day, month, _full_year(found[3], today, year))
    return _nearest(day, month, today, year)


def read_time(text: str) -> time | None:
    """The time that was typed; None when it cannot be read."""
    found = _TIME.fullmatch(text.strip()) or _TIME_TOGETHER.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(text: str, *, today: date) -> datetime | None:
    """A day and a time, `03/11/2026 19:30` or the other way round; None when they cannot be read. Raises NoSuchDay."""
    words = text.split()
    for day_words, time_words in ((words[:-1], words[-1:]), (words[1:], words[:1])):
        moment = read_time("".join(time_words))
        day = read_day(" ".join(day_words), today=today) if moment else None
        if day and moment:
            return datetime.combine(day, moment)
    return None


def _full_year(typed: str, today: date, year: WhichYear) -> int:
    """Two digits are of this century, or of the past for what can only be past."""
    if len(typed) == 4:
        return int(typed)
    full = today.year // 100 * 100 + int(typed)
    return full - 100 if year is WhichYear.NEEDED and full > today.year else full


def _nearest(day: int, month: int, today: date, year: WhichYear) -> date | None:
    """The day of that name that is meant; a leap day in the next or last year that has one."""
    if year is WhichYear.NEEDED or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    near = [_make(day, month, one) for one in range(today.year - 8, today.year + 9) if _is_there(day, month, one)]
    days = [one for one in near if one is not None]
    if not days:
        raise NoSuchDay(month=month, day=day)
    if year is WhichYear.PAST:
        return max(one for one in days if one <= today)
    return min(days, key=lambda one: abs(one - today))


def _is_there(day: int, month: int, year: int) -> bool:
    return 1 <= day <= monthrange(year, month)[1]


def _make(day: int, month: int, year: int) -> date | None:
    if not (1 <= month <= 12 and year >= 1 and 1 <= day <= 31):
        return None
    if not _is_there(day, month, year):
        raise NoSuchDay(month=month, day=day)
    return date(year, month, day)
