"""The daily work: officials are reminded of reports, boards have their digest, calendars know the visits."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from nennep.core.access import Actor
from nennep.core.calendar import list_entries
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.visits.choices import VisitState
from nennep.visits.services import cancel_visit, plan_visit, remind_reports, send_digests
from nennep.visits.services.visits import VisitWish
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import PLANNED_FOR, at
from tests.factories.visits import VISIT_DAY, assign, make_report, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

SYSTEM = Actor.system()


def test_a_report_is_reminded_of_on_its_last_day_and_every_week_after(commune: Commune) -> None:
    day = date(2026, 11, 2)  # a Monday: five working days later is the next Monday, TODAY
    visit = make_visit(commune.hung, commune.cell, on=day, state=VisitState.ATTENDED)
    moments = [NOW - timedelta(days=1), NOW, NOW, NOW + timedelta(days=6), NOW + timedelta(days=7)]
    assert [remind_reports(actor=SYSTEM, now=moment) for moment in moments] == [0, 1, 0, 0, 1]
    titles = list(Notification.objects.order_by("pk").values_list("user__full_name", "title"))
    assert titles == [
        ("Lương Quốc Hưng", "Hôm nay là hạn báo cáo dự sinh hoạt: Chi bộ thôn Nặm Chá"),
        ("Lương Quốc Hưng", "Báo cáo dự sinh hoạt Chi bộ thôn Nặm Chá quá hạn 09/11/2026"),
    ]
    page = reverse("visits:show_visit", args=[visit.public_id])
    assert set(Notification.objects.values_list("kind", "url")) == {("visits.report_due", page)}
    make_report(visit, submitted_at=at(date(2026, 11, 20)))
    assert remind_reports(actor=SYSTEM, now=NOW + timedelta(days=30)) == 0


def test_the_board_has_one_digest_a_month_and_one_a_week(commune: Commune) -> None:
    make_visit(commune.hung, commune.cell, on=date(2026, 10, 5), state=VisitState.ATTENDED)
    moments = [NOW, NOW, NOW + timedelta(days=1), NOW + timedelta(days=7), NOW + timedelta(days=30)]
    assert [send_digests(actor=SYSTEM, now=moment) for moment in moments] == [1, 1, 0, 1, 1]
    first = Notification.objects.order_by("pk")[0]
    assert (first.user, first.title) == (commune.officer_user, "Đôn đốc dự sinh hoạt: 1 đồng chí cần xem")
    assert (first.kind, first.url) == ("visits.digest_month", "/du-sinh-hoat/don-doc/thang/")
    assert first.body == "Lương Quốc Hưng: 1 báo cáo quá hạn. Chưa có văn bản quy định số lần dự cho chức vụ này"
    second = Notification.objects.order_by("pk")[1]
    assert (second.kind, second.url) == ("visits.digest_week", "/du-sinh-hoat/don-doc/tuan/")


def test_who_is_merely_to_be_watched_is_no_digest(commune: Commune) -> None:
    """In January nothing is owed yet: the year's visits without a date can wait."""
    assign(commune.mai, commune.unit)
    january = at(date(2027, 1, 4), hour=8)
    assert send_digests(actor=SYSTEM, now=january) == 0
    make_visit(commune.hung, commune.cell, on=date(2027, 1, 2), state=VisitState.PLANNED)  # nobody said what came of it
    assert send_digests(actor=SYSTEM, now=january) == 1
    assert send_digests(actor=SYSTEM, now=january) == 1  # the week's, on the Monday it begins
    assert send_digests(actor=SYSTEM, now=january + timedelta(days=6)) == 0


def test_only_the_program_runs_the_daily_work(commune: Commune) -> None:
    for service in (remind_reports, send_digests):
        with pytest.raises(NotAllowed):
            service(actor=commune.officer, now=NOW)


def test_the_calendar_of_the_official_has_the_visits(commune: Commune) -> None:
    visit = plan_visit(actor=commune.officer, wish=VisitWish(commune.hung, commune.cell, VISIT_DAY), now=NOW)
    entries = [entry for entry in list_entries(user_id=commune.hung.pk, since=NOW) if entry.uid.startswith("visit-")]
    assert [(entry.title, entry.begins, entry.sequence, entry.cancelled) for entry in entries] == [
        ("Dự sinh hoạt Chi bộ thôn Nặm Chá", PLANNED_FOR, 1, False)
    ]
    cancel_visit(actor=commune.officer, visit=visit, reason="Đổi kế hoạch", now=NOW)
    entries = [entry for entry in list_entries(user_id=commune.hung.pk, since=NOW) if entry.uid.startswith("visit-")]
    assert [(entry.title, entry.sequence, entry.cancelled) for entry in entries] == [
        ("Thôi: Dự sinh hoạt Chi bộ thôn Nặm Chá", 2, True)
    ]
    assert TODAY < VISIT_DAY
