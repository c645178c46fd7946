"""A reorganisation of 1 January is written down in December, shown, called off, and carried out by the day's work."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.members.choices import PostKind
from nennep.members.models import Member
from nennep.members.queries import list_cell_members
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeKind, ChangeState, UnitKind
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.queries import find_coming_end, list_cells_as_of, list_planned
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import (
    CodeTaken,
    NoSuchSuccessor,
    UnitChange,
    ask_change,
    cancel_planned,
    carry_out_planned,
    foresee_change,
    list_left,
    merge_organization,
    plan_change,
)
from nennep.site.daily import run_day
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting, make_meeting
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.markup import squeeze
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
NEW_YEAR = date(2027, 1, 1)
REASON = "Quyết định 90-QĐ/ĐU"


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LC")


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune, code="LC-01")


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Làng Chùa", parent=commune, code="LC-02")


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Hà Thị Thu")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def merger(cell: Organization, on: date = NEW_YEAR, successor: str = "LC-02") -> UnitChange:
    return UnitChange(ChangeKind.MERGE, cell, on, REASON, {"successor": successor})


def at(day: date) -> datetime:
    return NOW.replace(year=day.year, month=day.month, day=day.day)


def names_on(commune: Organization, day: date) -> list[str]:
    return [unit.name for unit in list_cells_as_of(under=commune, on=day)]


# ── until the day ─────────────────────────────────────────────────────────────


def test_what_is_planned_is_listed_and_changes_nothing_yet(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor
) -> None:
    ask_change(actor=officer, change=merger(cell), now=NOW)
    said = "Sáp nhập Chi bộ thôn Nặm Chá (LC-01) vào Chi bộ thôn Làng Chùa (LC-02) từ ngày 01/01/2027."
    for unit in (commune, cell, heir):
        rows = list_planned(actor=officer, organization=unit)
        assert [(row.said, row.on, row.planner, row.may_change) for row in rows] == [
            (said, NEW_YEAR, "Hà Thị Thu", True)
        ]
    cell.refresh_from_db()
    assert (cell.closed_on, find_coming_end(cell), find_coming_end(heir)) == (None, NEW_YEAR, None)
    assert AuditEvent.objects.latest("pk").verb == "organizations.planned"


def test_what_is_planned_is_shown_before_with_its_members_and_without_a_name_to_repeat(
    cell: Organization, heir: Organization, officer: Actor
) -> None:
    make_member("Lò Thị Hoa", cell=cell)
    shown = foresee_change(actor=officer, change=merger(cell), now=NOW)
    assert (shown.name, "01/01/2027" in shown.undo) == ("", True)
    assert [(effect.label, effect.count, effect.names) for effect in shown.effects] == [
        ("Đảng viên", 1, ("Lò Thị Hoa",))
    ]
    assert [PlannedChange.objects.count(), Member.objects.count()] == [0, 1]


def test_the_meetings_that_nobody_wrote_down_are_named_before(
    cell: Organization, heir: Organization, officer: Actor
) -> None:
    """Those before the end, which whoever keeps the books may still write down; later ones are called off."""
    for day in (date(2026, 12, 31), NEW_YEAR):
        make_meeting(cell, planned_for=at(day))
    make_held_meeting(cell)
    shown = foresee_change(actor=officer, change=merger(cell), now=NOW)
    assert [(effect.label, effect.count, effect.names) for effect in shown.effects if effect.label != "Đảng viên"] == [
        ("Buổi sinh hoạt đã định sẽ không họp", 1, ("01/01",)),
        ("Buổi sinh hoạt trước ngày ấy chưa họp hoặc chưa ghi lại (đơn vị nhận hồ sơ ghi nốt)", 1, ("31/12",)),
    ]
    assert list_left(actor=officer, organization=heir) == ()


def test_what_could_not_be_done_on_that_day_is_refused_today(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor
) -> None:
    def plan(change: UnitChange) -> None:
        plan_change(actor=officer, change=change, now=NOW)

    with pytest.raises(NoSuchSuccessor):
        plan(merger(cell, successor="KHONG-CO"))
    plan(merger(cell))
    with pytest.raises(UnitClosed):
        plan(UnitChange(ChangeKind.RENAME, cell, NEW_YEAR + timedelta(days=1), REASON, {"name": "Tên mới"}))
    new = {"code": "LC-33", "name": "Chi bộ thôn Mới", "kind": "cell"}
    plan(UnitChange(ChangeKind.CREATE, commune, NEW_YEAR, REASON, new))
    with pytest.raises(CodeTaken):
        plan(UnitChange(ChangeKind.CREATE, commune, NEW_YEAR, REASON, new | {"name": "Chi bộ Khác"}))
    assert PlannedChange.objects.count() == 2
    assert names_on(commune, NOW.date()) == ["Chi bộ thôn Nặm Chá", "Chi bộ thôn Làng Chùa"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("lang chua", ""),
        ("Làng Chùa ", ""),
        ("Chi bộ thôn Làng Chùa", ""),
        ("Làng Chua Hạ", "UnitMistyped: Chi bộ thôn Làng Chùa (LC-02)"),
        ("Thôn Ao", "NoSuchSuccessor"),
        ("Trạm Y tế", "UnitOfSeveral: Chi bộ Trạm Y tế (LC-08); Chi bộ thôn Trạm Y tế (LC-09)"),
        ("Chi bộ Trạm Y tế", ""),
        ("Nặm Chá", "UnitMistyped: Chi bộ thôn Làng Chùa (LC-02)"),
        ("LC-01", "MergedIntoItself"),
    ],
)
def test_the_successor_is_meant_by_the_name_that_lists_show(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor, typed: str, said: str
) -> None:
    """Where none or several are meant, those to choose from are named beside the field."""
    for name, code in (("Chi bộ Trạm Y tế", "LC-08"), ("Chi bộ thôn Trạm Y tế", "LC-09")):
        make_unit(name, parent=commune, code=code)
    told = ""
    try:
        foresee_change(actor=officer, change=merger(cell, successor=typed), now=NOW)
    except DomainError as error:
        units = f": {error.details['units']}" if "units" in error.details else ""
        told = f"{type(error).__name__}{units} {error.field}"
    assert told == (f"{said} successor" if said else "")


def test_it_is_called_off_once_and_does_not_happen(cell: Organization, heir: Organization, officer: Actor) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    for _tap in range(2):
        assert cancel_planned(actor=officer, planned=planned, now=NOW).state == ChangeState.CANCELLED
    assert carry_out_planned(actor=SYSTEM, now=at(NEW_YEAR)) == []
    cell.refresh_from_db()
    assert (cell.closed_on, find_coming_end(cell)) == (None, None)


def test_it_is_changed_by_calling_the_former_off(cell: Organization, heir: Organization, officer: Actor) -> None:
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    later = date(2027, 2, 1)
    ask_change(actor=officer, change=merger(cell, later), instead_of=planned, now=NOW)
    states = list(PlannedChange.objects.order_by("pk").values_list("on", "state"))
    assert states == [(NEW_YEAR, ChangeState.CANCELLED), (later, ChangeState.WAITING)]


def test_nobody_else_plans_or_calls_off(cell: Organization, heir: Organization, officer: Actor) -> None:
    stranger = make_user("Người xã khác")
    grant_role(stranger, Role.COMMUNE_OFFICER, make_unit("Đảng bộ xã khác", kind=UnitKind.BASE), subtree=True)
    with pytest.raises(NotAllowed):
        plan_change(actor=actor_of(stranger), change=merger(cell), now=NOW)
    planned = plan_change(actor=officer, change=merger(cell), now=NOW)
    with pytest.raises(NotAllowed):
        cancel_planned(actor=actor_of(stranger), planned=planned, now=NOW)
    with pytest.raises(NotAllowed):
        carry_out_planned(actor=officer, now=NOW)


# ── the day ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("days_late", [0, 1, 9], ids=["on the day", "a day late", "the server was off"])
def test_the_days_work_carries_it_out_dated_as_planned(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor, days_late: int
) -> None:
    member = make_member("Lò Thị Hoa", cell=cell)
    plan_change(actor=officer, change=merger(cell), now=NOW)
    run_day(now=at(NEW_YEAR - timedelta(days=1)))
    cell.refresh_from_db()
    assert cell.closed_on is None
    run_day(now=at(NEW_YEAR + timedelta(days=days_late)))
    cell.refresh_from_db()
    assert cell.closed_on == NEW_YEAR
    eve = NEW_YEAR - timedelta(days=1)
    assert names_on(commune, eve) == ["Chi bộ thôn Nặm Chá", "Chi bộ thôn Làng Chùa"]
    assert names_on(commune, NEW_YEAR) == ["Chi bộ thôn Làng Chùa"]
    for unit, day in ((cell, eve), (heir, NEW_YEAR)):
        assert [one.member_id for one in list_cell_members(organization_id=unit.pk, on=day)] == [member.pk]
    merged = AuditEvent.objects.filter(verb="organizations.merged").first()
    assert merged is not None
    assert (merged.user_name, merged.user_id) == (officer.name, officer.user_id)


def test_a_whole_reorganisation_happens_in_the_order_of_its_days(
    commune: Organization, cell: Organization, heir: Organization, officer: Actor
) -> None:
    """A new cell, two that go on in it, and its name a month later."""
    new = {"code": "LC-33", "name": "Chi bộ thôn Nặm Chùa", "kind": "cell"}
    changes = [
        UnitChange(ChangeKind.CREATE, commune, NEW_YEAR, REASON, new),
        merger(cell, successor="LC-33"),
        merger(heir, successor="lc-33"),
    ]
    for change in changes:
        plan_change(actor=officer, change=change, now=NOW)
    done = carry_out_planned(actor=SYSTEM, now=at(NEW_YEAR))
    assert [planned.state for planned in done] == [ChangeState.DONE] * 3
    assert names_on(commune, NEW_YEAR) == ["Chi bộ thôn Nặm Chùa"]
    assert carry_out_planned(actor=SYSTEM, now=at(NEW_YEAR)) == []


def test_what_cannot_be_done_says_why_once_and_is_tried_again(
    cell: Organization, heir: Organization, officer: Actor
) -> None:
    plan_change(actor=officer, change=merger(cell), now=NOW)
    merge_organization(actor=SYSTEM, organization=heir, successor=cell, on=date(2026, 11, 2), reason=REASON, now=NOW)
    Notification.objects.all().delete()
    for day in (NEW_YEAR, NEW_YEAR + timedelta(days=1)):
        assert carry_out_planned(actor=SYSTEM, now=at(day)) == []
    planned = PlannedChange.objects.get()
    assert (planned.state, bool(planned.problem)) == (ChangeState.WAITING, True)
    told = Notification.objects.values_list("user_id", "title")
    assert list(told) == [(officer.user_id, "Chưa thực hiện được việc định từ ngày 01/01/2027")]


def make_leaders(*units: Organization) -> dict[int, User]:
    """Each unit's secretary, with an account, by id."""
    users = {}
    for unit in units:
        users[unit.pk] = make_user(f"Bí thư {unit.code}")
        member = make_member(f"Bí thư {unit.code}", cell=unit)
        Member.objects.filter(pk=member.pk).update(user=users[unit.pk])
        make_post(member, unit, PostKind.SECRETARY)
        grant_role(users[unit.pk], Role.SECRETARY, unit)
    return users


