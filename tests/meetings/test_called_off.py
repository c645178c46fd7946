"""A meeting to which members were called and that will not be held: they are told, and no page invites them any more."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.services.notice import send_notice
from nennep.meetings.services.schedule import cancel_meeting
from nennep.members.models import Membership
from nennep.notifications.choices import Channel
from nennep.notifications.models import Delivery, Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitDetails, close_organization, create_organization, merge_organization
from tests.factories.cells import FOUNDED
from tests.factories.core import NOW, TODAY
from tests.factories.village import Village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SignIn = Callable[[User], Client]
SYSTEM = Actor.system()


@pytest.fixture
def called(village: Village) -> Village:
    """Everybody was called to the meeting of this day; two have an account, the others are told by hand."""
    send_notice(actor=village.actor, meeting=village.meeting, message="", now=NOW)
    Notification.objects.all().delete()
    Delivery.objects.all().delete()
    return village


def make_heir(village: Village) -> Organization:
    parent = Organization.objects.get(path=village.cell.path[: -Organization.steplen])
    details = UnitDetails("C9", "Chi bộ thôn Bản Mới", UnitKind.CELL)
    return create_organization(actor=SYSTEM, parent=parent, details=details, on=FOUNDED, now=NOW, reason="")


@pytest.mark.parametrize("change", ["merge", "close"])
def test_when_the_cell_ends_whoever_was_called_is_told(called: Village, change: str) -> None:
    """By hand by those who go on with it: nobody opens the list of a cell that is no more."""
    heir, cell = make_heir(called), Organization.objects.get(pk=called.cell.pk)
    if change == "merge":
        merge_organization(actor=SYSTEM, organization=cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW)
    else:
        Membership.objects.filter(organization=cell).update(valid_to=TODAY)
        close_organization(actor=SYSTEM, organization=cell, on=TODAY, reason="Không còn", now=NOW)
    assert Meeting.objects.get(pk=called.meeting.pk).state == MeetingState.CANCELLED
    told = Notification.objects.filter(kind="meetings.announced").values_list("user__full_name", "title")
    assert {(name, title.split(":")[0]) for name, title in told} == {
        ("Lý Thị Mỷ", "Không họp"),
        ("Ma Công Lập", "Không họp"),
    }
    by_hand = Delivery.objects.filter(channel=Channel.PRINT).values_list("person_name", "organization_id")
    keeper = heir.pk if change == "merge" else called.cell.pk
    names = ("Ma Công Lập", "Lý Thị Mỷ", "Ma Văn Bằng", "Giàng A Nhè")
    assert set(by_hand) == {(name, keeper) for name in names}


def test_a_meeting_to_which_nobody_was_called_ends_in_silence(called: Village) -> None:
    Meeting.objects.update(announced_at=None)
    heir, cell = make_heir(called), Organization.objects.get(pk=called.cell.pk)
    merge_organization(actor=SYSTEM, organization=cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW)
    assert not Notification.objects.filter(kind="meetings.announced").exists()


@pytest.mark.parametrize("name", ["show_notice", "show_agenda"])
def test_no_page_invites_to_what_will_not_be_held(called: Village, sign_in: SignIn, name: str) -> None:
    page = reverse(f"meetings:{name}", args=[called.meeting.public_id])
    cancel_meeting(actor=called.actor, meeting=called.meeting, reason="Lũ cuốn cầu", now=NOW)
    for user in (called.member_user, called.secretary):
        shown = sign_in(user).get(page).content.decode()
        assert ("Không họp" in shown, "Lũ cuốn cầu" in shown) == (True, True)
        words = ("Mời đồng chí dự", "Thêm vào lịch", "Gửi giấy mời cho ai?", "bàn gì?", "Đưa tài liệu lên")
        assert [word for word in words if word in shown] == []
