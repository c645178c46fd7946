"""The shape of every value: what a key takes, as JSON, and what it becomes."""

import json
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from nennep.core.periods import DaysOff
from nennep.policies.choices import CapBase, CapRounding, Office, OfficialSide, PolicyKey, VisitArea
from nennep.policies.rules.ratings import (
    InvalidRating,
    read_bands,
    read_cutoff,
    read_due,
    read_milestones,
    read_sheets,
)
from nennep.policies.rules.sheet_grammar import read_sheet
from nennep.policies.rules.sheets import ScoreSheetTemplate
from nennep.policies.rules.values import (
    ClarificationPause,
    CountedStandings,
    MinutesRange,
    Obligation,
    ResponseDays,
    ScoreLevels,
    VoteThreshold,
)


class InvalidValue(ValueError):
    """A value that does not have the shape of its key."""


def _count(value: Any, *, low: int = 0, high: int = 1000) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidValue(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _day_of_month(value: Any) -> int:
    return _count(value, low=1, high=28)


def _per_cent(value: Any) -> int:
    return _count(value, high=100)


def _levels(value: Any) -> ScoreLevels:
    """{"good": 90, "fair": 70, "average": 50}, falling, each 1 to 100."""
    if not isinstance(value, dict) or set(value) != {"good", "fair", "average"}:
        raise InvalidValue("score levels need good, fair and average")
    good, fair, average = (_count(value[name], low=1, high=100) for name in ("good", "fair", "average"))
    if not good > fair > average:
        raise InvalidValue("score levels must fall from good to average")
    return ScoreLevels(good, fair, average)


def _response_days(value: Any) -> ResponseDays:
    """{"base": 30, "upper": 60, "central": 90}: working days by the level that answers."""
    levels = ("base", "upper", "central")
    if not isinstance(value, dict) or set(value) != set(levels):
        raise InvalidValue("response days need base, upper and central")
    return ResponseDays(*(_count(value[level], low=1, high=250) for level in levels))


def _clarification_pause(value: Any) -> ClarificationPause:
    """{"allowed": true, "working_days": 15}."""
    if not isinstance(value, dict) or set(value) != {"allowed", "working_days"}:
        raise InvalidValue("a pause needs allowed and working_days")
    return ClarificationPause(_yes_or_no(value["allowed"]), _count(value["working_days"], low=1, high=90))


def _number_from_one(value: Any) -> int:
    return _count(value, low=1, high=250)


def _days_off(value: Any) -> DaysOff:
    """{"off": ["2027-02-11"], "working": ["2027-02-20"]}: a day is one or the other."""
    if not isinstance(value, dict) or set(value) != {"off", "working"}:
        raise InvalidValue("days off need off and working")
    try:
        off, working = (frozenset(date.fromisoformat(day) for day in value[name]) for name in ("off", "working"))
    except (TypeError, ValueError) as error:
        raise InvalidValue("days off are days as 2027-02-11") from error
    if off & working:
        raise InvalidValue("a day is off or worked")
    return DaysOff(off, working)


def _sheet(value: Any) -> ScoreSheetTemplate:
    """Groups of lines with their scales, read by the grammar of sheets (docs/how-to/add-a-score-sheet.md).

    The same value is the same sheet, and so are its lines: every meeting of a month is scored by one of a few.
    """
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):  # not what JSON holds: the grammar says what is wrong
        return _read_sheet(value)
    return _keep_sheet(text)


@lru_cache(maxsize=100)
def _keep_sheet(text: str) -> ScoreSheetTemplate:
    return _read_sheet(json.loads(text))


def _read_sheet(value: Any) -> ScoreSheetTemplate:
    sheet, problems = read_sheet(value)
    if sheet is None:
        raise InvalidValue("; ".join(str(problem) for problem in problems))
    return sheet


def _threshold(value: Any) -> VoteThreshold:
    """{"part": "1/2", "strict": true}."""
    try:
        part = Fraction(str(value["part"]))
        strict = value["strict"]
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InvalidValue("a vote threshold needs part (such as 1/2) and strict") from error
    if not 0 < part <= 1 or not isinstance(strict, bool):
        raise InvalidValue("the part of a vote threshold lies between 0 and 1")
    return VoteThreshold(part, strict)