def test_the_cells_are_told_of_it(cell: Organization, heir: Organization, officer: Actor) -> None:
    users = make_leaders(cell, heir)
    plan_change(actor=officer, change=merger(cell), now=NOW)
    told = Notification.objects.values_list("user_id", "title")
    assert set(told) == {(user.pk, "Đơn vị sẽ thay đổi từ ngày 01/01/2027") for user in users.values()}


@pytest.mark.parametrize("carried_out", [False, True])
def test_both_cells_are_told_of_a_merger_that_is_done(
    cell: Organization, heir: Organization, officer: Actor, *, carried_out: bool
) -> None:
    """At once or by the day's work: each secretary once, what goes where."""
    users = make_leaders(cell, heir)
    day = NEW_YEAR if carried_out else NOW.date()
    if carried_out:
        plan_change(actor=officer, change=merger(cell), now=NOW)
        Notification.objects.all().delete()
        carry_out_planned(actor=SYSTEM, now=at(NEW_YEAR))
    else:
        ask_change(actor=officer, change=merger(cell, day), now=NOW)
    told = Notification.objects.filter(user_id__in=[user.pk for user in users.values()])
    title = f"Đơn vị thay đổi từ ngày {day:%d/%m/%Y}"
    assert sorted(told.values_list("user_id", "title")) == sorted((user.pk, title) for user in users.values())
    assert all("Chi bộ thôn Nặm Chá (LC-01) vào Chi bộ thôn Làng Chùa (LC-02)" in one.body for one in told)


