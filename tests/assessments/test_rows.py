"""The rows behind each figure of a sheet: the very ones it counts, kept with it, for whoever would find them elsewhere too."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from nennep.assessments import queries, services
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries import EvidenceRow, Gathered, gather_one, list_fact_rows, template_of
from nennep.assessments.rules import EVIDENCE, find
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import Topic
from nennep.meetings.models import Meeting
from nennep.policies.choices import EvidenceKind, ScoreEvidence
from nennep.records.models import MinutesVersion
from tests.assessments.test_facts import EVERYTHING, add_item, fill, make_mixed
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import OPENED_AT, make_held_meeting, make_secretary
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db
ALL_READING = (
    Permission.MEETINGS_READ,
    Permission.MEETINGS_HOLD,
    Permission.SCORES_READ,
    Permission.SCORES_WRITE,
    Permission.MEMBERS_READ,
    Permission.DOCUMENTS_READ,
    Permission.DUTIES_READ,
    Permission.PETITIONS_READ,
)


def started(rows: int = 1) -> tuple[Meeting, ScoreSheet]:
    make_pack({"score.sheet": EVERYTHING})
    meeting = make_held_meeting(make_cell())
    fill(meeting, rows)
    return meeting, services.start_sheet(actor=make_secretary(meeting.organization), meeting=meeting, now=NOW)


def page_of(meeting: Meeting, actor: Actor | None = None) -> queries.LineRowsPage:
    reader = actor or make_actor(*ALL_READING, path=meeting.organization.path)
    return queries.get_rows_page(actor=reader, meeting_id=meeting.public_id, code="1", today=TODAY)


def titles(page: queries.LineRowsPage) -> set[str]:
    return {row.title for part in page.parts for row in part.rows}


COUNTS = {  # as many as there are rows
    ScoreEvidence.UNEXCUSED,
    ScoreEvidence.EXCUSED_STREAK,
    ScoreEvidence.ITEMS,
    ScoreEvidence.PAPERS,
    ScoreEvidence.DUTIES_GIVEN,
    ScoreEvidence.REMARKS,
}


def check(one: ScoreEvidence, gathered: Gathered, rows: tuple[EvidenceRow, ...]) -> None:
    value = find(one, gathered.facts).value
    if one.kind == EvidenceKind.SHARE and value is not None and one != ScoreEvidence.LENGTH_SHARE:
        assert value == Fraction(sum(bool(row.counts) for row in rows), len(rows)), one
    if one in COUNTS and value is not None:
        assert len(rows) == value, one


def test_each_figure_has_the_rows_that_it_counts() -> None:
    for meeting in make_mixed():
        gathered = gather_one(meeting, TODAY, template_of)
        found = list_fact_rows(gathered)
        assert set(found) == set(EVIDENCE)
        for one, rows in found.items():
            check(one, gathered, rows)


def test_a_rich_meeting_has_rows_for_all_but_what_nobody_did() -> None:
    found = list_fact_rows(gather_one(make_mixed()[0], TODAY, template_of))
    assert {one for one, rows in found.items() if not rows} <= {
        ScoreEvidence.CONCLUSION,
        ScoreEvidence.CRITICISM_MINUTES,
        ScoreEvidence.FOLLOWER_TOLD,
        ScoreEvidence.THEMED,
        ScoreEvidence.UNEXCUSED,
    }


def test_the_rows_stay_as_they_were_when_the_cell_agreed_and_follow_when_it_scores_again() -> None:
    meeting, sheet = started()
    MinutesVersion.objects.all().delete()
    actor = make_secretary(meeting.organization)
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    before = page_of(meeting)
    assert (before.is_kept, before.is_agreed) == (True, False)
    ScoreItem.objects.filter(sheet=sheet).update(points=50)
    services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    Duty.objects.filter(title="Việc 0").update(title="Việc đã đổi", state=DutyState.ONGOING, settled_on=None)
    agreed = page_of(meeting)
    assert (agreed.parts, agreed.is_agreed) == (before.parts, True)
    assert "Việc 0" in titles(agreed)
    services.reopen_sheet(actor=actor, sheet=sheet, reason="Sai việc", now=NOW)
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    assert {"Việc 0", "Việc đã đổi"} & titles(page_of(meeting)) == {"Việc đã đổi"}


def test_a_sheet_that_kept_no_rows_shows_those_of_today_and_says_so() -> None:
    meeting, sheet = started()
    kept = page_of(meeting)
    ScoreItem.objects.filter(sheet=sheet).update(rows="")
    now = page_of(meeting)
    assert now == replace(kept, is_kept=False)


@pytest.mark.parametrize(
    ("left_out", "gone"),
    [
        (Permission.DUTIES_READ, "Việc 0"),
        (Permission.PETITIONS_READ, "Chưa trả lời 0"),
        (Permission.DOCUMENTS_READ, "Tài liệu 0"),
    ],
)
def test_whoever_may_not_read_the_rows_elsewhere_does_not_read_them_here(left_out: Permission, gone: str) -> None:
    meeting, _sheet = started()
    path = meeting.organization.path
    reader = make_actor(*(one for one in ALL_READING if one != left_out), path=path)
    some, every = page_of(meeting, reader), page_of(meeting)
    assert (some.hidden, every.hidden) == (True, False)
    assert gone in titles(every) - titles(some)


def test_who_came_and_spoke_is_read_by_others_when_the_minutes_are_approved() -> None:
    meeting, _sheet = started()
    reader = make_actor(Permission.MEETINGS_READ, Permission.SCORES_READ, path=meeting.organization.path)
    name = meeting.roll_call.order_by("pk")[0].member.full_name
    assert name in titles(page_of(meeting, reader))
    MinutesVersion.objects.all().delete()
    assert name not in titles(page_of(meeting, reader))
    assert name in titles(page_of(meeting))


def test_nobody_else_opens_the_rows() -> None:
    meeting, _sheet = started()
    blind = make_actor(Permission.MEETINGS_READ, path=meeting.organization.path)
    outsider = make_actor(*ALL_READING, path=make_cell().path)
    for actor in (blind, outsider):
        with pytest.raises(NotFound):
            page_of(meeting, actor)
    with pytest.raises(NotFound):
        queries.get_rows_page(
            actor=make_secretary(meeting.organization), meeting_id=meeting.public_id, code="99", today=TODAY
        )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_rows_ask_the_same_however_many_there_are(rows: int, django_assert_num_queries: Any) -> None:
    meeting, _sheet = started(rows)
    actor = make_actor(*ALL_READING, path=meeting.organization.path)
    with django_assert_num_queries(4):
        page_of(meeting, actor)


def test_a_task_of_last_month_is_a_row_with_its_date() -> None:
    meeting = make_held_meeting(make_cell())
    member = meeting.roll_call.order_by("pk")[0].member
    make_duty(meeting.organization, member, "Làm mương", state=DutyState.DONE, settled_on=TODAY)
    make_duty(meeting.organization, member, "Việc không hạn", due_on=None)
    found = list_fact_rows(gather_one(meeting, TODAY, template_of))[ScoreEvidence.LAST_DUTIES_DONE_SHARE]
    assert [(row.title, row.counts) for row in found] == [("Làm mương", True)]


@pytest.mark.parametrize(
    ("begun", "in_order", "kept"),
    [
        ((0, 10, 20), True, [True, True, True]),
        ((0, 20, 10), False, [True, True, False]),
        ((20, 0, 10), False, [True, False, False]),
        ((0, None, 0), True, [True, True]),
        ((None, 5, None), None, [True]),
        ((None, None, None), None, []),
    ],
)
def test_the_order_of_the_steps_is_that_of_their_clocks(
    begun: tuple[int | None, ...], in_order: bool | None, kept: list[bool]
) -> None:
    make_pack({"score.sheet": EVERYTHING})
    meeting = make_held_meeting(make_cell())
    meeting.agenda.all().delete()
    for position, minutes in enumerate(begun, start=1):
        at = None if minutes is None else OPENED_AT + timedelta(minutes=minutes)
        add_item(meeting, Topic.NEXT_MONTH, position, started_at=at)
    gathered = gather_one(meeting, TODAY, template_of)
    assert gathered.facts.steps_in_order == in_order
    assert [row.counts for row in list_fact_rows(gathered)[ScoreEvidence.STEPS_IN_ORDER]] == kept


DAY, SECOND = OPENED_AT.replace(hour=0, minute=0, second=0, microsecond=0), timedelta(seconds=1)
DEADLINES = [  # in time until the last second of the last day, or until the meeting begins
    (ScoreEvidence.NOTICE_IN_TIME, "announced_at", DAY - SECOND, True),
    (ScoreEvidence.NOTICE_IN_TIME, "announced_at", DAY, False),
    (ScoreEvidence.PROGRAMME_AGREED, "prepared_at", OPENED_AT - SECOND, True),
    (ScoreEvidence.PROGRAMME_AGREED, "prepared_at", OPENED_AT, False),
    (ScoreEvidence.PROGRAMME_AGREED, "prepared_at", None, False),
    (ScoreEvidence.MEMBERS_TOLD, "announced_at", OPENED_AT - SECOND, True),
    (ScoreEvidence.MEMBERS_TOLD, "announced_at", OPENED_AT, False),
    (ScoreEvidence.FILED_IN_TIME, "filed_at", DAY + timedelta(days=3) - SECOND, True),
    (ScoreEvidence.FILED_IN_TIME, "filed_at", DAY + timedelta(days=3), False),
]


@pytest.mark.parametrize(("one", "field", "at", "kept"), DEADLINES)
def test_a_row_beside_a_deadline_says_what_the_figure_says(
    one: ScoreEvidence, field: str, at: datetime, kept: bool
) -> None:
    make_pack({"score.sheet": EVERYTHING})
    meeting = make_held_meeting(make_cell())
    Meeting.objects.filter(pk=meeting.pk).update(**{field: at})
    gathered = gather_one(meeting, TODAY, template_of)
    first = list_fact_rows(gathered)[one][0]
    assert (first.counts, find(one, gathered.facts).value) == (kept, kept)


def test_nobody_was_called_where_no_notice_went_out() -> None:
    make_pack({"score.sheet": EVERYTHING})
    gathered = gather_one(make_held_meeting(make_cell()), TODAY, template_of)
    rows = list_fact_rows(gathered)
    assert {rows[one][0].counts for one in (ScoreEvidence.NOTICE_IN_TIME, ScoreEvidence.MEMBERS_TOLD)} == {False}
