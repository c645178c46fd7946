"""The member's home page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import MeetingMode, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.member_home import get_member_home
from nennep.members.choices import MembershipKind, Standing
from nennep.members.models import Membership
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, said
from tests.factories.duties import make_duty
from tests.factories.meetings import PLANNED_FOR, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
HOME = "meetings:member_home"


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def user(cell: Organization) -> User:
    user = make_user("Lý Thị Mỷ")
    grant_role(user, Role.MEMBER, cell)
    join_cell(cell, "Lý Thị Mỷ", user_id=user.pk)
    return user


@pytest.fixture
def insider(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_the_next_meeting_is_answered_in_one_tap(insider: Client, cell: Organization) -> None:
    meeting = make_meeting(cell)
    page = insider.get(reverse(HOME)).content.decode()
    assert "Còn 4 ngày" in page
    assert "Tôi sẽ dự" in page
    assert "trực tuyến" not in page
    insider.post(reverse("meetings:reply", args=[meeting.public_id]), {"answer": "coming"})
    page = insider.get(reverse(HOME)).content.decode()
    assert "Sẽ dự" in page
    assert "Tôi sẽ dự" not in page


def test_whoever_taps_excused_has_only_the_reason_to_write(insider: Client, cell: Organization) -> None:
    address = reverse("meetings:reply", args=[make_meeting(cell).public_id]) + "?chon=excused"
    assert f'href="{address}"' in insider.get(reverse(HOME)).content.decode()
    assert insider.get(address).context["form"]["answer"].value() == "excused"
    assert insider.get(address.replace("excused", "nonsense")).status_code == 200
    assert insider.post(address, {"answer": "excused", "reason": "Đi làm xa"}).status_code == 302


def test_a_meeting_online_may_be_joined_from_afar(insider: Client, cell: Organization) -> None:
    meeting = make_meeting(cell)
    Meeting.objects.filter(pk=meeting.pk).update(mode=MeetingMode.HYBRID)
    assert "Tôi dự trực tuyến" in insider.get(reverse(HOME)).content.decode()


def test_what_waits_is_counted(insider: Client, user: User, cell: Organization) -> None:
    make_meeting(cell)
    make_duty(cell, user.member)
    notify(actor=Actor.system(), user_ids=[user.pk], kind="k", title=said("Nghị quyết tháng 10"), now=NOW)
    page = insider.get(reverse(HOME)).content.decode()
    assert "<b>2 việc</b>" in page
    assert "Báo kết quả" in page
    assert "Nghị quyết tháng 10" in page


def test_meetings_of_the_past_and_those_called_off_do_not_wait(user: User, cell: Organization) -> None:
    make_meeting(cell, planned_for=PLANNED_FOR - timedelta(days=30))
    make_meeting(cell, planned_for=PLANNED_FOR + timedelta(days=40), state=MeetingState.CANCELLED)
    home = get_member_home(actor=actor_of(user), today=TODAY)
    assert (home.upcoming, home.count) == (None, 0)


def test_somebody_away_is_called_where_they_sit(user: User, cell: Organization) -> None:
    elsewhere = make_cell("Chi bộ nơi khác")
    Membership.objects.update(standing=Standing.ELSEWHERE)
    Membership.objects.create(
        member=user.member, organization=elsewhere, kind=MembershipKind.TEMPORARY, valid_from=TODAY
    )
    grant_role(user, Role.MEMBER, elsewhere)
    make_meeting(cell)
    meeting = make_meeting(elsewhere)
    home = get_member_home(actor=actor_of(user), today=TODAY)
    assert home.cell == elsewhere
    assert home.upcoming is not None
    assert home.upcoming.meeting == meeting


def test_an_account_without_a_record_has_no_such_page(client: Client) -> None:
    user = make_user()
    with pytest.raises(NotFound):
        get_member_home(actor=actor_of(user), today=TODAY)
    client.force_login(user)
    assert client.get(reverse(HOME))["Location"] == reverse("duties:show_own")
    assert Client().get(reverse(HOME))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_costs_the_same_for_any_size(
    insider: Client, user: User, cell: Organization, size: int, django_assert_num_queries: Any
) -> None:
    make_meeting(cell)
    for _number in range(size):
        make_duty(cell, user.member)
        notify(actor=Actor.system(), user_ids=[user.pk], kind="k", title=said("t"), now=NOW)
    with django_assert_num_queries(13):
        insider.get(reverse(HOME))


def test_somebody_in_no_cell_is_told_so(insider: Client) -> None:
    Membership.objects.all().delete()
    assert "không ở danh sách chi bộ nào" in insider.get(reverse(HOME)).content.decode()
