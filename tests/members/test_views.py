"""Pages of members: the secretary writes, an official of the cell reads, another cell's secretary finds nothing."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.services import redeem_code
from nennep.audit.models import Reading
from nennep.members.choices import Ending, MembershipKind, PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.rules import PrivateDetails
from nennep.members.services import change_private
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.members import make_member, make_membership, make_post
from tests.factories.organizations import make_unit
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SignIn = Callable[..., Client]


@pytest.fixture
def sign_in() -> SignIn:
    def sign_in(role: Role | None, unit: Organization, *, subtree: bool = False) -> Client:
        client, user = Client(), make_user("Vàng A Tủa")
        if role is not None:
            grant_role(user, role, unit, subtree=subtree)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def secretary(sign_in: SignIn, cell: Organization) -> Client:
    return sign_in(Role.SECRETARY, cell)


def address(name: str, member: Member, *more: object) -> str:
    return reverse(f"members:{name}", args=[member.public_id, *more])


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_costs_the_same_for_any_size(
    secretary: Client, cell: Organization, size: int, django_assert_num_queries: Any
) -> None:
    for number in range(size):
        make_post(make_member(f"Lò Văn Số {number}", cell=cell), cell, PostKind.GROUP_HEAD)
    with django_assert_num_queries(8):  # session, user, actor, cell, posts, members, planned posts, a split to come
        assert secretary.get(reverse("members:list", args=[cell.public_id])).status_code == 200


def test_the_list_is_filtered_and_searched_without_marks(secretary: Client, cell: Organization) -> None:
    make_member("Đặng Thị Lự", cell=cell)
    make_member("Giàng A Páo", cell=cell, standing=Standing.EXEMPT)
    where = reverse("members:list", args=[cell.public_id])

    def names(**query: str) -> list[str]:
        page = secretary.get(where, query).content.decode()
        return [name for name in ("Đặng Thị Lự", "Giàng A Páo") if name in page]

    assert names() == ["Đặng Thị Lự", "Giàng A Páo"]
    assert names(tim="dang thi") == ["Đặng Thị Lự"]
    assert names(**{"tu-cach": "exempt"}) == ["Giàng A Páo"]
    assert names(tim="zzz") == []


def test_list_and_record_show_nothing_sensitive(secretary: Client, cell: Organization) -> None:
    member = _with_secrets(cell)
    pages = [
        secretary.get(reverse("members:list", args=[cell.public_id])).content.decode(),
        secretary.get(address("show", member)).content.decode(),
    ]
    for page in pages:
        assert "Giàng A Páo" in page
        assert "Tin lành" not in page
        assert "010061000001" not in page
        assert "sức yếu" not in page


def _with_secrets(cell: Organization) -> Member:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    member = make_member(cell=cell)
    details = PrivateDetails(religion="Tin lành", identity_number="010061000001")
    change_private(actor=actor_of(user), member=member, details=details, now=NOW)
    Membership.objects.update(reason="sức yếu")
    return member


def test_the_sensitive_part_is_opened_by_post_and_logged(secretary: Client, cell: Organization) -> None:
    member = _with_secrets(cell)
    assert secretary.get(address("private", member)).status_code == 405
    response = secretary.post(address("private", member))
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert [word in page for word in ("Tin lành", "010061000001", "sức yếu")] == [True, True, True]
    assert list(Reading.objects.values_list("user_name", "part")) == [("Vàng A Tủa", "Phần riêng tư")]


def test_who_may_not_open_the_sensitive_part(sign_in: SignIn, cell: Organization) -> None:
    member = _with_secrets(cell)
    for role in (Role.OFFICIAL, Role.COMMITTEE_MEMBER):
        assert sign_in(role, cell).post(address("private", member)).status_code == 404
    assert not Reading.objects.exists()


def test_the_identity_number_finds_by_post_only_in_ones_own_cell(
    secretary: Client, sign_in: SignIn, cell: Organization
) -> None:
    member = _with_secrets(cell)
    find = reverse("members:find_by_identity")
    assert secretary.post(find, {"number": "010 061 000 001"})["Location"] == address("show", member)
    stranger = sign_in(Role.SECRETARY, make_unit("Nơi khác"))
    assert stranger.post(find, {"number": "010061000001", "cell": "x"})["Location"] == "/"
    assert sign_in(Role.OFFICIAL, cell).post(find, {"number": "010061000001"})["Location"] == "/"


def test_opening_a_record_is_seen_by_its_subject(secretary: Client, cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    member = make_member(cell=cell, user=user)
    secretary.get(address("show", member))
    own = Client()
    own.force_login(user)
    page = own.get(reverse("members:own_readings")).content.decode()
    assert "Vàng A Tủa" in page
    assert own.get(address("readings", member)).status_code == 200
    assert secretary.get(address("readings", member)).status_code == 200


def test_the_form_that_shows_a_record_counts_as_opening_it(secretary: Client, cell: Organization) -> None:
    member = make_member(cell=cell)
    secretary.get(address("change", member))
    assert list(Reading.objects.values_list("user_name", "part")) == [("Vàng A Tủa", "Phần chung, để sửa")]


def test_a_shared_computer_keeps_no_page_with_the_sensitive_part(cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    make_member(cell=cell, user=user)
    own = Client()
    own.force_login(user)
    assert "no-store" in own.get(reverse("members:own"))["Cache-Control"]


NEW = {
    "full_name": "Giàng A Páo",
    "born_on": "03/02/1961",
    "reach": "print",
    "kind": "official",
    "standing": "official",
    "joined_on": "01/03/2026",
}


def test_a_member_is_added(secretary: Client, cell: Organization) -> None:
    response = secretary.post(reverse("members:create", args=[cell.public_id]), NEW)
    member = Member.objects.get()
    assert response["Location"] == address("show", member)
    again = secretary.post(reverse("members:create", args=[cell.public_id]), NEW)
    assert again.status_code == 422
    assert "Là người khác" in again.content.decode()
    secretary.post(reverse("members:create", args=[cell.public_id]), NEW | {"despite_similar": "on"})
    assert Member.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": ""}, "Họ và tên"),
        ({"full_name": "x" * 121}, "120"),
        ({"born_on": "31/02/1961"}, "Ngày sinh"),
        ({"phone": "không có"}, "Số điện thoại gồm các chữ số"),
        ({"joined_on": "01/03/2027"}, "Ngày này chưa tới"),
        ({"born_on": "03/02/2030"}, "Các ngày không khớp nhau"),
    ],
)
def test_bad_input_is_kept_and_nothing_is_written(
    secretary: Client, cell: Organization, changes: dict[str, str], words: str
) -> None:
    response = secretary.post(reverse("members:create", args=[cell.public_id]), NEW | {"note": "Ghi thử"} | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Ghi thử" in response.content.decode()
    assert not Member.objects.exists()


def test_a_record_is_corrected(secretary: Client, cell: Organization) -> None:
    member = make_member(cell=cell)
    form = {"full_name": "Giàng A Pháo", "reach": "app", "phone": "0912 345 678"}
    assert secretary.post(address("change", member), form).status_code == 302
    member.refresh_from_db()
    assert (member.full_name, member.reach, member.phone) == ("Giàng A Pháo", "app", "0912345678")


def test_the_sensitive_part_is_corrected(secretary: Client, cell: Organization) -> None:
    member = _with_secrets(cell)
    assert "Tin lành" in secretary.post(address("change_private", member)).content.decode()
    bad = secretary.post(address("change_private", member), {"save": "1", "identity_number": "123"})
    assert bad.status_code == 422
    form = {"save": "1", "religion": "Không", "identity_number": "010061000002"}
    assert secretary.post(address("change_private", member), form).status_code == 302
    member.refresh_from_db()
    assert (member.religion, member.identity_number) == ("Không", "010061000002")


def test_changes_of_membership_by_their_forms(sign_in: SignIn, commune: Organization, cell: Organization) -> None:
    officer = sign_in(Role.COMMUNE_OFFICER, commune, subtree=True)
    other = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    member = make_member(cell=cell)
    steps = [
        ("standing", {"standing": "exempt", "on": "01/02/2026", "reason": "tuổi cao"}),
        ("standing", {"standing": "official", "on": "01/03/2026"}),
        ("transfer", {"manner": "temporary", "organization": "chi bo thon lang chua", "on": "01/04/2026"}),
        ("return_home", {"on": "01/05/2026"}),
        ("give_post", {"kind": "group_head", "on": "01/06/2026"}),
        ("transfer", {"manner": "official", "organization": f"{other.name} ({other.code})", "on": "01/07/2026"}),
        ("leave", {"ending": "moved_out", "on": "01/08/2026"}),
        ("rejoin", {"organization": other.code, "standing": "official", "kind": "official", "on": "01/09/2026"}),
    ]
    for name, form in steps:
        assert officer.get(address(name, member)).status_code == 200, name
        assert officer.post(address(name, member), form).status_code == 302, name
    assert [
        (row.organization_id, row.kind, row.standing, f"{row.valid_from:%d/%m}")
        for row in Membership.objects.filter(member=member).order_by("valid_from", "kind")
    ] == [
        (cell.pk, "official", "official", "01/01"),
        (cell.pk, "official", "exempt", "01/02"),
        (cell.pk, "official", "official", "01/03"),
        (cell.pk, "official", "elsewhere", "01/04"),
        (other.pk, "temporary", "official", "01/04"),
        (cell.pk, "official", "official", "01/05"),
        (other.pk, "official", "official", "01/07"),
        (other.pk, "official", "official", "01/09"),
    ]
    assert Post.objects.get().valid_to is not None


def test_a_refusal_stands_in_the_form(secretary: Client, cell: Organization) -> None:
    member = make_member(cell=cell)
    response = secretary.post(address("standing", member), {"standing": "exempt", "on": "01/01/2020"})
    assert response.status_code == 422
    assert "Đã có thay đổi ghi cho ngày 01/01/2024" in response.content.decode()
    nowhere = {"manner": "official", "organization": "Chi bộ không có", "on": "01/03/2026"}
    assert "Không rõ đơn vị nào" in secretary.post(address("transfer", member), nowhere).content.decode()
    empty = {"manner": "official", "organization": "", "on": "01/03/2026"}
    assert "Hãy ghi chi bộ đến" in secretary.post(address("transfer", member), empty).content.decode()


def test_a_post_ends_by_its_form(secretary: Client, cell: Organization) -> None:
    post = make_post(make_member(cell=cell), cell, PostKind.GROUP_HEAD)
    assert secretary.post(address("end_post", post.member, post.pk), {"on": "09/11/2026"}).status_code == 302
    post.refresh_from_db()
    assert post.valid_to is not None


def test_a_duplicate_is_merged_by_its_address(secretary: Client, cell: Organization) -> None:
    keep, drop = make_member(cell=cell), make_member(cell=cell)
    unknown = secretary.post(address("merge", keep), {"duplicate": "999"})
    assert "Không tìm thấy hồ sơ ấy" in unknown.content.decode()
    data = {"duplicate": f"http://testserver{address('show', drop)}"}
    assert confirm(secretary, address("merge", keep), data, "ai khác").status_code == 422
    assert secretary.get(address("show", drop)).status_code == 200
    assert confirm(secretary, address("merge", keep), data, drop.full_name).status_code == 302
    assert secretary.get(address("show", drop))["Location"] == address("show", keep)


def test_an_account_is_opened_and_its_code_works(secretary: Client, cell: Organization) -> None:
    member = make_member(cell=cell)
    page = secretary.post(address("issue_code", member)).content.decode()
    assert f'href="{address("show", member)}"' in page  # a way back that shows the code no more
    found = re.search(r'nn-code-text">([A-Z2-9]{4}-[A-Z2-9]{4})<', page)
    assert found is not None
    user = redeem_code(username="pao1", code=found.group(1), password="mua-xuan-nam-cha-2027", now=NOW)
    assert Member.objects.get().user == user
    assert "Mất cả điện thoại" in secretary.get(address("show", member)).content.decode()


def test_a_code_for_somebody_higher_is_refused(secretary: Client, cell: Organization) -> None:
    user = make_user()
    grant_role(user, Role.COMMUNE_OFFICER, cell)
    member = make_member(cell=cell, user=user)
    response = secretary.post(address("issue_code", member), follow=True)
    assert "quyền khác ngoài chi bộ" in response.content.decode()


def test_the_own_record_and_how_papers_reach_me(cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    member = make_member(cell=cell, user=user)
    Member.objects.filter(pk=member.pk).update(education="12/12")
    own = Client()
    own.force_login(user)
    page = own.get(reverse("members:own")).content.decode()
    assert "12/12" in page
    assert own.post(reverse("members:own"), {"phone": "0912345678", "reach": "app"}).status_code == 302
    assert own.post(reverse("members:own"), {"phone": "x", "reach": "app"}).status_code == 422
    member.refresh_from_db()
    assert (member.phone, member.reach) == ("0912345678", "app")
    assert not Reading.objects.exists()


def test_an_officer_without_a_record_is_told_so(secretary: Client) -> None:
    page = secretary.get(reverse("members:own"))
    assert page.status_code == 200
    assert "không gắn với hồ sơ đảng viên nào" in page.content.decode()
    assert secretary.get(reverse("members:own_readings")).status_code == 404


def test_a_former_cell_sees_the_past_and_changes_nothing(
    secretary: Client, commune: Organization, cell: Organization
) -> None:
    """Whatever a column of the record says, and where the person is now, is read there alone; also after coming back and leaving."""
    other = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    member = make_member("Hoàng Thị Ngọc Trâm", cell=other)
    make_post(member, other, PostKind.GROUP_HEAD)
    live = {
        "phone": "0912345678",
        "email": "tram@example.vn",
        "card_number": "70.001",
        "education": "Đại học",
        "note": "Ở xa",
    }
    Member.objects.filter(pk=member.pk).update(**live)
    Membership.objects.filter(member=member).update(decision="QĐ 8 chuyển đi")
    past = make_membership(member, cell, valid_from=date(2022, 1, 1), valid_to=date(2023, 1, 1))
    Membership.objects.filter(pk=past.pk).update(decision="QĐ 3", ending=Ending.MOVED)
    shown = secretary.get(address("show", member))
    said = shown.content.decode()
    now = [*live.values(), other.name, "QĐ 8", str(PostKind.GROUP_HEAD.label), "Sửa hồ sơ"]
    assert (shown.status_code, [text for text in now if text in said]) == (200, [])
    assert ["Hoàng Thị Ngọc Trâm" in said, "QĐ 3" in said, "nay sinh hoạt ở nơi khác" in said] == [True] * 3
    assert secretary.get(address("change", member)).status_code == 403
    assert secretary.post(address("private", member)).status_code == 404
    assert secretary.get(address("readings", member)).status_code == 404


@pytest.mark.parametrize("kind", [MembershipKind.OFFICIAL, MembershipKind.TEMPORARY], ids=str)
def test_who_sits_here_or_left_from_here_is_read_whole(
    secretary: Client, cell: Organization, kind: MembershipKind
) -> None:
    for member in (make_member("Ma Văn Páo", cell=cell, kind=kind), make_member("Ma Thị Sua")):
        Member.objects.filter(pk=member.pk).update(phone="0912345678")
        if not member.memberships.exists():
            make_membership(member, cell, valid_from=date(2022, 1, 1), valid_to=date(2026, 1, 1))
        assert "0912345678" in secretary.get(address("show", member)).content.decode()


def test_nobody_writes_by_get(secretary: Client, cell: Organization) -> None:
    member = make_member(cell=cell)
    assert secretary.get(address("issue_code", member)).status_code == 405
    assert not User.objects.filter(username="pao1").exists()


def test_an_account_from_before_is_linked(sign_in: SignIn, commune: Organization, cell: Organization) -> None:
    officer = sign_in(Role.COMMUNE_OFFICER, commune, subtree=True)
    member, user = make_member(cell=cell), make_user("Giàng A Páo")
    grant_role(user, Role.OFFICIAL, commune)
    assert "Gắn tài khoản đã có" in officer.get(address("show", member)).content.decode()
    unknown = officer.post(address("link_account", member), {"username": "khong-co"})
    assert "Không có tài khoản nào mang tên" in unknown.content.decode()
    assert officer.post(address("link_account", member), {"username": user.username.upper()}).status_code == 302
    member.refresh_from_db()
    assert member.user == user
    assert "Đồng chí này đã có tài khoản." in officer.get(address("link_account", member)).content.decode()
