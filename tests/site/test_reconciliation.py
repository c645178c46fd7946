"""Damage as an interruption of an older version left it, made by hand: the daily work finds, mends and names it."""

import logging
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.members.models import Member, Membership
from nennep.organizations.choices import SuccessionKind, UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod, Succession
from nennep.organizations.services.ancestry import write_ancestry
from nennep.petitions.models import Petition
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.services import rebuild_figures
from nennep.room.choices import GuestState
from nennep.room.models import Guest
from nennep.site.daily import run_day
from nennep.visits.choices import VisitState
from nennep.visits.services import visits
from nennep.visits.services.visits import VisitWish
from tests.factories.accounts import make_user
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import at, make_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.visits import VISIT_DAY, hold_office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
ON = date(2026, 11, 2)
OCTOBER = Month(2026, 10)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Một", parent=commune)


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Hai", parent=commune)


def end(unit: Organization, heir: Organization | None = None) -> None:
    """The unit itself has ended, and nothing has followed."""
    OrganizationPeriod.objects.filter(organization=unit).update(valid_to=ON)
    Organization.objects.filter(pk=unit.pk).update(closed_on=ON)
    write_ancestry([unit.pk])
    if heir is not None:
        facts: dict[str, Any] = {"predecessor": unit, "successor": heir, "happened_on": ON, "reason": "Sáp nhập"}
        Succession.objects.create(kind=SuccessionKind.MERGE, **facts)


def find() -> list[tuple[str, int, bool]]:
    return [(one.what, one.count, one.mended) for one in run_day(now=NOW).findings]


def test_where_nothing_is_wrong_nothing_is_found(cell: Organization) -> None:
    make_member(cell=cell)
    make_petition(cell)
    rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    assert find() == []


def test_members_tasks_and_petitions_left_in_a_merged_cell_go_on_in_its_successor(
    cell: Organization, heir: Organization
) -> None:
    one, two = make_member("Lò Thị Kiều", cell=cell), make_member("Hà Văn Mới", cell=cell)
    duty, petition = make_duty(cell, one, due_on=ON), make_petition(cell)
    end(cell, heir)
    assert find() == [
        ("members.Membership.organization", 2, True),
        ("duties.Duty.organization", 1, True),
        ("petitions.Petition.organization", 1, True),
    ]
    today = Membership.objects.filter(valid_to=None).order_by("pk").values_list("member", "organization", "valid_from")
    assert list(today) == [(one.pk, heir.pk, ON), (two.pk, heir.pk, ON)]
    assert (Duty.objects.get().organization, Petition.objects.get().holder) == (heir, heir)
    assert (duty.pk, petition.pk, find()) == (Duty.objects.get().pk, Petition.objects.get().pk, [])


def test_a_chain_of_mergers_is_followed_to_its_end(cell: Organization, heir: Organization) -> None:
    last = make_unit("Chi bộ thôn Thử Ba", parent=Organization.objects.get_parent(heir))
    make_petition(cell)
    end(cell, heir)
    end(heir, last)
    Succession.objects.filter(successor=last).update(happened_on=ON + timedelta(days=1))
    run_day(now=NOW)
    assert Petition.objects.get().organization == last


def test_what_points_at_a_merged_record_goes_to_the_kept_one(cell: Organization) -> None:
    keep, drop = make_member("Lò Thúy Kiều", cell=cell), make_member("Lò Thuý Kiều")
    petition = make_petition(cell, raised_by=drop)
    Member.objects.filter(pk=drop.pk).update(merged_into=keep)
    assert find() == [("petitions.Petition.raised_by", 1, True)]
    petition.refresh_from_db()
    assert (petition.raised_by, find()) == (keep, [])


def test_figures_that_differ_from_the_records_are_folded_again(commune: Organization, cell: Organization) -> None:
    rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    CellMonth.objects.filter(organization=cell).update(counts={"tasks_due": 7})
    assert find() == [("reporting 2026-10", 2, True)]
    row = CellMonth.objects.get(organization=cell, month=OCTOBER.first_day)
    assert (row.figures["tasks_due"], find()) == (0, [])


def test_a_sum_that_is_wrong_alone_is_found(commune: Organization, cell: Organization) -> None:
    rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    UnitMonth.objects.filter(organization=commune).update(counts={"tasks_due": 7})
    assert find() == [("reporting 2026-10", 1, True)]
    assert (UnitMonth.objects.get(organization=commune, month=OCTOBER.first_day).figures["tasks_due"], find()) == (
        0,
        [],
    )


@pytest.mark.parametrize(
    ("marked", "state"),
    [(GuestState.PRESENT, VisitState.ATTENDED), (GuestState.ABSENT, VisitState.MISSED)],
)
def test_a_visit_that_did_not_hear_the_room_hears_it(
    commune: Organization, cell: Organization, marked: GuestState, state: VisitState
) -> None:
    visit = plan_visit(commune, cell)
    Guest.objects.update(state=marked)
    assert find() == [("visits.Visit.state", 1, True)]
    visit.refresh_from_db()
    assert (visit.state, find()) == (state, [])


def test_a_visit_to_a_meeting_that_was_called_off_is_cancelled(commune: Organization, cell: Organization) -> None:
    visit = plan_visit(commune, cell)
    meeting = visit.meeting
    assert meeting is not None
    meeting.state, meeting.cancelled_reason = MeetingState.CANCELLED, "Bão"
    meeting.save()
    assert find() == [("visits.Visit.meeting", 1, True)]
    visit.refresh_from_db()
    assert (visit.state, find()) == (VisitState.CANCELLED, [])


def plan_visit(commune: Organization, cell: Organization) -> Any:
    official = make_user("Lương Quốc Hưng")
    hold_office(official, commune)
    meeting = make_meeting(cell, state=MeetingState.PLANNED)
    visit = visits.plan_visit(actor=SYSTEM, wish=VisitWish(official, cell, VISIT_DAY), now=NOW)
    meeting.state, meeting.opened_at = MeetingState.OPEN, at(VISIT_DAY)
    meeting.save()
    return visit


def test_what_people_must_decide_is_named_in_the_log_and_by_the_command(
    cell: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    for due in (ON - timedelta(days=1), ON):
        make_duty(cell, make_member(cell=cell), due_on=due)
    end(cell)
    said = StringIO()
    with caplog.at_level(logging.WARNING):
        call_command("tick", stdout=said)
    lines = [
        "Đối soát: duties.Duty.organization: 1 dòng, cần người xem.",
        "Đối soát: members.Membership.organization: 2 dòng, cần người xem.",
    ]
    assert said.getvalue().splitlines()[-2:] == lines
    assert [record.getMessage() for record in caplog.records] == lines


def test_one_merger_that_cannot_be_followed_does_not_keep_others_from_it(
    commune: Organization, cell: Organization, heir: Organization
) -> None:
    """The second cell's people were sent, by hand, into a committee: no cell."""
    stuck = make_unit("Chi bộ thôn Thử Ba", parent=commune)
    make_member("Hà Văn Mới", cell=stuck)
    end(stuck, commune)
    make_petition(cell)
    end(cell, heir)
    assert find() == [
        (f"organizations.Organization {stuck.pk}", 1, False),
        ("petitions.Petition.organization", 1, True),
        ("members.Membership.organization", 1, False),
    ]
