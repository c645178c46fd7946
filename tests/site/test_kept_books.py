"""A cell has ended: who reads its books, who finishes what its last meetings left, and that nothing new is begun there."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.assessments.choices import Grade
from nennep.assessments.models import ScoreSheet
from nennep.core.access import Actor
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Advice, Meeting
from nennep.members.choices import PostKind
from nennep.members.models import Member, Membership
from nennep.members.services import give_post
from nennep.notifications.models import Notification
from nennep.organizations.choices import SuccessionKind, UnitKind
from nennep.organizations.models import Organization, Succession
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import close_organization, merge_organization
from nennep.petitions.choices import PetitionState
from nennep.records.models import MinutesVersion, Resolution
from nennep.reporting.services import remind_secretary
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_document
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting, make_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
LAST_DAY = {"day": f"{TODAY - timedelta(days=1):%d/%m/%Y}", "at": "19:30", "reason": "Ghi lại sau"}


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(page: str, *args: object) -> str:
    return reverse(page, args=args)


@dataclass(frozen=True)
class Village:
    """Two cells of a commune, and who runs, reads and does not see them. `held`: not yet approved; `missed`: never held."""

    commune: Organization
    former: Organization
    heir: Organization
    held: Meeting
    missed: Meeting
    former_secretary: Client
    secretary: Client
    deputy: Client
    member: Client
    outsider: Client
    officer: Client

    def everybody(self) -> list[Client]:
        return [self.secretary, self.deputy, self.member, self.former_secretary, self.officer, self.outsider]

    def get(self, page: str, *args: object) -> list[int]:
        """Statuses for the successor's secretary, deputy and member, the former secretary, the officer, an outsider."""
        return [client.get(address(page, *args)).status_code for client in self.everybody()]

    def post(self, page: str, *args: object, **typed: str) -> list[int]:
        return [client.post(address(page, *args), typed).status_code for client in self.everybody()]


def make_user_in(cell: Organization, role: Role) -> User:
    user = make_user()
    make_member(cell=cell, user=user)
    for each in {Role.MEMBER, role}:
        grant_role(user, each, cell)
    return user


def make_former_secretary(cell: Organization) -> User:
    """Whose role follows from the post, as it does in life: it ends with the cell, and membership goes on in the successor."""
    user = make_user("Hoàng Văn Tình")
    grant_role(user, Role.MEMBER, cell)
    member = make_member("Hoàng Văn Tình", cell=cell, user=user)
    give_post(actor=SYSTEM, member=member, organization=cell, kind=PostKind.SECRETARY, on=date(2025, 1, 1), now=NOW)
    return user


@pytest.fixture
def village() -> Village:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    former = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    heir = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    return Village(
        commune,
        former,
        heir,
        make_held_meeting(former),
        make_meeting(former, planned_for=NOW - timedelta(days=40)),
        sign_in(make_former_secretary(former)),
        sign_in(make_user_in(heir, Role.SECRETARY)),
        sign_in(make_user_in(heir, Role.COMMITTEE_MEMBER)),
        sign_in(make_user_in(heir, Role.MEMBER)),
        sign_in(make_user_in(make_unit("Chi bộ thôn Bản Kè", parent=commune), Role.SECRETARY)),
        sign_in(officer),
    )


def merge(former: Organization, heir: Organization, on: date = TODAY) -> None:
    merge_organization(actor=SYSTEM, organization=former, successor=heir, on=on, reason="Sáp nhập thôn", now=NOW)


def close(village: Village) -> None:
    """Everybody has gone to the other cell; the cell is closed and leaves no successor."""
    Membership.objects.filter(organization=village.former).update(valid_to=TODAY)
    RoleGrant.objects.filter(organization=village.former).update(valid_to=TODAY)
    close_organization(actor=SYSTEM, organization=village.former, on=TODAY, reason="Hết đảng viên", now=NOW)


def test_before_the_merger_the_other_cell_sees_nothing(village: Village) -> None:
    assert village.get("records:show_book", village.former.public_id) == [404, 404, 404, 200, 200, 404]
    assert village.get("records:show_minutes", village.held.public_id) == [404, 404, 404, 200, 200, 404]


