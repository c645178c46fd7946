"""Papers from the records of a meeting, and taking them."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.records.rules.minutes import LastDutyPart, NewDutyPart
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import PaperKind, find_paper, name_file
from nennep.reporting.queries.papers.resolution import CarriedPart
from nennep.reporting.renderers.papers import ScoreLine, Shortcoming, Signature, TopicLine
from nennep.reporting.renderers.word import render_paper
from nennep.reporting.rules.papers import (
    find_place,
    make_file_name,
    name_committee,
    split_shortcomings,
    split_topics,
)
from nennep.room.choices import AttendanceState
from nennep.room.models import Speech, Vote
from tests.factories.accounts import grant_role, make_user
from tests.factories.meetings import make_entry
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month, make_meeting
from tests.factories.visits import assign

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Organization:
    return make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    return make_full_month(cell)


def fill(meeting: Meeting, kind: PaperKind, member: str = "") -> Any:
    return find_paper(actor=Actor.system(), meeting=meeting, kind=kind, member=member)


def test_resolution_reads_everything_from_the_records(meeting: Meeting) -> None:
    paper = fill(meeting, kinds.RESOLUTION)
    assert (paper.letterhead.upper, paper.letterhead.issuer) == ("Đảng ủy xã Lăng Can", "Chi bộ thôn Nặm Chá")
    assert (paper.letterhead.symbol, paper.letterhead.place) == ("Số 05-NQ/CB", "Lăng Can")
    assert paper.letterhead.issued_on == date(2026, 11, 4)
    assert (paper.past_label, paper.next_label) == ("tháng 10 năm 2026", "tháng 11 năm 2026")
    assert (paper.past.current_affairs, paper.past.opinion) == ("Bản tin 11.", "Đảng viên yên tâm.")
    assert paper.past.topics == (TopicLine("Sản xuất vụ đông", "Đã trồng 12 ha ngô."),)
    table = LastDutyPart(
        title="Vận động bảo hiểm y tế",
        assignee="Quan Thị Biên",
        opening="Có mốc thời hạn",
        result="Đang làm, 88%. còn 9 hộ",
        done=False,
        due_on="2026-10-31",
        goes_on=True,
    )
    assert paper.last_duties == (table,)
    assert [str(remark) for remark in paper.praised] == ["đồng chí Ma Công Lập, vận động hiến đất"]
    assert paper.shortcomings == (Shortcoming("Mương chậm.", "thiếu xi măng"),)
    assert paper.next.topics == (TopicLine("Thủy lợi", "xong mương"), TopicLine("Trồng ngô đông"))
    assert paper.carried == (CarriedPart("Vận động bảo hiểm y tế", "Quan Thị Biên", "", "đã quá hạn ngày 31/10/2026"),)
    assert paper.duties == (NewDutyPart("Làm mương", "Quan Thị Biên", "", "2026-11-20"),)
    assert paper.reported_at == "kỳ sinh hoạt tháng 12 năm 2026"
    assert (paper.vote.subject, paper.vote.in_favour, paper.vote.base) == ("Nghị quyết tháng 11", 2, 3)
    assert paper.signature == Signature("T/M CHI BỘ", "BÍ THƯ", "Ma Công Lập")
    spoken = [(said.name, said.opinion) for item in paper.items for said in item.opinions]
    assert spoken == [("Ma Công Lập", "Đề nghị cấp xi măng.")]
    assert paper.recipients[0] == "Đảng ủy xã Lăng Can (để báo cáo)"
    assert paper.score.lines == (ScoreLine("c1", Decimal(90), Decimal(100)),)


def test_what_was_said_in_self_criticism_stays_in_the_minutes(meeting: Meeting) -> None:
    """The resolution is sent up and posted: no text of it, its annex least of all, holds what members said of themselves."""
    meeting.minutes_versions.all().delete()
    item = AgendaItem.objects.create(
        meeting=meeting, position=3, topic=Topic.SELF_CRITICISM, title="Tự phê bình", note="Góp ý thẳng thắn."
    )
    said = Speech.objects.get(item__meeting=meeting)
    Speech.objects.create(
        item=item, member=said.member, opinion="Tôi còn vắng hai buổi.", first_at=said.first_at, last_at=said.last_at
    )
    minutes, resolution = (read_text(fill(meeting, kind)) for kind in (kinds.MINUTES, kinds.RESOLUTION))
    assert ["Tôi còn vắng" in text for text in (minutes, resolution)] == [True, False]
    assert ["Đề nghị cấp xi măng" in text for text in (minutes, resolution)] == [True, True]


def test_resolution_goes_to_the_official_who_follows_the_cell(meeting: Meeting) -> None:
    assign(make_user(full_name="Lương Quốc Hưng"), meeting.organization, valid_from=date(2026, 1, 1))
    gone = make_user(full_name="Nông Văn Thắng")
    assign(gone, meeting.organization, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    recipients = fill(meeting, kinds.RESOLUTION).recipients
    assert recipients[:2] == ("Đảng ủy xã Lăng Can (để báo cáo)", "Đồng chí Lương Quốc Hưng (phụ trách Chi bộ)")
    assert not any("Nông Văn Thắng" in line for line in recipients)


def test_minutes_read_the_roll_call_and_the_course(meeting: Meeting) -> None:
    paper = fill(meeting, kinds.MINUTES)
    roll = paper.sitting.attendance
    assert (roll.counted, roll.present, roll.excused, roll.unexcused, roll.exempt) == (3, 2, 1, 0, 0)
    assert [(row.name, row.is_excused) for row in roll.absences] == [("Quan Thị Biên", True)]
    assert paper.sitting.guests == ("đồng chí Lương Quốc Hưng, Đảng ủy viên",)
    assert (paper.sitting.chair, paper.sitting.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")
    assert (paper.sitting.kind, paper.sitting.minutes_long) == ("sinh hoạt thường kỳ tháng 11 năm 2026", 120)
    assert [item.title for item in paper.minutes.items] == ["Sản xuất vụ đông", "Thời sự"]
    assert (paper.read_aloud, paper.revisions) == (True, ())


def test_a_chair_who_has_a_namesake_keeps_the_post(meeting: Meeting) -> None:
    """The minutes call both by their years of birth; only one of them is secretary."""
    secretary = Member.objects.get(full_name="Ma Công Lập")
    namesake = make_member("Ma Công Lập", cell=meeting.organization)
    for member, year in ((secretary, 1971), (namesake, 1990)):
        Member.objects.filter(pk=member.pk).update(born_year=year)
    make_entry(meeting, namesake)
    meeting.minutes_versions.all().delete()
    posts = {}
    for chair in (secretary, namesake):
        Meeting.objects.filter(pk=meeting.pk).update(chair=chair)
        sitting = fill(Meeting.objects.get(pk=meeting.pk), kinds.MINUTES).sitting
        posts[sitting.chair] = sitting.chair_post
    assert posts == {"Ma Công Lập (1971)": "Bí thư Chi bộ", "Ma Công Lập (1990)": ""}


def test_papers_stay_vietnamese_for_an_english_reader(meeting: Meeting) -> None:
    with translation.override("en"):
        paper = fill(meeting, kinds.MINUTES)
        assert paper.subject == "sinh hoạt thường kỳ tháng 11 năm 2026"
        assert name_file(meeting, kinds.MINUTES, paper) == "Biên bản, tháng 11-2026, Chi bộ thôn Nặm Chá.docx"


def test_sheet_lists_the_members_of_the_day(meeting: Meeting) -> None:
    rows = fill(meeting, kinds.ATTENDANCE).rows
    assert [row.name for row in rows] == ["Quan Thị Biên", "Ma Công Lập", "Hoàng Thị Ngọc Trâm"]


def test_notice_of_a_member_names_the_tasks_to_report(meeting: Meeting) -> None:
    member = meeting.roll_call.get(member__full_name="Quan Thị Biên").member
    paper = fill(meeting, kinds.NOTICE, str(member.public_id))
    assert (paper.member, paper.weekday) == ("Quan Thị Biên", "Thứ Ba")
    assert [duty.title for duty in paper.own_duties] == ["Vận động bảo hiểm y tế", "Làm mương"]
    assert fill(meeting, kinds.NOTICE).own_duties == ()


@pytest.mark.parametrize("member", ["khong-phai", "00000000-0000-7000-8000-000000000000"])
def test_notice_of_nobody_is_not_found(meeting: Meeting, member: str) -> None:
    with pytest.raises(NotFound):
        fill(meeting, kinds.NOTICE, member)


def test_notice_of_a_member_of_another_cell_is_not_found(meeting: Meeting) -> None:
    stranger = make_member("Người nơi khác", cell=make_unit())
    with pytest.raises(NotFound):
        fill(meeting, kinds.NOTICE, str(stranger.public_id))


@pytest.mark.parametrize(
    "kind", [kinds.MINUTES, kinds.ATTENDANCE, kinds.NOTICE], ids=["minutes", "attendance", "notice"]
)
def test_meeting_without_anything_gives_a_paper(cell: Organization, kind: PaperKind) -> None:
    paper = fill(make_meeting(cell, date(2026, 11, 3)), kind)
    assert (paper.sitting.chair, paper.sitting.attendance.counted) == ("", 0)


def test_meeting_without_a_resolution_has_no_paper_of_it(cell: Organization) -> None:
    with pytest.raises(NotFound):
        fill(make_meeting(cell, date(2026, 11, 3)), kinds.RESOLUTION)


def sign_in(client: Client, cell: Organization, role: Role | None) -> None:
    user = make_user()
    if role:
        grant_role(user, role, cell)
    client.force_login(user)


def address(meeting: Meeting, paper: PaperKind | str = kinds.RESOLUTION) -> str:
    return reverse("reporting:paper", args=[meeting.public_id, paper if isinstance(paper, str) else paper.address])


@pytest.mark.parametrize("paper", kinds.PAPERS, ids=lambda kind: kind.address)
def test_secretary_takes_a_paper_under_a_good_name(client: Client, meeting: Meeting, paper: PaperKind) -> None:
    sign_in(client, meeting.organization, Role.SECRETARY)
    response = client.get(address(meeting, paper))
    assert response.status_code == 200
    assert Document(BytesIO(response.content)).paragraphs
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition).endswith(", tháng 11-2026, Chi bộ thôn Nặm Chá.docx")
    event = AuditEvent.objects.get(verb="reporting.paper_taken")
    assert event.details == {"paper": paper.address, "form": "docx"}


@pytest.mark.parametrize(
    ("paper", "status"),
    [(kinds.RESOLUTION, 200), (kinds.MINUTES, 200), (kinds.NOTICE, 200), (kinds.ATTENDANCE, 404)],
    ids=["resolution", "minutes", "notice", "attendance"],
)
def test_member_takes_what_was_adopted_but_no_list_of_standings(
    client: Client, meeting: Meeting, paper: PaperKind, status: int
) -> None:
    sign_in(client, meeting.organization, Role.MEMBER)
    assert client.get(address(meeting, paper)).status_code == status


def test_draft_minutes_are_for_their_writers(client: Client, meeting: Meeting) -> None:
    meeting.minutes_versions.all().delete()
    sign_in(client, meeting.organization, Role.MEMBER)
    assert client.get(address(meeting, kinds.MINUTES)).status_code == 404
    sign_in(client, meeting.organization, Role.SECRETARY)
    assert client.get(address(meeting, kinds.MINUTES)).status_code == 200


def test_unknown_paper_is_not_found(client: Client, meeting: Meeting) -> None:
    sign_in(client, meeting.organization, Role.SECRETARY)
    assert client.get(address(meeting, "khong-co")).status_code == 404


@pytest.mark.parametrize(
    ("unit", "committee"),
    [("Đảng bộ xã Lăng Can", "Đảng ủy xã Lăng Can"), ("Đảng ủy Công an tỉnh", "Đảng ủy Công an tỉnh")],
)
def test_committee_is_named_after_its_unit(unit: str, committee: str) -> None:
    assert name_committee(unit) == committee


def test_place_is_the_nearest_territory() -> None:
    assert find_place(["Đảng bộ Trường THPT", "Đảng bộ xã Lăng Can", "Đảng bộ tỉnh Tuyên Quang"]) == "Lăng Can"
    assert find_place(["Đảng bộ Công ty Than"]) == ""


def test_free_text_is_read_line_by_line() -> None:
    assert split_topics("1. Thủy lợi: xong mương\n\n- Trồng ngô") == (("Thủy lợi", "xong mương"), ("Trồng ngô", ""))
    assert split_shortcomings("Chậm. NGUYÊN NHÂN: mưa\nThiếu") == (("Chậm.", "mưa"), ("Thiếu", ""))
    counted = "Một là, dự chưa đủ. Nguyên nhân: mùa vụ\n- hai là: đọc ít\nHai là một số"
    assert split_shortcomings(counted) == (("dự chưa đủ.", "mùa vụ"), ("đọc ít", ""), ("Hai là một số", ""))
    assert split_shortcomings("Một Nguyên nhân: hai nguyên nhân: ba") == (("Một", "hai nguyên nhân: ba"),)
    assert split_topics("a) Điện:\n2) Chợ : mở : lại") == (("Điện:", ""), ("Chợ", "mở : lại"))


@pytest.mark.parametrize(("letters", "is_heading"), [(80, True), (81, False)])
def test_more_than_eighty_letters_before_a_colon_are_a_sentence(letters: int, *, is_heading: bool) -> None:
    line = f"{'a' * letters}: xong"
    assert split_topics(line) == ((("a" * letters, "xong") if is_heading else (line, "")),)


def test_file_names_are_safe_everywhere() -> None:
    assert make_file_name(["Nghị quyết 05-NQ/CB", "", '..\\a:"b"']) == "Nghị quyết 05-NQ-CB, ..-a--b.docx"
    assert len(make_file_name(["ặ" * 500]).encode()) <= 255
    assert make_file_name(["a" * 80]) == f"{'a' * 80}.docx"
    assert make_file_name(["a" * 79 + " b"], ".pdf") == f"{'a' * 79}.pdf"


def test_papers_print_what_the_minutes_keep_and_read_no_row_again(meeting: Meeting) -> None:
    """Once approved, only a correction changes what papers say: not a row that somebody touches afterwards."""
    before = [fill(meeting, kinds.RESOLUTION), fill(meeting, kinds.REPORT), fill(meeting, kinds.MINUTES)]
    meeting.votes.update(subject="Nghị quyết khác", in_favour=1)
    meeting.remarks.all().delete()
    meeting.roll_call.update(state=AttendanceState.EXCUSED)
    AgendaItem.objects.filter(meeting=meeting).update(note="Viết lại", conclusion="Viết lại")
    assert [fill(meeting, kinds.RESOLUTION), fill(meeting, kinds.REPORT), fill(meeting, kinds.MINUTES)] == before


def read_text(paper: Any) -> str:
    return "\n".join(line.text for line in Document(BytesIO(render_paper(paper))).paragraphs)


def test_only_the_vote_that_names_the_resolution_stands_under_it(meeting: Meeting) -> None:
    """The last vote was about something else; and where no vote names the resolution, the paper says nothing of one."""
    meeting.minutes_versions.all().delete()
    about = Vote.objects.get(meeting=meeting)
    Vote.objects.create(meeting=meeting, subject="Khen thưởng", base=3, in_favour=3, passed=True, at=about.at)
    printed = [read_text(fill(meeting, kind)) for kind in (kinds.RESOLUTION, kinds.REPORT)]
    assert ["2/3 đảng viên" in text for text in printed] == [True, True]
    Vote.objects.filter(pk=about.pk).update(subject="Giới thiệu quần chúng ưu tú")
    assert [fill(meeting, kind).vote for kind in (kinds.RESOLUTION, kinds.REPORT)] == [None, None]
    printed = [read_text(fill(meeting, kind)) for kind in (kinds.RESOLUTION, kinds.REPORT)]
    assert ["tán thành" in text for text in printed] == [False, False]


def test_what_was_not_finished_goes_on_in_part_two(meeting: Meeting) -> None:
    text = read_text(fill(meeting, kinds.RESOLUTION))
    part_two = text[text.index("PHƯƠNG HƯỚNG") : text.index("PHÂN CÔNG")]
    assert (
        "Nhiệm vụ tháng trước tiếp tục thực hiện\n- Vận động bảo hiểm y tế; đồng chí Quan Thị Biên chủ trì; "
        "đã quá hạn ngày 31/10/2026; báo cáo tại kỳ sinh hoạt tháng 12 năm 2026."
    ) in part_two
