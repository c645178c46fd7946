"""Writing a list: what was reviewed and nothing else, at once or in the background."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from types import FrameType

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.sheets.reader import read_bytes
from nennep.members import services
from nennep.members.choices import IMPORT_AT_ONCE, ImportState
from nennep.members.importers.corrections import Mends
from nennep.members.importers.plans import make_plan
from nennep.members.importers.rosters import understand
from nennep.members.models import ImportFile, Member
from nennep.members.queries.import_files import read_review
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.conftest import Committing
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.members.test_import_views import CSV, client_of, mark_on, mend, page, upload, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def officer_client(officer: User) -> Client:
    return client_of(officer)


def test_writing_part_keeps_the_rest_and_writing_all_deletes_the_content(
    commune: Organization, officer_client: Client
) -> None:
    upload(officer_client, commune)
    assert write(officer_client).redirect_chain[-1][0].endswith("/ket-qua/")
    assert "Đã ghi 1 người mới" in page(officer_client, "show_import_outcome")
    assert "3 dòng chưa ghi" in page(officer_client, "show_import_outcome")
    mend(officer_client, "value", sheet="", row=3, column=4, text="28/02/2001")
    mend(officer_client, "skip", sheet="", row=5)
    mend(officer_client, "confirm_all")
    write(officer_client)
    file = ImportFile.objects.get()
    assert (file.content, file.mends, file.state) == ("", "", ImportState.WRITTEN)
    assert "tệp đã xóa" in page(officer_client, "show_import_outcome")
    assert Member.objects.count() == 3


def test_nothing_to_write_is_said(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune, b"STT;a\n1;b")
    assert 'name="reviewed"' not in page(officer_client)
    mark = read_review(ImportFile.objects.get(), actor=Actor.system(), on=TODAY).mark
    assert "Chưa có dòng nào ghi được" in write(officer_client, mark).content.decode()


def _somebody_is_recorded() -> None:
    commune = Organization.objects.get_queryset().get(kind=UnitKind.BASE)
    pao = make_member("Giàng A Páo", cell=make_unit("Chi bộ Nặm Chá", parent=commune))
    Member.objects.filter(pk=pao.pk).update(card_number="38123456")


def _the_file_is_mended() -> None:
    ImportFile.objects.update(mends=json.dumps(Mends().with_confirmed([("", 4)]).as_json()))


@pytest.mark.parametrize(
    "happen", [_somebody_is_recorded, _the_file_is_mended], ids=["somebody recorded", "file mended in another window"]
)
def test_what_was_not_reviewed_is_not_written(
    commune: Organization, officer_client: Client, happen: Callable[[], None]
) -> None:
    upload(officer_client, commune)
    mark = mark_on(page(officer_client))
    happen()
    before = list(Member.objects.values())
    response = write(officer_client, mark)
    assert response.redirect_chain[-1][0] == reverse("members:review_import", args=[ImportFile.objects.get().public_id])
    assert "chưa ghi gì. Hãy xem lại rồi ghi." in response.content.decode()
    assert list(Member.objects.values()) == before
    write(officer_client)
    assert Member.objects.get(full_name="Giàng A Páo").identity_number == "008075000123"


def test_a_record_changed_after_the_review_is_not_overwritten(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    write(officer_client)
    ImportFile.objects.all().delete()
    upload(officer_client, commune, CSV.replace("19/05/2002", "20/05/2002").encode())
    mark = mark_on(page(officer_client))
    Member.objects.update(official_on=date(2002, 5, 21))
    assert "chưa ghi gì. Hãy xem lại rồi ghi." in write(officer_client, mark).content.decode()
    assert Member.objects.get().official_on == date(2002, 5, 21)
    write(officer_client)
    assert Member.objects.get().official_on == date(2002, 5, 20)


@pytest.mark.parametrize("mark", ["x", "1:", "²:x", "4:00"], ids=["no mark", "no hash", "no number", "another hash"])
def test_a_mark_of_no_plan_writes_nothing(commune: Organization, officer_client: Client, mark: str) -> None:
    upload(officer_client, commune)
    assert "chưa ghi gì. Hãy xem lại rồi ghi." in write(officer_client, mark).content.decode()
    assert not Member.objects.exists()


def test_a_file_is_read_and_planned_once_when_it_is_written(commune: Organization, officer: User) -> None:
    upload(client_of(officer), commune)
    file = ImportFile.objects.get()
    mark = read_review(file, actor=Actor.system(), on=TODAY).mark
    watched = {one.__code__: one.__name__ for one in (read_bytes, understand, make_plan)}
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _value: object) -> None:
        if event == "call" and frame.f_code in watched:
            calls[watched[frame.f_code]] += 1

    sys.setprofile(count)
    try:
        services.apply_file(actor=actor_of(officer), file=file, reviewed=mark, now=NOW)
    finally:
        sys.setprofile(None)
    assert calls == {"read_bytes": 1, "understand": 1, "make_plan": 1}


@pytest.mark.django_db(transaction=True)
def test_a_file_is_read_before_others_are_kept_from_writing(commune: Organization, officer: User) -> None:
    upload(client_of(officer), commune)
    file = ImportFile.objects.get()
    mark = read_review(file, actor=Actor.system(), on=TODAY).mark
    watched = {one.__code__: one.__name__ for one in (understand, make_plan)}
    inside: dict[str, bool] = {}

    def note(frame: FrameType, event: str, _value: object) -> None:
        if event == "call" and frame.f_code in watched:
            inside[watched[frame.f_code]] = connection.in_atomic_block

    sys.setprofile(note)
    try:
        services.apply_file(actor=actor_of(officer), file=file, reviewed=mark, now=NOW)
    finally:
        sys.setprofile(None)
    assert inside == {"understand": False, "make_plan": True}


def test_a_large_file_is_written_in_the_background(
    commune: Organization, officer: User, committing: Committing
) -> None:
    lines = [
        f"{number};Nặm Chá;Giàng A Páo;{1930 + number % 70};{38_000_000 + number}"
        for number in range(IMPORT_AT_ONCE + 1)
    ]
    content = "\n".join(["STT;Chi bộ;Họ tên;Năm sinh;Số thẻ", *lines]).encode()
    actor = actor_of(officer)
    file = services.upload_file(actor=actor, organization=commune, name="x.csv", content=content, now=NOW)
    mark = read_review(file, actor=Actor.system(), on=TODAY).mark
    with committing():
        queued = services.apply_file(actor=actor, file=file, reviewed=mark, now=NOW)
        assert queued.state == ImportState.QUEUED
        assert "Đang ghi" in page(client_of(officer), "show_import_outcome")
    file.refresh_from_db()
    assert (file.state, file.error, file.outcome["created"]) == (ImportState.WRITTEN, "", Member.objects.count())
    assert Member.objects.count() > 0


def test_a_large_file_is_not_written_in_the_background_when_it_changed(commune: Organization, officer: User) -> None:
    client = client_of(officer)
    upload(client, commune)
    ImportFile.objects.update(state=ImportState.QUEUED, outcome={"total": 4, "reviewed": "4:00"})
    services.write_queued_file(actor=actor_of(officer), file=ImportFile.objects.get(), now=NOW)
    file = ImportFile.objects.get()
    assert (file.state, Member.objects.count()) == (ImportState.FAILED, 0)
    assert "chưa ghi gì. Hãy xem lại rồi ghi." in page(client)