def test_the_successor_reads_the_books_by_the_roles_there(village: Village) -> None:
    merge(village.former, village.heir)
    cell = village.former.public_id
    everybody = [200, 200, 200, 200, 200, 404]
    assert village.get("organizations:show_unit", cell) == everybody
    assert village.get("records:show_book", cell) == everybody
    assert village.get("records:list_resolutions", cell) == everybody
    assert village.get("documents:show_cell", cell) == everybody
    assert village.get("records:show_filing", village.held.public_id) == everybody
    # Nobody but who writes minutes reads what is not approved; a member reads neither records of persons nor tasks, who led
    # the cell the tasks that ended with it.
    assert village.get("records:show_minutes", village.held.public_id) == everybody
    said = "Biên bản chưa thông qua".encode()
    read = [
        client.get(address("records:show_minutes", village.held.public_id)).content for client in village.everybody()
    ]
    assert [said in page for page in read] == [False, False, True, True, True, False]
    assert village.get("members:list", cell) == [200, 200, 404, 404, 200, 404]
    assert village.get("duties:show_cell", cell) == [200, 200, 404, 200, 200, 404]


def test_who_led_the_cell_reads_what_it_did_and_nothing_that_is_elsewhere_now(village: Village) -> None:
    """Figures, petitions, tasks, scores of that time; no records of persons, no trail, nothing of the successor but as a member."""
    settled = make_petition(
        village.former, "Sửa cầu Nà Khà", state=PetitionState.SOLVED, settled_on=TODAY - timedelta(days=9)
    )
    waiting = make_petition(village.former, "Kéo điện")
    worker = make_member("Chẩu Thị Mai", cell=village.former)
    done, runs = make_duty(village.former, worker, "Làm mương"), make_duty(village.former, worker, "Phát quang")
    Duty.objects.filter(pk=done.pk).update(state=DutyState.DONE, settled_on=TODAY - timedelta(days=9))
    village.secretary.post(address("assessments:start_sheet", village.held.public_id))
    merge(village.former, village.heir)
    village.secretary.post(address("assessments:start_sheet", village.held.public_id))
    cell, who_reads = village.former.public_id, [200, 200, 404, 200, 200, 404]
    assert village.get("reporting:unit", cell) == who_reads
    assert village.get("petitions:show_cell", cell) == who_reads
    assert village.get("petitions:show_petition", settled.public_id) == who_reads
    assert village.get("duties:show_cell", cell) == who_reads
    assert village.get("duties:show_duty", done.public_id) == who_reads
    assert village.get("duties:show_duty", runs.public_id) == [200, 200, 404, 404, 200, 404]
    assert village.get("assessments:show_sheet", village.held.public_id) == who_reads
    # It waits in the successor now, where the former secretary is a member like others.
    assert village.get("petitions:show_petition", waiting.public_id) == [200, 200, 404, 404, 200, 404]
    heir = village.heir.public_id
    for page in ("reporting:unit", "petitions:show_cell", "duties:show_cell", "members:list"):
        assert village.former_secretary.get(address(page, heir)).status_code == 404
    assert village.former_secretary.get(address("members:list", cell)).status_code == 404
    assert village.former_secretary.post(address("petitions:note_petition", cell), {"text": "x"}).status_code == 403


def test_who_was_no_longer_secretary_at_the_end_reads_as_a_member(village: Village) -> None:
    RoleGrant.objects.filter(organization=village.former, role=Role.SECRETARY).update(
        valid_to=TODAY - timedelta(days=1)
    )
    merge(village.former, village.heir)
    cell = village.former.public_id
    assert [
        village.former_secretary.get(address(page, cell)).status_code
        for page in ("reporting:unit", "records:show_book")
    ] == [404, 200]


def test_a_paper_of_the_former_cell_opens(village: Village) -> None:
    paper = make_document(village.former, SYSTEM, "Quy chế làm việc")
    merge(village.former, village.heir)
    assert village.get("documents:show_document", paper.public_id) == [200, 200, 200, 200, 200, 404]


