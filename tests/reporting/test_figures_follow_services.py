"""Whatever people do, in whatever order: every figure of every unit is at once what counting the records gives, and so are kept rows.

A change of which nothing tells the figures would be found here; so would a difference that is taken off the wrong sums.
"""

import random
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.measures import add_counts
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.duties.services import DutyDetails, DutyProgress, change_duty, drop_duty, give_duty, report_duty
from nennep.meetings.models import Meeting
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import cancel_meeting, ensure_schedule
from nennep.members.choices import Ending, MembershipKind, Sex, Standing
from nennep.members.models import Member
from nennep.members.rules import MemberDetails
from nennep.members.services import (
    change_member,
    change_standing,
    create_member,
    join_cell,
    merge_members,
    transfer,
)
from nennep.members.services import (
    leave as leave_cell,
)
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import (
    UnitDetails,
    UnitSettings,
    change_settings,
    close_organization,
    create_organization,
    merge_organization,
    move_organization,
    split_organization,
)
from nennep.policies.choices import PolicyKey
from nennep.records.services.reopening import reopen_meeting
from nennep.reporting.queries.counting import count_cells
from nennep.reporting.queries.figures import read_figures
from nennep.reporting.queries.tree import list_cells_of_months
from nennep.reporting.services import fold_figures, verify_figures
from nennep.room.models import RollCallEntry
from nennep.room.rules.outcome import CONCLUSION_KEY, MODE_KEY, ROLL_CALL_KEY, SELF_CRITICISM_KEY
from nennep.room.services.outcome import close_meeting
from nennep.room.services.roll_call import mark_others_present, tap_entry
from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.organizations import make_unit

SYSTEM = Actor.system()
MONTHS = [Month(2026, number) for number in (9, 10, 11, 12)]


class Nobody(Exception):
    """There is none to do it with."""


class Life:
    """A province of two communes that does what it is told, on days that pass."""

    def __init__(self, seed: int) -> None:
        self.dice, self.now = random.Random(seed), NOW - timedelta(days=60)  # noqa: S311  no secret
        province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
        communes = [make_unit(f"Đảng bộ xã {n}", kind=UnitKind.BASE, parent=province) for n in "AB"]
        for number, commune in enumerate((communes[0], communes[0], communes[1])):
            make_unit(f"Chi bộ {number}", parent=commune, cell_type=CellType.VILLAGE)
        self.number = 0

    @property
    def today(self) -> date:
        return self.now.date()

    def cells(self) -> list[Organization]:
        return list(Organization.objects.open_on(self.today).cells().order_by("pk"))

    def pick(self, rows: Any) -> Any:
        """One of them. Raises Nobody."""
        found = list(rows)
        if not found:
            raise Nobody
        return self.dice.choice(found)

    def day(self) -> date:
        """Today, or some weeks ago."""
        return self.today - timedelta(days=self.dice.choice((0, 0, 1, 20, 40)))

    def member(self) -> Any:
        return self.pick(Member.objects.filter(merged_into=None).order_by("pk"))

    def write(self) -> dict[str, Any]:
        return {"actor": SYSTEM, "now": self.now}


def pass_days(life: Life) -> None:
    life.now += timedelta(days=life.dice.choice((1, 3, 9)))


def fold(life: Life) -> None:
    fold_figures(**life.write())


def enter(life: Life) -> None:
    life.number += 1
    details = MemberDetails(full_name=f"Lò Văn {life.number}", sex=life.dice.choice(("", *Sex.values)))
    how: dict[str, Any] = {"joined_on": life.day(), **life.write()}
    standing = life.dice.choice((Standing.OFFICIAL, Standing.PROBATIONARY))
    create_member(organization=life.pick(life.cells()), details=details, standing=standing, **how)


def join_later(life: Life) -> None:
    how: dict[str, Any] = {"kind": MembershipKind.TEMPORARY, "standing": Standing.OFFICIAL, "on": life.day()}
    join_cell(member=life.member(), organization=life.pick(life.cells()), **how, **life.write())


