"""The list of a meeting's papers, and the zip of them."""

from datetime import date
from io import BytesIO
from unicodedata import is_normalized
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import PaperKind, find_paper
from nennep.reporting.queries.papers.bundle import build_bundle
from nennep.reporting.queries.papers.overview import get_papers_page
from nennep.reporting.renderers.files import make_zip
from nennep.reporting.rules.bundle import make_cell_name, make_plain_name, make_stem
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month, make_meeting, make_premeeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Organization:
    return make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    return make_full_month(cell)


def make_actor(cell: Organization, role: Role) -> Actor:
    user = make_user()
    grant_role(user, role, cell)
    return actor_of(user)


def list_ready(actor: Actor, meeting: Meeting) -> set[PaperKind]:
    page = get_papers_page(actor=actor, meeting=meeting)
    assert len({row.kind for row in page.before}) == len(page.before)
    return {row.kind for row in (*page.before, *page.after) if row.ready}


def list_found(actor: Actor, meeting: Meeting) -> set[PaperKind]:
    found = set()
    for kind in kinds.PAPERS:
        try:
            find_paper(actor=actor, meeting=meeting, kind=kind)
        except NotFound:
            continue
        found.add(kind)
    return found


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MEMBER, Role.OFFICIAL])
def test_list_offers_exactly_what_can_be_taken(meeting: Meeting, role: Role) -> None:
    actor = make_actor(meeting.organization, role)
    assert list_ready(actor, meeting) == list_found(actor, meeting)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MEMBER])
@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.HELD])
def test_list_of_a_bare_meeting_offers_what_can_be_taken(cell: Organization, role: Role, state: MeetingState) -> None:
    meeting = make_meeting(cell, date(2026, 11, 3), state=state)
    make_premeeting(meeting, concluded=False)
    actor = make_actor(cell, role)
    assert list_ready(actor, meeting) == list_found(actor, meeting)


def test_secretary_finds_everything_of_a_full_month(meeting: Meeting) -> None:
    assert list_ready(make_actor(meeting.organization, Role.SECRETARY), meeting) == set(kinds.PAPERS)


