"""Changing the schedule: what follows, what the trail and the members are told, who may."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.utils import translation

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingScheduled, MeetingState, Verb
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import (
    add_meeting,
    call_off_coming,
    cancel_meeting,
    ensure_schedule,
    move_meeting,
    plan_cells,
    record_departure,
    restore_meeting,
    withdraw_departures,
)
from nennep.notifications.models import Notification
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, VIETNAM, make_actor
from tests.factories.meetings import at, make_meeting, make_secretary
from tests.factories.members import make_member
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


def test_what_was_announced_moved_by_hand_or_is_over_does_not_follow_a_new_routine(
    cell: Organization, secretary: Actor
) -> None:
    january = datetime(2026, 1, 1, 8, 0, tzinfo=VIETNAM)
    ensure_schedule(actor=secretary, organization=cell, year=2026, now=january)
    by_month = {meeting.month.month: meeting for meeting in Meeting.objects.all()}
    Meeting.objects.filter(pk=by_month[6].pk).update(announced_at=NOW)
    move: dict[str, Any] = {"actor": secretary, "place": "", "now": january}
    move_meeting(meeting=by_month[7], planned_for=at(date(2026, 7, 6)), reason="Đám cưới", **move)
    cancel_meeting(actor=secretary, meeting=by_month[8], reason="Bão", now=january)
    add_meeting(
        organization=cell, kind=MeetingKind.THEMATIC, planned_for=at(date(2026, 9, 20)), theme="Nước sạch", **move
    )
    now = at(date(2026, 5, 3))
    Meeting.objects.filter(pk=by_month[5].pk).update(planned_for=now)
    moved = set_routine(
        since=Month(2026, 5),
        actor=secretary,
        organization=cell,
        fixed_day=10,
        starts_at=time(20, 0),
        place=" Nhà  văn hóa ",
        now=now,
    )
    assert moved == 4  # September to December
    days = {day.month: day.day for day in days_of(cell) if day.day != 20}
    assert days == {1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3, 7: 6, 8: 3, 9: 10, 10: 10, 11: 10, 12: 10}
    details = AuditEvent.objects.get(verb=Verb.ROUTINE_CHANGED).details
    assert details == {"since": "2026-05", "fixed_day": 10, "starts_at": "20:00", "moved": 4}
    event = AuditEvent.objects.get(verb=Verb.ROUTINE_CHANGED)
    assert (event.target_id, event.target_label, event.unit_path) == (str(cell.public_id), cell.name, cell.path)


def test_each_change_of_the_schedule_is_told_upward(
    cell: Organization, secretary: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[MeetingScheduled] = []
    monkeypatch.setitem(events._handlers, MeetingScheduled, [heard.append])
    november, december = ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)
    told = {
        meeting.month.month: MeetingScheduled(cell.pk, meeting.pk, meeting.month) for meeting in (november, december)
    }
    write: dict[str, Any] = {"actor": secretary, "meeting": december, "now": NOW}
    move_meeting(planned_for=at(date(2026, 12, 4)), place="", reason="Đám cưới", **write)
    cancel_meeting(reason="Bão", **write)
    restore_meeting(**write)
    set_routine(
        since=Month(2026, 12), actor=secretary, organization=cell, fixed_day=5, starts_at=time(20), place="", now=NOW
    )
    extra = add_meeting(
        actor=secretary,
        organization=cell,
        kind=MeetingKind.EXTRAORDINARY,
        planned_for=at(date(2026, 11, 20)),
        place="",
        theme="",
        now=NOW,
    )
    added = MeetingScheduled(cell.pk, extra.pk, date(2026, 11, 1))
    assert heard == [told[11], told[12], told[12], told[12], told[12], added]
    call_off_coming(actor=Actor.system(), organization_id=cell.pk, on=date(2026, 12, 4), now=NOW)
    assert heard[-1] == told[12]


def test_the_trail_of_a_moved_meeting_says_from_where_to_where(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    to = at(date(2026, 12, 5), 20)
    write: dict[str, Any] = {"actor": secretary, "meeting": meeting, "now": NOW}
    move_meeting(planned_for=to, place=" Nhà  văn hóa ", reason=" Đám  cưới ", **write)
    meeting.refresh_from_db()
    assert (meeting.planned_for, meeting.place, meeting.month) == (to, "Nhà văn hóa", date(2026, 12, 1))
    departure = RuleDeparture.objects.get()
    assert (departure.reason, departure.at, departure.by_name) == ("Đám cưới", NOW, secretary.name)
    assert list_trail("meetings") == [
        ("meetings.departed", {"rule": "meeting.fixed_day"}),
        (
            "meetings.moved",
            {
                "from": at(date(2026, 12, 3)).astimezone(UTC).isoformat(),
                "to": to.isoformat(),
            },
        ),
    ]
    cancel_meeting(reason=" Bão ", **write)
    restore_meeting(**write)
    assert list_trail("meetings")[2:] == [
        ("meetings.cancelled", {}),
        ("meetings.scheduled", {"restored": True}),
    ]
    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancelled_reason) == (MeetingState.PLANNED, "")


def test_a_thematic_meeting_counts_for_the_month_it_is_moved_to(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell, planned_for=at(date(2026, 11, 20)), kind=MeetingKind.THEMATIC)
    move_meeting(actor=secretary, meeting=meeting, planned_for=at(date(2027, 1, 4)), place="", now=NOW)
    meeting.refresh_from_db()
    assert (meeting.month, RuleDeparture.objects.count()) == (date(2027, 1, 1), 0)


@pytest.mark.parametrize(
    ("announced", "planned_for", "told"),
    [
        (NOW, at(date(2026, 12, 3), 20), ["Dời buổi sinh hoạt"]),
        (NOW, at(date(2026, 12, 3)), []),  # only the place differs
        (None, at(date(2026, 12, 3), 20), []),
    ],
    ids=["announced", "same hour", "not announced"],
)
def test_members_who_were_called_are_told_of_another_hour(
    cell: Organization, secretary: Actor, announced: datetime | None, planned_for: datetime, told: list[str]
) -> None:
    called = make_user("Ma Văn Bằng")
    grant_role(called, Role.MEMBER, cell)
    make_member("Ma Văn Bằng", cell=cell, user=called)
    meeting = make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    Meeting.objects.filter(pk=meeting.pk).update(announced_at=announced)
    write: dict[str, Any] = {"actor": secretary, "meeting": meeting, "now": NOW}
    move_meeting(planned_for=planned_for, place="Sân kho", **write)
    assert [title.split(":")[0] for title in Notification.objects.values_list("title", flat=True)] == told
    cancel_meeting(reason="Bão", **write)
    titles = [title.split(":")[0] for title in Notification.objects.order_by("pk").values_list("title", flat=True)]
    assert titles == [*told, *(["Không họp"] if announced else [])]


def test_texts_of_the_schedule_have_limits(cell: Organization, secretary: Actor) -> None:
    long, meeting = "x" * 5000, make_meeting(cell, planned_for=at(date(2026, 12, 3)))
    write: dict[str, Any] = {"actor": secretary, "now": NOW}
    day = at(date(2026, 12, 3))
    calls: list[tuple[str, Callable[[], object]]] = [
        ("place", lambda: move_meeting(meeting=meeting, planned_for=day, place=long, **write)),
        ("reason", lambda: move_meeting(meeting=meeting, planned_for=day, place="", reason=long, **write)),
        ("reason", lambda: cancel_meeting(meeting=meeting, reason=long, **write)),
        (
            "place",
            lambda: set_routine(
                since=Month(2026, 12), organization=cell, fixed_day=3, starts_at=time(20), place=long, **write
            ),
        ),
        (
            "place",
            lambda: add_meeting(
                organization=cell, kind=MeetingKind.EXTRAORDINARY, planned_for=day, place=long, theme="", **write
            ),
        ),
        (
            "theme",
            lambda: add_meeting(
                organization=cell, kind=MeetingKind.THEMATIC, planned_for=day, place="", theme=long, **write
            ),
        ),
        ("reason", lambda: record_departure(meeting=meeting, rule_key="x", reason=long, **write)),
        ("reason", lambda: record_departure(meeting=meeting, rule_key="x", reason=" ", **write)),
    ]
    for field, refused in calls:
        with pytest.raises(DomainError) as refusal:
            refused()
        assert refusal.value.field == field


def test_a_later_reason_replaces_the_earlier_and_a_withdrawn_one_goes(cell: Organization, secretary: Actor) -> None:
    meeting = make_meeting(cell)
    write: dict[str, Any] = {"actor": secretary, "meeting": meeting}
    for reason, key in (("Một", "a"), ("Hai", "a"), ("Ba", "b")):
        record_departure(rule_key=key, reason=reason, now=NOW, **write)
    assert list(RuleDeparture.objects.order_by("rule_key").values_list("rule_key", "reason")) == [
        ("a", "Hai"),
        ("b", "Ba"),
    ]
    withdraw_departures(rule_keys={"a", "c"}, **write)
    assert list(RuleDeparture.objects.values_list("rule_key", flat=True)) == ["b"]


def test_a_cell_that_ends_calls_off_what_was_to_come_from_that_day(cell: Organization) -> None:
    day = date(2026, 11, 13)
    on_the_day = make_meeting(cell, planned_for=at(day, 0, 0))
    before = make_meeting(cell, planned_for=at(date(2026, 10, 3)), kind=MeetingKind.REGULAR)
    make_meeting(make_unit("Chi bộ khác"), planned_for=at(day))
    assert call_off_coming(actor=Actor.system(), organization_id=cell.pk, on=day, now=NOW) == 1
    on_the_day.refresh_from_db()
    before.refresh_from_db()
    assert (on_the_day.state, on_the_day.cancelled_reason, before.state) == (
        MeetingState.CANCELLED,
        "Chi bộ đã kết thúc hoạt động.",
        MeetingState.PLANNED,
    )
    assert list_trail("meetings") == [("meetings.cancelled", {})]


def test_of_a_merged_cell_everybody_reads_where_they_belong_now(cell: Organization) -> None:
    """In Vietnamese, as it is kept, in whatever language the officer works who merged it."""
    day, heir = date(2026, 11, 13), make_unit("Chi bộ thôn Nà Khà")
    meeting = make_meeting(cell, planned_for=at(day))
    with translation.override("en"):
        call_off_coming(actor=Actor.system(), organization_id=cell.pk, on=day, successor_id=heir.pk, now=NOW)
    meeting.refresh_from_db()
    assert meeting.cancelled_reason == "Chi bộ đã sáp nhập: từ ngày 13/11/2026 sinh hoạt ở Chi bộ thôn Nà Khà."


def test_new_cells_are_planned_and_closed_ones_are_not(cell: Organization) -> None:
    closed = make_unit("Chi bộ đã giải thể", closed_on=date(2026, 6, 1))
    ids = [cell.pk, closed.pk]
    assert plan_cells(actor=Actor.system(), organization_ids=ids, now=NOW) == 2
    december = datetime(2026, 12, 1, 0, 30, tzinfo=VIETNAM)
    assert plan_cells(actor=Actor.system(), organization_ids=ids, now=december) == 12


def test_only_who_prepares_meetings_writes_the_schedule(cell: Organization) -> None:
    meeting = make_meeting(cell)
    reader = make_actor(Permission.MEETINGS_READ, path=cell.path)
    write: dict[str, Any] = {"actor": reader, "now": NOW}
    day = at(date(2026, 11, 14))
    calls: list[Callable[[], object]] = [
        lambda: set_routine(
            since=Month(2026, 12), organization=cell, fixed_day=3, starts_at=time(20), place="", **write
        ),
        lambda: move_meeting(meeting=meeting, planned_for=day, place="", reason="x", **write),
        lambda: cancel_meeting(meeting=meeting, reason="Bão", **write),
        lambda: restore_meeting(meeting=meeting, **write),
        lambda: record_departure(meeting=meeting, rule_key="x", reason="Bão", **write),
        lambda: withdraw_departures(actor=reader, meeting=meeting, rule_keys={"x"}),
        lambda: call_off_coming(organization_id=cell.pk, on=date(2026, 11, 1), **write),
        lambda: add_meeting(
            organization=cell, kind=MeetingKind.EXTRAORDINARY, planned_for=day, place="", theme="", **write
        ),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize(
    ("closed_on", "days"),
    [(date(2026, 12, 3), [3]), (date(2026, 12, 4), [3, 3])],
    ids=["ends on the day", "ends after it"],
)
def test_a_cell_meets_until_the_day_before_it_ends(
    cell: Organization, secretary: Actor, closed_on: date, days: list[int]
) -> None:
    Organization.objects.filter(pk=cell.pk).update(closed_on=closed_on)
    ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)
    assert [day.day for day in days_of(cell)] == days


def test_a_meeting_of_another_year_takes_no_month_of_this_one(cell: Organization, secretary: Actor) -> None:
    make_meeting(cell, planned_for=at(date(2025, 12, 3)))
    make_meeting(cell, planned_for=at(date(2026, 12, 20)), kind=MeetingKind.THEMATIC)
    assert len(ensure_schedule(actor=secretary, organization=cell, year=2026, now=NOW)) == 2


@pytest.mark.parametrize("state", [MeetingState.OPEN, MeetingState.HELD])
def test_only_what_is_to_come_is_called_off(cell: Organization, secretary: Actor, state: MeetingState) -> None:
    closed = NOW if state == MeetingState.HELD else None
    meeting = make_meeting(cell, state=state, opened_at=NOW, closed_at=closed)
    with pytest.raises(DomainError):
        cancel_meeting(actor=secretary, meeting=meeting, reason="Bão", now=NOW)
    meeting.refresh_from_db()
    assert meeting.state == state
