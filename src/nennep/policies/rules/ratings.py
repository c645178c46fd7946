"""Values of the yearly rating (rules.md §4, addendum (a)), typed, and how they are read."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

RATED_FORMS = ("01", "2A", "2B", "2C")
CONDITION_LEVELS = ("excellent", "good")
CONDITION_FACTS = ("meetings_score", "visits_share")
_COMMON, _RESULTS = 30, 70  # the hundred points of every sheet


class InvalidRating(ValueError):
    """A value that does not have the shape of its key."""


@dataclass(frozen=True, slots=True)
class RatingBands:
    """Lowest points (of 100) of each level; below `satisfactory` is the lowest one."""

    excellent: int
    good: int
    satisfactory: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year."""

    month: int
    day: int

    def of_round(self, year: int) -> date:
        """Its date in the round of that year, which ends in the first half of the next."""
        in_year = year if self.month > 6 else year + 1
        return date(in_year, self.month, min(self.day, calendar.monthrange(in_year, self.month)[1]))


@dataclass(frozen=True, slots=True)
class CutoffDay:
    """On which day it is looked at who is rated where; None: on the day of the review meeting."""

    fixed: MonthDay | None


@dataclass(frozen=True, slots=True)
class Milestones:
    """By when a round is over: everywhere, where the working year ends otherwise, the dossiers, the report to the centre.

    `before`: the document says "before" that day, the last one is the day earlier.
    """

    closing: MonthDay
    special: MonthDay
    dossier: MonthDay
    report: MonthDay
    before: bool = True

    def last_day(self, milestone: MonthDay, year: int) -> date:
        """The last day on which it is still in time."""
        return milestone.of_round(year) - timedelta(days=1 if self.before else 0)


@dataclass(frozen=True, slots=True)
class RatingDue:
    """By when each level has done its part."""

    cell: MonthDay
    base: MonthDay
    province: MonthDay


@dataclass(frozen=True, slots=True)
class PointItem:
    """One line of 0 to `maximum` points. `by_duties`: the points of the year's tasks by their weight."""

    code: str
    title: str
    maximum: int
    by_duties: bool = False


