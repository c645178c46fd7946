"""From the records to the printed line: what only a look at the paper had found (findings, D1, D7, D9, D12, D15)."""

from dataclasses import replace
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.services.notice import send_notice
from nennep.members.choices import Standing
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.records.models import Resolution
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import PaperKind, find_paper
from nennep.reporting.renderers.papers import TopicLine
from nennep.reporting.renderers.word import render_paper
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.factories.core import NOW
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
OPENED = NOW


def make_cell(cell_type: CellType | str = "") -> Organization:
    return make_unit("Chi bộ", parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE), cell_type=cell_type)


@pytest.fixture
def meeting() -> Meeting:
    """A month whose minutes are still read from the records."""
    meeting = make_full_month(make_cell())
    meeting.minutes_versions.all().delete()
    return meeting


def read(meeting: Meeting, kind: PaperKind) -> list[str]:
    paper = find_paper(actor=SYSTEM, meeting=Meeting.objects.get(pk=meeting.pk), kind=kind)
    return [line.text for line in Document(BytesIO(render_paper(paper))).paragraphs if line.text]


def between(lines: list[str], first: str, last: str) -> list[str]:
    begin = next(place for place, line in enumerate(lines) if first in line)
    end = next(place for place, line in enumerate(lines) if last in line)
    return lines[begin + 1 : end]


def test_the_course_bears_the_numbers_of_the_programme(meeting: Meeting) -> None:
    """Nothing was said on the second and the fourth: the third and the fifth keep their numbers."""
    meeting.agenda.all().delete()
    for number, note in enumerate(("Mở đầu.", "", "Đã bàn.", "", "Bế mạc."), 1):
        AgendaItem.objects.create(
            meeting=meeting, position=number, topic=Topic.OTHER, title=f"Việc thứ {number}", note=note
        )
    lines = read(meeting, kinds.MINUTES)
    programme = between(lines, "CHƯƠNG TRÌNH", "DIỄN BIẾN")
    assert programme == [f"{number}. Việc thứ {number}." for number in range(1, 6)]
    course = [line for line in lines if line.split(". ")[-1].startswith("Việc thứ") and line not in programme]
    assert course == ["1. Việc thứ 1", "3. Việc thứ 3", "5. Việc thứ 5"]


def test_the_course_names_each_item_with_its_words_in_short_or_as_left(meeting: Meeting) -> None:
    """What was come to without a word is named in short, what was not come to at the end; titles hold commas of their own."""
    meeting.agenda.all().delete()
    titles = ["Khai mạc", "Đảng phí, đoàn phí", "Thu hoạch ngô, lúa: vụ mùa", "Làm đường, sửa cầu.", "Hỏi đáp"]
    for number, (title, note) in enumerate(zip(titles, ("Đủ 12.", "", "", "", ""), strict=True), 1):
        reached = OPENED if number < 3 else None
        AgendaItem.objects.create(
            meeting=meeting, position=number, topic=Topic.OTHER, title=title, note=note, started_at=reached
        )
    lines = read(meeting, kinds.MINUTES)
    assert between(lines, "DIỄN BIẾN", "KẾT QUẢ THỰC HIỆN") == [
        "1. Khai mạc",
        "Đủ 12.",
        "2. Đảng phí, đoàn phí.",
        "Chưa bàn: Thu hoạch ngô, lúa: vụ mùa; Làm đường, sửa cầu; Hỏi đáp.",
    ]
    assert "- Chưa bàn: thu hoạch ngô, lúa: vụ mùa; làm đường, sửa cầu; hỏi đáp." in read(meeting, kinds.REPORT)


def test_what_was_studied_has_a_letter_of_its_own_and_a_title_with_a_colon_gets_no_second_one(meeting: Meeting) -> None:
    said = [
        (Topic.STUDY, "Học tập và làm theo", "Đọc chuyên đề quý 4."),
        (Topic.OTHER, "Lãnh đạo chuyên môn: quy chế, kỷ luật", "Cải cách hành chính: đúng hẹn."),
    ]
    for number, (topic, title, note) in enumerate(said, 3):
        AgendaItem.objects.create(meeting=meeting, position=number, topic=topic, title=title, note=note)
    judged = between(read(meeting, kinds.RESOLUTION), "ĐÁNH GIÁ KẾT QUẢ", "Kết quả thực hiện nghị quyết tháng trước")
    assert judged[1:3] == [
        "a) Tình hình thời sự, văn bản mới: Bản tin 11.",
        "b) Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh: Đọc chuyên đề quý 4.",
    ]
    assert "b) Lãnh đạo chuyên môn: quy chế, kỷ luật. Cải cách hành chính: đúng hẹn." in judged


def test_who_sits_elsewhere_is_counted_on_minutes_and_resolution(meeting: Meeting) -> None:
    for name in ("Đặng Văn Loan", "Lý Thị Mỷ"):
        RollCallEntry.objects.create(
            meeting=meeting,
            member=make_member(name, cell=meeting.organization),
            standing=Standing.OFFICIAL,
            counted=False,
            votes=False,
            state=AttendanceState.ELSEWHERE,
        )
    said = {kind.address: " ".join(read(meeting, kind)) for kind in (kinds.MINUTES, kinds.RESOLUTION)}
    assert "tạm thời sinh hoạt nơi khác 2." in said["bien-ban"]
    assert "tổng số 5 đảng viên; có mặt 2/3" in said["bien-ban"]
    assert "Tổng số đảng viên: 5 đồng chí; được triệu tập: 3 đồng chí" in said["nghi-quyet"]
    assert "; tạm thời sinh hoạt nơi khác: 2 đồng chí." in said["nghi-quyet"]


