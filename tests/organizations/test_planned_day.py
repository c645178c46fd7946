"""What a planned change means was settled when it was planned; whether it may still happen is asked on its day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.core.access import Actor
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeKind, ChangeState, UnitKind
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.queries import list_planned
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import (
    UnitChange,
    UnitSettings,
    ask_change,
    cancel_planned,
    carry_out_planned,
    change_settings,
    close_organization,
    foresee_change,
    merge_organization,
    move_organization,
    plan_change,
    rename_organization,
    split_organization,
)
from nennep.organizations.services.creation import UnitDetails
from nennep.site.daily import run_day
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
NEW_YEAR = date(2027, 1, 1)
THAT_DAY = NOW.replace(year=2027, month=1, day=1)
TODAY = NOW.date()
REASON = "Quyết định 90-QĐ/ĐU"
SAME_NAME = "Chi bộ thôn Tân Lập"
NOT_ALLOWED = (
    "Người định việc này nay không còn quyền làm việc ấy ở các đơn vị liên quan."
    " Đồng chí có thẩm quyền hãy hủy hoặc định lại."
)


@pytest.fixture
def province() -> Organization:
    return make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE, code="T")


@pytest.fixture
def commune(province: Organization) -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LC", parent=province)


@pytest.fixture
def other_commune(province: Organization) -> Organization:
    return make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE, code="TL", parent=province)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune, code="LC-01")


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit(SAME_NAME, parent=commune, code="LC-02")


@pytest.fixture
def third(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Bản Kè", parent=commune, code="LC-03")


@pytest.fixture
def namesake(other_commune: Organization) -> Organization:
    return make_unit(SAME_NAME, parent=other_commune, code="TL-02")


def make_officer(commune: Organization, name: str) -> User:
    user = make_user(name)
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def officer(commune: Organization) -> Actor:
    return actor_of(make_officer(commune, "Hà Thị Thu"))


def merger(cell: Organization, successor: str = "LC-02", on: date = NEW_YEAR) -> UnitChange:
    return UnitChange(ChangeKind.MERGE, cell, on, REASON, {"successor": successor})


def founding(commune: Organization, name: str = "Chi bộ thôn Mới") -> UnitChange:
    details = {"code": "LC-33", "name": name, "kind": "cell", "cell_type": "", "used_from": ""}
    return UnitChange(ChangeKind.CREATE, commune, NEW_YEAR, REASON, details)


def carry_out() -> int:
    return len(carry_out_planned(actor=SYSTEM, now=THAT_DAY))


def heir_of(cell: Organization) -> str | None:
    cell.refresh_from_db()
    return cell.kept_by.code if cell.kept_by else None


# ── what was meant ────────────────────────────────────────────────────────────


def test_a_name_borne_by_a_cell_of_another_commune_too_means_the_planners_own(
    cell: Organization, heir: Organization, namesake: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(cell, SAME_NAME), now=NOW)
    assert (carry_out(), heir_of(cell)) == (1, "LC-02")


def test_the_cell_meant_may_get_another_name_and_another_its_code(
    cell: Organization, heir: Organization, third: Organization, namesake: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(cell, SAME_NAME), now=NOW)
    other = plan_change(actor=officer, change=merger(third, "LC-02"), now=NOW)
    rename_organization(actor=officer, organization=heir, name="Chi bộ Một", on=TODAY, reason=REASON, now=NOW)
    change_settings(actor=officer, organization=heir, settings=UnitSettings("LC-2A"), now=NOW)
    change_settings(actor=SYSTEM, organization=namesake, settings=UnitSettings("LC-02"), now=NOW)
    assert (carry_out(), heir_of(cell), heir_of(other.organization)) == (2, "LC-2A", "LC-2A")


def test_a_parent_is_kept_as_well(
    province: Organization, commune: Organization, other_commune: Organization, cell: Organization
) -> None:
    change = UnitChange(ChangeKind.MOVE, cell, NEW_YEAR, REASON, {"parent": "TL"})
    plan_change(actor=SYSTEM, change=change, now=NOW)
    change_settings(actor=SYSTEM, organization=other_commune, settings=UnitSettings("TL-A"), now=NOW)
    change_settings(actor=SYSTEM, organization=province, settings=UnitSettings("TL"), now=NOW)
    assert carry_out() == 1
    cell.refresh_from_db()
    other_commune.refresh_from_db()
    assert cell.path.startswith(other_commune.path)


def test_a_target_merged_since_is_followed(
    cell: Organization, heir: Organization, third: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(cell), now=NOW)
    merge_organization(actor=officer, organization=heir, successor=third, on=TODAY, reason=REASON, now=NOW)
    assert (carry_out(), heir_of(cell)) == (1, "LC-03")


@pytest.mark.parametrize("divided_first", [False, True], ids=["closed", "divided, then merged"])
def test_a_target_without_one_plain_heir_is_asked_about(
    cell: Organization, heir: Organization, third: Organization, officer: Actor, *, divided_first: bool
) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    facts: dict[str, Any] = {"actor": officer, "organization": heir, "on": TODAY, "reason": REASON, "now": NOW}
    if divided_first:
        split_organization(parts=[UnitDetails("LC-04", "Chi bộ Tách", UnitKind.CELL)], **facts)
        merge_organization(successor=third, **facts)
    else:
        close_organization(**facts)
    assert (carry_out(), heir_of(cell)) == (0, None)
    planned.refresh_from_db()
    assert planned.problem == "Đơn vị nhận đã kết thúc mà không rõ đơn vị nào thay. Hãy hủy hoặc định lại việc này."


def test_a_unit_that_will_have_ended_by_then_is_refused_as_a_target(
    cell: Organization, heir: Organization, third: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(heir, "LC-03"), now=NOW)
    with pytest.raises(UnitClosed):
        plan_change(actor=officer, change=merger(cell, on=NEW_YEAR + timedelta(days=1)), now=NOW)


def test_a_new_cell_that_is_planned_anew_still_comes_before_what_goes_to_it(
    commune: Organization, cell: Organization, officer: Actor
) -> None:
    first = plan_change(actor=officer, change=founding(commune), now=NOW)
    merging = plan_change(actor=officer, change=merger(cell, "Chi bộ thôn Mới"), now=NOW)
    assert (merging.target, merging.details) == (None, {"successor": "LC-33"})
    ask_change(actor=officer, change=founding(commune, "Chi bộ thôn Mới 2"), instead_of=first, now=NOW)
    assert (carry_out(), heir_of(cell)) == (2, "LC-33")


# ── who may ───────────────────────────────────────────────────────────────────


def told(user_id: int | None) -> list[tuple[str, bool]]:
    notices = Notification.objects.filter(user_id=user_id or 0).order_by("pk")
    return [(notice.title, bool(notice.url)) for notice in notices]


FAILED = "Chưa thực hiện được việc định từ ngày 01/01/2027"


def test_a_planner_without_the_role_changes_nothing_and_the_unit_above_hears_of_it_once(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor
) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    RoleGrant.objects.all().delete()
    new = make_officer(commune, "Ma Công Lập")
    Notification.objects.all().delete()
    for day in (THAT_DAY, THAT_DAY + timedelta(days=1)):
        assert carry_out_planned(actor=SYSTEM, now=day) == []
    planned.refresh_from_db()
    assert (planned.state, planned.problem, heir_of(cell)) == (ChangeState.WAITING, NOT_ALLOWED, None)
    assert (told(officer.user_id), told(new.pk)) == ([(FAILED, False)], [(FAILED, True)])


def test_a_locked_planner_changes_nothing(cell: Organization, heir: Organization, officer: Actor) -> None:
    plan_change(actor=officer, change=merger(cell), now=NOW)
    User.objects.update(is_active=False)
    assert (carry_out(), heir_of(cell)) == (0, None)


@pytest.mark.parametrize("moved", ["unit", "target"])
def test_what_has_left_the_planners_branch_is_not_theirs_to_change(
    cell: Organization, heir: Organization, other_commune: Organization, officer: Actor, moved: str
) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    unit = cell if moved == "unit" else heir
    move_organization(actor=SYSTEM, organization=unit, parent=other_commune, on=TODAY, reason=REASON, now=NOW)
    assert (carry_out(), heir_of(cell)) == (0, None)
    planned.refresh_from_db()
    assert planned.problem == NOT_ALLOWED


@pytest.mark.parametrize("taken", [True, False], ids=["taken over", "cancelled"])
def test_somebody_who_may_takes_it_over_or_cancels_it(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor, *, taken: bool
) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    RoleGrant.objects.all().delete()
    new = actor_of(make_officer(commune, "Ma Công Lập"))
    assert carry_out() == 0
    if taken:
        ask_change(actor=new, change=merger(cell), instead_of=planned, now=THAT_DAY)
    else:
        cancel_planned(actor=new, planned=planned, now=THAT_DAY)
    planned.refresh_from_db()
    assert (planned.state, heir_of(cell)) == (ChangeState.CANCELLED, "LC-02" if taken else None)


# ── one beside the other ──────────────────────────────────────────────────────


def test_one_broken_change_stops_neither_the_others_nor_the_day(
    cell: Organization, heir: Organization, third: Organization, officer: Actor
) -> None:
    for unit in (cell, heir, third):
        rename = UnitChange(ChangeKind.RENAME, unit, NEW_YEAR, REASON, {"name": f"{unit.name} mới"})
        plan_change(actor=officer, change=rename, now=NOW)
    PlannedChange.objects.filter(organization=cell).update(details={})
    run_day(now=THAT_DAY)
    broken = "Chương trình gặp lỗi khi thực hiện việc này; người quản trị xem nhật ký máy chủ."
    assert list(PlannedChange.objects.order_by("pk").values_list("state", "problem")) == [
        (ChangeState.WAITING, broken),
        (ChangeState.DONE, ""),
        (ChangeState.DONE, ""),
    ]


def test_what_other_communes_plan_costs_a_preview_nothing(
    cell: Organization, heir: Organization, other_commune: Organization, officer: Actor
) -> None:
    counts = []
    for number in (1, 3):
        for index in range(number):
            unit = make_unit(f"Chi bộ {number}{index}", parent=other_commune)
            rename = UnitChange(ChangeKind.RENAME, unit, NEW_YEAR, REASON, {"name": f"Tên {number}{index}"})
            plan_change(actor=SYSTEM, change=rename, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            foresee_change(actor=officer, change=merger(cell), now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_whoever_reads_the_receiving_unit_alone_sees_what_will_come(
    cell: Organization, heir: Organization, third: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(cell), now=NOW)
    seen = {}
    for unit in (cell, heir, third):
        user = make_user(f"Bí thư {unit.code}")
        grant_role(user, Role.SECRETARY, unit)
        seen[unit.code] = len(list_planned(actor=actor_of(user), organization=unit))
    assert seen == {"LC-01": 1, "LC-02": 1, "LC-03": 0}


def test_the_form_shows_a_planned_first_day_as_days_are_written(client: Client, commune: Organization) -> None:
    user = make_officer(commune, "Hà Thị Thu")
    change = founding(commune)
    used = UnitChange(ChangeKind.CREATE, commune, NEW_YEAR, REASON, {**change.details, "used_from": "2027-02-03"})
    planned = plan_change(actor=actor_of(user), change=used, now=NOW)
    client.force_login(user)
    page = client.get(reverse("organizations:create_child", args=[commune.public_id]) + f"?thay={planned.public_id}")
    assert 'value="03/02/2027"' in page.content.decode()
    assert "2027-02-03" not in page.content.decode()
