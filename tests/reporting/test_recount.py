"""The figures of any month against a recount in plain Python of what was written down, which shares no code with them."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.organizations.choices import UnitKind
from nennep.reporting.queries.figures import get_figures
from nennep.room.choices import AttendanceState
from tests.factories.core import TODAY
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import USUAL, make_meeting, mark_present

OCTOBER = Month(2026, 10)
CELLS, LAST, A_MONTH = 2, date(2026, 10, 31), timedelta(days=30)
Roll = Sequence[tuple[AttendanceState, bool]]
Held = tuple[int, MeetingKind, MeetingState, date, Roll]
Task = tuple[int, DutyState, date | None, date, date | None]

days = st.integers(0, 60).map(lambda number: date(2026, 9, 15) + timedelta(days=number))
rolls = st.lists(st.tuples(st.sampled_from(AttendanceState), st.booleans()), max_size=5)
meetings = st.tuples(
    st.integers(0, CELLS - 1), st.sampled_from(MeetingKind), st.sampled_from(MeetingState), days, rolls
)
# Cell, what became of it, its date, the day of that (where it is final), and the day on which it was put off by a month.
tasks = st.tuples(st.integers(0, CELLS - 1), st.sampled_from(DutyState), st.none() | days, days, st.none() | days)


def keep_one_a_month(found: Sequence[Held]) -> list[Held]:
    """A cell has one monthly meeting that is not called off."""
    kept: dict[object, Held] = {}
    for number, item in enumerate(found):
        cell, kind, state, day, _ = item
        monthly = kind in {"regular", "combined"} and state != "cancelled"
        kept.setdefault((cell, day.year, day.month) if monthly else number, item)
    return list(kept.values())


def date_on(due: date, put_off: date | None, day: date) -> date:
    """The date that a task had on that day."""
    return due if put_off is None or day < put_off else due + A_MONTH


def october_date(due: date, put_off: date | None) -> bool:
    """Whether one of the dates it had by the end of October lay in it."""
    return due.month == 10 or date_on(due, put_off, LAST).month == 10


def recount(found: Sequence[Held], given_duties: Sequence[Task], people: int) -> dict[str, int]:
    """October by hand. A cell's fixed day is the 3rd, its window ends on the 7th; October 2026 has no holiday."""
    held = [item for item in found if item[2] == "held" and (item[3].year, item[3].month) == (2026, 10)]
    monthly = [item for item in held if item[1] in {"regular", "combined"}]
    states = [str(state) for item in monthly for state, counted in item[4] if counted]
    ended = [(state if on <= LAST else "ongoing", due, on, off) for _, state, due, on, off in given_duties if due]
    due = [one for one in ended if one[0] != "dropped" and october_date(one[1], one[3])]
    in_time = [one for one in ended if one[0] == "done" and one[2] <= date_on(one[1], one[3], one[2])]
    late = [one for one in ended if one[0] == "done" and one[2] > date_on(one[1], one[3], one[2])]
    return {
        "cells": CELLS,
        "cells_met": len({item[0] for item in monthly}),
        "cells_on_time": len({item[0] for item in monthly if item[3].day <= 7}),
        "members": people,
        "counted": len(states),
        "present": sum(state in {"present", "online", "late", "left_early"} for state in states),
        "excused": states.count("excused"),
        "unexcused": states.count("unexcused"),
        "thematic_meetings": sum(item[1] in {"thematic", "combined"} for item in held),
        "tasks_due": len(due),
        "tasks_done": sum(one in in_time for one in due),
        "tasks_late": sum(one[2].month == 10 for one in late),
        "tasks_postponed": sum(one[1].month == 10 and one[3] is not None and one[3] <= LAST for one in due),
    }


class TestRecount(TestCase):
    """Whatever was held, called off, marked and given."""

    @settings(max_examples=40, deadline=None)
    @given(found=st.lists(meetings, max_size=8).map(keep_one_a_month), given_duties=st.lists(tasks, max_size=8))
    def test_figures_are_what_a_hand_would_count(self, found: list[Held], given_duties: list[Task]) -> None:
        commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
        cells = [make_unit(f"Chi bộ {number}", parent=commune) for number in range(CELLS)]
        people = [[make_member(f"Đảng viên {number}", cell=cell) for number in range(5)] for cell in cells]
        for cell, kind, state, day, roll in found:
            meeting = make_meeting(cells[cell], day, kind=kind, state=state)
            for member, (answer, counted) in zip(people[cell], roll, strict=False):
                mark_present(meeting, [member], [answer], counted=counted)
        for cell, result, due, day, put_off in given_duties:
            settled = None if result == DutyState.ONGOING else day
            now = due + A_MONTH if due and put_off else due
            duty = make_duty(cells[cell], people[cell][0], due_on=now, state=result, settled_on=settled)
            if due and put_off:
                duty.former_due_dates.create(organization=cells[cell], due_on=due, until=put_off)
        figures = get_figures(organization=commune, month=OCTOBER, today=TODAY)
        assert {name: figures[name] for name in USUAL} == recount(found, given_duties, CELLS * 5)