def _standings(value: Any) -> CountedStandings:
    """{"own": [standing], "temporary": [standing], "if_present"?: [standing]}: no standing in both lists of the cell's own rolls.

    The words for standings are those of members, which reads it (`members/rules/counting.py`).
    """
    if not isinstance(value, dict) or not {"own", "temporary"} <= set(value) <= {"own", "temporary", "if_present"}:
        raise InvalidValue("counted standings are own, temporary and perhaps if_present")
    lists = (value["own"], value["temporary"], value.get("if_present", []))
    if not all(isinstance(words, list) and all(isinstance(word, str) for word in words) for words in lists):
        raise InvalidValue("standings are lists of words")
    own, temporary, if_present = (frozenset(words) for words in lists)
    if not own or own & if_present:
        raise InvalidValue("somebody on the rolls counts, and nobody twice")
    return CountedStandings(own, temporary, if_present)


_AGENDA_LINE = {"topic": str, "title": str, "minutes": int}


def _agenda(value: Any) -> dict[str, Any]:
    """{"code", "kinds": {kind: [line]}, "topics": {cell type or "every": [line]}}; a line has topic, title, minutes, phase.

    Optional: "types": {cell type: [line with kinds]} for what differs by type, "coverage": {every, work, building: [topic]}.
    The words for kinds, topics and phases are those of meetings, which reads it (`meetings/rules/agenda.py`).
    """
    try:
        parts = (value["kinds"], value["topics"], value.get("types", {}))
        lines = [line for part in parts for rows in part.values() for line in rows]
        wrong = [line for line in lines for name, kind in _AGENDA_LINE.items() if not isinstance(line[name], kind)]
        complete = "regular" in value["kinds"] and "every" in value["topics"] and isinstance(value["code"], str)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidValue(
            "an agenda template needs code, kinds and topics, each line topic, title and minutes"
        ) from error
    if wrong or not complete:
        raise InvalidValue("an agenda template needs a regular programme and topics for every cell")
    return dict(value)


def _minutes_range(value: Any) -> MinutesRange:
    """{"least": 15, "most": 30}."""
    if not isinstance(value, dict) or set(value) != {"least", "most"}:
        raise InvalidValue("a range of minutes needs least and most")
    least, most = _count(value["least"], high=480), _count(value["most"], high=480)
    if least > most:
        raise InvalidValue("least is not above most")
    return MinutesRange(least, most)


def _template_name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 60:
        raise InvalidValue("a paper template has a name of at most 60 letters")
    return value