def go_elsewhere(life: Life) -> None:
    transfer(member=life.member(), to=life.pick(life.cells()), on=life.day(), **life.write())


def be_exempt(life: Life) -> None:
    change_standing(member=life.member(), standing=Standing.EXEMPT, on=life.day(), **life.write())


def leave(life: Life) -> None:
    leave_cell(member=life.member(), ending=Ending.DECEASED, on=life.day(), **life.write())


def correct_sex(life: Life) -> None:
    member = life.member()
    change_member(
        member=member, details=MemberDetails(member.full_name, sex=life.dice.choice(Sex.values)), **life.write()
    )


def merge_two(life: Life) -> None:
    merge_members(keep=life.member(), drop=life.member(), **life.write())


def plan(life: Life) -> None:
    ensure_schedule(organization=life.pick(life.cells()), year=2026, **life.write())


def meet(life: Life) -> None:
    planned = Meeting.objects.filter(state="planned", month__lte=life.today).order_by("pk")
    meeting = open_meeting(meeting=life.pick(planned), opened_at=life.now, reason="Bận", **life.write())
    mark_others_present(meeting=meeting, **life.write())
    for entry in RollCallEntry.objects.filter(meeting=meeting, state="present").order_by("pk")[:1]:
        tap_entry(entry=entry.public_id, **life.write())


def close(life: Life) -> None:
    life.now += timedelta(minutes=90)
    reasons = dict.fromkeys(REASONS, "Bận")
    close_meeting(
        meeting=life.pick(Meeting.objects.filter(state="open").order_by("pk")), reasons=reasons, **life.write()
    )


def reopen(life: Life) -> None:
    reopen_meeting(meeting=life.pick(Meeting.objects.filter(state="held").order_by("pk")), **life.write())


def call_off(life: Life) -> None:
    planned = Meeting.objects.filter(state="planned", month__lte=life.today).order_by("pk")
    cancel_meeting(meeting=life.pick(planned), reason="Bão", **life.write())


def give(life: Life) -> None:
    member = life.member()
    due = life.today + timedelta(days=life.dice.choice((0, 5, 20)))
    give_duty(
        organization=life.pick(life.cells()), details=DutyDetails("Làm mương", member, due_on=due), **life.write()
    )


def report(life: Life) -> None:
    progress = DutyProgress(life.dice.choice((DutyState.DONE, DutyState.ONGOING)), 100, "")
    report_duty(duty=life.pick(Duty.objects.order_by("pk")), progress=progress, **life.write())


def put_off(life: Life) -> None:
    duty = life.pick(Duty.objects.order_by("pk"))
    details = DutyDetails(duty.title, duty.assignee, due_on=life.today + timedelta(days=30))
    change_duty(duty=duty, details=details, **life.write())


def drop(life: Life) -> None:
    duty = life.pick(Duty.objects.order_by("pk"))
    drop_duty(duty=duty, reason="Thôi", mistaken=life.dice.random() < 0.5, **life.write())


def found(life: Life) -> None:
    life.number += 1
    parent = life.pick(Organization.objects.filter(kind=UnitKind.BASE).order_by("pk"))
    details = UnitDetails(f"MOI{life.number}", f"Chi bộ mới {life.number}", UnitKind.CELL, CellType.VILLAGE)
    create_organization(parent=parent, details=details, on=life.day(), **life.write())


def be_an_office(life: Life) -> None:
    cell = life.pick(life.cells())
    chosen = UnitSettings(cell.code, life.dice.choice(CellType.values), used_from=life.dice.choice((None, life.day())))
    change_settings(organization=cell, settings=chosen, **life.write())


def change_day(life: Life) -> None:
    since = Month.of(life.today).plus(life.dice.choice((0, 1)))
    how: dict[str, Any] = {"fixed_day": life.dice.choice((3, 20)), "starts_at": time(8), "place": ""}
    set_routine(organization=life.pick(life.cells()), since=since, **how, **life.write())