# ── pages ─────────────────────────────────────────────────────────────────────


def test_it_is_planned_changed_and_called_off_on_the_pages_of_the_unit(
    client: Client, cell: Organization, heir: Organization, officer: Actor
) -> None:
    client.force_login(make_officer(cell))
    form = reverse("organizations:merge_unit", args=[cell.public_id])
    typed = {"successor": "Chi bộ thôn Làng Chùa", "on": "01/01/2027", "reason": REASON}
    assert confirm(client, form, typed).status_code == 302
    unit = reverse("organizations:show_unit", args=[cell.public_id])
    shown = client.get(unit).content.decode()
    assert "Việc định trước" in shown
    planned = PlannedChange.objects.get()
    again = f"{form}?thay={planned.public_id}"
    assert 'value="01/01/2027"' in client.get(again).content.decode()
    assert confirm(client, again, typed | {"on": "01/02/2027"}).status_code == 302
    other = PlannedChange.objects.waiting().get()
    assert (other.on, other.pk == planned.pk) == (date(2027, 2, 1), False)
    assert client.get(again).status_code == 404
    assert client.post(reverse("organizations:cancel_planned", args=[other.public_id])).status_code == 302
    assert "Việc định trước" not in client.get(unit).content.decode()


@pytest.mark.parametrize("page", ["meetings:show_plan", "meetings:add_meeting", "duties:give_duty"])
def test_whoever_plans_something_in_a_cell_that_will_end_is_warned(
    client: Client, cell: Organization, heir: Organization, officer: Actor, page: str
) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    address = reverse(page, args=[cell.public_id])
    assert "đơn vị này kết thúc từ ngày" not in client.get(address).content.decode()
    plan_change(actor=officer, change=merger(cell), now=NOW)
    assert "đơn vị này kết thúc từ ngày <b>01/01/2027</b>" in client.get(address).content.decode()


def make_officer(cell: Organization) -> User:
    user = make_user("Bàn Văn Tỉnh")
    grant_role(user, Role.COMMUNE_OFFICER, Organization.objects.get_parent(cell), subtree=True)
    return user


def test_who_leads_a_cell_that_is_to_end_reads_it_on_home_and_programme(
    cell: Organization, heir: Organization, officer: Actor, client: Client
) -> None:
    secretary = make_user("Ma Công Lập")
    grant_role(secretary, Role.SECRETARY, cell)
    meeting = make_meeting(cell)
    client.force_login(secretary)
    pages = ("/", reverse("meetings:show_agenda", args=[meeting.public_id]))
    said = "đơn vị này kết thúc từ ngày<b>01/01/2027</b>"
    assert [said in squeeze(client.get(page).content.decode()) for page in pages] == [False, False]
    ask_change(actor=officer, change=merger(cell), now=NOW)
    assert [said in squeeze(client.get(page).content.decode()) for page in pages] == [True, True]
