"""An answer is its unit's, wherever the matter lies since: on pages, lists, in spreadsheets, of the past."""

import csv
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import WorkList
from nennep.petitions.models import Petition
from nennep.petitions.queries import read_row
from nennep.petitions.queries.past import stand_on
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
COMMUNE, PROVINCE = "Đảng bộ xã Lăng Can", "Tỉnh ủy Tuyên Quang"


@pytest.fixture
def province() -> Organization:
    return make_unit(PROVINCE, kind=UnitKind.PROVINCE)


@pytest.fixture
def petition(province: Organization) -> Petition:
    """Answered by the commune, handed on to the province."""
    commune = make_unit(COMMUNE, parent=province, kind=UnitKind.BASE)
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    details = services.PetitionDetails("Sửa cầu", holder=commune)
    petition = services.note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=TODAY, now=NOW)
    services.answer_petition(actor=SYSTEM, petition=petition, answer="Xã không đủ vốn", now=NOW)
    return services.pass_on(actor=SYSTEM, petition=petition, to=province, now=NOW)


def read(petition: Petition) -> tuple[str, str, str]:
    row = read_row(Petition.objects.get(pk=petition.pk), TODAY)
    return row.holder, row.answered_by, row.answer


def test_handed_on_risen_and_answered_anew(petition: Petition, province: Organization) -> None:
    assert read(petition) == (PROVINCE, COMMUNE, "Xã không đủ vốn")
    stand = stand_on(Petition.objects.filter(pk=petition.pk), TODAY)[0].row
    assert (stand.holder, stand.answered_by) == (PROVINCE, COMMUNE)
    services.answer_petition(actor=SYSTEM, petition=petition, answer="Tỉnh sửa", now=NOW + timedelta(days=1))
    assert read(petition) == (PROVINCE, PROVINCE, "Tỉnh sửa")
    before = stand_on(Petition.objects.filter(pk=petition.pk), TODAY)[0].row
    assert (before.answered_by, before.answer) == (COMMUNE, "Xã không đủ vốn")


def test_what_was_opened_again_and_rose_by_itself(province: Organization, petition: Petition) -> None:
    commune = Organization.objects.get(name=COMMUNE)
    second = services.note_petition(
        actor=SYSTEM,
        organization=petition.organization,
        details=services.PetitionDetails("Kéo điện", holder=commune),
        raised_on=TODAY,
        now=NOW,
    )
    services.answer_petition(actor=SYSTEM, petition=second, answer="Chờ", now=NOW)
    again = services.reopen_petition(actor=SYSTEM, petition=second, text="Chưa xong", now=NOW)
    services.keep_clocks(actor=SYSTEM, now=NOW + (again.due_on - TODAY) + timedelta(days=1))
    assert read(second) == (PROVINCE, COMMUNE, "Chờ")


def test_pages_lists_and_spreadsheets_say_who_answered(petition: Petition, province: Organization) -> None:
    user = make_user("Cán bộ tỉnh")
    grant_role(user, Role.COMMUNE_OFFICER, province, subtree=True)
    client = client_of(user)
    page = client.get(reverse("petitions:show_petition", args=[petition.public_id])).content.decode()
    said = page.split("Trả lời trước, đang chờ trả lời mới")[1].split("</section>")[0]
    assert (COMMUNE in said, PROVINCE in said) == (True, False)
    chosen: dict[str, Any] = {"loc": WorkList.TO_ANSWER.value}
    listed = client.get(reverse("petitions:show_work", args=[province.public_id]), chosen).content.decode()
    assert f"Trả lời trước, đang chờ trả lời mới ({COMMUNE}): Xã không đủ vốn" in " ".join(listed.split())
    address = reverse("petitions:download_work", args=[province.public_id])
    content = client.get(address, {"dang": "csv", **chosen}).content.decode("utf-8-sig")
    header, line = csv.reader(StringIO(content), delimiter=content.split("STT")[1][0])
    row = dict(zip(header, line, strict=True))
    assert (row["Nơi trả lời"], row["Nơi đã trả lời"]) == (PROVINCE, COMMUNE)


def test_the_upgrade_names_who_answered(petition: Petition) -> None:
    Petition.objects.filter(pk=petition.pk).update(answered_by="")
    import_module("nennep.petitions.migrations.0021_answered_by").name_who_answered(apps, None)
    assert read(petition)[1] == COMMUNE
