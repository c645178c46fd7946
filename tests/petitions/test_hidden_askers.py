"""Whoever the cell speaks for has no name above the cell: pages, lists, papers, notices, trail, addresses, errors."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.models import Petition, PetitionAsker, PetitionStep
from nennep.petitions.queries import get_petition_page, list_own, list_waiting
from nennep.petitions.services import PetitionDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
NAME, OTHER = "Ẩn Danh Hòa", "Khuất Mặt Liên"
DAY = timedelta(days=1)


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


def enter(name: str, role: Role | None = None, unit: Organization | None = None) -> tuple[Actor, Client]:
    user = make_user(name)
    if role is not None and unit is not None:
        grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    client = Client()
    client.force_login(user)
    return actor_of(user), client


def ask(cell: Organization, commune: Organization) -> tuple[Petition, Actor, Client]:
    """A member asks from their own page and lets the cell speak; the secretary sends it up."""
    user = make_user(NAME)
    join_cell(cell, NAME, user_id=user.pk)
    grant_role(user, Role.MEMBER, cell)
    client = Client()
    client.force_login(user)
    details = PetitionDetails("Trưởng thôn thu tiền không có phiếu", is_hidden=True)
    petition = services.raise_own(actor=actor_of(user), organization=cell, details=details, now=NOW)
    return petition, actor_of(user), client


def test_no_name_leaves_the_cell(cell: Organization, commune: Organization) -> None:
    petition, asker, own = ask(cell, commune)
    secretary, _inside = enter("Bí thư", Role.SECRETARY, cell)
    officer, above = enter("Cán bộ xã", Role.COMMUNE_OFFICER, commune)
    services.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    services.ask_asker(actor=officer, petition=petition, text="Thu ngày nào?", now=NOW)
    services.clarify(actor=asker, petition=petition, text="Ngày 3/11", now=NOW + DAY)
    services.answer_petition(actor=officer, petition=petition, answer="Đã trả lại", now=NOW + DAY)
    pages = [
        reverse("petitions:show_petition", args=[petition.public_id]),
        reverse("petitions:show_unit", args=[commune.public_id]),
        reverse("petitions:show_cell", args=[cell.public_id]),
        reverse("petitions:answer_petition", args=[petition.public_id]),
    ]
    seen = [above.get(page) for page in pages]
    assert [answer.status_code for answer in seen] == [200] * 4
    texts = [answer.content.decode() for answer in seen]
    rows = [*Petition.objects.all(), *PetitionStep.objects.all(), *Notification.objects.exclude(user__full_name=NAME)]
    rows += list(AuditEvent.objects.filter(target_id=str(petition.public_id)))
    texts.append(serializers.serialize("json", rows, ensure_ascii=False))
    texts.append(
        json.dumps([str(row) for row in list_waiting(organization_id=cell.pk, today=TODAY)], ensure_ascii=False)
    )
    assert [NAME in text for text in texts] == [False] * len(texts)
    assert not PetitionStep.objects.filter(by_id=asker.user_id).exists()
    assert not AuditEvent.objects.filter(target_id=str(petition.public_id), user_id=asker.user_id).exists()
    assert "Chi bộ nói thay người nêu" in texts[0]
    page = get_petition_page(actor=officer, public_id=petition.public_id, today=TODAY)
    assert (page.askers, page.is_own) == ((), False)
    assert own.get(pages[0]).status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.COMMUNE_OFFICER, Role.MEMBER])
def test_a_role_on_the_very_cell_is_not_running_it(cell: Organization, commune: Organization, role: Role) -> None:
    """An official who follows the cell has the role there and belongs to the level above."""
    petition, _asker, _own = ask(cell, commune)
    user = make_user("Người ngoài")
    grant_role(user, role, cell)
    grant_role(user, Role.COMMUNE_OFFICER, commune)
    services.pass_on(actor=enter("Bí thư", Role.SECRETARY, cell)[0], petition=petition, to=commune, now=NOW)
    page = get_petition_page(actor=actor_of(user), public_id=petition.public_id, today=TODAY)
    assert (page.askers, NAME in str(page)) == ((), False)


def test_somebody_who_asks_hidden_and_follows_the_cell_has_no_name_either(
    cell: Organization, commune: Organization
) -> None:
    petition, asker, _own = ask(cell, commune)
    officer, _above = enter("Cán bộ xã", Role.COMMUNE_OFFICER, commune)
    secretary, _inside = enter("Bí thư", Role.SECRETARY, cell)
    grant_role(User.objects.get(pk=str(asker.user_id)), Role.OFFICIAL, cell)
    services.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    services.ask_asker(actor=officer, petition=petition, text="Thu ngày nào?", now=NOW)
    services.clarify(
        actor=actor_of(User.objects.get(pk=str(asker.user_id))), petition=petition, text="Ngày 3/11", now=NOW + DAY
    )
    assert not PetitionStep.objects.filter(Q(by_id=asker.user_id) | Q(by_name=NAME)).exists()


def test_the_cell_and_the_asker_themselves_see_it(cell: Organization, commune: Organization) -> None:
    petition, asker, _own = ask(cell, commune)
    secretary, inside = enter("Bí thư", Role.SECRETARY, cell)
    assert get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).askers == (NAME,)
    assert NAME in inside.get(reverse("petitions:show_petition", args=[petition.public_id])).content.decode()
    assert [row.public_id for row in list_own(actor=asker, today=TODAY)] == [petition.public_id]
    assert get_petition_page(actor=asker, public_id=petition.public_id, today=TODAY).is_own
    assert [note.title for note in Notification.objects.filter(user__full_name="Bí thư")] == []


def test_a_name_told_in_the_room_is_encrypted(cell: Organization) -> None:
    secretary, _inside = enter("Bí thư", Role.SECRETARY, cell)
    details = PetitionDetails("Đèn đường hỏng", raised_by_name=OTHER, is_hidden=True)
    petition = services.note_petition(actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW)
    assert petition.raised_by_name == ""
    assert get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).askers == (OTHER,)
    column: Any = PetitionAsker.objects.extra(select={"raw": "name"}).values_list("raw", flat=True).get()
    assert OTHER not in column


def test_the_words_may_not_name_whom_the_cell_speaks_for(cell: Organization) -> None:
    secretary, _inside = enter("Bí thư", Role.SECRETARY, cell)
    details = PetitionDetails(f"Đồng chí {OTHER.upper()} đề nghị sửa đèn", raised_by_name=OTHER, is_hidden=True)
    with pytest.raises(services.NameInText):
        services.note_petition(actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW)


def test_several_ask_together_and_each_sees_the_course(cell: Organization) -> None:
    secretary, _inside = enter("Bí thư", Role.SECRETARY, cell)
    users = [make_user(name) for name in ("Lý Thị Mỷ", "Ma Văn Sơn")]
    first, second = (join_cell(cell, user.full_name, user_id=user.pk) for user in users)
    details = PetitionDetails("Sửa cầu", raised_by=first, others=(second,), place="Nà Khà")
    petition = services.note_petition(actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW)
    row = get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).row
    assert (row.raised_by, row.place) == ("Lý Thị Mỷ và 1 người nữa", "Nà Khà")
    assert [len(list_own(actor=actor_of(user), today=TODAY)) for user in users] == [1, 1]


def test_a_member_asks_the_own_cell_alone(cell: Organization) -> None:
    _petition, asker, _own = ask(cell, cell)
    with pytest.raises(NotAllowed):
        services.raise_own(
            actor=asker, organization=make_cell("Chi bộ khác"), details=PetitionDetails("Sửa cầu"), now=NOW
        )
    stranger, client = enter("Người lạ")
    with pytest.raises(NotAllowed):
        services.raise_own(actor=stranger, organization=cell, details=PetitionDetails("Sửa cầu"), now=NOW)
    assert client.get(reverse("petitions:raise_own")).status_code == 404
