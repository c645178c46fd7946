"""When rules may still be taken back."""

from datetime import date

from nennep.core.periods import Month


def list_finished(valid_from: date, today: date) -> list[Month]:
    """The months that were over before today and on whose first day or later these rules held: they would be judged by them."""
    month, current = Month.of(valid_from), Month.of(today)
    found = []
    while month.first_day < current.first_day:
        found.append(month)
        month = month.plus(1)
    return found
