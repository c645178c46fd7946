"""The official's home: the next visit, what is owed, the one thing to do."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries.official import OfficialHome, get_official_home
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.visits import VISIT_DAY, hold_office, make_report, make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def official(commune: Organization, cell: Organization) -> User:
    user = make_user("Lương Quốc Hưng")
    hold_office(user, commune)
    grant_role(user, Role.OFFICIAL, cell)
    return user


def home_of(user: User) -> OfficialHome:
    return get_official_home(actor=actor_of(user), now=NOW)


def attend(user: User, cell: Organization, on: date) -> Visit:
    return make_visit(user, cell, on=on, state=VisitState.ATTENDED)


def test_next_visit_with_its_meeting_and_brief(official: User, cell: Organization) -> None:
    meeting = make_meeting(cell)
    make_visit(official, cell, on=VISIT_DAY + timedelta(days=30))
    visit = make_visit(official, cell, on=VISIT_DAY, meeting=meeting)
    home = home_of(official)
    assert home.next is not None
    assert (home.next.public_id, len(home.coming), home.meeting) == (visit.public_id, 2, meeting)
    assert home.brief is not None
    assert home.brief.cell == cell


def test_an_overdue_report_comes_before_everything(official: User, cell: Organization) -> None:
    late = attend(official, cell, date(2026, 10, 5))
    attend(official, cell, date(2026, 11, 5))
    make_visit(official, cell, on=TODAY, state=VisitState.CONFIRMED)
    home = home_of(official)
    assert home.report is not None
    assert (home.report.public_id, len(home.reports)) == (late.public_id, 2)


def test_whoever_owes_a_report_may_still_say_that_the_next_visit_fails(
    client: Client, official: User, cell: Organization
) -> None:
    attend(official, cell, date(2026, 10, 5))
    coming = make_visit(official, cell, on=date(2026, 12, 3))
    client.force_login(official)
    text = client.get(reverse("home"), follow=True).content.decode()
    assert ("Báo cáo phải gửi" in text, reverse("visits:miss_visit", args=[coming.public_id]) in text) == (True, True)


def test_a_visit_today_comes_before_a_report_that_is_not_due(official: User, cell: Organization) -> None:
    attend(official, cell, date(2026, 11, 5))
    assert home_of(official).report is not None
    make_visit(official, cell, on=TODAY)
    assert home_of(official).report is None


def test_a_sent_report_is_no_longer_owed(official: User, cell: Organization) -> None:
    make_report(attend(official, cell, date(2026, 11, 5)), submitted_at=NOW)
    assert home_of(official).reports == ()


def test_page_says_what_is_next_and_what_is_owed(client: Client, official: User, cell: Organization) -> None:
    make_member("Bàn Thị Ghến", cell=cell)
    make_visit(official, cell, on=VISIT_DAY, state=VisitState.CONFIRMED, meeting=make_meeting(cell))
    attend(official, cell, date(2026, 11, 5))
    missed = make_visit(official, cell, on=date(2026, 9, 3), state=VisitState.MISSED, missed_reason="trực chống lũ")
    client.force_login(official)
    page = client.get("/", follow=True).content.decode()
    assert "Thứ Sáu, 13/11/2026, tại <b>Chi bộ thôn Nặm Chá</b>." in page
    assert "Còn 1 báo cáo phải gửi." in page
    assert page.count("btn-primary") == 1
    assert "trực chống lũ" in page
    assert reverse("visits:show_visit", args=[missed.public_id]) in page
    assert "Bàn Thị Ghến" in page
    assert AuditEvent.objects.filter(verb="reporting.list_read", user_id=official.pk).count() == 1


def test_a_substitute_without_a_role_reads_the_brief(client: Client, cell: Organization) -> None:
    make_member("Bàn Thị Ghến", cell=cell)
    user, address = make_user(), reverse("reporting:brief", args=[cell.public_id])
    client.force_login(user)
    assert client.get(address).status_code == 404
    make_visit(user, cell, on=VISIT_DAY)
    assert client.get(address).status_code == 200
    Visit.objects.update(planned_on=TODAY - timedelta(days=40))
    assert client.get(address).status_code == 404


def test_an_empty_home_says_where_visits_come_from(client: Client, official: User) -> None:
    client.force_login(official)
    page = client.get(reverse("reporting:official_home")).content.decode()
    assert "Chưa có buổi dự nào sắp tới." in page
    assert "Lịch dự do người xếp lịch của cấp ủy đưa lên." in page


def test_nobody_else_sees_it(client: Client, official: User, cell: Organization) -> None:
    make_visit(official, cell, on=VISIT_DAY)
    other = make_user()
    grant_role(other, Role.COMMUNE_OFFICER, cell, subtree=True)
    client.force_login(other)
    assert "Chưa có buổi dự nào sắp tới." in client.get(reverse("reporting:official_home")).content.decode()
    client.logout()
    assert client.get(reverse("reporting:official_home")).status_code == 302
    with pytest.raises(NotFound):
        get_official_home(actor=Actor.system(), now=NOW)


@pytest.mark.parametrize("visits", [1, 3])
def test_home_costs_the_same_for_any_number_of_visits(
    official: User, cell: Organization, visits: int, django_assert_num_queries: Any
) -> None:
    for number in range(visits):
        make_visit(official, cell, on=VISIT_DAY + timedelta(days=number))
        attend(official, cell, date(2026, 10, 5 + number))
    actor = actor_of(official)
    with django_assert_num_queries(22):
        get_official_home(actor=actor, now=NOW)


def test_a_former_year_is_one_tap_away_with_its_reports(official: User, cell: Organization, client: Client) -> None:
    attend(official, cell, date(2025, 10, 5))
    attend(official, cell, date(2024, 10, 5))
    make_visit(official, cell, on=date(2023, 10, 5), state=VisitState.CANCELLED)
    assert get_official_home(actor=actor_of(official), now=NOW).former_years == (2025, 2024)
    client.force_login(official)
    (link,) = html.fromstring(client.get(reverse("reporting:official_home")).content).xpath(
        "//a[contains(., 'Năm 2025')]"
    )
    text = client.get(link.get("href")).content.decode()
    assert ("05/10/2025" in text, "05/10/2024" in text) == (True, False)


@pytest.mark.parametrize("sent", [False, True])
def test_a_report_of_last_year_is_owed_until_it_is_sent(official: User, cell: Organization, *, sent: bool) -> None:
    """The year ends, the report does not; one of this year comes after it."""
    old = attend(official, cell, date(2025, 12, 3))
    new = attend(official, cell, TODAY - timedelta(days=1))
    if sent:
        make_report(old, submitted_at=NOW)
    home = home_of(official)
    owed = [new] if sent else [old, new]
    assert [line.line.public_id for line in home.reports] == [visit.public_id for visit in owed]
    assert home.report is not None
    assert home.report.public_id == (new if sent else old).public_id
    assert home.reports[0].report == ("waiting" if sent else "overdue")
