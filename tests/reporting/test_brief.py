"""The brief of a cell: the questions that facts ask, one sheet, who reads it and at what cost."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.meetings.models import Meeting
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.policies.queries import rules_for
from nennep.records.models import Resolution
from nennep.reporting.choices import Form
from nennep.reporting.queries.brief import get_brief
from nennep.reporting.queries.papers.brief import build_brief_paper
from nennep.reporting.renderers.files import make_file
from nennep.reporting.rules.brief import (
    AdviceFact,
    BriefFacts,
    DutyFact,
    GroupFact,
    MonthFact,
    PetitionFact,
    PetitionNumbers,
    Question,
    ResolutionFact,
    ask_questions,
    clip,
)
from nennep.room.choices import AttendanceState
from tests.factories.accounts import grant_role, make_user
from tests.factories.assessments import stand
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_meeting as make_planned
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting, mark_present
from tests.reporting.test_pdf import read_pages

LATE = PetitionFact("Đèn đường dốc Khau Lắc", age=80, days_left=-38, holder="Phòng Kinh tế")
ANSWERED = PetitionFact("Nước sinh hoạt", age=27, days_left=3, holder="Xã", answer="lắp trước 30/11")
NOVEMBER = Month(2026, 11)


def meeting_of(percent: float | None, month: Month = NOVEMBER) -> MonthFact:
    return MonthFact(month, percent, None, 90)


# ── questions, pure ───────────────────────────────────────────────────────────


def test_the_most_pressing_kinds_are_asked_about_first_each_with_its_fact() -> None:
    task = DutyFact("Mương Nà Khà", "Đang làm, 60%", days_late=9)
    facts = BriefFacts(
        resolutions=(ResolutionFact(NOVEMBER, "05-NQ/CB", UUID(int=1), done=7, total=9, unfinished=(task,)),),
        petitions=(ANSWERED, LATE),
        months=(meeting_of(80.0),),
        groups=(GroupFact("c3", "Chuẩn bị", Decimal(8), Decimal(10)),),
        idle=("Bàn Thị Ghến",),
    )
    assert ask_questions(facts) == (
        Question(
            "“Đèn đường dốc Khau Lắc”: vướng ở đâu, ai trả lời, ngày nào?",
            "Chưa trả lời, quá hạn 38 ngày; đang ở Phòng Kinh tế.",
        ),
        Question("“Mương Nà Khà”: còn cần gì, ai làm, ngày nào xong?", "Đang làm, 60%; quá hạn 9 ngày"),
        Question("Vì sao đảng viên vắng; đồng chí nào chi bộ cần đến gặp?", "11/2026: 80,0%; cần 90%"),
    )


def test_quiet_facts_are_asked_about_when_nothing_presses() -> None:
    advice = AdviceFact("Giao việc có số đo", date(2026, 10, 3), "Chưa trả lời", is_open=True)
    facts = BriefFacts(
        petitions=(ANSWERED,),
        months=(meeting_of(95.0),),
        advice=(advice,),
        groups=(GroupFact("c3", "Chuẩn bị", Decimal("8.5"), Decimal(10), Decimal(9)),),
    )
    assert [question.fact for question in ask_questions(facts)] == [
        "Góp ý ngày 03/10/2026, chi bộ chưa trả lời",
        "8,5/10, quanh đây 9,0",
        "Đã trả lời: lắp trước 30/11; chờ chi bộ cho ý kiến.",
    ]


def test_a_cell_in_good_order_is_asked_what_only_people_can_say() -> None:
    asked = ask_questions(BriefFacts(months=(meeting_of(100.0),)))
    assert [question.fact for question in asked] == ["Hồ sơ không có việc tồn"] * 3
    assert len({question.text for question in asked}) == 3


@pytest.mark.parametrize(
    ("shares", "asked"),
    [
        ([96.0, 94.0, 92.0], True),  # falls three times in a row
        ([92.0, 96.0, 94.0], False),
        ([80.0, 95.0], False),  # what is over is over
        ([95.0, 89.0], True),
        ([], False),
        ([None], False),
    ],
)
def test_attendance_is_asked_about_when_low_or_falling(shares: list[float | None], *, asked: bool) -> None:
    months = tuple(meeting_of(share, NOVEMBER.plus(index)) for index, share in enumerate(shares))
    texts = [question.text for question in ask_questions(BriefFacts(months=months))]
    assert ("Vì sao đảng viên vắng; đồng chí nào chi bộ cần đến gặp?" in texts) is asked


@given(
    petitions=st.lists(st.builds(PetitionFact, st.text(), st.integers(0, 900), st.integers(-900, 40), st.text())),
    percents=st.lists(st.none() | st.floats(0, 100), max_size=6),
    idle=st.lists(st.text(min_size=1)),
)
def test_there_are_always_three_different_questions(
    petitions: list[PetitionFact], percents: list[float | None], idle: list[str]
) -> None:
    facts = BriefFacts(
        petitions=tuple(petitions),
        months=tuple(meeting_of(percent) for percent in percents),
        idle=tuple(idle),
    )
    asked = ask_questions(facts)
    assert len(asked) == 3
    assert len({question.text for question in asked}) == 3


def test_long_texts_end_with_whole_words() -> None:
    assert clip("Đề nghị sửa đường vào thôn.", 100) == "Đề nghị sửa đường vào thôn"
    assert clip("Đề nghị sửa đường, vào thôn", 20) == "Đề nghị sửa đường…"


def test_many_without_a_task_are_named_in_part() -> None:
    facts = BriefFacts(idle=tuple(f"Ma Văn {number}" for number in range(8)))
    assert (
        facts.idle_words == "8 đồng chí: " + ", ".join(f"Ma Văn {number}" for number in range(6)) + " và 2 đồng chí nữa"
    )
    assert BriefFacts().idle_words == "Ai cũng có việc."


# ── facts from records ────────────────────────────────────────────────────────


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def official(cell: Organization) -> User:
    user = make_user("Lương Quốc Hưng")
    grant_role(user, Role.OFFICIAL, cell)
    return user


def fill_months(cell: Organization, count: int) -> None:
    """So many months, each with roll call, score, resolution, a task done and one not; as many petitions and comments."""
    for number in range(count):
        day = date(2026, 11 - number, 3)
        meeting, members = make_meeting(cell, day), [make_member(f"Ma Văn {number}", cell=cell) for _ in range(2)]
        mark_present(meeting, members, [AttendanceState.PRESENT, AttendanceState.EXCUSED])
        score(meeting)
        Resolution.objects.create(meeting=meeting, number=count - number, issued_on=day)
        origin: dict[str, Any] = {
            "origin_kind": "meetings.meeting",
            "origin_id": str(meeting.public_id),
            "given_on": day,
        }
        make_duty(cell, members[0], "Xong rồi", state="done", percent=100, settled_on=day, **origin)
        make_duty(cell, members[0], "Chưa xong", due_on=TODAY - timedelta(days=5 + number), **origin)
        ask(cell, f"Kiến nghị {number}", TODAY - timedelta(days=60 + number))
        draft = AdviceDraft(f"Góp ý {number}")
        give_advice(actor=Actor.system(), organization=cell, draft=draft, origin=Origin("thử", f"{number}"), now=NOW)


def score(meeting: Meeting, *, less: str = "c4.2", by: int = 6) -> None:
    """Full points but in one line."""
    template = rules_for(organization=meeting.organization, on=meeting.held_on).score_sheet
    sheet = stand(
        ScoreSheet.objects.create(
            meeting=meeting,
            template_code=template.code,
            state=SheetState.AGREED,
            total=100 - by,
            grade=Grade.GOOD,
            agreed_at=NOW,
        )
    )
    for position, item in enumerate(template.items):
        points = item.maximum - (by if item.code == less else 0)
        ScoreItem.objects.create(sheet=sheet, code=item.code, position=position, maximum=item.maximum, points=points)


def ask(cell: Organization, text: str, day: date) -> None:
    note_petition(actor=Actor.system(), organization=cell, details=PetitionDetails(text), raised_on=day, now=NOW)


@pytest.mark.django_db
def test_brief_tells_the_cell_from_its_records(cell: Organization) -> None:
    make_post(make_member("Ma Công Lập", cell=cell), cell)
    fill_months(cell, 4)
    coming = make_planned(cell, planned_for=NOW.replace(month=12, day=3))
    brief = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW)
    assert brief.secretary == "Ma Công Lập"
    assert brief.coming == coming
    assert brief.upper == ("Đảng bộ xã Lăng Can",)
    assert [(row.month.number, row.number, row.done, row.total) for row in brief.facts.resolutions] == [
        (11, "04-NQ/CB", 1, 2),
        (10, "03-NQ/CB", 1, 2),
        (9, "02-NQ/CB", 1, 2),
    ]
    assert [(row.month.number, row.percent) for row in brief.facts.months] == [
        (8, 50.0),
        (9, 50.0),
        (10, 50.0),
        (11, 50.0),
    ]
    assert [(group.title, group.points, group.maximum) for group in brief.facts.groups] == [
        ("Tổ chức sinh hoạt", Decimal(34), Decimal(40))
    ]
    assert brief.facts.idle == ("Ma Công Lập", "Ma Văn 0", "Ma Văn 1", "Ma Văn 2", "Ma Văn 3")
    assert [petition.text for petition in brief.petitions] == [
        "Kiến nghị 3",
        "Kiến nghị 2",
        "Kiến nghị 1",
        "Kiến nghị 0",
    ]
    assert (len(brief.advice), brief.more_petitions) == (2, 0)


@pytest.mark.django_db
def test_a_weak_group_stands_beside_the_cells_around(commune: Organization, cell: Organization) -> None:
    score(make_meeting(cell, date(2026, 11, 3)), by=6)
    score(make_meeting(make_unit("Chi bộ thôn Khau Quang", parent=commune), date(2026, 11, 3)), by=2)
    groups = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW).facts.groups
    assert [(group.points, group.around) for group in groups] == [(Decimal(34), Decimal(36))]


@pytest.mark.django_db
def test_the_cells_around_are_those_of_the_day_of_each_meeting(commune: Organization, cell: Organization) -> None:
    """One that moved away since was a neighbour, one that came since was none; a moved cell keeps its own points."""
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
    gone, come = make_unit("Chi bộ đi", parent=other), make_unit("Chi bộ đến", parent=commune)
    for unit, above, by in ((cell, commune, 6), (gone, commune, 2), (come, other, 4)):
        meeting = make_meeting(unit, date(2026, 11, 3))
        meeting.unit_lineage = f"{above.pk}.{unit.pk}"
        meeting.save()
        score(meeting, by=by)
    (group,) = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW).facts.groups
    assert (group.points, group.around) == (Decimal(34), Decimal(36))
    (moved,) = get_brief(actor=Actor.system(), cell=come.public_id, now=NOW).facts.groups
    assert (moved.points, moved.around) == (Decimal(36), Decimal(36))  # of cell and gone: 34 and 38


@pytest.mark.django_db
def test_a_new_cell_has_a_brief_too(cell: Organization) -> None:
    brief = get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW)
    assert brief.facts == BriefFacts()
    assert len(brief.questions) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_brief_costs_the_same_however_much_there_is(
    cell: Organization, rows: int, django_assert_num_queries: Any
) -> None:
    fill_months(cell, rows)
    with django_assert_num_queries(16):
        get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW)


@pytest.mark.django_db
def test_paper_says_what_the_page_says(cell: Organization) -> None:
    fill_months(cell, 1)
    paper = build_brief_paper(get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW))
    assert paper.letterhead.upper == "Đảng ủy xã Lăng Can"
    assert [line.heading for line in paper.resolutions] == ["Tháng 11/2026: xong 1/2 việc."]
    assert [line.heading for line in paper.petitions] == ["Kiến nghị 0"]
    assert re.match(r"\(\d+ ngày\): chưa trả lời", paper.petitions[0].text)
    assert re.match(r"Chưa xong: [a-zđ][^.]*\.$", paper.resolutions[0].text)
    assert paper.state[0].text == "11/2026: 50,0%"


# ── reading ───────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_official_reads_the_brief_and_the_reading_is_kept(client: Client, cell: Organization, official: User) -> None:
    fill_months(cell, 1)
    client.force_login(official)
    page = client.get(reverse("reporting:brief", args=[cell.public_id])).content.decode()
    assert "Ba câu nên hỏi" in page
    assert AuditEvent.objects.filter(verb="reporting.list_read", user_id=official.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_saved_page_holds_everything_and_leads_nowhere(client: Client, cell: Organization, official: User) -> None:
    fill_months(cell, 1)
    client.force_login(official)
    answer = client.get(reverse("reporting:brief_saved", args=[cell.public_id]))
    page = answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "Kiến nghị 0" in page
    assert [word for word in ("<script", "<link", "href=", "src=", "url(", "http") if word in page] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_a_unit_above_cells_has_no_brief(client: Client, commune: Organization, cell: Organization) -> None:
    user = make_user()
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(user)
    assert client.get(reverse("reporting:brief", args=[commune.public_id])).status_code == 404
    assert client.get(reverse("reporting:brief", args=[cell.public_id])).status_code == 200


@pytest.mark.django_db
def test_the_fullest_brief_is_one_sheet(cell: Organization) -> None:
    """Every text as long as it may be, everything late, everybody without a task."""
    long = "Vận động các hộ trong thôn hiến đất mở rộng đường liên thôn đoạn từ nhà văn hóa đến cầu treo Nà Khà " * 3
    parent = "Đảng bộ xã Lăng Can, huyện Lâm Bình"
    task = DutyFact(clip(long, 70), clip(long, 50), days_late=30)
    petition = PetitionFact(clip(long), age=400, days_left=-300, holder=parent)
    answered = PetitionFact(clip(long), age=400, days_left=-300, holder=parent, answer=clip(long, 80))
    advice = AdviceFact(clip(long, 80), date(2026, 10, 3), "Làm được một phần", is_open=False, answer=clip(long, 50))
    group = GroupFact("c4", "Kết quả lãnh đạo thực hiện nghị quyết", Decimal("37.5"), Decimal(40), Decimal("33.2"))
    facts = BriefFacts(
        resolutions=(ResolutionFact(NOVEMBER, "19-NQ/CB", UUID(int=1), done=7, total=9, unfinished=(task,) * 2),) * 3,
        petitions=(petition, petition, answered, answered, petition),
        months=tuple(MonthFact(NOVEMBER, 88.9, Decimal(93), 90) for _ in range(6)),
        groups=(group, group),
        idle=tuple(f"Nguyễn Thị Hồng Nhung {number}" for number in range(30)),
        advice=(advice,) * 2,
        numbers=PetitionNumbers(104, 99, 45, 38, upper=parent, around=1204, around_late=880, alike=907),
    )
    brief = replace(
        get_brief(actor=Actor.system(), cell=cell.public_id, now=NOW),
        secretary="Nguyễn Thị Hồng Nhung",
        facts=facts,
        petitions=facts.petitions[:4],
        more_petitions=1,
        advice=facts.advice,
        questions=ask_questions(facts),
    )
    assert len(read_pages(make_file(build_brief_paper(brief), Form.PDF))) == 1
