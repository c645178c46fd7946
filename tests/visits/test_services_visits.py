"""One visit: who is told what, what the trail keeps, and the last day on which something is still possible."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.errors import DomainError, NotAllowed
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.room.models import Guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.services import visits
from nennep.visits.services.visits import VisitWish
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.trails import list_notices, list_trail
from tests.factories.visits import VISIT_DAY, hold_office, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
HUNG, LAP, PHUC = "Lương Quốc Hưng", "Ma Công Lập", "Nông Văn Phúc"


def plan(commune: Commune, **changes: Any) -> Visit:
    facts: dict[str, Any] = {"official": commune.hung, "cell": commune.cell, "on": VISIT_DAY}
    return visits.plan_visit(actor=commune.officer, wish=VisitWish(**(facts | changes)), now=NOW)


def forget() -> None:
    Notification.objects.all().delete()
    AuditEvent.objects.all().delete()


def test_a_planned_visit_is_told_to_the_official_and_the_secretary(commune: Commune) -> None:
    Organization.objects.filter(pk=commune.unit.pk).update(name="Đảng bộ xã Lăng Can")
    visit = plan(commune, joint=True, plan=UUID(int=1))
    visit.refresh_from_db()
    assert (visit.joint, visit.plan, visit.created_at, visit.updated_at) == (True, UUID(int=1), NOW, NOW)
    assert list_notices() == [
        (HUNG, "Lịch dự sinh hoạt: Chi bộ thôn Nặm Chá, 13/11/2026"),
        (LAP, "Đồng chí Lương Quốc Hưng sẽ dự sinh hoạt ngày 13/11/2026"),
    ]
    page = reverse("visits:show_visit", args=[visit.public_id])
    assert set(Notification.objects.values_list("kind", "url", "body")) == {("visits.visit", page, "")}
    event = AuditEvent.objects.get(verb__startswith="visits.")
    assert (event.verb, event.target_label, event.unit_path) == (
        "visits.planned",
        "Lương Quốc Hưng: Chi bộ thôn Nặm Chá, 13/11/2026",
        commune.cell.path,
    )
    assert Guest.objects.get().name == f"{HUNG}, Đảng ủy viên xã Lăng Can"


def test_nobody_is_told_of_what_they_did_themselves(commune: Commune) -> None:
    hold_office(commune.officer_user, commune.unit)
    plan(commune, official=commune.officer_user)
    assert [name for name, _title in list_notices()] == [LAP]
    forget()
    grant_role(commune.secretary_user, Role.COMMUNE_OFFICER, commune.unit, subtree=True)
    wish = VisitWish(commune.hung, commune.cell, date(2027, 1, 4))
    visits.plan_visit(actor=commune.secretary, wish=wish, now=NOW)
    assert [name for name, _title in list_notices()] == [HUNG]


def test_a_secretary_without_an_account_is_told_nothing(commune: Commune) -> None:
    Member.objects.filter(user=commune.secretary_user).update(user=None)
    plan(commune)
    assert [name for name, _title in list_notices()] == [HUNG]


def test_a_meeting_that_is_over_expects_nobody_any_more(commune: Commune) -> None:
    commune.meeting.state, commune.meeting.opened_at = MeetingState.HELD, NOW
    commune.meeting.closed_at = NOW
    commune.meeting.save()
    visit = plan(commune)
    assert (visit.meeting, visit.guest_id, Guest.objects.count()) == (commune.meeting, None, 0)


def test_what_stands_against_a_visit_is_said_with_names_and_days(commune: Commune) -> None:
    plan(commune)
    make_meeting(commune.other)
    wishes: list[tuple[dict[str, Any], str, str]] = [
        ({"cell": commune.unit}, "visit_not_to_a_cell", "Cấp ủy viên dự sinh hoạt ở chi bộ."),
        (
            {"on": VISIT_DAY + timedelta(days=1)},
            "cell_does_not_meet",
            "Chi bộ thôn Nặm Chá không có buổi sinh hoạt nào ngày 14/11/2026.",
        ),
        (
            {"official": commune.mai, "cell": commune.other},
            "visit_own_cell",
            "Đồng chí Hoàng Thị Mai sinh hoạt ở chính Chi bộ thôn Làng Chùa, không tính là dự.",
        ),
        (
            {"official": commune.officer_user},
            "visit_not_in_office",
            "Đồng chí Nông Văn Phúc không giữ chức vụ cấp ủy nào vào ngày 13/11/2026.",
        ),
        (
            {"cell": commune.other},
            "visit_official_busy",
            "Đồng chí Lương Quốc Hưng đã có lịch dự ở Chi bộ thôn Nặm Chá ngày 13/11/2026.",
        ),
        (
            {"official": commune.mai},
            "visit_meeting_taken",
            "Buổi này đã có đồng chí Lương Quốc Hưng dự.",
        ),
    ]
    for changes, code, words in wishes:
        with pytest.raises(visits.VisitRefused) as refusal:
            plan(commune, **changes)
        assert refusal.value.code == code
        assert str(refusal.value).startswith(words)


def test_a_day_before_the_meeting_is_called_has_one_place_too(commune: Commune) -> None:
    january = date(2027, 1, 4)
    plan(commune, on=january)
    with pytest.raises(visits.MeetingTaken):
        plan(commune, official=commune.mai, on=january)
    assert plan(commune, official=commune.mai, on=date(2027, 1, 5)).meeting is None


def test_a_confirmation_is_kept_told_and_in_the_trail(commune: Commune) -> None:
    visit = plan(commune)
    forget()
    later = NOW + timedelta(hours=1)
    visits.confirm_visit(actor=commune.secretary, visit=visit, now=later)
    visit.refresh_from_db()
    assert (visit.state, visit.confirmed_at, visit.confirmed_by, visit.updated_at) == (
        VisitState.CONFIRMED,
        later,
        commune.secretary_user,
        later,
    )
    assert list_notices() == [(HUNG, "Chi bộ thôn Nặm Chá đã nhận lịch dự ngày 13/11/2026")]
    assert list_trail("visits") == [("visits.confirmed", {})]


# ── not coming ────────────────────────────────────────────────────────────────


def test_who_says_beforehand_why_not_is_no_longer_expected(commune: Commune) -> None:
    visit = plan(commune)
    visits.confirm_visit(actor=commune.secretary, visit=visit, now=NOW)
    forget()
    visits.miss_visit(actor=commune.actor(commune.hung), visit=visit, reason="  Đi   công tác ", now=NOW)
    visit.refresh_from_db()
    assert (visit.state, visit.missed_reason, visit.settled_on, visit.guest_id) == (
        VisitState.MISSED,
        "Đi công tác",
        TODAY,
        None,
    )
    assert Guest.objects.count() == 0
    assert list_notices() == [
        (LAP, "Đồng chí Lương Quốc Hưng không dự sinh hoạt ngày 13/11/2026"),
        (PHUC, "Đồng chí Lương Quốc Hưng không dự được: Chi bộ thôn Nặm Chá, 13/11/2026"),
    ]
    assert list_trail("visits") == [("visits.missed", {})]
    forget()
    later = NOW + timedelta(days=9)
    visits.miss_visit(actor=commune.officer, visit=visit, reason="Ốm", now=later)
    visit.refresh_from_db()
    assert (visit.missed_reason, visit.settled_on, visit.updated_at) == ("Ốm", TODAY, later)
    assert list_notices() == []  # it was known already


def test_a_planner_who_notes_that_somebody_does_not_come_tells_the_official(commune: Commune) -> None:
    visit = plan(commune)
    forget()
    visits.miss_visit(actor=commune.officer, visit=visit, reason="Đi công tác", now=NOW)
    assert list_notices() == [
        (HUNG, "Thôi lịch dự sinh hoạt: Chi bộ thôn Nặm Chá, 13/11/2026"),
        (LAP, "Đồng chí Lương Quốc Hưng không dự sinh hoạt ngày 13/11/2026"),
    ]


@pytest.mark.parametrize("reason", ["  ", "x" * 301])
def test_a_reason_needs_words_and_not_too_many(commune: Commune, reason: str) -> None:
    visit = plan(commune)
    with pytest.raises(DomainError) as refusal:
        visits.miss_visit(actor=commune.officer, visit=visit, reason=reason, now=NOW)
    assert refusal.value.field == "reason"
    with pytest.raises(DomainError):
        visits.cancel_visit(actor=commune.officer, visit=visit, reason=reason, now=NOW)
    visits.cancel_visit(actor=commune.officer, visit=visit, reason="x" * 300, now=NOW)


@pytest.mark.parametrize("state", [VisitState.ATTENDED, VisitState.SUBSTITUTED, VisitState.CANCELLED])
def test_a_closed_visit_is_written_no_more(commune: Commune, state: VisitState) -> None:
    visit = make_visit(commune.hung, commune.cell, state=state)
    write: dict[str, Any] = {"actor": commune.officer, "visit": visit, "now": NOW}
    with pytest.raises(visits.VisitNotOpen) as refusal:
        visits.miss_visit(reason="Bận", **write)
    assert state.label.lower() in str(refusal.value)
    with pytest.raises(visits.VisitNotOpen):
        visits.cancel_visit(reason="Bận", **write)
    with pytest.raises(visits.VisitNotOpen):
        visits.substitute_visit(official=commune.mai, reason="Bận", **write)
    with pytest.raises(visits.VisitNotOpen) as refusal:
        visits.give_to(official=commune.mai, **write)
    assert state.label.lower() in str(refusal.value)


def test_a_cancelled_visit_is_told_and_frees_the_room(commune: Commune) -> None:
    visit = plan(commune)
    forget()
    visits.cancel_visit(actor=commune.officer, visit=visit, reason="Đổi kế hoạch", now=NOW)
    visit.refresh_from_db()
    assert (visit.state, visit.missed_reason, visit.guest_id) == (VisitState.CANCELLED, "Đổi kế hoạch", None)
    assert list_notices() == [
        (HUNG, "Thôi lịch dự sinh hoạt: Chi bộ thôn Nặm Chá, 13/11/2026"),
        (LAP, "Đồng chí Lương Quốc Hưng không dự sinh hoạt ngày 13/11/2026"),
    ]
    assert list_trail("visits") == [("visits.cancelled", {})]


# ── somebody else goes ────────────────────────────────────────────────────────


def test_only_who_plans_cancels_substitutes_and_hands_on(commune: Commune) -> None:
    visit = plan(commune)
    for user in (commune.hung, commune.secretary_user):
        write: dict[str, Any] = {"actor": commune.actor(user), "visit": visit, "now": NOW}
        with pytest.raises(NotAllowed):
            visits.cancel_visit(reason="Bận", **write)
        with pytest.raises(NotAllowed):
            visits.substitute_visit(official=commune.mai, reason="Bận", **write)
        with pytest.raises(NotAllowed):
            visits.give_to(official=commune.mai, **write)


def test_no_room_expects_somebody_is_no_reason_to_let_everybody_substitute(commune: Commune) -> None:
    visit = make_visit(commune.hung, commune.other, on=date(2026, 12, 3))
    for user in (commune.hung, commune.secretary_user):
        with pytest.raises(NotAllowed):
            visits.substitute_visit(actor=commune.actor(user), visit=visit, official=commune.mai, reason="Bận", now=NOW)


def test_a_substitute_takes_the_visit_as_it_is(commune: Commune) -> None:
    visit = plan(commune, joint=True, plan=UUID(int=1))
    forget()
    new = visits.substitute_visit(actor=commune.officer, visit=visit, official=commune.mai, reason="Ốm", now=NOW)
    new.refresh_from_db()
    visit.refresh_from_db()
    assert (new.joint, new.plan, new.planned_on, new.substitute_for) == (True, UUID(int=1), VISIT_DAY, visit)
    assert (visit.state, visit.missed_reason, visit.guest_id) == (VisitState.SUBSTITUTED, "Ốm", None)
    assert [(guest.user, guest.pk) for guest in Guest.objects.all()] == [(commune.mai, new.guest_id)]
    assert list_notices() == [
        ("Hoàng Thị Mai", "Nhờ đồng chí dự thay: Chi bộ thôn Nặm Chá, 13/11/2026"),
        (HUNG, "Có người dự thay: Chi bộ thôn Nặm Chá, 13/11/2026"),
        (LAP, "Đồng chí Hoàng Thị Mai sẽ dự sinh hoạt ngày 13/11/2026"),
    ]
    assert Notification.objects.get(user=commune.hung).body == "Hoàng Thị Mai"
    assert list_trail("visits") == [("visits.substituted", {"by": "Hoàng Thị Mai"})]


@pytest.mark.parametrize(("days_ahead", "possible"), [(0, True), (-1, False)])
def test_a_substitute_for_who_told_beforehand_is_named_until_the_day_itself(
    commune: Commune, days_ahead: int, *, possible: bool
) -> None:
    on = TODAY + timedelta(days=days_ahead)
    Meeting.objects.filter(pk=commune.meeting.pk).update(planned_for=at(on))
    visit = make_visit(commune.hung, commune.cell, on=on, state=VisitState.MISSED, missed_reason="Ốm")
    write: dict[str, Any] = {"actor": commune.officer, "visit": visit, "official": commune.mai, "now": NOW}
    if possible:
        assert visits.substitute_visit(reason="", **write).official == commune.mai
    else:
        with pytest.raises(visits.VisitNotOpen, match="không dự"):
            visits.substitute_visit(reason="", **write)


def test_a_visit_that_goes_to_somebody_else_is_confirmed_anew(commune: Commune) -> None:
    visit = plan(commune)
    visits.confirm_visit(actor=commune.secretary, visit=visit, now=NOW)
    forget()
    later = NOW + timedelta(hours=1)
    visits.give_to(actor=commune.officer, visit=visit, official=commune.mai, now=later)
    visit.refresh_from_db()
    assert (visit.official, visit.state, visit.meeting) == (commune.mai, VisitState.PLANNED, commune.meeting)
    assert (visit.confirmed_at, visit.confirmed_by, visit.updated_at) == (None, None, later)
    assert [(guest.user, guest.pk) for guest in Guest.objects.all()] == [(commune.mai, visit.guest_id)]
    assert list_notices() == [
        ("Hoàng Thị Mai", "Lịch dự sinh hoạt: Chi bộ thôn Nặm Chá, 13/11/2026"),
        ("Ma Công Lập", "Đồng chí Hoàng Thị Mai sẽ dự sinh hoạt ngày 13/11/2026"),
    ]
    assert list_trail("visits") == [("visits.moved", {"handed_over_by": HUNG})]
    with pytest.raises(visits.NotInOffice):
        visits.give_to(actor=commune.officer, visit=visit, official=make_user("Người Khác"), now=NOW)


def test_a_visit_planned_before_the_meeting_was_called_joins_it_when_it_goes_to_somebody_else(commune: Commune) -> None:
    january = date(2027, 1, 4)
    visit = plan(commune, on=january)
    meeting = make_meeting(commune.cell, planned_for=at(january))
    visits.give_to(actor=commune.officer, visit=visit, official=commune.mai, now=NOW)
    visit.refresh_from_db()
    assert (visit.meeting, Guest.objects.get().meeting) == (meeting, meeting)


def test_what_is_told_of_a_visit_replaces_what_was_told_of_it_before(commune: Commune) -> None:
    first, other = plan(commune), plan(commune, on=VISIT_DAY + timedelta(days=30))
    visits.cancel_visit(actor=commune.officer, visit=first, reason="Đổi kế hoạch", now=NOW)
    told = Notification.objects.filter(user=commune.hung, kind="visits.visit").order_by("pk")
    page = {visit.pk: reverse("visits:show_visit", args=[visit.public_id]) for visit in (first, other)}
    assert [(one.url, one.replaced_at is None) for one in told] == [
        (page[first.pk], False),
        (page[other.pk], True),
        (page[first.pk], True),
    ]