def _obligations(value: Any) -> tuple[Obligation, ...]:
    """[{"office", "area", "min_per_year"?, "note"?}]: an office once; no number where the document gives none."""
    try:
        found = tuple(_obligation(line) for line in value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidValue("an obligation needs office, area and perhaps min_per_year and note") from error
    offices = [item.office for item in found]
    if not found or len(set(offices)) != len(offices):
        raise InvalidValue("obligations name each office once")
    return found


def _obligation(line: Any) -> Obligation:
    minimum = line.get("min_per_year")
    return Obligation(
        office=Office(line["office"]),
        min_per_year=None if minimum is None else _count(minimum, low=1, high=60),
        area=VisitArea(line["area"]),
        note=str(line.get("note", "")),
    )


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(f"{value!r} is neither true nor false")
    return value


def _months(value: Any) -> int:
    return _count(value, high=24)


def _cap_base(value: Any) -> CapBase:
    try:
        return CapBase(value)
    except ValueError as error:
        raise InvalidValue(f"{value!r} is no base of the cap") from error


def _cap_rounding(value: Any) -> CapRounding:
    try:
        return CapRounding(value)
    except ValueError as error:
        raise InvalidValue(f"{value!r} is no way to round") from error


def _official_side(value: Any) -> OfficialSide:
    try:
        return OfficialSide(value)
    except ValueError as error:
        raise InvalidValue(f"{value!r} is no side that scores") from error


READERS: dict[PolicyKey, tuple[str, Any]] = {
    PolicyKey.FIXED_DAY: ("fixed_day", _day_of_month),
    PolicyKey.WINDOW_LAST_DAY: ("window_last_day", _day_of_month),
    PolicyKey.MINUTES_REGULAR: ("minutes_regular", _count),
    PolicyKey.MINUTES_COMBINED: ("minutes_combined", _count),
    PolicyKey.THEMATIC_PER_QUARTER: ("thematic_per_quarter", _count),
    PolicyKey.PAPERS_DAYS_BEFORE: ("papers_days_before", _count),
    PolicyKey.FILING_DAYS_AFTER: ("filing_days_after", _count),
    PolicyKey.COMMITTEE_DAYS_BEFORE: ("committee_days_before", _count),
    PolicyKey.SCORE_LEVELS: ("score_levels", _levels),
    PolicyKey.SCORE_SHEET: ("score_sheet", _sheet),
    PolicyKey.SCORE_REPORT_WORKING_DAYS: ("score_report_working_days", _count),
    PolicyKey.SCORE_OFFICIAL_SIDE: ("score_official_side", _official_side),
    PolicyKey.SCORE_CONFIRM_WORKING_DAYS: ("score_confirm_working_days", _count),
    PolicyKey.ATTENDANCE_TARGET: ("attendance_target", _per_cent),
    PolicyKey.EXCUSED_STREAK: ("excused_streak_max", _count),
    PolicyKey.REMOVAL_MONTHS: ("removal_months", _count),
    PolicyKey.GROUP_MEETINGS_PER_YEAR: ("group_meetings_per_year", _count),
    PolicyKey.GROUP_MEETING_MEMBERS: ("group_meeting_members", _count),
    PolicyKey.ATTENDANCE_BASE: ("attendance_base", _standings),
    PolicyKey.VOTE_BASE: ("vote_base", _standings),
    PolicyKey.OFFICIAL_MEMBERS_MIN: ("official_members_min", _count),
    PolicyKey.VOTE_ORDINARY: ("vote_ordinary", _threshold),
    PolicyKey.VOTE_MEMBERSHIP: ("vote_membership", _threshold),
    PolicyKey.COMMITTEE_FROM: ("committee_from", _count),
    PolicyKey.SELF_CRITICISM_MINUTES: ("self_criticism_minutes", _minutes_range),
    PolicyKey.SPEAKERS_SHARE: ("speakers_share", _per_cent),
    PolicyKey.AGENDA_TEMPLATE: ("agenda_template", _agenda),
    PolicyKey.PAPER_TEMPLATE: ("paper_template", _template_name),
    PolicyKey.VISIT_OBLIGATIONS: ("visit_obligations", _obligations),
    PolicyKey.VISIT_REPORT_WORKING_DAYS: ("visit_report_working_days", _count),
    PolicyKey.VISIT_OWN_CELL_COUNTS: ("visit_own_cell_counts", _yes_or_no),
    PolicyKey.DAYS_OFF: ("days_off", _days_off),
    PolicyKey.PETITION_PAUSE: ("petition_pause", _clarification_pause),
    PolicyKey.PETITION_EXTENSION: ("petition_extension", _number_from_one),
    PolicyKey.PETITION_BOUNCES: ("petition_bounces", _number_from_one),
    PolicyKey.PETITION_SILENT: ("petition_silent", _number_from_one),
    PolicyKey.PETITION_RESPONSE: ("petition_response", _response_days),
    PolicyKey.RATING_BANDS: ("rating_bands", read_bands),
    PolicyKey.RATING_EXCEED: ("rating_exceed", _per_cent),
    PolicyKey.RATING_LATE: ("rating_late", _per_cent),
    PolicyKey.RATING_UNDONE: ("rating_undone", _per_cent),
    PolicyKey.RATING_UNIT_DONE: ("rating_unit_done", _per_cent),
    PolicyKey.RATING_CAP: ("rating_cap", _per_cent),
    PolicyKey.RATING_CAP_OUTSTANDING: ("rating_cap_outstanding", _per_cent),
    PolicyKey.RATING_CAP_BASE: ("rating_cap_base", _cap_base),
    PolicyKey.RATING_CAP_ROUNDING: ("rating_cap_rounding", _cap_rounding),
    PolicyKey.RATING_MIN_MONTHS: ("rating_min_months", _months),
    PolicyKey.RATING_CUTOFF: ("rating_cutoff", read_cutoff),
    PolicyKey.RATING_MILESTONES: ("rating_milestones", read_milestones),
    PolicyKey.RATING_DRAFT_DAYS: ("rating_draft_days", _count),
    PolicyKey.RATING_MEETING_DAYS: ("rating_meeting_days", _count),
    PolicyKey.RATING_COMMENDED_YEARS: ("rating_commended_years", _number_from_one),
    PolicyKey.RATING_DUE: ("rating_due", read_due),
    PolicyKey.RATING_SHEET: ("rating_sheets", read_sheets),
}


def read_value(key: PolicyKey, value: Any) -> Any:
    """The typed value of a rule; raises InvalidValue when `value` does not have the key's shape."""
    try:
        return READERS[key][1](value)
    except InvalidRating as error:
        raise InvalidValue(str(error)) from error