def read_zip(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


NAMES = ["01_Bien-ban", "02_Nghi-quyet", "03_Bang-diem-danh", "04_Phieu-tu-cham-diem", "05_Bao-cao-ket-qua-sinh-hoat"]


def test_zip_holds_every_final_paper_twice_and_a_sheet(meeting: Meeting) -> None:
    files = read_zip(make_zip(build_bundle(actor=Actor.system(), meeting=meeting)))
    stems = [f"2026-11-03_CB-Nam-Cha_{name}" for name in [*NAMES, "06_Chuong-trinh-sinh-hoat"]]
    assert list(files) == ["DOC-TRUOC.txt", *(f"{stem}.{form}" for stem in stems for form in ("docx", "pdf"))]
    assert all(Document(BytesIO(files[f"{stem}.docx"])).paragraphs for stem in stems)
    assert all(files[f"{stem}.pdf"].startswith(b"%PDF-") for stem in stems)


def test_sheet_says_what_is_there_and_until_when(meeting: Meeting) -> None:
    text = build_bundle(actor=Actor.system(), meeting=meeting).texts["DOC-TRUOC.txt"]
    assert text.splitlines()[1:4] == [
        "Chi bộ thôn Nặm Chá, sinh hoạt thường kỳ tháng 11 năm 2026, họp ngày 03/11/2026",
        "",
        "ĐƯA LÊN SỔ TAY ĐẢNG VIÊN ĐIỆN TỬ: Đăng trong 2 ngày: hạn 05/11/2026.",
    ]
    assert "- 2026-11-03_CB-Nam-Cha_02_Nghi-quyet: Nghị quyết. 05-NQ/CB." in text
    assert "Đủ các văn bản." in text


def test_sheet_names_what_the_cell_has_not_finished(meeting: Meeting) -> None:
    meeting.minutes_versions.all().delete()
    meeting.resolution.delete()
    bundle = build_bundle(actor=Actor.system(), meeting=meeting)
    assert [stem.split("_", 2)[2] for stem in bundle.papers] == [NAMES[2], NAMES[3], "06_Chuong-trinh-sinh-hoat"]
    missing = bundle.texts["DOC-TRUOC.txt"].split("CÒN THIẾU\n")[1].split("\n\n")[0]
    assert missing.splitlines() == [
        "- Biên bản. Biên bản chưa được thông qua.",
        "- Nghị quyết. Chưa ra nghị quyết.",
        "- Báo cáo kết quả sinh hoạt. Biên bản chưa được thông qua.",
    ]


def test_same_meeting_gives_the_same_bytes(meeting: Meeting) -> None:
    first, second = (make_zip(build_bundle(actor=Actor.system(), meeting=meeting)) for _ in range(2))
    assert first == second


def test_files_carry_the_day_of_the_meeting(meeting: Meeting) -> None:
    with ZipFile(BytesIO(make_zip(build_bundle(actor=Actor.system(), meeting=meeting)))) as bundle:
        assert {entry.date_time[:3] for entry in bundle.infolist()} == {(2026, 11, 3)}


def test_zip_is_vietnamese_for_an_english_reader(meeting: Meeting) -> None:
    with translation.override("en"):
        bundle = build_bundle(actor=Actor.system(), meeting=meeting)
    assert "Nghị quyết. 05-NQ/CB." in bundle.texts["DOC-TRUOC.txt"]


def test_planned_meeting_has_no_zip(cell: Organization) -> None:
    with pytest.raises(NotFound):
        build_bundle(actor=Actor.system(), meeting=make_meeting(cell, date(2026, 11, 3), state=MeetingState.PLANNED))


def sign_in(client: Client, cell: Organization, role: Role) -> None:
    user = make_user()
    grant_role(user, role, cell)
    client.force_login(user)


def test_secretary_takes_the_zip(client: Client, meeting: Meeting) -> None:
    sign_in(client, meeting.organization, Role.SECRETARY)
    response = client.get(reverse("reporting:bundle", args=[meeting.public_id]))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="2026-11-03_CB-Nam-Cha_Ho-so.zip"'
    assert len(read_zip(response.content)) == 13
    assert AuditEvent.objects.get(verb="reporting.bundle_taken").details == {"papers": 6}


def test_member_gets_no_list_of_standings_in_the_zip(client: Client, meeting: Meeting) -> None:
    sign_in(client, meeting.organization, Role.MEMBER)
    names = read_zip(client.get(reverse("reporting:bundle", args=[meeting.public_id])).content)
    assert not any("Bang-diem-danh" in name for name in names)
    assert any("Bien-ban" in name for name in names)


def test_page_lists_papers_with_both_forms(client: Client, meeting: Meeting) -> None:
    sign_in(client, meeting.organization, Role.SECRETARY)
    page = client.get(reverse("reporting:papers", args=[meeting.public_id])).content.decode()
    for form in ("docx", "pdf"):
        assert page.count(f'/{kinds.RESOLUTION.address}.{form}"') == 1
    assert reverse("reporting:bundle", args=[meeting.public_id]) in page


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Chi bộ thôn Nặm Chá", "CB-Nam-Cha"),
        ("Chi bộ bản Huổi Sét", "CB-Huoi-Set"),
        ("Chi bộ tổ dân phố 5", "CB-To-dan-pho-5"),
        ("Chi bộ Trường THCS Đặng Thùy Trâm", "CB-Truong-THCS-Dang-Thuy-Tram"),
        ("Chi bộ " + "Rất Dài " * 20, "CB-" + "Rat-Dai-" * 4 + "Rat"),
    ],
)
def test_cells_have_plain_names(cell: str, name: str) -> None:
    assert make_cell_name(cell)[: len(name)] == name
    assert len(make_cell_name(cell)) <= 40


@given(text=st.text(max_size=60))
def test_names_in_the_zip_are_plain(text: str) -> None:
    stem = make_stem(date(2026, 11, 3), text, 1, text)
    assert stem.isascii()
    assert set(stem) & set('\\\\/:*?"<>| .') == set()
    assert is_normalized("NFC", stem)
    assert make_plain_name(make_plain_name(text)) == make_plain_name(text)