def test_who_approves_in_the_successor_finishes_what_was_left(village: Village) -> None:
    merge(village.former, village.heir)
    approve, file = "records:approve_minutes", "records:show_filing"
    others = Village(**{**vars_of(village), "secretary": village.outsider})
    assert others.post(approve, village.held.public_id) == [404, 422, 404, 404, 404, 404]
    assert MinutesVersion.objects.count() == 0
    assert village.secretary.post(address(approve, village.held.public_id)).status_code == 302
    assert village.get("records:show_minutes", village.held.public_id) == [200, 200, 200, 200, 200, 404]
    resolve = {"directions": "Làm xong mương trước 20/11."}
    assert (
        village.secretary.post(address("records:show_resolution", village.held.public_id), resolve).status_code == 302
    )
    assert others.post(file, village.held.public_id) == [404, 302, 403, 403, 403, 404]
    assert village.secretary.post(address("assessments:start_sheet", village.held.public_id)).status_code == 302
    village.held.refresh_from_db()
    assert (village.held.filed_at, MinutesVersion.objects.get().number) == (NOW, 1)
    assert Resolution.objects.get().meeting == village.held


def vars_of(village: Village) -> dict[str, Any]:
    return {name: getattr(village, name) for name in Village.__dataclass_fields__}


def test_nothing_new_is_begun_in_the_former_cell(village: Village) -> None:
    merge(village.former, village.heir)
    cell, typed = village.former.public_id, {"day": f"{TODAY:%d/%m/%Y}", "at": "00:00", "reason": "Ghi lại sau"}
    assert village.post("room:open_meeting", village.missed.public_id, **typed) == [422, 422, 403, 403, 403, 404]
    assert village.get("meetings:add_meeting", cell) == [403, 403, 403, 403, 403, 404]
    assert village.post("duties:give_duty", cell) == [403, 403, 404, 403, 403, 404]
    assert village.secretary.post(address("documents:add_document", cell)).status_code == 403
    assert village.secretary.get(address("month", cell)).status_code == 403
    village.missed.refresh_from_db()
    assert village.missed.state == MeetingState.PLANNED


def test_the_home_and_the_page_of_the_successor_lead_there(village: Village) -> None:
    merge(village.former, village.heir)
    home = village.secretary.get("/").content.decode()
    assert "Chi bộ thôn Nặm Chá, buổi 09/11/2026" in home
    assert address("records:follow_meeting", village.held.public_id) in home
    unit_page = address("organizations:show_unit", village.heir.public_id)
    assert unit_page in home
    page = village.secretary.get(unit_page).content.decode()
    assert "Chi bộ trước đây" in page
    for name in ("records:show_book", "records:list_resolutions", "documents:show_cell"):
        assert address(name, village.former.public_id) in page


def test_the_list_of_the_former_cell_says_where_its_members_are(village: Village) -> None:
    merge(village.former, village.heir)
    page = village.secretary.get(address("members:list", village.former.public_id)).content.decode()
    assert ("Chi bộ đã kết thúc hoạt động" in page, "Nhập danh sách từ bảng tính" in page) == (True, False)


BOOKS = (
    "members:list",
    "petitions:show_cell",
    "duties:show_cell",
    "records:show_book",
    "records:list_resolutions",
    "documents:show_cell",
)


@pytest.mark.parametrize("name", BOOKS)
def test_every_book_of_the_former_cell_says_where_it_goes_on(village: Village, name: str) -> None:
    """To whom the successor is open, with a link; to others by its name."""
    before = village.officer.get(address(name, village.former.public_id)).content.decode()
    assert "Đã kết thúc ngày" not in before
    merge(village.former, village.heir)
    page = squeeze(village.officer.get(address(name, village.former.public_id)).content.decode())
    heir = address("organizations:show_unit", village.heir.public_id)
    said = f'Đã kết thúc ngày<b>{TODAY:%d/%m/%Y}</b>, sáp nhập vào<a href="{heir}">Chi bộ thôn Làng Chùa</a>.'
    assert (said in page, "Đưa tài liệu lên" in page) == (True, False)
    assert "Đã kết thúc ngày" not in village.officer.get(address(name, village.heir.public_id)).content.decode()


