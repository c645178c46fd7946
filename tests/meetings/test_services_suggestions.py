"""One tap puts a suggestion onto the programme: the row, twice the same, and who may."""

from datetime import date
from typing import Any

import pytest

from nennep.core.errors import NotAllowed
from nennep.core.origins import Origin
from nennep.meetings.choices import MeetingState, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.suggestions import DUTY, GUEST, suggest_items
from nennep.meetings.rules.state import MeetingIsOver
from nennep.meetings.services import suggestions
from nennep.meetings.services.suggestions import SuggestionGone
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import at, make_item, make_meeting
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(village: Village) -> Origin:
    """Nine days late on the day of the tap."""
    return Origin(DUTY, str(make_duty(village.cell, village.plain, title="Làm mương").public_id))


def test_a_suggestion_stands_on_the_programme_once_with_its_origin(village: Village, late: Origin) -> None:
    add: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "origin": late, "now": NOW}
    assert [suggestions.add_suggestion(**add) for _tap in range(2)] == [village.meeting] * 2
    item = AgendaItem.objects.get(origin_id=late.id)
    assert (item.meeting, item.origin_kind, item.title, item.topic, item.minutes_planned) == (
        village.meeting,
        DUTY,
        "Kiểm điểm nhiệm vụ: làm mương",
        Topic.LAST_MONTH,
        5,
    )
    assert list_trail("meetings") == [("meetings.agenda_changed", {"change": "added", "item": str(item.public_id)})]


def test_what_stands_on_another_programme_or_has_another_origin_is_still_added(village: Village, late: Origin) -> None:
    other = make_item(make_meeting(village.cell, planned_for=at(date(2026, 12, 3))), "Tháng sau")
    same_number, same_kind = make_item(village.meeting, "Số này"), make_item(village.meeting, "Việc khác")
    for item, kind, number in (
        (other, late.kind, late.id),
        (same_number, "documents.document", late.id),
        (same_kind, DUTY, "7"),
    ):
        AgendaItem.objects.filter(pk=item.pk).update(origin_kind=kind, origin_id=number)
    suggestions.add_suggestion(actor=village.actor, meeting=village.meeting, origin=late, now=NOW)
    added = village.meeting.agenda.filter(origin_kind=late.kind, origin_id=late.id)
    assert [item.title for item in added] == ["Kiểm điểm nhiệm vụ: làm mương"]


def test_whoever_is_invited_from_above_is_heard_before_the_conclusion(village: Village) -> None:
    """Offered while somebody is invited and no item is for it, whoever wrote that."""

    def offered() -> list[str]:
        found = suggest_items(actor=village.actor, meeting=village.meeting, today=NOW.date())
        return [one.reason for one in found if one.topic == Topic.UPPER_WORDS]

    AgendaItem.objects.filter(meeting=village.meeting).delete()
    phases = (Phase.OPENING, Phase.PROCEEDINGS, Phase.CLOSING)
    for number, phase in enumerate(phases, start=1):
        AgendaItem.objects.create(meeting=village.meeting, position=number, phase=phase, title=str(phase.label))
    assert offered() == []
    village.meeting.upper_guest = "Đồng chí Hà Thị Thu, Ủy viên Ban Thường vụ Đảng ủy xã"
    village.meeting.save()
    assert offered() == ["Có mời Đồng chí Hà Thị Thu, Ủy viên Ban Thường vụ Đảng ủy xã"]
    origin = Origin(GUEST, "upper_words")
    suggestions.add_suggestion(actor=village.actor, meeting=village.meeting, origin=origin, now=NOW)
    items = list(village.meeting.agenda.order_by("position").values_list("topic", "title"))
    assert items[2] == (Topic.UPPER_WORDS, "Ý kiến của đại biểu cấp trên")
    assert (len(items), offered()) == (4, [])
    village.meeting.agenda.filter(topic=Topic.UPPER_WORDS).update(origin_kind="", origin_id="")
    assert offered() == []


def test_what_is_done_by_the_day_of_the_tap_is_no_suggestion(village: Village, late: Origin) -> None:
    add: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "origin": late}
    with pytest.raises(SuggestionGone):
        suggestions.add_suggestion(now=at(date(2026, 10, 31)), **add)  # due on this day: not late yet
    suggestions.add_suggestion(now=at(date(2026, 11, 1)), **add)
    assert village.meeting.agenda.count() == 3


def test_nothing_is_added_to_a_meeting_that_is_over_or_by_a_reader(village: Village, late: Origin) -> None:
    add: dict[str, Any] = {"meeting": village.meeting, "origin": late, "now": NOW}
    with pytest.raises(NotAllowed):
        suggestions.add_suggestion(actor=actor_of(village.member_user), **add)
    Meeting.objects.update(state=MeetingState.HELD, opened_at=NOW, closed_at=NOW)
    with pytest.raises(MeetingIsOver):
        suggestions.add_suggestion(actor=village.actor, **add)
    assert village.meeting.agenda.count() == 2
