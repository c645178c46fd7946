"""The days of a round (43-HD/BTCTW, section 4; addendum a.1)."""

from dataclasses import dataclass
from datetime import date, timedelta

from nennep.classification.rules.days import find_period
from nennep.classification.rules.kept import KeptRules
from nennep.core.periods import is_working_day


@dataclass(frozen=True, slots=True)
class RoundCalendar:
    """`cutoff` None: the day of each unit's review meeting. The others are last days that are still in time."""

    cutoff: date | None
    cell_due: date
    base_due: date
    province_due: date
    closing: date
    special_closing: date
    dossier: date
    report: date


def find_calendar(rules: KeptRules, year: int) -> RoundCalendar:
    """The days of the round of that year."""
    stones, due = rules.milestones, rules.due
    return RoundCalendar(
        cutoff=rules.cutoff.fixed.of_round(year) if rules.cutoff.fixed else None,
        cell_due=due.cell.of_round(year),
        base_due=due.base.of_round(year),
        province_due=due.province.of_round(year),
        closing=stones.last_day(stones.closing, year),
        special_closing=stones.last_day(stones.special, year),
        dossier=stones.last_day(stones.dossier, year),
        report=stones.last_day(stones.report, year),
    )


def find_cutoff(rules: KeptRules, year: int, quarter: int | None) -> date:
    """On which day who is where is looked at, unless another one is named.

    Of a year that of the rules; where these leave it to the day of each review, the cells' due day. Of a quarter its last day,
    for no document names another.
    """
    if quarter is not None:
        return find_period(year, quarter)[1]
    calendar = find_calendar(rules, year)
    return calendar.cutoff or calendar.cell_due


def find_case_days(rules: KeptRules, year: int, quarter: int | None) -> tuple[date, date]:
    """On which days a document was made that counts in the round: those of its period, of a year also until dossiers are sent up.

    What is punished in a year counts in it, whenever it was done (366-QĐ/TW and HD 43; addendum a.1). The weeks after the year
    are ours: until the dossiers are with the centre a round is still being decided, and what was concluded by then is known.
    """
    first, last = find_period(year, quarter)
    return first, last if quarter is not None else max(last, find_calendar(rules, year).dossier)


def is_too_short(*, is_cell: bool, days: int | None, rules: KeptRules) -> bool:
    """Whether the review of a collective above cells took fewer days than the rules ask; a cell's is an evening."""
    return not is_cell and days is not None and days < rules.meeting_days


def find_drafts_day(meeting_on: date, working_days: int) -> date:
    """The last day to hand the drafts to those who take part: so many working days before the review meeting."""
    day = meeting_on
    for _number in range(working_days):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day
