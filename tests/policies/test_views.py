from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.models import PolicyPack
from nennep.policies.queries import local_code, rules_for
from nennep.policies.services import load_central_packs
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack
from tests.markup import squeeze
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

DATA = {
    "document_number": "05-QĐ/ĐU",
    "title": "Quy định về ngày sinh hoạt",
    "valid_from": "01/12/2026",
    "meeting.fixed_day": "5",
}


@pytest.fixture
def commune() -> Organization:
    load_central_packs(actor=Actor.system(), now=NOW)
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


def client_of(role: Role, unit: Organization) -> Client:
    user = make_user()
    grant_role(user, role, unit, subtree=True)
    client = Client()
    client.force_login(user)
    return client


def show(client: Client, unit: Organization, **parameters: str) -> Any:
    return client.get(reverse("policies:show_rules", args=[unit.public_id]), parameters)


def add(client: Client, unit: Organization, **changes: str) -> Any:
    return client.post(reverse("policies:add_version", args=[unit.public_id]), DATA | changes)


def test_each_rule_stands_with_its_value_and_source(commune: Organization) -> None:
    text = show(client_of(Role.OFFICIAL, commune), commune).content.decode()
    for said in (
        "Ngày sinh hoạt cố định",
        "50-CT/TW",
        "Tốt từ 90, Khá từ 70",
        "quá nửa",
        "không quy định",
        "HD05-2026",
    ):
        assert said in text
    assert "Ghi quy định của đơn vị" not in text


def test_another_day_shows_the_rules_of_that_day(commune: Organization) -> None:
    text = show(client_of(Role.OFFICIAL, commune), commune, ngay="01/10/2025").content.decode()
    assert "01/10/2025" in text
    assert "<b>85</b>" in text
    refused = show(client_of(Role.OFFICIAL, commune), commune, ngay="hôm qua").content.decode()
    assert "<b>90</b>" in refused
    assert "Hãy ghi ngày như 01/07/2026" in refused


def test_a_unit_sets_its_own_rule_from_a_day_on(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    assert officer.get(reverse("policies:add_version", args=[commune.public_id])).status_code == 200
    assert confirm(officer, reverse("policies:add_version", args=[commune.public_id]), DATA).status_code == 302
    assert PolicyPack.objects.get(organization=commune).valid_from == date(2026, 12, 1)
    after = squeeze(show(officer, commune, ngay="01/12/2026").content.decode())
    assert "05-QĐ/ĐU, Quy định về ngày sinh hoạt" in after
    assert "05-QĐ/ĐU, Quy định" not in squeeze(show(officer, commune, ngay="30/11/2026").content.decode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"meeting.fixed_day": "31"}, "Hãy ghi một số từ 1 đến 28"),
        ({"meeting.fixed_day": "ba"}, "Hãy ghi một số từ 1 đến 28"),
        ({"meeting.fixed_day": ""}, "ít nhất một quy định"),
        ({"valid_from": "mai"}, "Hãy ghi ngày như 01/07/2026"),
    ],
)
def test_bad_input_is_refused_and_kept(commune: Organization, changes: dict[str, str], said: str) -> None:
    shown = add(client_of(Role.COMMUNE_OFFICER, commune), commune, **changes)
    text = shown.content.decode()
    assert shown.status_code == 422
    assert said in text
    assert "Quy định về ngày sinh hoạt" in text
    assert not PolicyPack.objects.filter(organization=commune).exists()


def say_day(unit: Organization, on: date) -> object:
    return rules_for(organization=unit, on=on).value(PolicyKey.FIXED_DAY)


def agree(client: Client, unit: Organization, **data: str) -> Any:
    return confirm(client, reverse("policies:apply_pack", args=[unit.public_id]), data)


def apply(client: Client, unit: Organization, **data: str) -> Any:
    return client.post(reverse("policies:apply_pack", args=[unit.public_id]), data)


