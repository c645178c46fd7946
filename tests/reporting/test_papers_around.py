"""Papers before a meeting and after it, from its records: programme, committee, pack, roll call, score sheet, report."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from pytest_django import DjangoAssertNumQueries

from nennep.accounts.choices import Role
from nennep.assessments.choices import SheetState
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import MeetingKind, MeetingState, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.members.choices import PostKind, Reach, Standing
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition, PetitionAsker
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.rules.minutes import NewDutyPart, PetitionPart
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import PaperKind, find_paper, name_file
from nennep.reporting.queries.papers.presence import PresenceRow
from nennep.reporting.queries.papers.programme import ItemLine
from nennep.reporting.renderers.word import render_paper
from nennep.room.choices import AttendanceState, GuestKind, GuestState
from nennep.room.models import Guest
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.reporting import make_full_month, make_meeting, make_premeeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Organization:
    return make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    return make_full_month(cell)


def fill(meeting: Meeting, kind: PaperKind, member: str = "") -> Any:
    return find_paper(actor=Actor.system(), meeting=meeting, kind=kind, member=member)


def plan(cell: Organization) -> Meeting:
    return make_meeting(cell, date(2026, 12, 3), state=MeetingState.PLANNED)


def test_programme_counts_the_hours_by_phase(cell: Organization) -> None:
    meeting = plan(cell)
    for position, (phase, title, minutes) in enumerate(
        [(Phase.OPENING, "Khai mạc", 10), (Phase.PROCEEDINGS, "Bản tin", 15), (Phase.PROCEEDINGS, "Thảo luận", 50)], 1
    ):
        AgendaItem.objects.create(
            meeting=meeting, position=position, phase=phase, topic=Topic.OTHER, title=title, minutes_planned=minutes
        )
    Guest.objects.create(meeting=meeting, name="Lương Quốc Hưng", kind=GuestKind.OFFICIAL)
    Guest.objects.create(meeting=meeting, name="Không đến", state=GuestState.ABSENT)
    paper = fill(meeting, kinds.PROGRAMME)
    assert paper.rows == (
        ItemLine("Mở đầu", heading=True),
        ItemLine("Khai mạc", "19:30–19:40", "Chủ trì", "1"),
        ItemLine("Tiến hành", heading=True),
        ItemLine("Bản tin", "19:40–19:55", "Chủ trì", "2"),
        ItemLine("Thảo luận", "19:55–20:45", "Chủ trì", "3"),
    )
    assert (paper.minutes_planned, paper.guests) == (75, ("đồng chí Lương Quốc Hưng",))
    assert "nhiệm vụ tháng 11 năm 2026; thảo luận, quyết nghị nhiệm vụ tháng 12 năm 2026" in paper.purpose


def test_committee_papers_follow_what_was_written(meeting: Meeting) -> None:
    programme, conclusion = fill(meeting, kinds.COMMITTEE_PROGRAMME), fill(meeting, kinds.COMMITTEE_CONCLUSION)
    assert programme.called == ("Ma Công Lập (Bí thư)", "Hoàng Thị Ngọc Trâm (Chi ủy viên)")
    assert (programme.letterhead.symbol, programme.letterhead.issued_on) == ("Số .....-CTr/CB", date(2026, 10, 29))
    assert (conclusion.draft, conclusion.last_month) == (False, "Đã trồng 12 ha ngô.")
    assert conclusion.present == ("Ma Công Lập", "Hoàng Thị Ngọc Trâm")
    assert (conclusion.sitting.chair, conclusion.sitting.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")


def test_who_chaired_the_committee_signs_its_papers(cell: Organization) -> None:
    """The secretary stayed away: the deputy chaired and signs, as the conclusion says above."""
    secretary, deputy = make_member("Ma Công Lập", cell=cell), make_member("Hoàng Thị Ngọc Trâm", cell=cell)
    make_post(secretary, cell)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    meeting = plan(cell)
    premeeting = make_premeeting(meeting, secretary, deputy)
    signed = fill(meeting, kinds.COMMITTEE_CONCLUSION).signature
    assert (signed.post, signed.name) == ("BÍ THƯ", "Ma Công Lập")
    premeeting.present.set([deputy])
    for kind in (kinds.COMMITTEE_CONCLUSION, kinds.COMMITTEE_PROGRAMME):
        paper = fill(meeting, kind)
        assert (paper.sitting.chair, paper.sitting.chair_post) == ("Hoàng Thị Ngọc Trâm", "Phó bí thư Chi bộ")
        assert (paper.signature.post, paper.signature.name) == ("PHÓ BÍ THƯ", "Hoàng Thị Ngọc Trâm")


def test_conclusion_is_a_draft_until_it_is_concluded(cell: Organization) -> None:
    meeting = plan(cell)
    make_premeeting(meeting, concluded=False)
    assert fill(meeting, kinds.COMMITTEE_CONCLUSION).draft is True


def test_members_do_not_read_what_the_committee_says(meeting: Meeting) -> None:
    user = make_user()
    grant_role(user, Role.MEMBER, meeting.organization)
    with pytest.raises(NotFound):
        find_paper(actor=actor_of(user), meeting=meeting, kind=kinds.COMMITTEE_CONCLUSION)


def test_pack_has_a_part_for_each_who_gets_paper(meeting: Meeting) -> None:
    cell = meeting.organization
    later = plan(cell)
    member = make_member("Lý Thị Mỷ", cell=cell)
    on_phone = make_member("Người dùng điện thoại", cell=cell)
    on_phone.reach = Reach.APP
    on_phone.save()
    make_duty(cell, member, "Vận động hộ phân loại rác", due_on=date(2026, 12, 20))
    paper = fill(later, kinds.PACK)
    own = {part.member: part.own_duties for part in paper.parts}
    assert own["Lý Thị Mỷ"] == (NewDutyPart("Vận động hộ phân loại rác", "", "", "2026-12-20"),)
    assert "Người dùng điện thoại" not in own
    assert paper.last_resolution == "số 05-NQ/CB, ngày 04/11/2026"
    assert paper.last_directions == ("Thủy lợi: xong mương", "Trồng ngô đông")
    assert paper.last_duties == (  # what goes on of before stands first, as in the resolution
        NewDutyPart("Vận động bảo hiểm y tế", "Quan Thị Biên", "", "2026-10-31"),
        NewDutyPart("Làm mương", "Quan Thị Biên", "", "2026-11-20"),
    )
    lines = [one.text for one in Document(BytesIO(render_paper(paper))).paragraphs]
    assert "- Làm mương: đồng chí Quan Thị Biên (hạn 20/11/2026)" in lines


def test_pack_says_in_plain_words_what_became_of_what_a_member_asked(meeting: Meeting) -> None:
    """Also of what was asked along; not what the cell says for somebody, not what was settled long ago."""
    cell = meeting.organization
    later, mine, other = plan(cell), make_member("Lý Thị Mỷ", cell=cell), make_member("Giàng A Páo", cell=cell)
    answered: dict[str, Any] = {"state": PetitionState.ANSWERED, "answered_on": NOW.date(), "answer": "Xã cấp xi măng."}
    make_petition(cell, "Sửa cầu Nà Khà.", raised_by=mine, due_on=date(2027, 1, 5))
    along = make_petition(cell, "Làm mương", raised_by=other, **answered)
    PetitionAsker.objects.create(petition=along, member=mine)
    solved: dict[str, Any] = {**answered, "state": PetitionState.SOLVED, "closed_because": "Xong"}
    make_petition(cell, "Đèn đường", raised_by=mine, settled_on=later.day - timedelta(days=60), **solved)
    make_petition(cell, "Việc cũ", raised_by=mine, settled_on=later.day - timedelta(days=61), **solved)
    promised: dict[str, Any] = {**answered, "state": PetitionState.PROMISED}
    make_petition(cell, "Kè suối", raised_by=other, promised_for=later.day, **promised)
    make_petition(cell, "Cổng làng", raised_by=other, promised_for=later.day - timedelta(days=1), **promised)
    hidden = make_petition(cell, "Thu tiền không phiếu", is_hidden=True)
    PetitionAsker.objects.create(petition=hidden, member=mine)
    paper = fill(later, kinds.PACK)
    own = {part.member: set(part.petitions) for part in paper.parts}
    asked = f"Làm mương: {cell.name} trả lời “Xã cấp xi măng”; chi bộ cho ý kiến tại buổi này"
    assert own["Lý Thị Mỷ"] == {
        f"Sửa cầu Nà Khà: đang ở {cell.name}, hạn trả lời 05/01/2027",
        asked,
        "Đèn đường: đã giải quyết xong",
    }
    said, last = f"{cell.name} trả lời “Xã cấp xi măng”; hẹn giải quyết xong chậm nhất", later.day
    promises = {
        f"Kè suối: {said} {last:%d/%m/%Y}",
        f"Cổng làng: {said} {last - timedelta(days=1):%d/%m/%Y}, đã quá hẹn",
    }
    assert own["Giàng A Páo"] == {asked, *promises}
    lines = [line.text for line in Document(BytesIO(render_paper(paper))).paragraphs]
    assert [line for line in lines if "Kiến nghị của đồng chí" in line] == ["Kiến nghị của đồng chí"] * 2
    assert any(asked in line for line in lines)


def test_pack_says_whose_the_resolution_is_for_those_who_came_since(meeting: Meeting) -> None:
    cell = meeting.organization
    other = make_unit("Chi bộ thôn Khuổi Pín", parent=Organization.objects.get(path=cell.path[: -Organization.steplen]))
    merge_organization(
        actor=Actor.system(), organization=other, successor=cell, on=date(2026, 11, 6), reason="QĐ 5", now=NOW
    )
    paper = fill(plan(cell), kinds.PACK)
    assert paper.last_resolution == (
        "số 05-NQ/CB, ngày 04/11/2026, của Chi bộ thôn Nặm Chá trước khi hợp nhất với Chi bộ thôn Khuổi Pín"
    )


def test_pack_that_a_member_takes_has_no_pages_of_others(meeting: Meeting) -> None:
    hoa = make_member("Phùng Thị Hoa", cell=meeting.organization)
    make_duty(meeting.organization, hoa, "Thăm hộ nghèo", due_on=date(2026, 12, 20))
    user = make_user()
    grant_role(user, Role.MEMBER, meeting.organization)
    pack: Any = find_paper(actor=actor_of(user), meeting=meeting, kind=kinds.PACK)
    assert [(part.member, part.own_duties) for part in pack.parts] == [("", ())]
    with pytest.raises(NotFound):
        find_paper(actor=actor_of(user), meeting=meeting, kind=kinds.PACK, member=str(hoa.public_id))


def test_pack_of_one_member_is_for_that_member_alone(meeting: Meeting) -> None:
    member = meeting.roll_call.get(member__full_name="Quan Thị Biên").member
    paper = fill(meeting, kinds.PACK, str(member.public_id))
    assert [part.member for part in paper.parts] == ["Quan Thị Biên"]
    assert "Quan Thị Biên" in name_file(meeting, kinds.PACK, paper)


def test_roll_call_says_once_how_somebody_stands(meeting: Meeting) -> None:
    row = meeting.roll_call.get(member__full_name="Quan Thị Biên")
    row.standing, row.state, row.counted, row.votes = Standing.EXEMPT, AttendanceState.EXEMPT, False, False
    row.save()
    assert (
        PresenceRow("Quan Thị Biên", "", "Miễn sinh hoạt", id=str(row.public_id)) in fill(meeting, kinds.PRESENCE).rows
    )


def test_pack_keeps_to_one_sheet(meeting: Meeting) -> None:
    cell = meeting.organization
    later = plan(cell)
    Resolution.objects.update(directions="\n".join(f"Việc {number}: {'vận động nhân dân ' * 6}" for number in range(8)))
    Meeting.objects.filter(pk=later.pk).update(place="Nhà văn hóa thôn")
    for number in range(1, 11):
        AgendaItem.objects.create(meeting=later, position=number, topic=Topic.OTHER, title=f"Mục {number} " * 5)
    paper = fill(later, kinds.PACK)
    assert (len(paper.last_directions) + len(paper.last_duties) + paper.last_left, paper.last_left > 0) == (10, True)
    member = make_member("Lý Thị Mỷ", cell=cell)
    for number in range(9):
        make_duty(cell, member, f"Vận động hộ {number} " + "phân loại rác tại nhà " * 5, due_on=date(2026, 12, 20))
    assert fill(later, kinds.PACK).last_left > paper.last_left


def test_roll_call_says_reasons_and_times(meeting: Meeting) -> None:
    late = meeting.roll_call.get(member__full_name="Hoàng Thị Ngọc Trâm")
    late.arrived_at, late.reason = (meeting.planned_for + timedelta(minutes=18)).time(), "đưa con đi khám"
    late.save()
    rows = [replace(row, id="") for row in fill(meeting, kinds.PRESENCE).rows]
    assert rows[0] == PresenceRow("Quan Thị Biên", "", "Vắng có lý do", "")
    assert rows[2] == PresenceRow("Hoàng Thị Ngọc Trâm", "", "Đến muộn", "đưa con đi khám; đến lúc 19:48")


def test_score_sheet_is_empty_until_the_cell_agrees(meeting: Meeting) -> None:
    sheet = meeting.score_sheet
    official = make_user()
    grant_role(official, Role.OFFICIAL, meeting.organization)
    assert fill(meeting, kinds.SCORE).total == Decimal(90)
    sheet.state = SheetState.DRAFT
    sheet.save()
    paper: Any = find_paper(actor=actor_of(official), meeting=meeting, kind=kinds.SCORE)
    assert (paper.total, paper.level) == (None, "")
    assert sum(row.maximum for row in paper.rows if row.heading or "." not in row.code) == 100


def test_report_sums_up_for_the_committee_above(meeting: Meeting) -> None:
    cell = meeting.organization
    Petition.objects.create(
        organization=cell,
        holder=cell,
        text="Xin 4 tấn xi măng",
        raised_by_name="Bà con xóm Nà Khà",
        raised_on=date(2026, 11, 3),
        due_on=date(2026, 12, 15),
        origin_kind=origin_of(meeting).kind,
        origin_id=origin_of(meeting).id,
    )
    MinutesVersion.objects.filter(meeting=meeting).delete()  # a draft says what the records say
    paper = fill(meeting, kinds.REPORT)
    assert (paper.addressee, paper.resolution) == ("Đảng ủy xã Lăng Can", "số 05-NQ/CB")
    assert [task.is_done for task in paper.last_duties] == [False]
    assert [item.title for item in paper.items] == ["Sản xuất vụ đông", "Thời sự"]
    assert paper.petitions == (PetitionPart("Xin 4 tấn xi măng", "Bà con xóm Nà Khà", cell.name, is_comrade=False),)


@pytest.mark.parametrize("printed", [1, 3])
def test_list_of_papers_costs_the_same(
    client: Client, cell: Organization, django_assert_num_queries: DjangoAssertNumQueries, printed: int
) -> None:
    meeting = plan(cell)
    for number in range(printed):
        make_member(f"Lý Thị {number}", cell=cell)
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    address = reverse("reporting:papers", args=[meeting.public_id])
    client.get(address)
    with django_assert_num_queries(13):
        assert client.get(address).content.decode().count("?dang-vien=") == 2 * printed


def test_an_extraordinary_meeting_judges_no_month_and_plans_none(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.EXTRAORDINARY)
    AgendaItem.objects.update(phase=Phase.PROCEEDINGS)
    called = Meeting.objects.get(pk=meeting.pk)
    paper = fill(called, kinds.RESOLUTION)
    assert (paper.monthly, paper.subject) == (False, "về nội dung sinh hoạt bất thường ngày 03 tháng 11 năm 2026")
    text = "\n".join(line.text for line in Document(BytesIO(render_paper(paper))).paragraphs)
    assert ("I- ĐÁNH GIÁ TÌNH HÌNH" in text, "II- NHIỆM VỤ, GIẢI PHÁP" in text, "THÁNG 11" in text) == (
        True,
        True,
        False,
    )
    assert fill(called, kinds.PROGRAMME).purpose == "Thảo luận, quyết nghị sản xuất vụ đông; thời sự"
    assert fill(plan(called.organization), kinds.PACK).last_resolution == ""  # of no month
