"""The address of a record that was merged away leads to the one that is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.members.services import merge_members
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("fixed_clock")
def test_the_former_address_leads_on_for_who_may_see_the_record_that_is_kept(
    cell: Organization, other: Organization
) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    first, second, kept = (make_member(name, cell=cell) for name in ("Lò Thuý Kiều", "Lò Thúy Kiểu", "Lò Thúy Kiều"))
    merge_members(actor=actor_of(user), keep=second, drop=first, now=NOW)
    merge_members(actor=actor_of(user), keep=kept, drop=second, now=NOW)
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("members:show", args=[first.public_id]))
    assert answer["Location"] == reverse("members:show", args=[kept.public_id])
    shown = client.get(answer["Location"]).content.decode()
    assert [name in shown for name in ("Đã gộp vào đây", "Lò Thuý Kiều", "Lò Thúy Kiểu")] == [True, True, True]
    stranger = make_user("Nông Văn Xa")
    grant_role(stranger, Role.SECRETARY, other)
    client.force_login(stranger)
    assert client.get(reverse("members:show", args=[first.public_id])).status_code == 404