def test_a_delivered_document_of_another_place_is_applied_by_choice(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    assert (
        "không quy định số lần"
        in officer.get(reverse("policies:apply_pack", args=[commune.public_id])).content.decode()
    )
    answer = agree(officer, commune, code="kon-tum-776-2023", valid_from="01/12/2026")
    assert (answer.status_code, PolicyPack.objects.filter(organization=commune).count()) == (302, 1)
    assert "Đảng ủy viên xã, phường: ít nhất 6 lần" in show(officer, commune, ngay="01/12/2026").content.decode()
    assert "Đảng ủy viên xã, phường: ít nhất 6 lần" not in show(officer, commune).content.decode()


def test_choosing_no_document_or_one_twice_says_so(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    assert "Hãy chọn một văn bản" in apply(officer, commune, valid_from="01/12/2026").content.decode()
    agree(officer, commune, code="kon-tum-776-2023", valid_from="01/12/2026")
    again = apply(officer, commune, code="kon-tum-776-2023", valid_from="02/12/2026")
    assert (again.status_code, "đã áp dụng văn bản này từ ngày 01/12/2026" in again.content.decode()) == (422, True)


# ── a wrong day ───────────────────────────────────────────────────────────────


def withdraw(client: Client, unit: Organization) -> Any:
    pack = PolicyPack.objects.filter(organization=unit).latest("valid_from")
    return client.post(reverse("policies:withdraw_pack", args=[unit.public_id, pack.pk]), follow=True)


def test_rules_with_a_wrong_day_are_withdrawn_and_follow_with_an_earlier_one(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    address = reverse("policies:add_version", args=[commune.public_id])
    assert confirm(officer, address, DATA).status_code == 302
    earlier = DATA | {"valid_from": "29/11/2026", "meeting.fixed_day": "7"}
    refused = officer.post(address, earlier)
    assert (refused.status_code, "rút bản ấy" in refused.content.decode()) == (422, True)
    assert "Đã rút." in withdraw(officer, commune).content.decode()
    assert confirm(officer, address, earlier).status_code == 302
    assert [
        str(day) for day in PolicyPack.objects.filter(organization=commune).values_list("valid_from", flat=True)
    ] == ["2026-11-29"]


def test_the_version_before_holds_on_once_the_newer_one_is_withdrawn(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    address = reverse("policies:add_version", args=[commune.public_id])
    for day, fixed in (("01/11/2026", "5"), ("01/12/2026", "7")):
        assert confirm(officer, address, DATA | {"valid_from": day, "meeting.fixed_day": fixed}).status_code == 302
    withdraw(officer, commune)
    pack = PolicyPack.objects.get(organization=commune)
    assert (pack.valid_from, pack.valid_to) == (date(2026, 11, 1), None)


def test_rules_that_would_judge_finished_months_are_refused_beside_their_day(commune: Organization) -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    for page, typed in (("add_version", DATA), ("apply_pack", {"code": "kon-tum-776-2023"})):
        address = reverse(f"policies:{page}", args=[commune.public_id])
        refused = officer.post(address, typed | {"valid_from": "15/09/2026"})
        text = squeeze(refused.content.decode())
        assert (refused.status_code, "Hãy chọn ngày áp dụng từ 01/11/2026 trở đi." in text) == (422, True)
        assert "15/09/2026" in text
        assert cell.name in squeeze(officer.post(address, typed | {"valid_from": "01/11/2026"}).content.decode())
    assert not PolicyPack.objects.filter(organization=commune).exists()


def test_rules_that_judged_a_finished_month_stay(commune: Organization) -> None:
    make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    make_pack({"meeting.fixed_day": 5}, organization=commune, valid_from=date(2026, 10, 31))
    assert "Rút văn bản" not in show(officer, commune).content.decode()
    assert "không rút được nữa" in withdraw(officer, commune).content.decode()
    assert PolicyPack.objects.filter(organization=commune).count() == 1


def make_applied(commune: Organization) -> PolicyPack:
    """A document that was applied and has judged October."""
    make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    return make_pack({"meeting.fixed_day": 5}, organization=commune, code="xa-khac", valid_from=date(2026, 10, 31))


def test_a_document_that_judged_months_ends_from_a_day_on_and_holds_on_again(commune: Organization) -> None:
    pack, officer = make_applied(commune), client_of(Role.COMMUNE_OFFICER, commune)
    address = reverse("policies:end_pack", args=[commune.public_id, pack.pk])
    before, kept = say_day(commune, date(2026, 12, 1)), say_day(commune, date(2026, 11, 30))
    seen = squeeze(officer.post(address, {"valid_to": "01/12/2026"}).content.decode())
    assert ("Thôi áp dụng" in seen, "Chi bộ thôn Nặm Chá" in seen) == (True, True)
    assert confirm(officer, address, {"valid_to": "01/12/2026"}).status_code == 302
    assert (before, kept, say_day(commune, date(2026, 12, 1)), say_day(commune, date(2026, 11, 30))) == (5, 5, 3, 5)
    assert "Cho áp dụng tiếp" in show(officer, commune).content.decode()
    officer.post(reverse("policies:resume_pack", args=[commune.public_id, pack.pk]))
    assert say_day(commune, date(2026, 12, 1)) == 5


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("31/10/2026", "Hãy chọn ngày thôi áp dụng sau ngày ấy."),
        ("01/11/2025", "Hãy chọn ngày thôi áp dụng sau ngày ấy."),
        ("", "Hãy ghi ngày như 01/07/2026."),
    ],
    ids=["its first day", "before it", "no day"],
)
def test_an_end_with_an_impossible_day_is_refused_beside_it(commune: Organization, day: str, said: str) -> None:
    pack, officer = make_applied(commune), client_of(Role.COMMUNE_OFFICER, commune)
    refused = officer.post(reverse("policies:end_pack", args=[commune.public_id, pack.pk]), {"valid_to": day})
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert PolicyPack.objects.get(pk=pack.pk).valid_to is None


def test_an_end_reaches_no_finished_month_and_is_not_taken_back_over_one(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    pack = make_pack({"meeting.fixed_day": 5}, organization=commune, code="xa-khac", valid_from=date(2026, 8, 1))
    address = reverse("policies:end_pack", args=[commune.public_id, pack.pk])
    refused = officer.post(address, {"valid_to": "31/10/2026"}).content.decode()
    assert "Hãy chọn ngày thôi áp dụng từ 01/11/2026 trở đi." in squeeze(refused)
    PolicyPack.objects.filter(pk=pack.pk).update(valid_to=date(2026, 10, 1))
    assert "Cho áp dụng tiếp" not in show(officer, commune).content.decode()
    officer.post(reverse("policies:resume_pack", args=[commune.public_id, pack.pk]))
    assert PolicyPack.objects.get(pk=pack.pk).valid_to == date(2026, 10, 1)


def test_own_rules_do_not_end_so_and_one_applied_again_is_not_resumed(commune: Organization) -> None:
    officer, pack = client_of(Role.COMMUNE_OFFICER, commune), make_applied(commune)
    own = make_pack(
        {"meeting.fixed_day": 7}, organization=commune, code=local_code(commune), valid_from=date(2026, 10, 31)
    )
    officer.post(reverse("policies:resume_pack", args=[commune.public_id, own.pk]))
    refused = officer.post(reverse("policies:end_pack", args=[commune.public_id, own.pk]), {"valid_to": "01/12/2026"})
    assert (refused.status_code, "bỏ từng điều bằng một bản mới" in refused.content.decode()) == (422, True)
    assert PolicyPack.objects.get(pk=own.pk).valid_to is None
    PolicyPack.objects.filter(pk=pack.pk).update(valid_to=date(2026, 11, 1))
    make_pack({"meeting.fixed_day": 6}, organization=commune, code="xa-khac", valid_from=date(2026, 11, 5))
    officer.post(reverse("policies:resume_pack", args=[commune.public_id, pack.pk]))
    assert PolicyPack.objects.get(pk=pack.pk).valid_to == date(2026, 11, 1)


def test_a_document_of_another_unit_is_not_found(commune: Organization) -> None:
    pack = make_applied(commune)
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
    stranger = client_of(Role.COMMUNE_OFFICER, other)
    data = {"valid_to": "01/12/2026"}
    for unit in (commune, other):
        assert stranger.post(reverse("policies:end_pack", args=[unit.public_id, pack.pk]), data).status_code == 404
        assert stranger.post(reverse("policies:resume_pack", args=[unit.public_id, pack.pk])).status_code == 404


# ── back to the level above ───────────────────────────────────────────────────


def test_a_unit_gives_its_own_rule_up_with_a_document_and_a_preview(commune: Organization) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    address = reverse("policies:add_version", args=[commune.public_id])
    assert "Trở lại theo cấp trên" not in officer.get(address).content.decode()
    assert confirm(officer, address, DATA | {"valid_from": "09/11/2026"}).status_code == 302
    assert "Ngày sinh hoạt cố định: 5" in squeeze(officer.get(address).content.decode())
    given_up = DATA | {"meeting.fixed_day": "", "left": "meeting.fixed_day", "document_number": "09-QĐ/ĐU"}
    both = officer.post(address, given_up | {"meeting.fixed_day": "6"})
    assert (both.status_code, "không cả hai" in both.content.decode()) == (422, True)
    shown = squeeze(officer.post(address, given_up).content.decode())
    assert "Ngày sinh hoạt cố định: 5 → 3" in shown
    assert confirm(officer, address, given_up).status_code == 302
    after = squeeze(show(officer, commune, ngay="01/12/2026").content.decode())
    assert ("<b>3</b>" in after, "09-QĐ/ĐU" in after) == (True, True)


@pytest.mark.parametrize("left", ["score.levels", "meeting.fixed_day"])
def test_what_is_not_the_units_own_cannot_be_given_up(commune: Organization, left: str) -> None:
    officer = client_of(Role.COMMUNE_OFFICER, commune)
    assert add(officer, commune, left=left, **{"meeting.fixed_day": ""}).status_code == 422
    assert not PolicyPack.objects.filter(organization=commune).exists()