def test_what_is_filed_and_scored_is_no_longer_listed(village: Village) -> None:
    merge(village.former, village.heir)
    village.secretary.post(address("meetings:cancel_meeting", village.missed.public_id), {"reason": "Lũ quét"})
    village.secretary.post(address("records:approve_minutes", village.held.public_id))
    assert "Hồ sơ chưa ghi là gửi, lưu." in village.secretary.get("/").content.decode()
    village.secretary.post(address("records:show_filing", village.held.public_id))
    page = village.secretary.get("/").content.decode()
    assert ("Chưa chấm điểm." in page, address("assessments:show_sheet", village.held.public_id) in page) == (
        True,
        True,
    )
    ScoreSheet.objects.create(
        meeting=village.held, template_code="khac", state="agreed", total=90, grade=Grade.GOOD, agreed_at=NOW
    )
    assert "Chi bộ trước đây còn để lại" not in village.secretary.get("/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_what_was_left_takes_the_same_queries(village: Village, django_assert_num_queries: Any, rows: int) -> None:
    for number in range(1, rows):
        make_meeting(
            village.former, planned_for=NOW - timedelta(days=70 * number), state=MeetingState.HELD, closed_at=NOW
        )
    merge(village.former, village.heir)
    with django_assert_num_queries(20):
        assert village.secretary.get("/").status_code == 200


def test_it_goes_on_with_the_next_merger(village: Village) -> None:
    last = make_unit("Chi bộ thôn Nà Mỏ", parent=village.commune)
    secretary = sign_in(make_user_in(last, Role.SECRETARY))
    merge(village.former, village.heir)
    assert secretary.get(address("records:show_book", village.former.public_id)).status_code == 404
    merge(village.heir, last)
    for cell in (village.former, village.heir):
        assert secretary.get(address("records:show_book", cell.public_id)).status_code == 200
    assert secretary.post(address("records:approve_minutes", village.held.public_id)).status_code == 302


def test_a_cell_without_a_successor_is_finished_by_the_committee(village: Village) -> None:
    close(village)
    nobody_else = [404, 404, 404, 404, 302, 404]
    assert village.get("records:show_minutes", village.held.public_id) == [404, 404, 404, 404, 200, 404]
    assert "Chi bộ thôn Nặm Chá, buổi 09/11/2026" in village.officer.get("/", follow=True).content.decode()
    assert village.post("records:approve_minutes", village.held.public_id) == nobody_else
    resolve = {"directions": "Làm xong mương trước 20/11."}
    assert village.post("records:show_resolution", village.held.public_id, **resolve) == nobody_else
    assert village.post("records:show_filing", village.held.public_id) == nobody_else
    village.held.refresh_from_db()
    assert village.held.filed_at == NOW


def test_the_committee_scores_nothing_and_opens_nothing_later_than_the_end(village: Village) -> None:
    close(village)
    assert village.officer.post(address("assessments:start_sheet", village.held.public_id)).status_code == 403
    opening, typed = address("room:open_meeting", village.missed.public_id), {"reason": "Ghi lại sau"}
    late = typed | {"day": f"{TODAY:%d/%m/%Y}", "at": "00:00"}
    assert [village.officer.post(opening, each).status_code for each in (late, typed | LAST_DAY)] == [422, 302]


def test_a_role_that_runs_on_reads_and_finishes_and_nothing_more(village: Village) -> None:
    """A role given by hand ends on its own day, not with the cell."""
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, village.former)
    merge(village.former, village.heir)
    client = sign_in(user)
    shown = client.get("/")
    assert (shown.status_code, shown.headers["Location"]) == (
        302,
        address("organizations:show_unit", village.former.public_id),
    )
    assert client.post(address("records:approve_minutes", village.held.public_id)).status_code == 302
    assert client.get(address("meetings:add_meeting", village.former.public_id)).status_code == 403
    assert client.get(address("records:show_book", village.heir.public_id)).status_code == 404


def test_what_is_private_is_read_where_the_member_is_now(village: Village) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, village.former)
    merge(village.former, village.heir)
    member = Member.objects.filter(memberships__organization=village.heir).order_by("pk").last()
    assert member is not None
    private = address("members:private", member.public_id)
    assert [client.post(private).status_code for client in (sign_in(user), village.secretary)] == [404, 200]


def test_a_split_divides_no_archive(village: Village) -> None:
    """The parts stand beside the cell that was split; closed without anybody left, it is kept by the committee."""
    close(village)
    village.former.refresh_from_db()
    assert village.former.kept_by == village.commune


def test_the_officer_of_a_merged_commune_reads_what_ended_in_the_former_one(village: Village) -> None:
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    wider = make_unit("Đảng bộ xã Lâm Bình", kind=UnitKind.BASE, parent=province)
    officer = make_user("Ma Thị Hạnh")
    grant_role(officer, Role.COMMUNE_OFFICER, wider, subtree=True)
    close(village)
    merge(village.commune, wider)
    village.former.refresh_from_db()
    assert village.former.kept_by == wider
    client = sign_in(officer)
    assert client.get(address("records:show_book", village.former.public_id)).status_code == 200
    assert client.post(address("records:approve_minutes", village.held.public_id)).status_code == 302


