"""What goes by hand is ticked off for all at once, and taken back at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery
from nennep.notifications.queries import list_by_hand
from nennep.notifications.services import mark_many_handed, take_back_many
from nennep.notifications.services.deliveries import NotByHand
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def cell() -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá")


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


def make_paper(cell: Organization, name: str, state: DeliveryState = DeliveryState.BY_HAND) -> Delivery:
    facts: dict[str, Any] = {"organization": cell, "person_name": name, "channel": Channel.PRINT, "state": state}
    return Delivery.objects.create(created_at=NOW, title="Mời dự sinh hoạt", **facts)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_what_goes_by_hand_is_listed_by_given_name_still_open_first(cell: Organization) -> None:
    for name in ("Đặng Văn An", "Bàn Văn Pao", "Lò Thị Đào", "Lò Thị Duyên"):
        make_paper(cell, name)
    handed = make_paper(cell, "Lò Văn Anh", DeliveryState.HANDED)
    Delivery.objects.filter(pk=handed.pk).update(sent_at=NOW)
    rows = list_by_hand(organization=cell, since=NOW)
    assert [row.name for row in rows] == ["Đặng Văn An", "Lò Thị Duyên", "Lò Thị Đào", "Bàn Văn Pao", "Lò Văn Anh"]


def test_the_page_counts_people_not_papers(client: Client, cell: Organization, secretary: Actor) -> None:
    for name in ("Lò Thị Hoa", "Lò Thị Hoa", "Bàn Văn Pao"):
        make_paper(cell, name)
    client.force_login(User.objects.get(full_name="Ma Công Lập"))
    page = client.get(reverse("notifications:list_by_hand", args=[cell.public_id])).content.decode()
    assert "Còn 2 đồng chí." in page


def test_a_list_that_is_done_has_no_button(client: Client, cell: Organization, secretary: Actor) -> None:
    """Messages and papers each have their own."""
    make_paper(cell, "Lò Thị Hoa")
    message = make_paper(cell, "Bàn Văn Pao")
    Delivery.objects.filter(pk=message.pk).update(channel=Channel.SMS, address="0912000000")
    client.force_login(User.objects.get(full_name="Ma Công Lập"))
    address = reverse("notifications:list_by_hand", args=[cell.public_id])
    page = client.get(address).content.decode()
    assert ("Đã nhắn tất cả" in page, "Đã đưa tất cả" in page) == (True, True)
    mark_many_handed(actor=secretary, organization=cell, deliveries=[message.public_id], now=NOW)
    page = client.get(address).content.decode()
    assert ("Đã nhắn tất cả" in page, "Đã đưa tất cả" in page) == (False, True)


def test_all_that_stand_on_the_page_are_ticked_off_and_taken_back(cell: Organization, secretary: Actor) -> None:
    rows = [make_paper(cell, name) for name in ("Lò Thị Hoa", "Lò Văn Ca", "Bàn Văn Pao")]
    before = make_paper(cell, "Đã đưa hôm qua", DeliveryState.HANDED)
    Delivery.objects.filter(pk=before.pk).update(sent_at=NOW - timedelta(days=1), by_name=secretary.name)
    ids = [row.public_id for row in [*rows, before]]
    for expected in (3, 0):
        assert mark_many_handed(actor=secretary, organization=cell, deliveries=ids, now=NOW) == expected
    assert states() == [DeliveryState.HANDED] * 4
    assert AuditEvent.objects.filter(verb="notifications.handed").count() == 3
    assert take_back_many(actor=secretary, organization=cell, marked_at=NOW, now=NOW) == 3
    assert states() == [DeliveryState.BY_HAND] * 3 + [DeliveryState.HANDED]
    with pytest.raises(NotByHand):
        take_back_many(actor=secretary, organization=cell, marked_at=NOW, now=NOW)


def test_what_the_program_sends_and_other_units_rows_are_left(cell: Organization, secretary: Actor) -> None:
    other = make_unit("Chi bộ thôn Khác")
    rows = [make_paper(cell, "Tự gửi", DeliveryState.WAITING), make_paper(other, "Nơi khác")]
    ids = [row.public_id for row in rows]
    assert mark_many_handed(actor=secretary, organization=cell, deliveries=ids, now=NOW) == 0
    with pytest.raises(NotAllowed):
        mark_many_handed(actor=secretary, organization=other, deliveries=ids, now=NOW)


def test_the_page_has_a_button_for_all_and_one_to_undo(client: Client, cell: Organization, secretary: Actor) -> None:
    assert secretary.user_id is not None
    client.force_login(type(make_user()).objects.get(pk=secretary.user_id))
    rows = [make_paper(cell, name) for name in ("Lò Thị Hoa", "Lò Văn Ca")]
    page = reverse("notifications:list_by_hand", args=[cell.public_id])
    assert "Đã đưa tất cả" in client.get(page).content.decode()
    address = reverse("notifications:mark_many", args=[cell.public_id])
    assert client.post(address, {"tin": [str(row.public_id) for row in rows]})["Location"] == page
    shown = client.get(page).content.decode()
    assert ("Đã đưa tất cả" in shown, "Hoàn tác 2 đồng chí vừa ghi" in " ".join(shown.split())) == (False, True)
    moment = Delivery.objects.values_list("sent_at", flat=True).first()
    assert moment is not None
    assert client.post(address, {"luc": moment.isoformat()}).status_code == 302
    assert states() == [DeliveryState.BY_HAND] * 2
    for wrong in ({"luc": "hôm qua"}, {"tin": ["x"]}):
        assert client.post(address, wrong).status_code == 404


@pytest.mark.parametrize(
    "moment",
    ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "2026-11-09T08:00"],
    ids=["over", "under", "bare"],
)
def test_a_moment_that_no_page_writes_is_missing(
    client: Client, cell: Organization, secretary: Actor, moment: str
) -> None:
    assert secretary.user_id is not None
    client.force_login(User.objects.get(pk=secretary.user_id))
    address = reverse("notifications:mark_many", args=[cell.public_id])
    assert client.post(address, {"luc": moment}).status_code == 404
