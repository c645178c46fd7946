"""Dated membership against a replay that knows nothing of rows: a calendar of days, written day by day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.members import services
from nennep.members.choices import Ending, MembershipKind, Standing
from nennep.members.models import Member, Membership
from nennep.members.rules import date_problem, standing_after_return
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

START = TODAY - timedelta(days=60)
WHERE = 3
_days = st.integers(min_value=0, max_value=62)
_steps = st.one_of(
    st.tuples(st.just("join"), _days, st.integers(0, WHERE - 1)),
    st.tuples(st.just("transfer"), _days, st.integers(0, WHERE - 1)),
    st.tuples(st.just("exempt"), _days, st.just(0)),
    st.tuples(st.just("away"), _days, st.integers(0, WHERE - 1)),
    st.tuples(st.just("back"), _days, st.just(0)),
    st.tuples(st.just("leave"), _days, st.just(0)),
)


@dataclass
class Calendar:
    """What the naive replay believes: for each day, where the member is at home and in which standing."""

    home: dict[date, tuple[int, str]] = field(default_factory=dict)

    def fill(self, on: date, value: tuple[int, str] | None) -> None:
        """From `on` to the horizon everything is `value`."""
        day = on
        while day <= TODAY + timedelta(days=3):
            if value is None:
                self.home.pop(day, None)
            else:
                self.home[day] = value
            day += timedelta(days=1)


class DatedMembership(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(_steps, max_size=8))
    def test_rows_say_what_the_replay_says(self, steps: list[tuple[str, int, int]]) -> None:
        cells = [make_unit(f"Chi bộ {number}") for number in range(WHERE)]
        member, calendar = make_member(), Calendar()
        for verb, offset, where in steps:
            on = START + timedelta(days=offset)
            try:
                _apply(member, verb, on, cells[where])
            except DomainError:
                continue
            _replay(calendar, verb, on, cells[where].pk)
        self._compare(member, calendar)

    def _compare(self, member: Member, calendar: Calendar) -> None:
        for offset in range(62):
            day = START + timedelta(days=offset)
            rows = Membership.objects.on(day).filter(member=member)
            home = [(row.organization_id, row.standing) for row in rows.filter(kind=MembershipKind.OFFICIAL)]
            assert home == ([calendar.home[day]] if day in calendar.home else [])
            guests = list(rows.filter(kind=MembershipKind.TEMPORARY))
            assert len(guests) <= 1
            if guests:
                assert calendar.home[day][1] == Standing.ELSEWHERE
                assert calendar.home[day][0] != guests[0].organization_id


def _apply(member: Member, verb: str, on: date, cell: Organization) -> None:
    actor = Actor.system()
    if verb == "join":
        services.join_cell(
            actor=actor,
            member=member,
            organization=cell,
            kind=MembershipKind.OFFICIAL,
            standing=Standing.OFFICIAL,
            on=on,
            now=NOW,
        )
    elif verb == "transfer":
        services.transfer(actor=actor, member=member, to=cell, on=on, now=NOW)
    elif verb == "exempt":
        services.change_standing(actor=actor, member=member, standing=Standing.EXEMPT, on=on, now=NOW)
    elif verb == "away":
        services.transfer_temporarily(actor=actor, member=member, to=cell, on=on, now=NOW)
    elif verb == "back":
        services.return_home(actor=actor, member=member, on=on, now=NOW)
    else:
        services.leave(actor=actor, member=member, ending=Ending.MOVED_OUT, on=on, now=NOW)


def _replay(calendar: Calendar, verb: str, on: date, cell: int) -> None:
    last = calendar.home.get(TODAY + timedelta(days=3))
    if verb == "join":
        calendar.fill(on, (cell, Standing.OFFICIAL))
    elif verb == "leave":
        calendar.fill(on, None)
    elif last is not None:
        kept = Standing.OFFICIAL if last[1] == Standing.ELSEWHERE else last[1]
        standing = {"transfer": kept, "exempt": Standing.EXEMPT, "away": Standing.ELSEWHERE, "back": kept}[verb]
        calendar.fill(on, (cell if verb == "transfer" else last[0], standing))


@pytest.mark.parametrize(
    ("on", "after", "problem"),
    [
        (TODAY, None, ""),
        (TODAY, TODAY, ""),
        (TODAY + timedelta(1), None, "future"),
        (TODAY - timedelta(1), TODAY, "order"),
    ],
)
def test_when_a_change_may_be_dated(on: date, after: date | None, problem: str) -> None:
    assert date_problem(on=on, after=after, today=TODAY) == problem


@pytest.mark.parametrize(
    ("former", "official_on", "expected"),
    [
        (Standing.PROBATIONARY, None, Standing.PROBATIONARY),
        (Standing.PROBATIONARY, TODAY + timedelta(1), Standing.PROBATIONARY),
        (Standing.PROBATIONARY, TODAY, Standing.OFFICIAL),
        (Standing.OFFICIAL, None, Standing.OFFICIAL),
        (None, None, Standing.OFFICIAL),
        (None, TODAY, Standing.OFFICIAL),
        (None, TODAY + timedelta(1), Standing.PROBATIONARY),
    ],
)
def test_the_standing_of_somebody_who_comes_back(
    former: Standing | None, official_on: date | None, expected: Standing
) -> None:
    assert standing_after_return(former=former, official_on=official_on, on=TODAY) == expected
