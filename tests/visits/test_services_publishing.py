"""A published plan: what is dropped, what is refused, and the one notice for each official and each cell."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import NotAllowed
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.room.models import Guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.services import publishing
from nennep.visits.services.publishing import Published
from nennep.visits.services.visits import VisitWish
from tests.factories.core import NOW
from tests.factories.meetings import at, make_meeting
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail
from tests.factories.visits import VISIT_DAY, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
PLAN = UUID(int=7)
DECEMBER = date(2026, 12, 3)


def publish(commune: Commune, *wishes: VisitWish, **changes: Any) -> Published:
    given: dict[str, Any] = {"actor": commune.officer, "visits": wishes, "plan": PLAN, "now": NOW}
    return publishing.publish_visits(**(given | changes))


def test_only_who_plans_for_every_cell_publishes(commune: Commune) -> None:
    elsewhere = make_unit("Chi bộ xã khác")
    with pytest.raises(NotAllowed):
        publish(commune, VisitWish(commune.hung, elsewhere, VISIT_DAY))
    with pytest.raises(NotAllowed):
        publish(commune, dropped=[make_visit(commune.hung, elsewhere)])


def test_each_official_and_each_cell_has_one_notice_with_every_line(commune: Commune) -> None:
    make_meeting(commune.cell, planned_for=at(DECEMBER))
    make_meeting(commune.other, planned_for=at(DECEMBER))
    dropped = make_visit(commune.hung, commune.other, on=date(2026, 11, 20), guest_id=None)
    over = make_visit(commune.hung, commune.other, on=date(2026, 11, 2), state=VisitState.ATTENDED)
    result = publish(
        commune,
        VisitWish(commune.hung, commune.cell, DECEMBER),
        VisitWish(commune.mai, commune.cell, DECEMBER, joint=True),
        VisitWish(commune.hung, commune.cell, VISIT_DAY),
        VisitWish(commune.mai, commune.other, DECEMBER),
        dropped=[dropped, over],
    )
    assert [(visit.official, visit.planned_on, visit.joint, visit.plan) for visit in result.visits] == [
        (commune.hung, VISIT_DAY, False, PLAN),
        (commune.hung, DECEMBER, False, PLAN),
        (commune.mai, DECEMBER, True, PLAN),
    ]
    assert [why[:27] for _wish, why in result.refused] == ["Đồng chí Hoàng Thị Mai sinh"]
    assert result.dropped == (dropped,)
    dropped.refresh_from_db()
    assert (dropped.state, dropped.missed_reason) == (VisitState.CANCELLED, "Lịch mới thay lịch cũ.")
    notices = Notification.objects.order_by("user__full_name").values_list("user__full_name", "title", "body")
    assert list(notices) == [
        ("Hoàng Thị Mai", "Lịch dự sinh hoạt mới: 1 dòng", "03/12/2026: Chi bộ thôn Nặm Chá"),
        (
            "Lương Quốc Hưng",
            "Lịch dự sinh hoạt mới: 3 dòng",
            "13/11/2026: Chi bộ thôn Nặm Chá\n03/12/2026: Chi bộ thôn Nặm Chá\nThôi 20/11/2026: Chi bộ thôn Làng Chùa",
        ),
        (
            "Ma Công Lập",
            "Cán bộ sẽ dự sinh hoạt 3 buổi",
            "13/11/2026: Lương Quốc Hưng\n03/12/2026: Lương Quốc Hưng\n03/12/2026: Hoàng Thị Mai",
        ),
    ]
    assert set(Notification.objects.values_list("kind", "url")) == {("visits.plan", "/"), ("visits.plan_of_cell", "/")}
    assert list_trail("visits")[-1] == ("visits.published", {"made": 3, "dropped": 1})
    event = AuditEvent.objects.get(verb="visits.published")
    assert (event.target_id, event.target_label) == (str(PLAN), "Lịch dự sinh hoạt")
    assert event.unit_path == commune.unit.path  # what both cells have in common


def test_a_cell_hears_what_goes_what_moves_from_which_day_and_what_stands(commune: Commune) -> None:
    make_meeting(commune.cell, planned_for=at(DECEMBER))
    moves = make_visit(commune.hung, commune.cell, on=date(2026, 11, 20))
    goes = make_visit(commune.mai, commune.cell, on=date(2026, 11, 27))
    make_visit(commune.mai, commune.cell, on=date(2026, 12, 30))
    make_visit(commune.mai, commune.other, on=date(2026, 12, 28))
    publish(commune, VisitWish(commune.hung, commune.cell, VISIT_DAY))
    publish(commune, VisitWish(commune.hung, commune.cell, DECEMBER), dropped=[goes, moves])
    notices = Notification.objects.filter(user=commune.secretary_user).order_by("pk")
    assert [(one.title, one.body.split("\n"), one.replaced_at) for one in notices] == [
        ("Cán bộ sẽ dự sinh hoạt 1 buổi", ["13/11/2026: Lương Quốc Hưng"], NOW),
        (
            "Lịch cán bộ dự sinh hoạt đổi: 2 dòng",
            [
                "Dời 20/11/2026 sang 03/12/2026: Lương Quốc Hưng",
                "Thôi 27/11/2026: Hoàng Thị Mai",
                "Giữ nguyên 13/11/2026: Lương Quốc Hưng",
                "Giữ nguyên 30/12/2026: Hoàng Thị Mai",
            ],
            None,
        ),
    ]


def test_what_is_dropped_first_is_told_with_what_comes(commune: Commune) -> None:
    visit = make_visit(commune.hung, commune.cell, on=date(2026, 11, 20))
    gone = publishing.drop_visits(actor=commune.officer, visits=[visit], now=NOW)
    assert (gone, Notification.objects.count()) == ((visit,), 0)
    publish(commune, VisitWish(commune.hung, commune.cell, VISIT_DAY), gone=gone)
    mine = Notification.objects.get(user=commune.secretary_user)
    assert mine.body == "Dời 20/11/2026 sang 13/11/2026: Lương Quốc Hưng"
    assert publishing.drop_visits(actor=commune.officer, visits=[Visit.objects.get(pk=visit.pk)], now=NOW) == ()


def test_of_two_who_are_sent_to_one_meeting_the_same_goes_in_whatever_order_they_are_named(commune: Commune) -> None:
    both = [VisitWish(commune.hung, commune.cell, VISIT_DAY), VisitWish(commune.mai, commune.cell, VISIT_DAY)]
    first = publish(commune, *both)
    Visit.objects.all().delete()
    second = publish(commune, *reversed(both))
    assert [visit.official for visit in first.visits] == [visit.official for visit in second.visits] == [commune.hung]


def test_the_room_no_longer_expects_who_was_dropped(commune: Commune) -> None:
    [kept] = publish(commune, VisitWish(commune.hung, commune.cell, VISIT_DAY)).visits
    assert AuditEvent.objects.get(verb="visits.published").unit_path == commune.cell.path
    publish(commune, dropped=[kept])
    kept.refresh_from_db()
    assert (kept.state, kept.guest_id, Guest.objects.count()) == (VisitState.CANCELLED, None, 0)


def test_a_plan_without_visits_asks_nobody_and_writes_nothing(commune: Commune) -> None:
    assert publish(commune) == Published((), (), ())
    assert (AuditEvent.objects.count(), Notification.objects.count()) == (0, 0)


def test_a_secretary_without_an_account_is_told_nothing(commune: Commune) -> None:
    Member.objects.filter(user=commune.secretary_user).update(user=None)
    publish(commune, VisitWish(commune.hung, commune.cell, VISIT_DAY))
    assert list(Notification.objects.values_list("user__full_name", flat=True)) == ["Lương Quốc Hưng"]
