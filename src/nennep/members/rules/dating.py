"""When a change of membership may be dated."""

from datetime import date

from nennep.members.choices import Standing


def date_problem(*, on: date, after: date | None, today: date) -> str:
    """Why a change cannot be dated `on`: `future`, or `order` when something was already written for a later day.

    `after` is the day of the latest change on record. Empty when the date is good. Changes are written in the order in
    which they happened, so that the roll of a past day is never rewritten silently.
    """
    if on > today:
        return "future"
    return "order" if after is not None and on < after else ""


def standing_after_return(*, guest_standing: Standing | None, official_on: date | None, on: date) -> Standing:
    """The standing at home of somebody who comes back from elsewhere.

    That held at the temporary cell; when the program does not know that cell, official from the day of recognition on.
    """
    if guest_standing is not None:
        return guest_standing
    return Standing.OFFICIAL if official_on is not None and official_on <= on else Standing.PROBATIONARY
