"""Who follows which cells: the days on which it begins and ends, what goes along, who is told."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.typed import TextTooLong
from nennep.members.choices import PostKind
from nennep.notifications.models import Notification
from nennep.organizations.models import OrganizationPeriod
from nennep.organizations.services import merge_organization
from nennep.visits.choices import AssignmentKind, Office, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.services import assignments, offices, units
from nennep.visits.services.carrying import carry
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.members import make_post
from tests.factories.trails import list_notices, list_trail
from tests.factories.visits import VISIT_DAY, assign, hold_office, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = date(2026, 11, 10)
NEXT_DAY = date(2026, 11, 11)


def test_an_assignment_is_kept_told_and_in_the_trail(commune: Commune) -> None:
    give: dict[str, Any] = {"official": commune.mai, "organization": commune.cell, "valid_from": DAY, "now": NOW}
    with pytest.raises(NotAllowed):
        assignments.assign(actor=commune.secretary, **give)
    made = assignments.assign(actor=commune.officer, reason="  Thay   đồng chí Hưng ", **give)
    made.refresh_from_db()
    assert (made.kind, made.valid_from, made.reason, made.handed_over_from) == (
        AssignmentKind.FOLLOW,
        DAY,
        "Thay đồng chí Hưng",
        None,
    )
    told = "Đồng chí được phân công theo dõi Chi bộ thôn Nặm Chá từ ngày 10/11/2026"
    assert list_notices() == [("Hoàng Thị Mai", told)]
    assert set(Notification.objects.values_list("kind", "url")) == {("visits.assigned", "/")}
    assert list_trail("visits") == [("visits.assigned", {"valid_from": "2026-11-10"})]
    event = AuditEvent.objects.get(verb="visits.assigned")
    assert (event.target_label, event.unit_path) == ("Hoàng Thị Mai: Chi bộ thôn Nặm Chá", commune.cell.path)


def test_what_stands_against_an_assignment_is_said(commune: Commune) -> None:
    give: dict[str, Any] = {"actor": commune.officer, "valid_from": DAY, "now": NOW}
    with pytest.raises(assignments.OwnCellAssigned, match="Đồng chí Hoàng Thị Mai sinh hoạt ở chính"):
        assignments.assign(official=commune.mai, organization=commune.other, **give)
    with pytest.raises(assignments.OfficialNotInOffice, match=r"Nông Văn Phúc không giữ .* ngày 10/11/2026"):
        assignments.assign(official=commune.officer_user, organization=commune.cell, **give)
    with pytest.raises(assignments.AssignedAlready, match=r"Lương Quốc Hưng đang .* từ ngày 01/01/2026"):
        assignments.assign(official=commune.hung, organization=commune.cell, **give)
    with pytest.raises(TextTooLong) as refusal:
        assignments.assign(official=commune.mai, organization=commune.cell, reason="x" * 301, **give)
    assert refusal.value.field == "reason"


def test_an_assignment_ends_after_it_began_and_once(commune: Commune) -> None:
    given = assign(commune.mai, commune.cell, valid_from=DAY)
    end: dict[str, Any] = {"actor": commune.officer, "assignment": given, "now": NOW}
    with pytest.raises(NotAllowed):
        assignments.end_assignment(valid_to=NEXT_DAY, **(end | {"actor": commune.secretary}))
    with pytest.raises(assignments.AssignmentEndsBeforeStart, match="10/11/2026"):
        assignments.end_assignment(valid_to=DAY, **end)
    later = NEXT_DAY + timedelta(days=1)
    assignments.end_assignment(valid_to=later, **end)
    assignments.end_assignment(valid_to=NEXT_DAY, **end)  # earlier than was said
    given.refresh_from_db()
    assert given.valid_to == NEXT_DAY
    assert list_trail("visits") == [
        ("visits.assignment_ended", {"valid_to": "2026-11-12"}),
        ("visits.assignment_ended", {"valid_to": "2026-11-11"}),
    ]
    for day in (NEXT_DAY, later):
        with pytest.raises(assignments.AssignmentEnded, match="11/11/2026"):
            assignments.end_assignment(valid_to=day, **end)


def test_a_hand_over_takes_only_what_belongs_to_the_unit(commune: Commune) -> None:
    make_meeting(commune.other, planned_for=at(date(2026, 11, 20)))
    nam = make_user("Bàn Văn Nam")
    hold_office(nam, commune.unit)
    assign(commune.hung, commune.other)
    given = Assignment.objects.get(official=commune.hung, organization=commune.cell)
    here = make_visit(commune.hung, commune.cell, meeting=commune.meeting)
    elsewhere = make_visit(commune.hung, commune.other, on=date(2026, 11, 20))
    hand: dict[str, Any] = {"assignment": given, "official": nam, "on": DAY, "reason": "Chuyển công tác", "now": NOW}
    with pytest.raises(NotAllowed):
        assignments.hand_over(actor=commune.secretary, **hand)
    result = assignments.hand_over(actor=commune.officer, **hand)
    assert (result.visits, result.left) == ((here,), ())
    elsewhere.refresh_from_db()
    assert elsewhere.official == commune.hung
    new = result.assignment
    new.refresh_from_db()
    assert (new.official, new.valid_from, new.reason, new.kind) == (nam, DAY, "Chuyển công tác", AssignmentKind.FOLLOW)
    assert list_trail("visits")[0] == (
        "visits.handed_over",
        {"handed_over_by": "Lương Quốc Hưng", "valid_from": "2026-11-10"},
    )
    told = "Đồng chí được phân công theo dõi Chi bộ thôn Nặm Chá từ ngày 10/11/2026"
    assert ("Bàn Văn Nam", told) in list_notices()


@pytest.mark.parametrize("ended_on", [DAY, NEXT_DAY])
def test_an_assignment_that_ends_anyway_can_be_handed_over(commune: Commune, ended_on: date) -> None:
    given = Assignment.objects.get(official=commune.hung)
    Assignment.objects.filter(pk=given.pk).update(valid_to=ended_on)
    assignments.hand_over(actor=commune.officer, assignment=given, official=commune.mai, on=DAY, now=NOW)
    given.refresh_from_db()
    assert given.valid_to == DAY


# ── offices ───────────────────────────────────────────────────────────────────


def test_an_office_is_kept_in_the_trail_with_its_days(commune: Commune) -> None:
    user = make_user("Bàn Văn Nam")
    hold: dict[str, Any] = {"official": user, "organization": commune.unit, "office": Office.COMMUNE_COMMITTEE}
    hold |= {"valid_from": DAY, "now": NOW}
    with pytest.raises(NotAllowed):
        offices.hold_office(actor=commune.secretary, **hold)
    holding = offices.hold_office(actor=commune.officer, **hold)
    with pytest.raises(offices.OfficeHeldAlready, match="từ ngày 10/11/2026"):
        offices.hold_office(actor=commune.officer, **(hold | {"valid_from": NEXT_DAY}))
    end: dict[str, Any] = {"actor": commune.officer, "holding": holding, "now": NOW}
    with pytest.raises(NotAllowed):
        offices.end_office(valid_to=NEXT_DAY, **(end | {"actor": commune.secretary}))
    with pytest.raises(offices.OfficeEndsBeforeStart, match="10/11/2026"):
        offices.end_office(valid_to=DAY, **end)
    offices.end_office(valid_to=NEXT_DAY, **end)
    offices.end_office(valid_to=NEXT_DAY, **end)  # the same day said twice
    with pytest.raises(offices.OfficeEndedAlready, match="11/11/2026"):
        offices.end_office(valid_to=NEXT_DAY + timedelta(days=1), **end)
    assert list_trail("visits") == [
        ("visits.office_held", {"valid_from": "2026-11-10"}),
        ("visits.office_ended", {"valid_to": "2026-11-11"}),
        ("visits.office_ended", {"valid_to": "2026-11-11"}),
    ]
    event = AuditEvent.objects.filter(verb="visits.office_held").get()
    assert (event.target_label, event.unit_path) == (
        f"Bàn Văn Nam: {Office.COMMUNE_COMMITTEE.label}",
        commune.unit.path,
    )
    again = offices.hold_office(actor=commune.officer, **(hold | {"valid_from": NEXT_DAY}))
    assert again != holding  # an office that ended may be held anew


def test_somebody_who_keeps_another_office_has_nothing_to_hand_over(commune: Commune) -> None:
    visit = make_visit(commune.hung, commune.cell, meeting=commune.meeting)
    make_visit(commune.hung, commune.other, on=TODAY)
    held = OfficeHolding.objects.get(official=commune.hung)
    hold_office(commune.hung, commune.unit, Office.STANDING_BOARD, valid_to=NEXT_DAY)
    end: dict[str, Any] = {"actor": commune.officer, "holding": held, "now": NOW}
    assert offices.end_office(valid_to=DAY, **end) == []
    OfficeHolding.objects.filter(office=Office.STANDING_BOARD).delete()
    assert offices.end_office(valid_to=DAY, **end) == [visit]  # what was before that day is over


# ── a unit ends ───────────────────────────────────────────────────────────────


def test_what_was_given_for_an_ended_cell_ends_and_goes_on(commune: Commune) -> None:
    other = commune.other
    going_on = Assignment.objects.get(official=commune.hung)
    belongs = assign(commune.mai, commune.cell, reason="Thay")  # a member of the other cell
    follows = assign(commune.officer_user, commune.cell)
    assign(commune.officer_user, other)
    begins = assign(commune.secretary_user, commune.cell, valid_from=DAY)
    over = assign(make_user("Người Cũ"), commune.cell, valid_to=DAY)
    end: dict[str, Any] = {"organization_id": commune.cell.pk, "successor": other, "on": DAY, "now": NOW}
    with pytest.raises(NotAllowed):
        units.follow_unit_end(actor=commune.officer, **end)
    assert units.follow_unit_end(actor=Actor.system(), **end) == 4
    for one, until in ((going_on, DAY), (belongs, DAY), (follows, DAY), (begins, NEXT_DAY), (over, DAY)):
        one.refresh_from_db()
        assert one.valid_to == until
    new = Assignment.objects.filter(organization=other, valid_from=DAY).order_by("pk")
    assert [(one.official, one.kind, one.reason, one.handed_over_from) for one in new] == [
        (commune.hung, AssignmentKind.FOLLOW, going_on.reason, going_on),
        (commune.secretary_user, AssignmentKind.FOLLOW, "", begins),
    ]


@pytest.mark.parametrize("linked", [True, False])
def test_visits_that_wait_for_a_meeting_of_an_ended_cell_are_cancelled(commune: Commune, *, linked: bool) -> None:
    on_the_day = make_visit(commune.hung, commune.cell, on=DAY, meeting=commune.meeting if linked else None)
    before = make_visit(commune.mai, commune.cell, on=TODAY)
    end: dict[str, Any] = {"organization_id": commune.cell.pk, "successor": None, "on": DAY, "now": NOW}
    assert units.follow_unit_end(actor=Actor.system(), **end) == (1 if linked else 2)
    assert units.follow_unit_end(actor=Actor.system(), **end) == 0
    on_the_day.refresh_from_db()
    before.refresh_from_db()
    kept, gone = (VisitState.PLANNED, ""), (VisitState.CANCELLED, "Chi bộ đã kết thúc hoạt động.")
    assert (on_the_day.state, on_the_day.missed_reason) == (kept if linked else gone)
    assert before.state == VisitState.PLANNED
    assert Assignment.objects.filter(valid_to=None).count() == 0


def merge(commune: Commune) -> None:
    cell = commune.cell
    known = {"name": cell.name, "kind": cell.kind, "parent": commune.unit, "valid_from": cell.opened_on}
    OrganizationPeriod.objects.create(organization=cell, **known)
    what: dict[str, Any] = {"on": TODAY, "reason": "Sáp nhập thôn", "now": NOW}
    merge_organization(actor=Actor.system(), organization=commune.cell, successor=commune.other, **what)


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("called", [True, False])
def test_visits_to_come_go_to_the_successor_and_are_told_once(commune: Commune, *, linked: bool, called: bool) -> None:
    """To its meeting of that month, on the same day where none is called yet; with the plan that they came with."""
    if not linked:
        commune.meeting.delete()
    meeting = make_meeting(commune.other, planned_for=at(VISIT_DAY + timedelta(days=2))) if called else None
    leader = make_user("Giàng A Páo")
    grant_role(leader, Role.SECRETARY, commune.other)
    make_post(join_cell(commune.other, "Giàng A Páo", user_id=leader.pk), commune.other, PostKind.SECRETARY)
    plan = uuid4()
    former = make_visit(commune.hung, commune.cell, meeting=commune.meeting if linked else None, plan=plan)
    merge(commune)
    former.refresh_from_db()
    new = Visit.objects.exclude(pk=former.pk).get()
    day = meeting.day if meeting else VISIT_DAY
    assert (former.state, former.cell) == (VisitState.CANCELLED, commune.cell)
    assert (new.official, new.cell, new.meeting, new.planned_on, new.state, new.plan) == (
        commune.hung,
        commune.other,
        meeting,
        day,
        VisitState.PLANNED,
        plan,
    )
    told = [notice for notice in list_notices() if "sinh hoạt" in notice[1] and "dự" in notice[1]]
    assert sorted(told) == [
        ("Giàng A Páo", f"Đồng chí Lương Quốc Hưng sẽ dự sinh hoạt ngày {day:%d/%m/%Y}"),
        ("Lương Quốc Hưng", f"Lịch dự sinh hoạt: Chi bộ thôn Làng Chùa, {day:%d/%m/%Y}"),
    ]
    body = Notification.objects.get(user=commune.hung, url__contains=str(new.public_id)).body
    assert body == f"Thay lịch dự ngày {VISIT_DAY:%d/%m/%Y} ở Chi bộ thôn Nặm Chá, đã sáp nhập."
    end: dict[str, Any] = {"organization_id": commune.cell.pk, "successor": commune.other, "on": TODAY, "now": NOW}
    assert (units.follow_unit_end(actor=Actor.system(), **end), Visit.objects.count()) == (0, 2)


def test_nobody_is_sent_to_the_own_cell_or_to_a_place_that_is_taken(commune: Commune) -> None:
    """Then the visit only ends, and its official is told so: the planner decides anew."""
    commune.meeting.delete()
    own = make_visit(commune.mai, commune.cell)
    taken = make_visit(commune.hung, commune.cell, on=VISIT_DAY + timedelta(days=1))
    third = make_user("Nông Văn Ba")
    hold_office(third, commune.unit)
    make_visit(third, commune.other, on=VISIT_DAY + timedelta(days=1))
    merge(commune)
    for visit in (own, taken):
        visit.refresh_from_db()
        assert visit.state == VisitState.CANCELLED
    assert Visit.objects.filter(cell=commune.other).count() == 1
    gone = [person for person, title in list_notices() if "đã kết thúc hoạt động, thôi lịch dự" in title]
    assert sorted(gone) == ["Hoàng Thị Mai", "Lương Quốc Hưng"]


def test_a_closed_cell_sends_nobody_elsewhere(commune: Commune) -> None:
    visit = make_visit(commune.hung, commune.cell)
    with pytest.raises(NotAllowed):
        carry(visit, actor=commune.officer, now=NOW)
    assert carry(visit, actor=Actor.system(), now=NOW) is None
