"""A rule changes the fixed day: meetings to come follow, what was announced or moved by hand stays, and all is shown before."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import connection

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.previews import Preview
from nennep.meetings.models import Meeting
from nennep.meetings.services.routine import set_routine
from nennep.meetings.services.schedule import ensure_schedule, move_meeting
from nennep.notifications.models import Notification
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.services import (
    LocalPack,
    LocalRule,
    add_local_version,
    foresee_rules,
    withdraw_pack,
)
from tests.factories.accounts import make_user
from tests.factories.core import NOW, VIETNAM
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.visits import make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã", kind=UnitKind.BASE)


@pytest.fixture
def cells(commune: Organization) -> list[Organization]:
    """Both meet on the 3rd of December; the other commune's too."""
    other = make_unit("Đảng bộ xã bên", kind=UnitKind.BASE)
    found = [make_unit(f"Chi bộ thôn {name}", parent=commune, cell_type=CellType.VILLAGE) for name in ("A", "B")]
    found.append(make_unit("Chi bộ thôn C", parent=other, cell_type=CellType.VILLAGE))
    for cell in found:
        ensure_schedule(actor=SYSTEM, organization=cell, year=2026, now=NOW)
    return found


def set_day(unit: Organization, day: int = 5, key: PolicyKey = PolicyKey.FIXED_DAY, *, since: date = DECEMBER) -> Any:
    pack = LocalPack("05-QĐ/ĐU", "Quy định", since, [LocalRule(key, day)])
    return add_local_version(actor=SYSTEM, organization=unit, pack=pack, now=NOW)


def days(cells: list[Organization]) -> list[int]:
    return [Meeting.objects.get(organization=cell, month=DECEMBER).day.day for cell in cells]


def meeting_of(cell: Organization) -> Meeting:
    return Meeting.objects.select_related("organization").get(organization=cell, month=DECEMBER)


def test_meetings_to_come_follow_and_go_back_when_the_rule_is_withdrawn(
    commune: Organization, cells: list[Organization]
) -> None:
    make_post(make_member("Ma Văn A", cell=cells[0], user=make_user("Ma Văn A")), cells[0])
    assert days(cells) == [3, 3, 3]
    pack = set_day(commune)
    assert days(cells) == [5, 5, 3]
    (told,) = Notification.objects.filter(kind="meetings.day_changed")
    assert (str(told.user), told.title) == ("Ma Văn A", "Ngày sinh hoạt cố định theo quy định đổi từ tháng 12/2026")
    withdraw_pack(actor=SYSTEM, organization=commune, pack_id=pack.pk, now=NOW)
    assert days(cells) == [3, 3, 3]


def test_a_rule_within_a_month_reaches_the_months_after_it(commune: Organization, cells: list[Organization]) -> None:
    """A month is judged by the rules of its first day."""
    november = Meeting.objects.filter(organization=cells[0], month=date(2026, 11, 1)).values_list("planned_for")
    before = list(november)
    set_day(commune, since=date(2026, 11, 9))
    assert (list(november), days(cells)) == (before, [5, 5, 3])


def test_other_rules_move_no_meeting(commune: Organization, cells: list[Organization]) -> None:
    Meeting.objects.filter(organization=cells[0], month=DECEMBER).update(
        planned_for=datetime(2026, 12, 20, 19, tzinfo=VIETNAM)
    )
    set_day(commune, 95, PolicyKey.ATTENDANCE_TARGET)
    assert days(cells) == [20, 3, 3]


def announce(cell: Organization) -> None:
    Meeting.objects.filter(organization=cell, month=DECEMBER).update(announced_at=NOW)


def move_by_hand(cell: Organization) -> None:
    planned_for = datetime(2026, 12, 3, 20, tzinfo=VIETNAM).replace(day=4)
    move_meeting(
        actor=SYSTEM, meeting=meeting_of(cell), planned_for=planned_for, place="", reason="Đám hiếu trong thôn", now=NOW
    )


def keep_own_day(cell: Organization) -> None:
    how: dict[str, Any] = {"fixed_day": 10, "starts_at": time(19), "place": ""}
    set_routine(actor=SYSTEM, organization=cell, since=Month(2026, 12), now=NOW, **how)


@pytest.mark.parametrize(("hold", "day"), [(announce, 3), (move_by_hand, 4), (keep_own_day, 10)])
def test_what_was_said_otherwise_stays(commune: Organization, cells: list[Organization], hold: Any, day: int) -> None:
    hold(cells[0])
    set_day(commune)
    assert days(cells) == [day, 5, 3]


def test_visits_go_along(commune: Organization, cells: list[Organization]) -> None:
    meeting = meeting_of(cells[0])
    visit = make_visit(make_user("Vũ Văn Dự"), cells[0], on=meeting.day, meeting=meeting)
    set_day(commune)
    visit.refresh_from_db()
    assert visit.planned_on == date(2026, 12, 5)


def foresee(commune: Organization) -> Preview:
    return foresee_rules(
        actor=SYSTEM,
        organization=commune,
        valid_from=DECEMBER,
        named="05-QĐ/ĐU",
        act=lambda: set_day(commune),
        now=NOW,
    )


def test_the_preview_names_what_moves_and_what_stays_and_does_nothing(
    commune: Organization, cells: list[Organization]
) -> None:
    announce(cells[1])
    effects = {effect.label: (effect.count, effect.names) for effect in foresee(commune).effects}
    assert effects == {
        "Quy định đổi": (1, ("Ngày sinh hoạt cố định: 3 → 5",)),
        "Buổi sinh hoạt chuyển sang ngày khác": (1, ("Chi bộ thôn A, 12/2026: 03/12/2026 → 05/12/2026",)),
        "Buổi giữ ngày đã định (đã gửi giấy mời, hoặc đã dời có lý do)": (1, ("Chi bộ thôn B, 12/2026: 03/12/2026",)),
        "Chi bộ theo quy định này": (2, ("Chi bộ thôn A", "Chi bộ thôn B")),
    }
    assert (days(cells), Notification.objects.count()) == ([3, 3, 3], 0)


@pytest.mark.parametrize("count", [1, 3])
def test_following_costs_the_same_for_any_number_of_cells(
    commune: Organization, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        cell = make_unit(f"Chi bộ thôn {number}", parent=commune, cell_type=CellType.VILLAGE)
        ensure_schedule(actor=SYSTEM, organization=cell, year=2026, now=NOW)
    queue_lock = connection.vendor == "postgresql"  # SQLite has one writer anyway
    with django_assert_num_queries(26 + queue_lock):
        set_day(commune)
    assert Meeting.objects.filter(month=DECEMBER, planned_for__day=5).count() == count
