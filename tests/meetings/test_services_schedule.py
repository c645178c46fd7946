"""The year's meetings exist by themselves."""

from datetime import date, datetime, time
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing
from nennep.meetings.choices import MeetingKind, MeetingState, Verb
from nennep.meetings.models import Meeting, RuleDeparture, ThemePlan
from nennep.meetings.rules.state import MeetingAlreadyBegun
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import (
    CellClosed,
    DateTooFar,
    MonthTaken,
    NotCancelled,
    ScheduleNeedsCell,
    ThemeMissing,
    add_meeting,
    cancel_meeting,
    ensure_all_schedules,
    ensure_schedule,
    move_meeting,
    restore_meeting,
)
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from tests.factories.core import NOW, VIETNAM, make_actor
from tests.factories.meetings import at, make_meeting, make_secretary
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail

pytestmark = pytest.mark.django_db
JANUARY = datetime(2026, 1, 1, 8, 0, tzinfo=VIETNAM)


@pytest.fixture
def cell() -> Organization:
    return make_unit("Chi bộ thôn Huổi Sét", cell_type=CellType.VILLAGE)


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    return make_secretary(cell)


def days_of(cell: Organization) -> list[date]:
    return [meeting.day for meeting in Meeting.objects.filter(organization=cell)]


def test_the_year_is_planned_once(cell: Organization, secretary: Actor) -> None:
    meetings = ensure_schedule(actor=secretary, organization=cell, year=2026, now=JANUARY)
    assert len(meetings) == 12
    assert ensure_schedule(actor=secretary, organization=cell, year=2026, now=JANUARY) == []
    assert {day.day for day in days_of(cell)} == {3}
    assert Meeting.objects.filter(agenda__position=9).count() == 12
    assert AuditEvent.objects.filter(verb=Verb.SCHEDULED).count() == 1


def test_past_months_are_not_invented(cell: Organization, secretary: Actor) -> None:
    ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)
    assert days_of(cell) == [date(2026, 11, 3), date(2026, 12, 3)]


def test_a_month_called_off_stays_without(cell: Organization, secretary: Actor) -> None:
    meeting = ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)[1]
    cancel_meeting(actor=secretary, meeting=meeting, reason="Bão số 12", now=NOW)
    assert ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW) == []


def test_only_cells_meet(cell: Organization) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    with pytest.raises(ScheduleNeedsCell):
        ensure_schedule(actor=Actor.system(), organization=commune, year=2026, now=NOW)


def test_a_reader_plans_nothing(cell: Organization) -> None:
    reader = make_actor(Permission.MEETINGS_READ, path=cell.path)
    with pytest.raises(NotAllowed):
        ensure_schedule(actor=reader, organization=cell, year=2026, now=NOW)
    assert Meeting.objects.count() == 0


def test_the_nightly_run_plans_every_cell_once_and_the_next_year_in_december(cell: Organization) -> None:
    make_unit("Chi bộ trường", cell_type=CellType.OFFICE)
    make_unit("Chi bộ đã giải thể", cell_type=CellType.VILLAGE, closed_on=date(2026, 6, 1))
    assert ensure_all_schedules(actor=Actor.system(), now=NOW) == 4
    assert ensure_all_schedules(actor=Actor.system(), now=NOW) == 0
    assert ensure_all_schedules(actor=Actor.system(), now=datetime(2026, 12, 1, tzinfo=VIETNAM)) == 24


def test_a_new_routine_moves_what_is_to_come(cell: Organization, secretary: Actor) -> None:
    ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)
    moved = set_routine(
        since=Month(2026, 11),
        actor=secretary,
        organization=cell,
        fixed_day=5,
        starts_at=time(20, 0),
        place="Nhà văn hóa",
        now=NOW,
    )
    assert moved == 1
    december = Meeting.objects.get(month=date(2026, 12, 1))
    assert (december.day, december.place) == (date(2026, 12, 5), "Nhà văn hóa")
    assert Meeting.objects.get(month=date(2026, 11, 1)).day == date(2026, 11, 3)


