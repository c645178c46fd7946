"""After the meeting one button leads from each finished step to the next; readers are led nowhere."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.assessments.models import ScoreItem
from tests.factories.meetings import make_held_meeting
from tests.factories.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def leads(client: Client, page: str) -> list[str]:
    """Links, and buttons of forms that lead to another page."""
    shown = html.fromstring(client.get(page).content)
    links: list[str] = shown.xpath("//a[contains(@class, 'nn-go')]/@href")
    forms: list[str] = shown.xpath(
        "//form[@action][contains(@class, 'nn-acts')][.//button[contains(@class, 'nn-go')]]/@action"
    )
    return links + forms


def test_from_the_minutes_to_the_filing_by_one_button_each(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    names = ("records:show_minutes", "records:show_resolution", "assessments:show_sheet", "records:show_filing")
    minutes, resolution, score, filing = (reverse(name, args=[meeting.public_id]) for name in names)
    writer = people.insider
    assert leads(writer, minutes) == []
    writer.post(reverse("records:approve_minutes", args=[meeting.public_id]))
    assert (leads(writer, minutes), leads(writer, resolution)) == ([resolution], [])
    writer.post(resolution, {"directions": "Làm mương"})
    start = reverse("assessments:start_sheet", args=[meeting.public_id])
    assert leads(writer, resolution) == [start]
    assert writer.post(start).headers["Location"] == score
    assert leads(writer, score) == []
    marks = {f"points_{item.code.replace('.', '_')}": str(item.maximum) for item in ScoreItem.objects.all()}
    reasons = {name.replace("points_", "note_"): "Chi bộ bàn" for name in marks}
    writer.post(score, marks | reasons | {"agree": "1"})
    assert leads(writer, score) == [filing]
    assert [leads(people.reader, page) for page in (minutes, resolution, score)] == [[], [], []]
    writer.post(filing)
    assert [leads(writer, page) for page in (minutes, resolution, score)] == [[], [], []]