@dataclass(frozen=True, slots=True)
class LevelCondition:
    """What a local document asks for besides 366, for a level (and those above it): a fact of at least so many of a hundred.

    `meetings_score`: the mean score of the year's meetings; `visits_share`: visits to cells that were done, of those owed (percent).
    """

    code: str
    title: str
    level: str
    fact: str
    at_least: int


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """The lines of the 30 common and of the 70 result points, for the forms (01, 2A, 2B, 2C) that it is for.

    `conditions`: what the document asks for besides points.
    """

    code: str
    title: str
    forms: tuple[str, ...]
    common: tuple[PointItem, ...]
    results: tuple[PointItem, ...]
    conditions: tuple[LevelCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingSheets:
    """The sheets of one document; a form without one takes its two sums alone."""

    sheets: tuple[RatingSheet, ...] = ()

    def for_form(self, form: str) -> RatingSheet | None:
        return next((sheet for sheet in self.sheets if form in sheet.forms), None)


def read_bands(value: Any) -> RatingBands:
    """{"excellent": 90, "good": 70, "satisfactory": 50}, falling, each 1 to 100."""
    names = ("excellent", "good", "satisfactory")
    if not isinstance(value, dict) or set(value) != set(names):
        raise InvalidRating("bands of a rating need excellent, good and satisfactory")
    found = [_whole(value[name], 1, 100) for name in names]
    if not found[0] > found[1] > found[2]:
        raise InvalidRating("bands of a rating fall from excellent to satisfactory")
    return RatingBands(*found)


def read_cutoff(value: Any) -> CutoffDay:
    """A day such as "12-31", or "meeting" for the day of the review meeting."""
    return CutoffDay(None if value == "meeting" else _month_day(value))


def read_milestones(value: Any) -> Milestones:
    """{"closing": "12-31", "special": "01-15", "dossier": "02-01", "report": "03-01", "before": true}, in this order."""
    names = ("closing", "special", "dossier", "report")
    if not isinstance(value, dict) or set(value) != {*names, "before"} or not isinstance(value["before"], bool):
        raise InvalidRating("milestones need closing, special, dossier, report and before")
    found = [_month_day(value[name]) for name in names]
    days = [one.of_round(2000) for one in found]
    if days != sorted(days):
        raise InvalidRating("milestones follow one another")
    closing, special, dossier, report = found
    return Milestones(closing, special, dossier, report, value["before"])


def read_due(value: Any) -> RatingDue:
    """{"cell": "12-10", "base": "12-20", "province": "12-28"}: lower levels before upper ones."""
    names = ("cell", "base", "province")
    if not isinstance(value, dict) or set(value) != set(names):
        raise InvalidRating("due days need cell, base and province")
    found = [_month_day(value[name]) for name in names]
    days = [one.of_round(2000) for one in found]
    if days != sorted(days):
        raise InvalidRating("a level is not due before the one below it")
    return RatingDue(*found)


def read_sheets(value: Any) -> RatingSheets:
    """[{"code", "title", "forms": ["2B"], "common": [line], "results": [line]}]: 30 and 70 points; a form has one sheet.

    Where the document has conditions of its own also "conditions": [{"code", "title", "level", "fact", "at_least"}].
    """
    try:
        sheets = tuple(_sheet(one) for one in value)
    except InvalidRating:
        raise
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidRating("a rating sheet needs code, title, forms, common and results") from error
    forms = [form for sheet in sheets for form in sheet.forms]
    if not sheets or len(set(forms)) != len(forms):
        raise InvalidRating("each form has one sheet")
    return RatingSheets(sheets)


def _sheet(value: Any) -> RatingSheet:
    common, results = ([_item(line) for line in value[part]] for part in ("common", "results"))
    code, forms = str(value["code"]), tuple(value["forms"])
    sums = sum(item.maximum for item in common), sum(item.maximum for item in results)
    if sums != (_COMMON, _RESULTS):
        raise InvalidRating(f"the sheet {code} has {sums[0]} + {sums[1]} points instead of {_COMMON} + {_RESULTS}")
    if not forms or not set(forms) <= set(RATED_FORMS):
        raise InvalidRating(f"the sheet {code} is for the forms {', '.join(RATED_FORMS)}")
    codes = [item.code for item in (*common, *results)]
    if len(set(codes)) != len(codes):
        raise InvalidRating(f"the sheet {code} has a line twice")
    conditions = tuple(_condition(one) for one in value.get("conditions", ()))
    if len({one.code for one in conditions}) != len(conditions):
        raise InvalidRating(f"the sheet {code} has a condition twice")
    return RatingSheet(code, str(value["title"]), forms, tuple(common), tuple(results), conditions)


def _condition(value: Any) -> LevelCondition:
    if set(value) != {"code", "title", "level", "fact", "at_least"}:
        raise InvalidRating("a condition needs code, title, level, fact and at_least")
    level, fact = str(value["level"]), str(value["fact"])
    if level not in CONDITION_LEVELS or fact not in CONDITION_FACTS:
        known = f"levels {', '.join(CONDITION_LEVELS)}, facts {', '.join(CONDITION_FACTS)}"
        raise InvalidRating(f"no condition can be {fact} for {level}: {known}")
    return LevelCondition(str(value["code"]), str(value["title"]), level, fact, _whole(value["at_least"], 1, 100))


def _item(value: Any) -> PointItem:
    by_duties = value.get("by_duties", False)
    if not isinstance(by_duties, bool):
        raise InvalidRating("a line goes by tasks or does not")
    return PointItem(str(value["code"]), str(value["title"]), _whole(value["max"], 1, 100), by_duties)


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidRating(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _month_day(value: Any) -> MonthDay:
    """A day such as "12-31"; the 29th of February is taken, and is the 28th in other years."""
    try:
        day = date.fromisoformat(f"2000-{value}")
    except ValueError as error:
        raise InvalidRating(f"{value!r} is no day such as 12-31") from error
    return MonthDay(day.month, day.day)
