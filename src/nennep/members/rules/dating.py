"""When a change of membership may be dated."""

from collections.abc import Iterable
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


def standing_after_return(*, former: Standing | None, official_on: date | None, on: date) -> Standing:
    """The standing at home of somebody who comes back from elsewhere on `on`.

    `former` is what they were while away (at the temporary cell) or before they went; None when the rows do not say.
    Recognition during the stay makes a probationary member official.
    """
    if former is None:
        return Standing.PROBATIONARY if official_on is not None and official_on > on else Standing.OFFICIAL
    recognised = official_on is not None and official_on <= on
    return Standing.OFFICIAL if former == Standing.PROBATIONARY and recognised else former


Span = tuple[date, date | None]  # half open; None: still running


def free_spans(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of `span` without the days of `taken`, in order; spans without a day are none."""
    left = [(span[0], span[1] or date.max)]
    for since, until in taken:
        end = until or date.max
        left = [piece for a, b in left for piece in ((a, min(b, since)), (max(a, end), b)) if piece[0] < piece[1]]
    return [(since, None if until == date.max else until) for since, until in left if since < until]