def test_one_query_says_what_somebody_reaches(village: Village, django_assert_num_queries: Any) -> None:
    user = make_user_in(village.heir, Role.SECRETARY)
    merge(village.former, village.heir)
    with django_assert_num_queries(1):
        actor_of(user)


def test_pages_of_an_ended_cell_say_so_lead_to_the_successor_and_offer_nothing_new(village: Village) -> None:
    merge(village.former, village.heir)
    heir = f'<a href="{address("organizations:show_unit", village.heir.public_id)}">{village.heir.name}</a>'
    advice = address("reporting:advice", village.former.public_id)
    for page in ("reporting:unit", "organizations:show_unit"):
        shown = village.officer.get(address(page, village.former.public_id)).content.decode()
        assert "Đã kết thúc ngày <b>09/11/2026</b>, sáp nhập vào" in shown
        assert heir in shown
        assert advice not in shown
    assert "Góp ý mới" not in village.officer.get(advice).content.decode()


def test_a_unit_above_the_cells_that_ended_says_so_on_its_figures_and_once_on_its_page(village: Village) -> None:
    wider = make_unit("Đảng bộ xã Lâm Bình", kind=UnitKind.BASE)
    merge(village.commune, wider)
    shown = village.officer.get(address("reporting:unit", village.commune.public_id)).content.decode()
    assert "Đã kết thúc ngày <b>09/11/2026</b>, sáp nhập vào" in shown
    assert wider.name in shown
    page = village.officer.get(address("organizations:show_unit", village.commune.public_id)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.lower().count("kết thúc") == 1


def test_nobody_is_reminded_of_what_an_ended_cell_owes(village: Village) -> None:
    merge(village.former, village.heir)
    village.former.refresh_from_db()
    with pytest.raises(UnitClosed, match="09/11/2026"):
        remind_secretary(actor=SYSTEM, organization=village.former, now=NOW)
    answer = village.officer.post(address("reporting:remind", village.former.public_id), follow=True)
    assert "Đơn vị này kết thúc từ ngày 09/11/2026" in answer.content.decode()
    assert not Notification.objects.filter(kind="reporting.reminder").exists()


def test_a_cell_that_was_closed_says_so_and_an_open_one_says_nothing(village: Village) -> None:
    close(village)
    shown = village.officer.get(address("reporting:unit", village.former.public_id)).content.decode()
    assert "Đã kết thúc ngày <b>09/11/2026</b>, giải thể." in shown
    shown = village.officer.get(address("reporting:unit", village.heir.public_id)).content.decode()
    assert "Đã kết thúc" not in shown
    assert address("reporting:advice", village.heir.public_id) in shown


def test_a_cell_that_was_split_up_names_its_parts(village: Village) -> None:
    Organization.objects.filter(pk=village.former.pk).update(closed_on=TODAY, kept_by=village.commune)
    Succession.objects.create(
        predecessor=village.former,
        successor=village.heir,
        kind=SuccessionKind.SPLIT,
        happened_on=TODAY,
        reason="Chia thôn",
    )
    shown = village.officer.get(address("reporting:unit", village.former.public_id)).content.decode()
    assert "Đã kết thúc ngày <b>09/11/2026</b>, chia tách thành" in shown
    assert f">{village.heir.name}</a>." in shown


def test_a_comment_from_a_desk_to_an_ended_cell_is_refused_with_what_was_typed(village: Village) -> None:
    merge(village.former, village.heir)
    answer = village.officer.post(
        address("reporting:give_advice", village.former.public_id), {"text": "Bàn kỹ một việc."}
    )
    assert (answer.status_code, Advice.objects.count()) == (422, 0)
    assert "Bàn kỹ một việc.</textarea>" in answer.content.decode()


def test_search_finds_an_ended_cell_by_name_and_code_for_those_who_may_read_it(village: Village) -> None:
    merge(village.former, village.heir)
    link = address("reporting:unit", village.former.public_id)
    for words in ("nam cha", village.former.code):
        shown = village.officer.get("/tim/", {"q": words}).content.decode()
        assert (link in shown, "đã kết thúc 09/11/2026" in shown) == (True, True)
    assert str(village.former.public_id) not in village.outsider.get("/tim/", {"q": "nam cha"}).content.decode()