def move(life: Life) -> None:
    parent = life.pick(Organization.objects.filter(kind=UnitKind.BASE).order_by("pk"))
    move_organization(
        organization=life.pick(life.cells()), parent=parent, on=life.day(), reason="Sắp xếp", **life.write()
    )


def merge(life: Life) -> None:
    one, two = life.pick(life.cells()), life.pick(life.cells())
    merge_organization(organization=one, successor=two, on=life.day(), reason="Sắp xếp", **life.write())


def merge_communes(life: Life) -> None:
    bases = Organization.objects.open_on(life.today).filter(kind=UnitKind.BASE).order_by("pk")
    merge_organization(
        organization=life.pick(bases), successor=life.pick(bases), on=life.day(), reason="Sắp xếp", **life.write()
    )


def split(life: Life) -> None:
    life.number += 1
    parts = [UnitDetails(f"TACH{life.number}", f"Chi bộ tách {life.number}", UnitKind.CELL, CellType.VILLAGE)]
    split_organization(
        organization=life.pick(life.cells()), parts=parts, on=life.day(), reason="Sắp xếp", **life.write()
    )


def end(life: Life) -> None:
    close_organization(organization=life.pick(life.cells()), on=life.day(), reason="Hết người", **life.write())


REASONS = (MODE_KEY, ROLL_CALL_KEY, CONCLUSION_KEY, SELF_CRITICISM_KEY, *PolicyKey.values)
OFTEN = (enter, plan, meet, close, give, report, fold, pass_days)
ACTS: tuple[Callable[[Life], None], ...] = (
    *OFTEN,
    *OFTEN,
    *(join_later, go_elsewhere, be_exempt, leave, correct_sex, merge_two, reopen, call_off, put_off, drop),
    *(found, be_an_office, change_day, move, merge, merge_communes, split, end),
)


def compare(life: Life) -> None:
    """Read from rows and queue, against counting the cells that stood there."""
    units = list(Organization.objects.order_by("pk"))
    figures = read_figures(units=units, months=MONTHS, today=life.today)
    places = list_cells_of_months(under=None, months=MONTHS, today=life.today)
    for month, cells in places.items():
        counts = count_cells(cells=[cell.id for cell in cells], month=month, today=life.today)
        for unit in units:
            below = add_counts(counts[cell.id] for cell in cells if unit.pk in cell.lineage)
            assert figures[unit.pk, month] == below, (unit.name, str(month))


class TestFiguresFollow(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**6), st.lists(st.sampled_from(ACTS), min_size=10, max_size=40))
    def test_after_each_act(self, seed: int, acts: list[Callable[[Life], None]]) -> None:
        life, done = Life(seed), 0
        for act in acts:
            with override_settings(NENNEP_CLOCK=life.now):
                done += self.try_to(act, life)
            with override_settings(NENNEP_CLOCK=life.now):
                compare(life)
        self.compare_rows(life)

    def try_to(self, act: Callable[[Life], None], life: Life) -> bool:
        """False for what is refused, or has nobody to do it with."""
        try:
            with transaction.atomic():
                act(life)
        except (DomainError, Nobody):
            return False
        return True

    def compare_rows(self, life: Life) -> None:
        fold_figures(actor=SYSTEM, now=life.now)
        assert verify_figures(actor=SYSTEM, now=life.now) == []


def test_every_act_is_done_in_some_life(db: None) -> None:
    """None of them is refused always: then it would prove nothing."""
    done: set[str] = set()
    tries, life = TestFiguresFollow(), Life(20261130)
    for act in life.dice.choices(ACTS, k=700):
        with override_settings(NENNEP_CLOCK=life.now):
            if tries.try_to(act, life):
                done.add(act.__name__)
    assert {act.__name__ for act in ACTS} - done == set()
