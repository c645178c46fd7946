"""Planning a visit, the cell's confirmation, attendance from the roll call, substitutes, offices and assignments."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.typed import ReasonMissing
from nennep.meetings.choices import MeetingState
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import cancel_meeting, move_meeting
from nennep.notifications.models import Notification
from nennep.organizations.models import OrganizationPeriod
from nennep.organizations.services import merge_organization
from nennep.room.models import Guest
from nennep.room.services.guests import mark_guest, settle_expected_officials
from nennep.visits.choices import Office, Verb, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.queries.lists import list_free_officials_on
from nennep.visits.services import assignments, attendance, offices, publishing, visits
from nennep.visits.services.visits import VisitWish
from tests.conftest import Committing
from tests.factories.accounts import make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.visits import VISIT_DAY, assign, hold_office, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


def plan(commune: Commune, **changes: Any) -> Visit:
    facts: dict[str, Any] = {"official": commune.hung, "cell": commune.cell, "on": VISIT_DAY}
    return visits.plan_visit(actor=commune.officer, wish=VisitWish(**(facts | changes)), now=NOW)


def test_a_planned_visit_is_expected_in_the_room_and_told(commune: Commune) -> None:
    visit = plan(commune)
    assert (visit.state, visit.meeting, visit.planned_on) == (VisitState.PLANNED, commune.meeting, VISIT_DAY)
    guest = Guest.objects.get()
    assert (guest.meeting, guest.user, guest.origin_id, guest.pk) == (
        commune.meeting,
        commune.hung,
        str(visit.public_id),
        visit.guest_id,
    )
    told = set(Notification.objects.values_list("user__full_name", flat=True))
    assert told == {"Lương Quốc Hưng", "Ma Công Lập"}
    assert AuditEvent.objects.filter(verb=Verb.PLANNED).count() == 1


def test_planning_the_same_twice_is_one_visit(commune: Commune) -> None:
    assert plan(commune) == plan(commune)
    assert (Visit.objects.count(), Guest.objects.count()) == (1, 1)


def test_only_who_plans_visits_plans(commune: Commune) -> None:
    wish = VisitWish(commune.hung, commune.cell, VISIT_DAY)
    for user in (commune.hung, commune.secretary_user):
        with pytest.raises(NotAllowed):
            visits.plan_visit(actor=commune.actor(user), wish=wish, now=NOW)
    assert Visit.objects.count() == 0


def test_a_day_on_which_the_cell_does_not_meet_is_refused(commune: Commune) -> None:
    with pytest.raises(visits.CellDoesNotMeet, match="không có buổi sinh hoạt nào ngày 14/11/2026"):
        plan(commune, on=VISIT_DAY + timedelta(days=1))


def test_a_month_without_any_meeting_yet_is_taken(commune: Commune) -> None:
    assert plan(commune, on=date(2027, 1, 4)).meeting is None


def test_the_own_cell_is_refused(commune: Commune) -> None:
    make_meeting(commune.other)
    with pytest.raises(visits.OwnCell):
        plan(commune, official=commune.mai, cell=commune.other)


def test_a_committee_is_no_cell(commune: Commune) -> None:
    with pytest.raises(visits.VisitNotToACell):
        plan(commune, cell=commune.unit)


def test_two_officials_for_one_meeting_are_refused_unless_joint(commune: Commune) -> None:
    plan(commune)
    with pytest.raises(visits.MeetingTaken, match="Lương Quốc Hưng"):
        plan(commune, official=commune.mai)
    assert plan(commune, official=commune.mai, joint=True).joint


def test_two_visits_on_one_day_are_refused(commune: Commune) -> None:
    plan(commune)
    make_meeting(commune.other)
    with pytest.raises(visits.OfficialBusy, match="Nặm Chá"):
        plan(commune, cell=commune.other)


def test_an_official_who_left_office_is_refused(commune: Commune) -> None:
    OfficeHolding.objects.filter(official=commune.hung).update(valid_to=VISIT_DAY)
    with pytest.raises(visits.NotInOffice):
        plan(commune)


def test_the_cell_confirms_and_the_official_is_told(commune: Commune) -> None:
    visit = plan(commune)
    with pytest.raises(NotAllowed):
        visits.confirm_visit(actor=commune.actor(commune.hung), visit=visit, now=NOW)
    visits.confirm_visit(actor=commune.secretary, visit=visit, now=NOW)
    confirmed = visits.confirm_visit(actor=commune.secretary, visit=visit, now=NOW + timedelta(days=1))
    assert (confirmed.state, confirmed.confirmed_at, confirmed.locked) == (VisitState.CONFIRMED, NOW, True)
    assert Notification.objects.filter(user=commune.hung, title__contains="đã nhận lịch").count() == 1


# ── attendance from the roll call ─────────────────────────────────────────────


def open_room(commune: Commune) -> None:
    commune.meeting.state, commune.meeting.opened_at = MeetingState.OPEN, at(VISIT_DAY)
    commune.meeting.save()


def mark(commune: Commune, *, present: bool) -> None:
    guest = Guest.objects.get()
    mark_guest(actor=commune.secretary, meeting=commune.meeting, public_id=guest.public_id, present=present, now=NOW)


def test_the_mark_in_the_room_is_the_attendance(commune: Commune, committing: Committing) -> None:
    visit = plan(commune)
    open_room(commune)
    with committing():
        mark(commune, present=True)
    visit.refresh_from_db()
    assert (visit.state, visit.attended_on, visit.settled_on) == (VisitState.ATTENDED, VISIT_DAY, VISIT_DAY)
    with committing():
        mark(commune, present=False)
    visit.refresh_from_db()
    assert (visit.state, visit.attended_on, visit.missed_reason) == (VisitState.MISSED, None, "")
    with committing():
        mark(commune, present=True)
    visit.refresh_from_db()
    assert visit.state == VisitState.ATTENDED


def test_nobody_marked_at_the_closing_has_missed(commune: Commune, committing: Committing) -> None:
    visit = plan(commune)
    open_room(commune)
    with committing():
        settle_expected_officials(actor=commune.secretary, meeting=commune.meeting, now=NOW)
    visit.refresh_from_db()
    assert visit.state == VisitState.MISSED
    assert Notification.objects.filter(user=commune.hung, title__contains="Hãy ghi lý do").count() == 1
    visits.miss_visit(actor=commune.actor(commune.hung), visit=visit, reason="Trực phòng chống lũ", now=NOW)
    visit.refresh_from_db()
    assert visit.missed_reason == "Trực phòng chống lũ"


def test_attendance_by_hand_needs_a_meeting_of_that_day(commune: Commune) -> None:
    later = NOW + timedelta(days=10)
    visit = plan(commune)
    with pytest.raises(attendance.VisitInFuture):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=VISIT_DAY, now=NOW)
    with pytest.raises(attendance.CellDidNotMeet):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=date(2026, 11, 12), now=later)
    with pytest.raises(NotAllowed):
        attendance.attend_by_hand(actor=commune.secretary, visit=visit, attended_on=VISIT_DAY, now=later)
    done = attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=VISIT_DAY, now=later)
    assert (done.state, done.attended_on) == (VisitState.ATTENDED, VISIT_DAY)


# ── not coming, substitutes ───────────────────────────────────────────────────


def test_who_cannot_go_says_so_and_the_planner_names_a_substitute(commune: Commune) -> None:
    visit = plan(commune)
    visits.miss_visit(actor=commune.actor(commune.hung), visit=visit, reason="Đi công tác", now=NOW)
    assert Guest.objects.count() == 0
    assert Notification.objects.filter(user=commune.officer_user, title__contains="không dự được").count() == 1
    assert Notification.objects.filter(body__contains="công tác").count() == 0
    new = visits.substitute_visit(actor=commune.officer, visit=visit, official=commune.mai, reason="", now=NOW)
    visit.refresh_from_db()
    assert (visit.state, visit.missed_reason) == (VisitState.SUBSTITUTED, "Đi công tác")
    assert (new.state, new.official, new.substitute_for, new.meeting) == (
        VisitState.PLANNED,
        commune.mai,
        visit,
        commune.meeting,
    )
    assert Guest.objects.get().user == commune.mai


def test_a_substitute_must_be_somebody_else_and_free(commune: Commune) -> None:
    visit = plan(commune)
    substitute: dict[str, Any] = {"actor": commune.officer, "visit": visit, "reason": "Bận", "now": NOW}
    with pytest.raises(visits.SubstituteIsSame):
        visits.substitute_visit(official=commune.hung, **substitute)
    with pytest.raises(visits.NotInOffice):
        visits.substitute_visit(official=make_user("Người Khác"), **substitute)
    with pytest.raises(ReasonMissing):
        visits.substitute_visit(official=commune.mai, **(substitute | {"reason": " "}))
    visit.refresh_from_db()
    assert visit.state == VisitState.PLANNED


def test_nobody_else_says_why_an_official_does_not_come(commune: Commune) -> None:
    visit = plan(commune)
    with pytest.raises(NotAllowed):
        visits.miss_visit(actor=commune.actor(commune.mai), visit=visit, reason="Bận", now=NOW)


def test_a_cancelled_visit_is_closed(commune: Commune) -> None:
    visit = plan(commune)
    visits.cancel_visit(actor=commune.officer, visit=visit, reason="Đổi kế hoạch", now=NOW)
    event = AuditEvent.objects.filter(verb=Verb.CANCELLED).get()
    told = Notification.objects.filter(kind="visits.visit").values_list("title", "body")
    assert "Đổi kế hoạch" not in f"{event.details} {list(told)}"
    for service in (visits.confirm_visit,):
        with pytest.raises(visits.VisitNotOpen, match="đã thôi"):
            service(actor=commune.secretary, visit=visit, now=NOW)
    assert (Guest.objects.count(), plan(commune).state) == (0, VisitState.PLANNED)


def test_who_is_free_is_in_office_has_no_visit_and_belongs_elsewhere(commune: Commune) -> None:
    assert [(item.user, item.assigned) for item in list_free_officials_on(day=VISIT_DAY, cell=commune.cell)] == [
        (commune.hung, True),
        (commune.mai, False),
    ]
    plan(commune)
    assert [item.user for item in list_free_officials_on(day=VISIT_DAY, cell=commune.cell)] == [commune.mai]
    assert list_free_officials_on(day=VISIT_DAY, cell=commune.other) == []


# ── meetings that are called later, moved, called off ─────────────────────────


def test_a_visit_moves_with_its_meeting(commune: Commune, committing: Committing) -> None:
    visit = plan(commune)
    with committing():
        move_meeting(
            actor=commune.secretary,
            meeting=commune.meeting,
            planned_for=at(date(2026, 11, 16)),
            place="",
            reason="Mưa lũ",
            now=NOW,
        )
    visit.refresh_from_db()
    assert visit.planned_on == date(2026, 11, 16)


def test_a_visit_moves_with_the_routine_of_the_cell(commune: Commune, committing: Committing) -> None:
    visit = plan(commune)
    with committing():
        how: dict[str, Any] = {"fixed_day": 20, "starts_at": time(19), "place": "", "now": NOW}
        set_routine(actor=commune.secretary, organization=commune.cell, since=Month(2026, 11), **how)
    visit.refresh_from_db()
    assert visit.planned_on == date(2026, 11, 20)


def test_a_visit_ends_with_a_meeting_that_is_called_off(commune: Commune, committing: Committing) -> None:
    visit = plan(commune)
    with committing():
        cancel_meeting(actor=commune.secretary, meeting=commune.meeting, reason="Mưa lũ", now=NOW)
    visit.refresh_from_db()
    assert (visit.state, Guest.objects.count()) == (VisitState.CANCELLED, 0)


def test_a_visit_planned_before_the_meeting_was_called_joins_it(commune: Commune) -> None:
    visit = plan(commune, on=date(2027, 1, 4))
    meeting = make_meeting(commune.cell, planned_for=at(date(2027, 1, 5)))
    assert attendance.follow_meeting(actor=Actor.system(), meeting=meeting, now=NOW) == [visit]
    visit.refresh_from_db()
    assert (visit.meeting, visit.planned_on, Guest.objects.get().meeting) == (meeting, date(2027, 1, 5), meeting)


# ── a published plan ──────────────────────────────────────────────────────────


def test_publishing_plans_many_and_tells_each_person_once(commune: Commune) -> None:
    december = date(2026, 12, 3)
    make_meeting(commune.cell, planned_for=at(december))
    old = plan(commune)
    Notification.objects.all().delete()
    number = uuid4()
    wishes = [
        VisitWish(commune.hung, commune.cell, december),
        VisitWish(commune.mai, commune.cell, VISIT_DAY),
        VisitWish(commune.mai, commune.other, december),
    ]
    result = publishing.publish_visits(actor=commune.officer, visits=wishes, plan=number, dropped=[old], now=NOW)
    assert [(visit.official, visit.planned_on, visit.plan) for visit in result.visits] == [
        (commune.mai, VISIT_DAY, number),
        (commune.hung, december, number),
    ]
    assert [wish.cell for wish, _why in result.refused] == [commune.other]
    old.refresh_from_db()
    assert old.state == VisitState.CANCELLED
    told = Notification.objects.order_by("user__full_name").values_list("user__full_name", flat=True)
    assert list(told) == ["Hoàng Thị Mai", "Lương Quốc Hưng", "Ma Công Lập"]


# ── offices and assignments ───────────────────────────────────────────────────


def test_an_office_is_held_once_and_ends_after_it_began(commune: Commune) -> None:
    user, start = make_user("Bàn Văn Nam"), date(2026, 3, 1)
    hold: dict[str, Any] = {"actor": commune.officer, "official": user, "organization": commune.unit, "now": NOW}
    holding = offices.hold_office(office=Office.COMMUNE_COMMITTEE, valid_from=start, **hold)
    assert offices.hold_office(office=Office.COMMUNE_COMMITTEE, valid_from=start, **hold) == holding
    with pytest.raises(offices.OfficeHeldAlready):
        offices.hold_office(office=Office.COMMUNE_COMMITTEE, valid_from=date(2026, 4, 1), **hold)
    with pytest.raises(offices.NotACommittee):
        offices.hold_office(
            office=Office.COMMUNE_COMMITTEE, valid_from=start, **(hold | {"organization": commune.cell})
        )
    with pytest.raises(offices.OfficeEndsBeforeStart):
        offices.end_office(actor=commune.officer, holding=holding, valid_to=start, now=NOW)
    assert offices.end_office(actor=commune.officer, holding=holding, valid_to=date(2026, 11, 1), now=NOW) == []
    holding.refresh_from_db()
    assert holding.valid_to == date(2026, 11, 1)


def test_ending_the_last_office_names_the_visits_to_hand_over(commune: Commune) -> None:
    visit = plan(commune)
    holding = OfficeHolding.objects.get(official=commune.hung)
    waiting = offices.end_office(actor=commune.officer, holding=holding, valid_to=date(2026, 11, 10), now=NOW)
    assert waiting == [visit]


def test_an_assignment_needs_an_office_and_another_cell(commune: Commune) -> None:
    give: dict[str, Any] = {"actor": commune.officer, "valid_from": date(2026, 11, 1), "now": NOW}
    with pytest.raises(assignments.OwnCellAssigned):
        assignments.assign(official=commune.mai, organization=commune.other, **give)
    with pytest.raises(assignments.OfficialNotInOffice):
        assignments.assign(official=make_user("Người Khác"), organization=commune.cell, **give)
    with pytest.raises(assignments.AssignedAlready):
        assignments.assign(official=commune.hung, organization=commune.cell, **give)
    area = assignments.assign(official=commune.mai, organization=commune.unit, reason="Phụ trách xã", **give)
    assert (area.kind, Notification.objects.get().user) == ("area", commune.mai)
    ended = assignments.end_assignment(actor=commune.officer, assignment=area, valid_to=date(2026, 11, 20), now=NOW)
    assert ended.valid_to == date(2026, 11, 20)


def test_a_hand_over_takes_the_open_visits_along(commune: Commune) -> None:
    december = date(2026, 12, 3)
    make_meeting(commune.cell, planned_for=at(december))
    november, later = plan(commune), plan(commune, on=december)
    third = make_meeting(commune.other, planned_for=at(december))
    nam = make_user("Bàn Văn Nam")
    hold_office(nam, commune.unit)
    make_visit(nam, commune.other, on=december, meeting=third)
    result = assignments.hand_over(
        actor=commune.officer,
        assignment=Assignment.objects.get(official=commune.hung),
        official=nam,
        on=date(2026, 11, 10),
        reason="Chuyển công tác",
        now=NOW,
    )
    assert [(visit, visit.official) for visit in result.visits] == [(november, nam)]
    assert [(visit, why[:28]) for visit, why in result.left] == [(later, "Đồng chí Bàn Văn Nam đã có l")]
    former = Assignment.objects.get(official=commune.hung)
    assert (former.valid_to, result.assignment.handed_over_from) == (date(2026, 11, 10), former)


def test_nothing_is_handed_over_to_the_same_person(commune: Commune) -> None:
    with pytest.raises(assignments.HandedToSamePerson):
        assignments.hand_over(
            actor=commune.officer,
            assignment=assign(commune.mai, commune.unit),
            official=commune.mai,
            on=date(2026, 11, 10),
            now=NOW,
        )


def test_a_merged_cell_takes_its_followers_along(commune: Commune, committing: Committing) -> None:
    visit, cell = plan(commune, on=date(2027, 1, 4)), commune.cell
    OrganizationPeriod.objects.create(
        organization=cell, name=cell.name, kind=cell.kind, parent=commune.unit, valid_from=cell.opened_on
    )
    with committing():
        merge_organization(
            actor=Actor.system(),
            organization=commune.cell,
            successor=commune.other,
            on=TODAY,
            reason="Sáp nhập thôn",
            now=NOW,
        )
    former, new = Assignment.objects.filter(official=commune.hung).order_by("pk")
    assert (former.valid_to, new.organization, new.handed_over_from) == (TODAY, commune.other, former)
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED
