"""What was begun or moved after the papers went out is named on the home page until it is settled."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from nennep.assessments.models import ScoreSheet, SideScore
from nennep.assessments.queries import list_unsettled_scores
from nennep.assessments.services import (
    CommuneDraft,
    Decision,
    FactsMoved,
    agree_sheet,
    confirm_score,
    propose_again,
    reopen_sheet,
    score_items,
    start_sheet,
)
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.services.corrections import correct_minutes
from nennep.records.services.filing import file_meeting
from nennep.records.services.minutes import approve_minutes
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from nennep.site.queries import get_secretary_home
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import make_held_meeting, make_secretary
from tests.factories.policies import make_pack
from tests.policies.sheet_lines import checklist

pytestmark = pytest.mark.django_db
ANYBODY = Actor.system()
LATER = NOW + timedelta(days=1)


@pytest.fixture
def meeting() -> Meeting:
    """Scored, approved, not filed; one was away without a reason."""
    meeting = make_held_meeting(make_cell())
    entry = meeting.roll_call.order_by("pk")[0]
    RollCallEntry.objects.filter(pk=entry.pk).update(state=AttendanceState.UNEXCUSED)
    sheet = start_sheet(actor=ANYBODY, meeting=meeting, now=NOW)
    everything = {code: Decision(Decimal(1), "Chi bộ bàn") for code in sheet.items.values_list("code", flat=True)}
    score_items(actor=ANYBODY, sheet=sheet, decisions=everything, to_mend="", now=NOW)
    agree_sheet(actor=ANYBODY, sheet=sheet, now=NOW)
    approve_minutes(actor=ANYBODY, meeting=meeting, now=NOW)
    return meeting


def file(meeting: Meeting) -> None:
    file_meeting(actor=ANYBODY, meeting=meeting, now=NOW)


def reopen() -> ScoreSheet:
    return reopen_sheet(actor=ANYBODY, sheet=ScoreSheet.objects.get(), reason="Sót một việc", now=LATER)


def list_labels(meeting: Meeting, *, days: int = 1, actor: Actor = ANYBODY) -> list[str]:
    today = (NOW + timedelta(days=days)).date()
    return [row.label for row in list_unsettled_scores(actor=actor, cell=meeting.organization, today=today)]


def test_a_sheet_reopened_after_the_filing_is_named_until_it_is_agreed(meeting: Meeting) -> None:
    file(meeting)
    assert list_labels(meeting) == []
    sheet = reopen()
    assert list_labels(meeting) == ["Đang chấm lại, chưa thống nhất"]
    agree_sheet(actor=ANYBODY, sheet=sheet, now=LATER)
    assert list_labels(meeting) == []


def test_before_the_filing_the_steps_of_the_month_say_it(meeting: Meeting) -> None:
    reopen()
    assert list_labels(meeting) == []


def test_what_was_filed_without_a_score_is_named(meeting: Meeting) -> None:
    ScoreSheet.objects.all().delete()
    start_sheet(actor=ANYBODY, meeting=meeting, now=NOW)
    file(meeting)
    assert list_labels(meeting) == ["Chưa thống nhất điểm"]


def test_what_was_filed_and_never_scored_is_asked_for_while_its_rule_lasts(meeting: Meeting) -> None:
    """Held on Monday 9 November, three working days: asked for on the 12th, no more on the 13th; without a rule for a month."""
    ScoreSheet.objects.all().delete()
    file(meeting)
    (row,) = list_unsettled_scores(actor=ANYBODY, cell=meeting.organization, today=meeting.held_on)
    assert (row.label, row.is_begun, row.due_on) == ("Đã gửi hồ sơ, chưa chấm điểm", False, None)
    days = [meeting.held_on + timedelta(days=days) for days in (30, 31)]
    assert [len(list_unsettled_scores(actor=ANYBODY, cell=meeting.organization, today=day)) for day in days] == [1, 0]
    make_pack({"score.report_working_days": 3}, organization=meeting.organization)
    found = [
        list_unsettled_scores(actor=ANYBODY, cell=meeting.organization, today=date(2026, 11, day)) for day in (12, 13)
    ]
    assert [[row.due_on for row in rows] for rows in found] == [[date(2026, 11, 12)], []]
    readers = make_actor(Permission.SCORES_READ, path=meeting.organization.path)
    assert list_unsettled_scores(actor=readers, cell=meeting.organization, today=TODAY) == ()
    start_sheet(actor=ANYBODY, meeting=meeting, now=NOW)
    assert list_labels(meeting) == ["Chưa thống nhất điểm"]


def test_what_no_sheet_is_for_or_somebody_above_scored_is_not_asked_for(meeting: Meeting) -> None:
    ScoreSheet.objects.all().delete()
    file(meeting)
    confirm_score(actor=ANYBODY, meeting=meeting, draft=CommuneDraft(total=Decimal(80)), now=LATER)
    assert list_labels(meeting) == []
    SideScore.objects.all().delete()
    assert list_labels(meeting) == ["Đã gửi hồ sơ, chưa chấm điểm"]
    make_pack({"score.sheet": checklist({}, applies_to=["thematic"])}, organization=meeting.organization)
    assert list_labels(meeting) == []


def test_minutes_corrected_against_the_score_are_named_for_a_month(meeting: Meeting) -> None:
    file(meeting)
    entry = meeting.roll_call.order_by("pk")[0]
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.EXCUSED, "Ốm")})
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Có đơn", now=LATER)
    said = ["Biên bản đã đính chính, chưa chấm lại"]
    assert [list_labels(meeting, days=days) for days in (1, 31, 32)] == [said, said, []]


def test_a_correction_that_moves_no_line_of_the_score_is_not(meeting: Meeting) -> None:
    file(meeting)
    changes = MinutesChanges(fee_note="Thu đủ")
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Sót", now=LATER)
    assert list_labels(meeting) == []


def test_who_does_not_read_scores_is_told_nothing(meeting: Meeting) -> None:
    file(meeting)
    reopen()
    reader = make_actor(Permission.MEETINGS_READ, path=meeting.organization.path)
    assert list_labels(meeting, actor=reader) == []


def test_the_home_page_leads_there(meeting: Meeting) -> None:
    file(meeting)
    reopen()
    cell = meeting.organization
    home = get_secretary_home(actor=make_secretary(cell), cell=cell.public_id, now=LATER)
    assert [(row.meeting_id, row.is_reopened, row.is_agreed) for row in home.unsettled] == [
        (meeting.public_id, True, False)
    ]


def test_a_score_is_not_agreed_on_a_roll_call_that_was_corrected_meanwhile(meeting: Meeting) -> None:
    """The correction came while the sheet was being scored: the line still says what the roll call said before."""
    sheet = reopen()
    entry = meeting.roll_call.order_by("pk")[0]
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.EXCUSED, "Ốm")})
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Có đơn", now=LATER)
    with pytest.raises(FactsMoved):
        agree_sheet(actor=ANYBODY, sheet=sheet, now=LATER)
    assert ScoreSheet.objects.get().agreed_at is None
    agree_sheet(actor=ANYBODY, sheet=propose_again(actor=ANYBODY, sheet=sheet, now=LATER), now=LATER)
    assert ScoreSheet.objects.get().agreed_at == LATER
