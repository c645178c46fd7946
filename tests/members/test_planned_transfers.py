"""Who goes to which part of a cell that will be split: chosen in December, done on 1 January, or told why not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.members import queries, services
from nennep.members.choices import Ending, Verb
from nennep.members.models import Member, PlannedTransfer
from nennep.members.services.planned_transfers import NoSplitPlanned, NotOfThisCell, PartUnknown
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeKind, ChangeState
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.services import UnitChange, cancel_planned, carry_out_planned, plan_change
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
JANUARY = date(2027, 1, 1)
NEW_YEAR = NOW + (JANUARY - TODAY)
SYSTEM = Actor.system()
PARTS = [["CB-A", "Chi bộ thôn Nặm Chá A"], ["CB-B", "Chi bộ thôn Nặm Chá B"]]


@pytest.fixture
def splitting(cell: Organization) -> PlannedChange:
    change = UnitChange(ChangeKind.SPLIT, cell, JANUARY, "Thôn đông người", {"parts": PARTS})
    return plan_change(actor=SYSTEM, change=change, now=NOW)


@pytest.fixture
def officer(cell: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, Organization.objects.get_parent(cell), subtree=True)
    return user


def join(cell: Organization, *names: str) -> list[Member]:
    return [make_member(name, cell=cell) for name in names]


def choose(actor: Actor, cell: Organization, members: list[Member], code: str) -> int:
    return services.choose_part(actor=actor, organization=cell, members=members, code=code, now=NOW)


def begin_year(days: int = 0) -> int:
    now = NEW_YEAR + timedelta(days=days)
    carry_out_planned(actor=SYSTEM, now=now)
    return services.carry_out_planned_transfers(actor=SYSTEM, now=now)


def names_in(code: str, on: date = JANUARY) -> list[str]:
    unit = Organization.objects.get(code=code)
    return [one.full_name for one in queries.list_cell_members(organization_id=unit.pk, on=on)]


def test_members_chosen_before_are_there_on_the_day_of_the_split(
    cell: Organization, officer: User, splitting: PlannedChange
) -> None:
    first, second, third, stays = join(cell, "Ma Văn An", "Ma Văn Bình", "Ma Văn Cường", "Ma Văn Dũng")
    actor = actor_of(officer)
    assert choose(actor, cell, [first, second, third, stays], "CB-A") == 4
    choose(actor, cell, [third], "CB-B")
    choose(actor, cell, [stays], "")
    assert services.carry_out_planned_transfers(actor=SYSTEM, now=NOW) == 0
    assert begin_year() == 3
    assert (names_in("CB-A"), names_in("CB-B")) == (["Ma Văn An", "Ma Văn Bình"], ["Ma Văn Cường"])
    left = [one.full_name for one in queries.list_cell_members(organization_id=cell.pk, on=JANUARY)]
    assert left == ["Ma Văn Dũng"]
    before = queries.list_cell_members(organization_id=cell.pk, on=JANUARY - timedelta(days=1))
    assert len(before) == 4
    assert begin_year(1) == 0


def test_a_day_late_they_are_dated_as_the_split(cell: Organization, splitting: PlannedChange) -> None:
    members = join(cell, "Ma Văn An")
    choose(SYSTEM, cell, members, "CB-A")
    assert begin_year(3) == 1
    assert names_in("CB-A", JANUARY) == ["Ma Văn An"]


def test_a_split_that_moves_to_another_day_keeps_what_was_chosen(cell: Organization, splitting: PlannedChange) -> None:
    choose(SYSTEM, cell, join(cell, "Ma Văn An"), "CB-A")
    cancel_planned(actor=SYSTEM, planned=splitting, now=NOW)
    later = UnitChange(ChangeKind.SPLIT, cell, date(2027, 1, 5), "Thôn đông người", {"parts": PARTS})
    plan_change(actor=SYSTEM, change=later, now=NOW)
    services.carry_out_planned_transfers(actor=SYSTEM, now=NOW)
    assert begin_year(4) == 1
    assert names_in("CB-A", date(2027, 1, 5)) == ["Ma Văn An"]


def test_a_split_that_is_called_off_calls_the_choice_off(cell: Organization, splitting: PlannedChange) -> None:
    choose(SYSTEM, cell, join(cell, "Ma Văn An"), "CB-A")
    cancel_planned(actor=SYSTEM, planned=splitting, now=NOW)
    assert services.carry_out_planned_transfers(actor=SYSTEM, now=NOW) == 0
    assert PlannedTransfer.objects.get().state == ChangeState.CANCELLED


def test_one_who_left_meanwhile_keeps_nobody_else_and_the_planner_is_told_once(
    cell: Organization, officer: User, splitting: PlannedChange
) -> None:
    gone, there = join(cell, "Ma Văn An", "Ma Văn Bình")
    choose(actor_of(officer), cell, [gone, there], "CB-A")
    services.leave(actor=SYSTEM, member=gone, ending=Ending.DECEASED, on=TODAY, now=NOW)
    assert (begin_year(), begin_year(1)) == (1, 0)
    told = Notification.objects.filter(user=officer, kind="members.transfer_failed")
    assert [one.title for one in told] == [
        "Chưa chuyển được đồng chí chọn sang Chi bộ thôn Nặm Chá A từ ngày 01/01/2027"
    ]
    assert "Ma Văn An" not in told.get().body


def test_a_planner_without_the_right_moves_nobody(cell: Organization, officer: User, splitting: PlannedChange) -> None:
    choose(actor_of(officer), cell, join(cell, "Ma Văn An"), "CB-A")
    officer.grants.all().delete()
    assert begin_year() == 0
    assert "không còn quyền" in PlannedTransfer.objects.get().problem


def test_impossible_choices_write_nothing(cell: Organization, splitting: PlannedChange) -> None:
    member, guest = *join(cell, "Ma Văn An"), make_member("Lò Văn Én")
    for members, code, refusal in (([member], "CB-C", PartUnknown), ([member, guest], "CB-A", NotOfThisCell)):
        with pytest.raises(refusal):
            choose(SYSTEM, cell, members, code)
    with pytest.raises(NotAllowed):
        choose(actor_of(make_user("Nông Văn Xa")), cell, [member], "CB-A")
    cancel_planned(actor=SYSTEM, planned=splitting, now=NOW)
    with pytest.raises(NoSplitPlanned):
        choose(SYSTEM, cell, [member], "CB-A")
    assert not PlannedTransfer.objects.exists()


def test_the_trail_says_how_many_and_nobody_by_name(cell: Organization, splitting: PlannedChange) -> None:
    choose(SYSTEM, cell, join(cell, "Ma Văn An", "Ma Văn Bình"), "CB-A")
    event = AuditEvent.objects.get(verb=Verb.PARTS_CHOSEN)
    assert event.details == {"code": "CB-A", "count": 2, "on": "2027-01-01"}


def test_the_page_chooses_part_by_part(cell: Organization, officer: User, splitting: PlannedChange) -> None:
    first, _second = join(cell, "Ma Văn An", "Ma Văn Bình")
    client = Client()
    client.force_login(officer)
    address = reverse("members:choose_parts", args=[cell.public_id])
    listed = squeeze(client.get(reverse("members:list", args=[cell.public_id])).content.decode())
    assert ("Chi bộ sẽ chia tách ngày 01/01/2027." in listed, address in listed) == (True, True)
    data: dict[str, Any] = {"chosen": [str(first.public_id)], "code": "CB-B"}
    text = squeeze(client.post(address, data, follow=True).content.decode())
    assert "Đã ghi cho 1 đồng chí." in text
    assert "Ma Văn An → Chi bộ thôn Nặm Chá B" in text
    assert "Nặm Chá A:<b>0</b>; Chi bộ thôn Nặm Chá B:<b>1</b>; Ở lại Chi bộ thôn Nặm Chá:<b>1</b>" in text
    refused = client.post(address, {"code": "CB-A"})
    assert (refused.status_code, "Hãy chọn ít nhất một đồng chí." in refused.content.decode()) == (422, True)


def test_the_page_asks_the_same_for_one_and_for_many(
    cell: Organization, officer: User, splitting: PlannedChange, django_assert_num_queries: Any
) -> None:
    join(cell, "Ma Văn An")
    ask: dict[str, Any] = {"actor": actor_of(officer), "public_id": cell.public_id, "today": TODAY}
    with django_assert_num_queries(5):
        queries.get_split_page(**ask)
    join(cell, "Ma Văn Bình", "Ma Văn Cường")
    with django_assert_num_queries(5):
        queries.get_split_page(**ask)
