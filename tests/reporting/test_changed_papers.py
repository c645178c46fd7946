"""What was changed past the program, or cannot be read, is refused in one sentence at the moment it is opened."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.audit.models import AuditEvent
from nennep.core.frozen import ContentChanged, hash_content
from nennep.core.models import FrozenModel
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.rules.corrections import MinutesChanges
from nennep.records.services.corrections import correct_minutes
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries.papers import AFTER
from tests.factories.issued import ANYBODY, LATER, correct, correct_absence, file
from tests.factories.people import People, make_people
from tests.factories.reporting import make_full_month

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
Change = Callable[[dict[str, Any]], dict[str, Any]]
SAID = "không còn khớp mã kiểm"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Filed, and corrected once: every paper has two versions."""
    meeting = make_full_month(people.cell)
    file(meeting)
    correct_absence(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def change(row: FrozenModel, content: dict[str, Any], *, sealed: bool = False) -> None:
    """Past the program; `sealed` with a checksum of its own, as a program of another day would have written it."""
    sha256 = hash_content(content) if sealed else row.sha256
    type(row)._default_manager.filter(pk=row.pk).update(content=content, sha256=sha256)


def list_rows(meeting: Meeting) -> list[FrozenModel]:
    return [*MinutesVersion.objects.filter(meeting=meeting), *IssuedPaper.objects.filter(meeting=meeting)]


def list_addresses(meeting: Meeting) -> list[str]:
    """Every page and paper that reads what was kept of a meeting."""
    names = ("show_minutes", "edit_minutes", "show_resolution", "correct_resolution", "show_filing", "follow_meeting")
    found = [reverse(f"records:{name}", args=[meeting.public_id]) for name in names]
    found += [reverse("records:show_version", args=[meeting.public_id, number]) for number in (1, 2)]
    found += [reverse(f"reporting:{name}", args=[meeting.public_id]) for name in ("papers", "bundle")]
    found += [reverse("meetings:show_meeting", args=[meeting.public_id])]
    cell = meeting.organization.public_id
    found += [reverse("reporting:year_paper", args=[cell, "so-bien-ban", 2026])]
    for kind in AFTER:
        found.append(reverse("reporting:paper", args=[meeting.public_id, kind.address]))
        found += [reverse("reporting:paper_version", args=[meeting.public_id, kind.address, one]) for one in (1, 2)]
    return found


def open_all(client: Client, meeting: Meeting) -> dict[str, tuple[int, str]]:
    answers = {address: client.get(address) for address in list_addresses(meeting)}
    return {
        address: (one.status_code, one.content.decode() if "text/html" in one["Content-Type"] else "")
        for address, one in answers.items()
    }


def test_as_it_was_kept_everything_opens(people: People, meeting: Meeting) -> None:
    answers = open_all(people.insider, meeting)
    assert {address: status for address, (status, _text) in answers.items() if status not in {200, 302}} == {}
    assert [address for address, (_status, text) in answers.items() if SAID in text] == []


@pytest.mark.parametrize(
    ("damage", "sealed"),
    [
        pytest.param(lambda content: {key: content[key] for key in content if key != "revisions"}, False, id="key"),
        pytest.param(lambda content: {**content, "place": "Nơi khác"}, False, id="word"),
        pytest.param(lambda _content: {}, False, id="emptied"),
        pytest.param(lambda _content: {"items": [None], "sitting": 3}, True, id="of another program"),
    ],
)
def test_no_page_fails_over_what_was_changed(people: People, meeting: Meeting, damage: Change, sealed: bool) -> None:
    for row in list_rows(meeting):
        change(row, damage(row.content) if damage(row.content) != row.content else {}, sealed=sealed)
    answers = open_all(people.insider, meeting)
    assert {address: status for address, (status, _text) in answers.items() if status >= 500} == {}
    for kind in AFTER:
        status, text = answers[reverse("reporting:paper", args=[meeting.public_id, kind.address])]
        assert (status, "bản lưu" in text.lower()) == (422, True), kind.address


def test_the_version_that_was_changed_is_refused_and_the_others_open(people: People, meeting: Meeting) -> None:
    row = IssuedPaper.objects.get(meeting=meeting, kind="nghi-quyet", number=1)
    change(row, {**row.content, "subject": "Khác"})
    answers = open_all(people.insider, meeting)
    first, second = (reverse("reporting:paper_version", args=[meeting.public_id, "nghi-quyet", one]) for one in (1, 2))
    assert answers[first][0] == 422
    assert f"Nghị quyết, bản 1: bản lưu {SAID}" in answers[first][1]
    assert answers[second][0] == 200
    page = answers[reverse("reporting:papers", args=[meeting.public_id])][1]
    assert (first in page, second in page, SAID in page) == (False, True, True)
    assert [address for address, (status, _text) in answers.items() if status not in {200, 302}] == [first]


def test_changed_minutes_are_not_read_as_the_minutes(people: People, meeting: Meeting) -> None:
    row = MinutesVersion.objects.get(meeting=meeting, number=2)
    change(row, {**row.content, "fee_note": "Chưa ai từng nói thế"})
    answers = open_all(people.insider, meeting)
    status, text = answers[reverse("records:show_minutes", args=[meeting.public_id])]
    assert (status, SAID in text, "Chưa ai từng nói thế" in text) == (200, True, False)
    assert answers[reverse("records:edit_minutes", args=[meeting.public_id])][0] == 403
    assert answers[reverse("records:show_version", args=[meeting.public_id, 1])][0] == 200


@pytest.mark.parametrize("model", [MinutesVersion, IssuedPaper])
def test_nothing_is_corrected_on_top_of_what_was_changed(meeting: Meeting, model: type[FrozenModel]) -> None:
    """The correction would give the changed words a checksum that holds."""
    for row in model._default_manager.all():
        change(row, {**row.content, "place": "Nơi khác"})
    before = [(type(row), row.pk) for row in list_rows(meeting)], AuditEvent.objects.count()
    with pytest.raises(ContentChanged):
        correct_minutes(actor=ANYBODY, meeting=meeting, changes=MinutesChanges(fee_note="Đủ"), reason="Sót", now=LATER)
    after = [(type(row), row.pk) for row in list_rows(meeting)], AuditEvent.objects.count()
    assert (after, Meeting.objects.get(pk=meeting.pk).fee_note) == (before, meeting.fee_note)


def test_no_resolution_is_corrected_on_top_of_a_changed_one(meeting: Meeting) -> None:
    row = IssuedPaper.objects.get(meeting=meeting, kind="nghi-quyet", number=2)
    change(row, {**row.content, "subject": "Khác"})
    words = Resolution.objects.get(meeting=meeting).thinking
    with pytest.raises(ContentChanged):
        correct(meeting, thinking="Đảng viên tin tưởng.")
    assert (Resolution.objects.get(meeting=meeting).thinking, IssuedPaper.objects.filter(number=3).count()) == (
        words,
        0,
    )
