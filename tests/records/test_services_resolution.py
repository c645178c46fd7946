"""The month's resolution: its number, its words, its end with the filing."""

from datetime import date

import pytest
from django.db import transaction

from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.organizations.models import Term
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.queries.filing import get_filing_page
from nennep.records.queries.resolution import get_resolution_page, list_resolutions
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services import filing, minutes, resolution
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import at, make_held_meeting, make_secretary

pytestmark = pytest.mark.django_db
DIRECTIONS = ResolutionTexts(directions="Hoàn thành mương Nà Khà.")


def approved(meeting: Meeting, actor: Actor, extra: str = "") -> MinutesVersion:
    return minutes.approve_minutes(actor=actor, meeting=meeting, extra=extra, now=NOW)


def test_resolutions_are_numbered_through_the_term() -> None:
    cell = make_cell()
    term = Term.objects.create(organization=cell, name="2025–2027", valid_from=date(2025, 6, 1))
    actor = make_secretary(cell)
    meeting = make_held_meeting(cell)
    proposal = get_resolution_page(actor=actor, public_id=meeting.public_id)
    assert (proposal.number, proposal.may_issue, proposal.texts.directions) == ("", True, "Làm xong mương trước 20/11.")
    with pytest.raises(resolution.DirectionsMissing):
        resolution.issue_resolution(actor=actor, meeting=meeting, texts=ResolutionTexts(), now=NOW)
    issued = resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    assert (issued.number, issued.term, issued.issued_on) == (1, term, date(2026, 11, 9))
    with pytest.raises(resolution.ResolutionExists):
        resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    page = get_resolution_page(actor=actor, public_id=meeting.public_id)
    assert (page.number, page.title) == ("01-NQ/CB", "Lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026")
    assert [row.number for row in list_resolutions(actor=actor, organization=cell)] == ["01-NQ/CB"]


def test_a_new_term_begins_at_one_and_a_resolution_that_failed_leaves_no_gap() -> None:
    cell = make_cell()
    actor = make_secretary(cell)
    Term.objects.create(organization=cell, name="2023–2025", valid_from=date(2023, 6, 1), valid_to=date(2026, 10, 1))
    Term.objects.create(organization=cell, name="2026–2028", valid_from=date(2026, 10, 1))

    def hold(day: date) -> Meeting:
        meeting = make_held_meeting(make_cell("Khác"))
        facts = {"month": day.replace(day=1), "planned_for": at(day), "opened_at": at(day), "organization": cell}
        Meeting.objects.filter(pk=meeting.pk).update(**facts)
        meeting.refresh_from_db()
        return meeting

    meetings = [hold(date(2026, month, 3)) for month in (8, 9, 10)]
    numbers = []
    for meeting in meetings:
        with transaction.atomic():
            resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
            transaction.set_rollback(True)
        numbers.append(resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW).number)
    assert numbers == [1, 2, 1]


def test_a_resolution_changes_until_the_papers_are_filed() -> None:
    cell = make_cell()
    actor = make_secretary(cell)
    meeting = make_held_meeting(cell)
    with pytest.raises(resolution.ResolutionMissing):
        resolution.change_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    better = ResolutionTexts(thinking="Yên tâm.", directions="Hoàn thành mương.")
    resolution.change_resolution(actor=actor, meeting=meeting, texts=better, now=NOW)
    assert Resolution.objects.get().thinking == "Yên tâm."
    with pytest.raises(minutes.MinutesNotApproved):
        filing.file_meeting(actor=actor, meeting=meeting, now=NOW)
    approved(meeting, actor)
    filing.file_meeting(actor=actor, meeting=meeting, now=NOW)
    with pytest.raises(resolution.ResolutionFiled):
        resolution.change_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    with pytest.raises(filing.AlreadyFiled):
        filing.file_meeting(actor=actor, meeting=meeting, now=NOW)
    page = get_filing_page(actor=actor, public_id=meeting.public_id, now=NOW)
    assert (page.deadline, page.minutes_version, page.may_file) == (date(2026, 11, 11), 1, False)