def test_minutes_say_at_which_hour_somebody_came_and_left(meeting: Meeting) -> None:
    rows = list(meeting.roll_call.order_by("pk"))
    RollCallEntry.objects.filter(pk=rows[0].pk).update(state=AttendanceState.LEFT_EARLY, left_at=time(20, 5))
    RollCallEntry.objects.filter(pk=rows[1].pk).update(state=AttendanceState.LATE, arrived_at=time(19, 54))
    lines = read(meeting, kinds.MINUTES)
    assert [line for line in lines if line.startswith(("Đến muộn", "Về sớm"))] == [
        "Đến muộn: đồng chí Hoàng Thị Ngọc Trâm (19 giờ 54 phút).",
        "Về sớm: đồng chí Ma Công Lập (20 giờ 05 phút).",
    ]


@pytest.mark.parametrize("kind", [kinds.NOTICE, kinds.PACK], ids=lambda kind: kind.address)
def test_the_message_of_the_call_is_on_the_notice_and_on_the_pack(kind: PaperKind) -> None:
    cell = make_cell()
    make_member("Quan Thị Biên", cell=cell)
    meeting = make_meeting(cell, date(2026, 12, 3), state=MeetingState.PLANNED)
    send_notice(actor=SYSTEM, meeting=meeting, message="Mang theo sổ tay.\nĐi đường Nà Khà.", now=NOW)
    lines = read(meeting, kind)
    first = lines.index("Lời nhắn: Mang theo sổ tay.")
    assert lines[first + 1] == "Đi đường Nà Khà."


@pytest.mark.parametrize(
    ("cell_type", "named"), [(CellType.VILLAGE, True), ("", True), (CellType.OFFICE, False), (CellType.STUDENTS, False)]
)
def test_only_a_village_has_a_front_to_work_with(cell_type: CellType | str, named: bool) -> None:
    """Resolution and programme of the committee, body, table, recipients and all."""
    meeting = make_full_month(make_cell(cell_type))
    for kind in (kinds.RESOLUTION, kinds.COMMITTEE_PROGRAMME):
        paper = find_paper(actor=SYSTEM, meeting=meeting, kind=kind)
        document = Document(BytesIO(render_paper(paper)))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        words = " ".join([*(line.text for line in document.paragraphs), *cells])
        assert ("Mặt trận" in words, "đoàn thể" in words) == (named, True)


# ── a theme in the month's resolution ─────────────────────────────────────────

SAID = "Mỗi đảng viên giúp một hộ cải tạo vườn tạp."


def make_combined(meeting: Meeting, kind: MeetingKind, *, conclusion: str, directions: str = "Trồng ngô đông") -> None:
    Meeting.objects.filter(pk=meeting.pk).update(kind=kind, theme="Vườn tạp")
    AgendaItem.objects.filter(meeting=meeting, position=2).update(
        topic=Topic.THEME, title="Trình bày", note="Nghe đọc."
    )
    AgendaItem.objects.create(
        meeting=meeting,
        position=3,
        topic=Topic.THEME,
        title="Kết luận chuyên đề",
        note="Đã bàn.",
        conclusion=conclusion,
    )
    Resolution.objects.filter(meeting=meeting).update(directions=directions)


@pytest.mark.parametrize(
    ("conclusion", "directions", "ahead"),
    [
        (SAID, "Trồng ngô đông", [f"b) Kết luận chuyên đề: {SAID}"]),
        (SAID, f"Trồng ngô đông\n{SAID}", [f"b) {SAID}"]),
        ("", "Trồng ngô đông", ["b) Trình bày: Nghe đọc.", "c) Kết luận chuyên đề: Đã bàn."]),
    ],
)
def test_a_theme_is_nothing_that_was_done_last_month(
    meeting: Meeting, conclusion: str, directions: str, ahead: list[str]
) -> None:
    make_combined(meeting, MeetingKind.COMBINED, conclusion=conclusion, directions=directions)
    lines = read(meeting, kinds.RESOLUTION)
    assert between(lines, "ĐÁNH GIÁ KẾT QUẢ", "Kết quả thực hiện nghị quyết tháng trước")[-1].startswith("a) Sản xuất")
    after = between(lines, "PHƯƠNG HƯỚNG", "Nhiệm vụ giao tại kỳ sinh hoạt")
    assert [line for line in after if line[1:3] == ") "] == ["a) Trồng ngô đông.", *ahead]


def test_a_meeting_about_a_theme_alone_speaks_of_it_where_it_judges(meeting: Meeting) -> None:
    make_combined(meeting, MeetingKind.THEMATIC, conclusion=SAID)
    lines = read(meeting, kinds.RESOLUTION)
    judged = between(lines, "ĐÁNH GIÁ TÌNH HÌNH", "NHIỆM VỤ, GIẢI PHÁP")
    assert f"c) Kết luận chuyên đề: {SAID}" in judged


def test_a_corrected_resolution_leaves_its_themes_where_they_stood(meeting: Meeting) -> None:
    make_combined(meeting, MeetingKind.COMBINED, conclusion=SAID)
    meeting = Meeting.objects.get(pk=meeting.pk)
    paper: Any = find_paper(actor=SYSTEM, meeting=meeting, kind=kinds.RESOLUTION)
    line = TopicLine("Kết luận chuyên đề", SAID)
    issued = replace(paper, past=replace(paper.past, topics=(*paper.past.topics, line)))
    keeping = kinds.RESOLUTION.keeping
    assert keeping is not None
    renewed = keeping.renew(issued, meeting)
    assert (line in renewed.past.topics, line in renewed.next.topics) == (True, False)
    assert keeping.renew(paper, meeting).past == paper.past
