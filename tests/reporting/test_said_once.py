"""What an item was concluded with stands once in a resolution whose proposed texts were left as they are (findings, D1)."""

from io import BytesIO

import pytest
from docx import Document

from nennep.core.access import Actor
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.organizations.choices import UnitKind
from nennep.records.models import Resolution
from nennep.records.queries.resolution import propose_texts
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import find_paper
from nennep.reporting.renderers.word import render_paper
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SAID = "Trồng hết 12 ha ngô đông trong tháng này."


@pytest.mark.parametrize("topic", [Topic.ECONOMY_ORDER, Topic.THEME, Topic.INSPECTION, Topic.RECRUITMENT])
def test_a_conclusion_stands_once_in_the_resolution(topic: Topic) -> None:
    meeting = make_full_month(
        make_unit("Chi bộ thôn Nặm Chá", parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))
    )
    meeting.minutes_versions.all().delete()
    AgendaItem.objects.filter(meeting=meeting, position=1).update(topic=topic, conclusion=SAID, note="Bàn cách làm.")
    texts = propose_texts(Meeting.objects.get(pk=meeting.pk))
    Resolution.objects.filter(meeting=meeting).update(
        thinking=texts.thinking, shortcomings=texts.shortcomings, directions=texts.directions
    )
    paper = find_paper(actor=Actor.system(), meeting=Meeting.objects.get(pk=meeting.pk), kind=kinds.RESOLUTION)
    lines = [line.text for line in Document(BytesIO(render_paper(paper))).paragraphs]
    assert len([line for line in lines if SAID.rstrip(".") in line]) == 1


def test_what_two_items_were_concluded_with_alike_stands_under_the_first() -> None:
    """A theme is presented, then discussed: both end in the same sentence."""
    meeting = make_full_month(make_unit("Chi bộ", parent=make_unit("Đảng bộ xã", kind=UnitKind.BASE)))
    meeting.minutes_versions.all().delete()
    AgendaItem.objects.filter(meeting=meeting, position__lte=2).update(topic=Topic.THEME, conclusion=SAID)
    paper = find_paper(actor=Actor.system(), meeting=Meeting.objects.get(pk=meeting.pk), kind=kinds.RESOLUTION)
    lines = [line.text for line in Document(BytesIO(render_paper(paper))).paragraphs]
    assert len([line for line in lines if SAID.rstrip(".") in line]) == 1
