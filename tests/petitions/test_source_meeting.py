"""From a practice of the library to the meeting it comes from, for whoever may read that."""

from typing import Any

import pytest
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Practice
from nennep.petitions.services import PracticeDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.petitions import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
HOW = PracticeDetails("Sửa cầu treo", "Dân góp công, xã cấp xi măng")


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


def user_of(role: Role, unit: Organization) -> User:
    user = make_user()
    grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    return user


def test_who_reads_the_meeting_goes_from_the_practice_to_it(cell: Organization, commune: Organization) -> None:
    meeting, officer = make_meeting(cell), user_of(Role.COMMUNE_OFFICER, commune)
    neighbour = user_of(Role.SECRETARY, make_unit("Chi bộ thôn Làng Chùa", parent=commune))
    origin: dict[str, Any] = {"origin_kind": "meetings.meeting", "origin_id": str(meeting.public_id)}
    solved = make_petition(cell, "Cầu hỏng", holder=commune, state=PetitionState.SOLVED, settled_on=TODAY, **origin)
    practice = services.publish_answer(actor=actor_of(officer), petition=solved, details=HOW, now=NOW)
    page = reverse("petitions:show_practice", args=[practice.public_id])
    link = reverse("meetings:show_meeting", args=[meeting.public_id])
    assert [link in client_of(user).get(page).content.decode() for user in (officer, neighbour)] == [True, False]


def test_what_was_not_asked_for_in_a_meeting_leads_to_none(cell: Organization, commune: Organization) -> None:
    officer = actor_of(user_of(Role.COMMUNE_OFFICER, commune))
    origin: dict[str, Any] = {"origin_kind": "visits.visit", "origin_id": "01982d4e-7d4c-7000-8000-000000000007"}
    solved = make_petition(cell, "Cầu hỏng", holder=commune, state=PetitionState.SOLVED, settled_on=TODAY, **origin)
    assert services.publish_answer(actor=officer, petition=solved, details=HOW, now=NOW).meeting is None


@pytest.mark.parametrize("said", [True, False])
def test_a_proposal_from_the_room_says_from_which_meeting(
    cell: Organization, commune: Organization, *, said: bool
) -> None:
    meeting, client = make_meeting(cell), client_of(user_of(Role.SECRETARY, cell))
    page = f"{reverse('petitions:propose_practice', args=[cell.public_id])}?buoi={meeting.public_id if said else 'x'}"
    typed = {"title": "Tổ tự quản", "text": "Năm hộ một tổ", "source_on": "03/11/2026", "field": "other"}
    answer = client.post(page, typed | {"to": str(commune.public_id)})
    assert answer.status_code == 302
    assert Practice.objects.get().meeting == (meeting.public_id if said else None)
