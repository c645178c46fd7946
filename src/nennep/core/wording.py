"""How dates, times left and numbers are said. Pure: the moment is given, never asked for. Used by templates, papers and mail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import cast

from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from nennep.core.rounding import round_half_up

NOTHING = "–"
_BODIES = (
    "Ủy ban",
    "Uỷ ban",
    "Ban ",
    "Đảng bộ",
    "Đảng ủy",
    "Chi bộ",
    "Chi ủy",
    "Hội đồng",
    "Mặt trận",
    "Nhân dân",
    "Nhà nước",
    "Quốc hội",
    "Chủ nhật",
)
_COMMON = ("Thứ ", "Nhà ", "Đồng chí ", "Hội trường ", "Trụ sở ", "Phòng họp ")


def for_reader(say: Callable[[], str]) -> Promise:
    """What is said to somebody else: made into words when it is known who reads it, in that reader's language."""
    return cast(Promise, lazy(say, str)())


def for_records(say: Callable[[], str | Promise]) -> str:
    """What the program itself writes into records, the trail and papers: in Vietnamese, in whatever language somebody acts."""
    with translation.override("vi"):
        return str(say())


def say_date(day: date | None) -> str:
    """`03/11/2026`; a dash for no date. A moment is taken in Vietnamese time."""
    return _local(day).strftime("%d/%m/%Y") if day else NOTHING


def say_short_date(day: date | None) -> str:
    """`03/11`, where the year is plain from the page."""
    return _local(day).strftime("%d/%m") if day else NOTHING


def say_time(moment: datetime | None) -> str:
    """`19:30` in Vietnamese time."""
    return _local(moment).strftime("%H:%M") if moment else NOTHING


def say_end(ended: datetime | None, began: datetime | None) -> str:
    """The time; with its day when that is not the day of the beginning."""
    if ended and began and say_date(ended) != say_date(began):
        return say_moment(ended)
    return say_time(ended)


def format_month(number: int) -> str:
    """`01`, `02`, `3`, … `12`: months 1 and 2 take a leading zero in words (HD 05-HD/VPTW, 27/5/2026)."""
    return f"{number:02d}" if number <= 2 else str(number)


def format_long_day(day: date) -> str:
    """`ngày 03 tháng 02 năm 2026`: a leading zero for days under 10 and for months 1 and 2 only."""
    return f"ngày {day.day:02d} tháng {format_month(day.month)} năm {day.year}"


def format_time(moment: datetime) -> str:
    """`19 giờ 30 phút`; the full hour without minutes."""
    return f"{moment.hour} giờ {moment.minute:02d} phút" if moment.minute else f"{moment.hour} giờ"


def lower_start(text: str) -> str:
    """The text as a sentence goes on behind a comma: `Vận động …` in small letters, names and bodies as they are.

    A first word is taken for a common one when the second begins with a small letter, as no Vietnamese name does, or is a number.
    """
    first, _space, rest = text.partition(" ")
    common = (first[1:] == first[1:].lower() and (rest[:1].islower() or rest[:1].isdigit())) or text.startswith(_COMMON)
    return text[:1].lower() + text[1:] if common and not text.startswith(_BODIES) else text


def say_weekday(day: date) -> str:
    """`Thứ Ba`, `Chủ nhật`."""
    names = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]
    return names[_local(day).weekday()]


def say_weekday_date(day: date | None) -> str:
    """`Thứ Ba, 03/11/2026`: the dateline of a page."""
    return f"{say_weekday(day)}, {say_date(day)}" if day else NOTHING


def say_weekday_inside(day: date | None) -> str:
    """`thứ Ba, 03/11/2026`: the same within a sentence."""
    return f"{_inside_sentence(say_weekday(day))}, {say_date(day)}" if day else NOTHING


def say_moment(moment: datetime | None) -> str:
    """`19:30 thứ Ba, 03/11/2026`: when something begins or ends."""
    if not moment:
        return NOTHING
    return f"{say_time(moment)} {_inside_sentence(say_weekday(moment))}, {say_date(moment)}"


def say_time_left(deadline: datetime, now: datetime) -> str:
    """`Còn 1 ngày 4 giờ`, `Còn 20 phút`, rounded down to two units at most; after the deadline `Quá hạn 9 ngày`.

    Days that it is late are counted by the calendar, as `say_days_left` counts them; on the deadline's own day hours.
    """
    if now > deadline:
        days = count_days(deadline, now)
        return _("Quá hạn %(time)s") % {"time": _say_days(days) if days else say_duration(now - deadline)}
    return _("Còn %(time)s") % {"time": say_duration(deadline - now)}


def count_days(deadline: date, now: date) -> int:
    """Days from one to the other by the Vietnamese calendar, whatever the hours: the evening and the morning after it are one apart."""
    return (_day_of(now) - _day_of(deadline)).days


def say_days_left(last_day: date, today: date) -> str:
    """For a deadline that is a whole day: `Còn 3 ngày`, `Đến hạn hôm nay`, `Quá hạn 9 ngày`."""
    days = count_days(today, last_day)
    if days == 0:
        return _("Đến hạn hôm nay")
    words = _say_days(abs(days))
    return _("Còn %(time)s") % {"time": words} if days > 0 else _("Quá hạn %(time)s") % {"time": words}


def say_duration(length: timedelta) -> str:
    """`1 ngày 4 giờ`, `3 giờ 20 phút`, `20 phút`; from a week on only days. Less than a minute is `chưa đầy 1 phút`."""
    minutes = int(length.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        parts = [_say_days(days), _say_hours(hours) if hours and days < 7 else ""]
    else:
        parts = [_say_hours(hours) if hours else "", _say_minutes(rest) if rest else ""]
    return " ".join(part for part in parts if part) or _("chưa đầy 1 phút")


def say_decimal(value: float | Decimal | Fraction | None, places: int = 1) -> str:
    """`1.234,5`: rounded half up, with the marks of the reader's language; a dash for no figure."""
    return NOTHING if value is None else number_format(round_half_up(value, places), decimal_pos=places)


def say_points(value: float | Decimal | Fraction | None) -> str:
    """`90,5`, and `84` for whole points: a score is never rounded to whole ones, which might lift it over a level."""
    if value is None:
        return NOTHING
    exact = round_half_up(value, 1)
    return say_decimal(exact, 0 if exact == int(exact) else 1)


def say_percent(value: float | Decimal | Fraction | None, places: int = 1) -> str:
    """`92,0%` of a figure from 0 to 100, without a space."""
    return NOTHING if value is None else f"{say_decimal(value, places)}%"


def _local(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day


def _day_of(day: date) -> date:
    local = _local(day)
    return local.date() if isinstance(local, datetime) else local


def _inside_sentence(weekday: str) -> str:
    """`thứ Ba`, `Chủ nhật`: the word `thứ` is small inside a sentence, the name of the day never; English days have no such word."""
    return weekday[0].lower() + weekday[1:] if get_language() == "vi" and weekday.startswith("Thứ") else weekday


def _say_days(count: int) -> str:
    return ngettext("%(count)s ngày", "%(count)s ngày", count) % {"count": count}


def _say_hours(count: int) -> str:
    return ngettext("%(count)s giờ", "%(count)s giờ", count) % {"count": count}


def _say_minutes(count: int) -> str:
    return ngettext("%(count)s phút", "%(count)s phút", count) % {"count": count}