def test_moving_inside_the_window_keeps_the_reason(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    with pytest.raises(ReasonMissing):
        move_meeting(actor=secretary, meeting=meeting, planned_for=at(date(2026, 12, 5)), place="", now=NOW)
    move_meeting(
        actor=secretary, meeting=meeting, planned_for=at(date(2026, 12, 5)), place="", reason="Đám cưới", now=NOW
    )
    assert list(RuleDeparture.objects.values_list("rule_key", "reason")) == [("meeting.fixed_day", "Đám cưới")]


def test_moving_out_of_the_window_and_back(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    move_meeting(
        actor=secretary, meeting=meeting, planned_for=at(date(2026, 12, 20)), place="", reason="Lũ quét", now=NOW
    )
    assert RuleDeparture.objects.get().rule_key == "meeting.fixed_day_window_last"
    back = move_meeting(actor=secretary, meeting=meeting, planned_for=at(date(2026, 12, 3), 20), place="", now=NOW)
    assert (back.day, RuleDeparture.objects.count()) == (date(2026, 12, 3), 0)


def test_a_month_is_not_met_in_another(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    with pytest.raises(DateTooFar):
        move_meeting(
            actor=secretary, meeting=meeting, planned_for=at(date(2027, 2, 3)), place="", reason="Bận", now=NOW
        )
    meeting.refresh_from_db()
    assert meeting.day == date(2026, 12, 3)


def test_a_meeting_that_began_stays_where_it_is(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, state=MeetingState.OPEN, opened_at=NOW)
    with pytest.raises(MeetingAlreadyBegun):
        move_meeting(
            actor=secretary, meeting=meeting, planned_for=at(date(2026, 11, 14)), place="", reason="x", now=NOW
        )


def test_extra_meetings(cell: Organization, secretary: Actor) -> None:
    facts: dict[str, Any] = {
        "actor": secretary,
        "organization": cell,
        "planned_for": at(date(2026, 11, 20)),
        "place": "",
        "now": NOW,
    }
    themed = add_meeting(**facts, kind=MeetingKind.THEMATIC, theme="Nước sạch")
    assert (themed.month, themed.agenda.count()) == (date(2026, 11, 1), 5)
    with pytest.raises(ThemeMissing):
        add_meeting(**facts, kind=MeetingKind.THEMATIC, theme="")
    add_meeting(**facts, kind=MeetingKind.EXTRAORDINARY, theme="")
    add_meeting(**facts, kind=MeetingKind.REGULAR, theme="")
    with pytest.raises(MonthTaken):
        add_meeting(**facts, kind=MeetingKind.REGULAR, theme="")


def test_a_meeting_added_by_a_button_tapped_twice_is_one(cell: Organization, secretary: Actor) -> None:
    facts: dict[str, Any] = {"organization": cell, "planned_for": at(date(2026, 11, 20)), "place": "", "now": NOW}
    kind = MeetingKind.THEMATIC
    first, second = (add_meeting(actor=secretary, kind=kind, theme="Nước sạch", **facts) for _tap in range(2))
    assert first == second
    cancel_meeting(actor=secretary, meeting=first, reason="Bão", now=NOW)
    assert add_meeting(actor=secretary, kind=kind, theme="Nước sạch", **facts) != first


def test_what_another_cell_holds_takes_nothing_from_this_one(cell: Organization, secretary: Actor) -> None:
    other = make_unit("Chi bộ thôn Nà Ngoa", cell_type=CellType.VILLAGE)
    day = at(date(2026, 11, 20))
    facts: dict[str, Any] = {"planned_for": day, "place": "", "now": NOW}
    for kind, theme in ((MeetingKind.REGULAR, ""), (MeetingKind.THEMATIC, "Nước sạch")):
        theirs = add_meeting(actor=Actor.system(), organization=other, kind=kind, theme=theme, **facts)
        own = add_meeting(actor=secretary, organization=cell, kind=kind, theme=theme, **facts)
        assert (own.organization, theirs.organization) == (cell, other)
    cancelled = make_meeting(cell, planned_for=at(date(2026, 12, 3)), state=MeetingState.CANCELLED)
    make_meeting(other, planned_for=at(date(2026, 12, 3)))
    make_meeting(cell, planned_for=at(date(2026, 12, 10)), kind=MeetingKind.EXTRAORDINARY)
    make_meeting(cell, planned_for=at(date(2027, 1, 3)))
    assert restore_meeting(actor=secretary, meeting=cancelled, now=NOW).state == MeetingState.PLANNED


def test_another_hour_theme_or_kind_is_another_meeting(cell: Organization, secretary: Actor) -> None:
    facts: dict[str, Any] = {"actor": secretary, "organization": cell, "place": "", "now": NOW}
    day, hour_later = at(date(2026, 11, 20)), at(date(2026, 11, 20), 20)
    asked = [
        (MeetingKind.THEMATIC, day, "Nước sạch"),
        (MeetingKind.THEMATIC, hour_later, "Nước sạch"),
        (MeetingKind.THEMATIC, day, "Rừng"),
        (MeetingKind.EXTRAORDINARY, day, "Nước sạch"),
    ]
    made = [add_meeting(kind=kind, planned_for=hour, theme=theme, **facts) for kind, hour, theme in asked]
    assert len({meeting.pk for meeting in made}) == 4
    assert [(meeting.kind, meeting.planned_for, meeting.theme) for meeting in made] == asked


def test_a_meeting_that_names_a_theme_of_the_plan_holds_it(cell: Organization, secretary: Actor) -> None:
    plan = ThemePlan.objects.create(organization=cell, month=date(2026, 12, 1), title="Nước sạch")
    facts: dict[str, Any] = {"actor": secretary, "organization": cell, "kind": MeetingKind.THEMATIC, "now": NOW}
    made = add_meeting(planned_for=at(date(2026, 11, 20)), place=" Nhà  văn hóa ", theme=" nước  SẠCH ", **facts)
    plan.refresh_from_db()
    assert (made.place, made.theme, plan.meeting) == ("Nhà văn hóa", "nước SẠCH", made)
    assert list_trail("meetings") == [("meetings.scheduled", {"kind": "thematic"})]


def test_a_cell_that_ended_holds_no_meeting_from_that_day_on(cell: Organization, secretary: Actor) -> None:
    meeting, cancelled = make_meeting(cell), make_meeting(cell, state=MeetingState.CANCELLED)
    Organization.objects.filter(pk=cell.pk).update(closed_on=date(2026, 11, 10))
    facts: dict[str, Any] = {"actor": secretary, "place": "", "now": NOW}
    kind = MeetingKind.EXTRAORDINARY
    with pytest.raises(CellClosed, match="kết thúc hoạt động từ ngày 10/11/2026"):
        add_meeting(organization=cell, kind=kind, planned_for=at(date(2026, 11, 10)), theme="", **facts)
    with pytest.raises(CellClosed):
        move_meeting(meeting=meeting, planned_for=at(date(2026, 11, 12)), reason="x", **facts)
    meeting.delete()
    with pytest.raises(CellClosed):
        restore_meeting(actor=secretary, meeting=cancelled, now=NOW)
    add_meeting(organization=cell, kind=kind, planned_for=at(date(2026, 11, 9)), theme="", **facts)
    assert days_of(cell) == [date(2026, 11, 9), date(2026, 11, 13)]


def test_calling_off_takes_a_reason_and_can_be_taken_back(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell)
    with pytest.raises(ReasonMissing):
        cancel_meeting(actor=secretary, meeting=meeting, reason=" ", now=NOW)
    with pytest.raises(NotCancelled):
        restore_meeting(actor=secretary, meeting=meeting, now=NOW)
    assert cancel_meeting(actor=secretary, meeting=meeting, reason="Bão", now=NOW).state == MeetingState.CANCELLED
    other = make_meeting(cell)
    with pytest.raises(MonthTaken):
        restore_meeting(actor=secretary, meeting=meeting, now=NOW)
    other.delete()
    assert restore_meeting(actor=secretary, meeting=meeting, now=NOW).state == MeetingState.PLANNED
