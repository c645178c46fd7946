"""What a secretary leaves to the next one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import OneTimeCode
from nennep.core.errors import NotAllowed
from nennep.site.handover import get_handover
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.village import Village, village

__all__ = ["village"]
pytestmark = pytest.mark.django_db


def test_what_is_open_stands_on_one_page(village: Village) -> None:
    held = village.meeting
    OneTimeCode.objects.create(
        user=village.member_user,
        code_hash="x",
        issued_at=NOW,
        unit_path=village.cell.path,
        expires_at=NOW + timedelta(1),
    )
    page = get_handover(actor=village.actor, cell=village.cell.public_id, now=NOW)
    assert [row.public_id for row in page.meetings] == [held.public_id]
    assert [row.name for row in page.codes] == [village.member_user.full_name]
    assert [row.full_name for row in page.leaders] == ["Ma Công Lập"]
    later = get_handover(actor=village.actor, cell=village.cell.public_id, now=NOW + timedelta(days=1))
    assert later.codes == ()


def test_the_commune_reads_it_and_a_member_does_not(village: Village) -> None:
    officer = make_user("Vũ Thị Nguyệt")
    grant_role(officer, Role.COMMUNE_OFFICER, village.cell)
    assert get_handover(actor=actor_of(officer), cell=village.cell.public_id, now=NOW).cell == village.cell
    with pytest.raises(NotAllowed):
        get_handover(actor=actor_of(village.member_user), cell=village.cell.public_id, now=NOW)


def test_the_page_opens(village: Village) -> None:
    client = Client()
    client.force_login(village.secretary)
    address = reverse("handover", args=[village.cell.public_id])
    assert "Bảng kê để hai đồng chí cùng xem" in client.get(address).content.decode()
    client.force_login(village.outsider)
    assert client.get(address).status_code == 404
