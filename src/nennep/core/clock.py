"""The only place that reads the clock. Views and commands ask here and hand the moment on.

`NENNEP_CLOCK=2026-11-09T08:00` starts the program at that moment (demonstrations, journeys in a browser);
from there time runs as usual.
"""

from datetime import date, datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

_started = monotonic()


def now() -> datetime:
    """The moment, aware, in Vietnamese time."""
    start: datetime | None = settings.NENNEP_CLOCK
    if start is None:
        return timezone.localtime()
    return start + timedelta(seconds=monotonic() - _started)


def today() -> date:
    """The day in Vietnam."""
    return now().date()
