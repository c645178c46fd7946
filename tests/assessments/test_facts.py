"""The facts of many meetings at once: the same as of each alone and as their owners say, for the same number of queries."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.assessments import queries, services
from nennep.assessments.models import ScoreSheet
from nennep.assessments.rules import MeetingFacts
from nennep.core.access import Actor
from nennep.documents.models import Document
from nennep.duties.choices import DutyCategory, DutyState
from nennep.duties.models import DutyReport, FormerDueDate
from nennep.meetings.choices import AdviceState, MeetingKind, MeetingState, Topic
from nennep.meetings.models import Advice, AgendaItem, Meeting, MeetingRoutine, Premeeting
from nennep.meetings.queries.agenda import ORIGIN_KIND, get_agenda_page
from nennep.meetings.queries.premeeting import list_preparers
from nennep.members.choices import MembershipKind, PostKind
from nennep.members.models import Member
from nennep.organizations.choices import CellType
from nennep.organizations.models import FormerCellType, Organization
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import PetitionStep
from nennep.policies.choices import PolicyKey, ScoreEvidence
from nennep.records.models import MinutesVersion
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import PastImport, PastMark, PastMeeting, Remark, Speech, Vote
from nennep.room.queries.course import read_course
from nennep.room.queries.outcome import list_last_duties, list_warnings
from nennep.visits.choices import VisitState
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import OPENED_AT, make_entry, make_held_meeting, make_meeting, make_secretary
from tests.factories.members import make_post
from tests.factories.petitions import make_petition
from tests.factories.policies import make_pack
from tests.factories.visits import make_official, make_visit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
EVERYTHING = {
    "code": "du-can-cu",
    "title": "Mọi căn cứ",
    "groups": [
        {
            "code": "g",
            "title": "G",
            "items": [{"code": "1", "title": "A", "max": 100, "told": [one.value for one in ScoreEvidence]}],
        }
    ],
}


def add_item(meeting: Meeting, topic: Topic, position: int, **fields: Any) -> AgendaItem:
    return AgendaItem.objects.create(
        meeting=meeting, position=position, phase="proceedings", topic=topic, title="Mục", minutes_planned=10, **fields
    )


def hold_before(cell: Organization, months: int, member: Member, state: AttendanceState) -> Meeting:
    opened = OPENED_AT - timedelta(days=30 * months)
    meeting = make_meeting(
        cell,
        planned_for=opened,
        state=MeetingState.HELD,
        opened_at=opened,
        closed_at=opened + timedelta(hours=2),
    )
    make_entry(meeting, member, state)
    return meeting


def fill(meeting: Meeting, rows: int = 2) -> None:
    """So many rows of everything a meeting is scored by."""
    cell, members = meeting.organization, [entry.member for entry in meeting.roll_call.order_by("pk")]
    for number in range(rows):
        told = make_duty(cell, members[0], f"Việc {number}", state=DutyState.DONE, settled_on=TODAY)
        moved = make_duty(cell, members[1], f"Việc dời {number}", due_on=date(2026, 12, 1))
        FormerDueDate.objects.create(duty=moved, organization=cell, due_on=date(2026, 10, 20), until=date(2026, 11, 20))
        make_duty(cell, members[1], f"Hộ {number}", category=DutyCategory.HOUSEHOLDS, due_on=None)
        given: dict[str, Any] = {
            "origin_kind": ORIGIN_KIND,
            "origin_id": str(meeting.public_id),
            "given_on": meeting.held_on,
        }
        make_duty(cell, members[1], f"Giao {number}", **given)
        DutyReport.objects.create(
            duty=told, state=DutyState.DONE, percent=100, note="Xong", at=OPENED_AT + timedelta(minutes=5)
        )
        topic = add_item(meeting, Topic.PETITIONS, 10 + number, origin_kind="petitions.petition")
        petition = make_petition(
            cell, f"Sửa cầu {number}", due_on=date(2026, 11, 1 + number), state=PetitionState.ANSWERED
        )
        AgendaItem.objects.filter(pk=topic.pk).update(origin_id=str(petition.public_id))
        PetitionStep.objects.create(
            petition=petition, kind=StepKind.ANSWERED, unit=cell, at=OPENED_AT + timedelta(minutes=9), by_name="A"
        )
        make_petition(cell, f"Chưa trả lời {number}", due_on=date(2026, 10, 20))
        Remark.objects.create(meeting=meeting, member=members[0], kind=RemarkKind.PRAISE, text="Tốt")
        item = add_item(meeting, Topic.NEXT_MONTH, 20 + number)
        Speech.objects.create(item=item, member=members[number % 3], first_at=NOW, last_at=NOW)
        Document.objects.create(
            organization=cell,
            title=f"Tài liệu {number}",
            origin_kind=ORIGIN_KIND,
            origin_id=str(meeting.public_id),
            created_at=OPENED_AT - timedelta(days=3 * number),
        )
        Advice.objects.create(organization=cell, text=f"Góp ý {number}", given_on=date(2026, 10, 9), given_by_name="B")
    Advice.objects.create(
        organization=cell,
        text="Đã làm",
        given_on=date(2026, 9, 9),
        given_by_name="B",
        state=AdviceState.TAKEN_UP,
        answered_at_meeting=meeting,
    )
    MinutesVersion.objects.create(
        meeting=meeting,
        number=1,
        approved_at=OPENED_AT + timedelta(hours=1),
        approved_by_name="A",
        content={},
        sha256="",
    )
    Vote.objects.create(meeting=meeting, subject="Nghị quyết", base=3, in_favour=3, passed=True, at=NOW)


def make_mixed() -> list[Meeting]:
    """A rich meeting after one excused often, a bare one, one of a kind without a table, a second one of the first cell."""
    make_pack({"score.sheet": EVERYTHING})
    rich = make_held_meeting(make_cell())
    cell = rich.organization
    members = [entry.member for entry in rich.roll_call.order_by("pk")]
    for months in (1, 2, 3):
        hold_before(cell, months, members[2], AttendanceState.EXCUSED)
    rich.roll_call.filter(member=members[2]).update(state=AttendanceState.EXCUSED)
    fill(rich)
    make_post(members[0], cell, PostKind.SECRETARY)
    Premeeting.objects.create(meeting=rich, held_at=OPENED_AT - timedelta(days=3), concluded_at=OPENED_AT)
    MeetingRoutine.objects.create(organization=cell, since=date(2026, 11, 1), fixed_day=9, starts_at="19:00")
    make_visit(make_official(cell), cell, state=VisitState.ATTENDED, meeting=rich)
    bare = make_held_meeting(make_cell("Chi bộ bản Chang"))
    FormerCellType.objects.create(organization=bare.organization, cell_type=CellType.OFFICE, until=date(2026, 12, 1))
    other = make_held_meeting(make_cell("Chi bộ Nặm Chá"))
    Meeting.objects.filter(pk=other.pk).update(kind=MeetingKind.EXTRAORDINARY, opened_at=NOW - timedelta(minutes=40))
    fill(Meeting.objects.select_related("organization").get(pk=other.pk), rows=1)
    second = hold_before(cell, 4, members[1], AttendanceState.UNEXCUSED)
    return list(Meeting.objects.filter(pk__in=[rich.pk, bare.pk, other.pk, second.pk]).order_by("pk"))


def test_many_at_once_are_the_same_as_each_alone() -> None:
    meetings = make_mixed()
    together = {one.meeting.pk: one.facts for one in queries.gather([one.pk for one in meetings], today=TODAY)}
    assert together == {one.pk: queries.gather_facts(meeting=one, today=TODAY) for one in meetings}
    assert len(set(map(repr, together.values()))) == 4


def test_the_facts_of_a_full_meeting() -> None:
    rich = make_mixed()[0]
    facts = queries.gather_facts(meeting=rich, today=TODAY)
    assert facts == MeetingFacts(
        held_on="09/11/2026",
        window_kept=True,
        minutes_long=facts.minutes_long,
        minutes_required=90,
        counted=3,
        present=2,
        unexcused=0,
        attendance_target=90,
        prepared=False,
        announced=False,
        papers=2,
        papers_on_time=False,
        items=5,
        items_taken=5,
        attending=2,
        speakers=2,
        praises=2,
        reminders=0,
        criticism_minutes=0,
        last_duties=4,
        last_duties_done=2,
        concluded=True,
        minutes_approved=True,
        filed=False,
        filed_on_time=None,
        followed=True,
        papers_early=1,
        announced_in_time=False,
        streaks=1,
        committee_met=True,
        is_led_alone=True,
        follower_told=True,
        has_theme=False,
        theme_taken=None,
        resolution_passed=True,
        approved_that_day=True,
        duties_given=2,
        petitions_due=4,
        petitions_answered=2,
        advice_due=3,
        advice_taken_up=1,
    )


def test_the_facts_are_those_of_their_owners() -> None:
    for meeting in make_mixed():
        facts = queries.gather_facts(meeting=meeting, today=TODAY)
        course = read_course(meeting, list(meeting.agenda.order_by("position", "pk")))
        assert (facts.items, facts.items_taken, facts.followed) == (
            course.counted,
            len(course.reached),
            course.followed,
        )
        table = [row for row in list_last_duties(actor=SYSTEM, meeting=meeting) if row.state != DutyState.DROPPED]
        settled = [row for row in table if not row.is_open]
        assert (facts.last_duties_done, facts.last_duties >= len(settled)) == (
            sum(row.state == DutyState.DONE for row in table),
            True,
        )
        premeeting = Premeeting.objects.filter(meeting=meeting).first()
        assert facts.is_led_alone == (len(list_preparers(meeting, premeeting).people) <= 1)


def test_marks_from_the_book_of_before_count_for_the_streak() -> None:
    make_pack({"score.sheet": EVERYTHING})
    meeting = make_held_meeting(make_cell())
    entry = meeting.roll_call.order_by("pk")[0]
    meeting.roll_call.filter(pk=entry.pk).update(state=AttendanceState.EXCUSED)
    source = PastImport.objects.create(organization=meeting.organization, uploaded_at=NOW, name="So.csv")
    for month in (7, 8, 9):
        past = PastMeeting.objects.create(
            organization=meeting.organization, source=source, month=date(2026, month, 1), kind=MeetingKind.REGULAR
        )
        PastMark.objects.create(meeting=past, member=entry.member, state=AttendanceState.EXCUSED)
    assert queries.gather_facts(meeting=meeting, today=TODAY).streaks == 1


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("document", "number"),
    [
        ("hd-42-2025", 9),  # who leads the cell: one
        ("an-phu-2025", 10),  # and who was excused too often: one
    ],
)
def test_the_page_asks_the_same_however_many_rows(
    rows: int, document: str, number: int, django_assert_num_queries: Any
) -> None:
    """The meeting, the sheet with its lines, the sides, the rules, who may be named, and all evidence. Not counted here is what
    every page of the program asks for whoever is signed in (session, user, grants, menu)."""
    meeting = make_held_meeting(make_cell())
    fill(meeting, rows)
    actor = make_secretary(meeting.organization)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    ScoreSheet.objects.filter(pk=sheet.pk).update(template_code=document)
    with django_assert_num_queries(number):
        queries.get_sheet_page(actor=actor, meeting_id=meeting.public_id, today=TODAY)


@pytest.mark.parametrize("rows", [1, 3])
def test_one_meeting_is_scored_with_nine_queries_whatever_its_sheet_asks(
    rows: int, django_assert_num_queries: Any
) -> None:
    """With local rules, a pre-meeting that was held, petitions on the programme, and the sheet that asks most."""
    meeting = make_held_meeting(make_cell())
    fill(meeting, rows)
    make_pack({"score.sheet": EVERYTHING}, organization=meeting.organization)
    members = [entry.member for entry in meeting.roll_call.order_by("pk")]
    for member, kind in zip(members, (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY), strict=False):
        make_post(member, meeting.organization, kind)
    held = Premeeting.objects.create(meeting=meeting, held_at=meeting.planned_for - timedelta(days=4))
    held.present.set(members)
    with django_assert_num_queries(9):
        queries.gather_facts(meeting=meeting, today=TODAY)


@pytest.mark.parametrize(("members", "minutes"), [(29, 90), (30, 120)])
def test_a_large_cell_is_asked_for_a_longer_meeting_where_its_sheet_says_so(members: int, minutes: int) -> None:
    """Those on its rolls on the day: who sits there for a while and who comes later are not."""
    meeting = make_held_meeting(make_cell())
    cell = meeting.organization
    for number in range(members - 3):
        join_cell(cell, f"Lò Văn {number}")
    join_cell(cell, "Người ở nơi khác", kind=MembershipKind.TEMPORARY)
    join_cell(cell, "Người đến sau", since=date(2026, 11, 10))
    assert queries.gather_facts(meeting=meeting, today=TODAY).minutes_required == 90
    make_pack({"score.sheet": EVERYTHING | {"large_cell": {"members": 30, "minutes": 120}}})
    assert queries.gather_facts(meeting=meeting, today=TODAY).minutes_required == minutes
    warned = {one.key: one.rule for one in list_warnings(meeting, now=OPENED_AT + timedelta(minutes=89))}
    assert f"ít nhất {minutes} phút" in warned[PolicyKey.MINUTES_REGULAR]
    assert get_agenda_page(actor=make_secretary(cell), meeting=meeting, today=TODAY).length.minimum == minutes
    Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.EXTRAORDINARY)
    assert queries.gather_facts(meeting=meeting, today=TODAY).minutes_required == 0
