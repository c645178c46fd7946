from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from nennep.core import clock

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(("utc", "day"), [("2026-11-08T16:59:59Z", 8), ("2026-11-08T17:00:00Z", 9)])
def test_the_day_changes_at_midnight_in_vietnam(settings: Any, utc: str, day: int) -> None:
    settings.NENNEP_CLOCK = None
    with time_machine.travel(datetime.fromisoformat(utc), tick=False):
        assert (clock.today(), clock.now().utcoffset()) == (date(2026, 11, day), timedelta(hours=7))


def test_a_chosen_moment_goes_on_from_there(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NENNEP_CLOCK = datetime(2026, 11, 9, 23, 59, tzinfo=HANOI)
    monkeypatch.setattr(clock, "monotonic", lambda: clock._started + 59)
    assert (clock.now(), clock.today()) == (datetime(2026, 11, 9, 23, 59, 59, tzinfo=HANOI), date(2026, 11, 9))
    monkeypatch.setattr(clock, "monotonic", lambda: clock._started + 60)
    assert clock.today() == date(2026, 11, 10)
