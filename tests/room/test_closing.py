"""When a meeting ended, also one that is keyed in afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from nennep.accounts.models import User
from nennep.core.errors import DomainError
from nennep.duties.models import DutyReport
from nennep.duties.services import DutyDetails
from nennep.meetings.choices import Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.records.services.reopening import reopen_meeting
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, Speech
from nennep.room.queries.closing import get_closing_page
from nennep.room.queries.course import read_course
from nennep.room.rules.course import Course
from nennep.room.services import outcome as services
from nennep.room.services import petitions as room_petitions
from nennep.room.services.outcome import MeetingEnd
from nennep.room.services.room import open_meeting
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import make_item, make_open_meeting, make_secretary
from tests.factories.petitions import make_petition
from tests.factories.village import Village

HOUR = timedelta(hours=1)
REASONS = dict.fromkeys(("meeting.min_minutes.regular", "meeting.conclusion", "meeting.roll_call"), "Ghi lại từ giấy")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opened", "ending", "closed"),
    [
        (NOW - 10 * HOUR, MeetingEnd(NOW - 8 * HOUR), NOW - 8 * HOUR),
        (NOW - 10 * HOUR, MeetingEnd(NOW - 6 * HOUR), NOW - 6 * HOUR),
        (NOW - 10 * HOUR, MeetingEnd(NOW, long_is_right=True), NOW),
        (NOW - 2 * HOUR, MeetingEnd(NOW - timedelta(seconds=59)), NOW),
        (NOW - timedelta(seconds=30), MeetingEnd(NOW - timedelta(seconds=59)), NOW),
        (NOW - 2 * HOUR, MeetingEnd(), NOW),
    ],
    ids=["keyed-in-afterwards", "four-hours", "long-indeed", "this-minute", "opened-this-minute", "nothing-said"],
)
def test_a_meeting_ends_when_it_ended(opened: datetime, ending: MeetingEnd, closed: datetime) -> None:
    meeting = make_open_meeting(make_cell())
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=opened)
    meeting.agenda.update(started_at=NOW - HOUR)  # noted long after the meeting
    actor = make_secretary(meeting.organization)
    reasons = dict.fromkeys(("meeting.min_minutes.regular", "meeting.conclusion"), "Ghi lại từ giấy")
    services.close_meeting(actor=actor, meeting=meeting, reasons=reasons, ending=ending, now=NOW)
    meeting.refresh_from_db()
    assert meeting.closed_at == closed
    assert [item.ended_at for item in meeting.agenda.all()] == [max(closed, NOW - HOUR)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ending", "refusal"),
    [
        (MeetingEnd(NOW - 10 * HOUR - timedelta(minutes=1)), services.EndNotPossible),
        (MeetingEnd(NOW + timedelta(minutes=1)), services.EndNotPossible),
        (MeetingEnd(NOW - 6 * HOUR + timedelta(minutes=1)), services.LongMeeting),
        (MeetingEnd(), services.LongMeeting),
    ],
    ids=["before-it-opened", "to-come", "over-four-hours", "now-is-too-late"],
)
def test_an_end_that_cannot_be_or_is_strange_is_asked_about(ending: MeetingEnd, refusal: type[DomainError]) -> None:
    meeting = make_open_meeting(make_cell())
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=NOW - 10 * HOUR)
    actor = make_secretary(meeting.organization)
    with pytest.raises(refusal):
        services.close_meeting(actor=actor, meeting=meeting, reasons={}, ending=ending, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("state", AttendanceState.absent())
def test_nobody_presides_who_is_marked_absent(state: AttendanceState) -> None:
    """Opening takes the secretary for the chair when nobody was named; the roll call may say that they stayed away."""
    meeting = make_open_meeting(make_cell())
    entry = meeting.roll_call.order_by("pk")[0]
    entry.state, meeting.chair = state, entry.member
    entry.save()
    meeting.save()
    actor = make_secretary(meeting.organization)
    page = get_closing_page(actor=actor, public_id=meeting.public_id, until=NOW)
    assert (page.chair_is_away, page.taker_is_away) == (True, False)
    meeting.minute_taker = entry.member
    meeting.save()
    assert get_closing_page(actor=actor, public_id=meeting.public_id, until=NOW).taker_is_away is True
    reasons = {warning.key: "Ghi lại từ giấy" for warning in page.warnings}
    with pytest.raises(services.ChairAway):
        services.close_meeting(actor=actor, meeting=meeting, reasons=reasons, now=NOW)
    meeting.chair = meeting.roll_call.order_by("pk")[1].member
    meeting.save()
    assert services.close_meeting(actor=actor, meeting=meeting, reasons=reasons, now=NOW).state == "held"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begun", "left", "followed"),
    [(1, ("Mục 1", "Mục 2", "Mục 3"), False), (2, ("Mục 2", "Mục 3"), True), (4, (), True)],
)
def test_closing_names_what_was_not_come_to(begun: int, left: tuple[str, ...], *, followed: bool) -> None:
    """Where nobody went through the programme they are named too, but nothing is said of them unless all were come to."""
    meeting = make_open_meeting(make_cell())
    for number in range(1, 4):
        make_item(meeting, f"Mục {number}", position=number + 1)
    ids = meeting.agenda.order_by("position").values_list("pk", flat=True)[:begun]
    meeting.agenda.filter(pk__in=list(ids)).update(started_at=NOW - HOUR)
    page = get_closing_page(actor=make_secretary(meeting.organization), public_id=meeting.public_id, until=NOW)
    assert (tuple(item.title for item in page.left), page.is_followed) == (left, followed)


@pytest.mark.django_db
def test_what_was_recorded_without_tapping_on_was_come_to(village: Village) -> None:
    """Each kind of work that the program keeps elsewhere, and words at the item; self-score and minutes come afterwards."""
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    meeting.agenda.all().delete()
    topics = {topic: make_item(meeting, str(topic.label), position=place) for place, topic in enumerate(Topic, 1)}
    for topic, item in topics.items():
        AgendaItem.objects.filter(pk=item.pk).update(topic=topic)
    meeting.agenda.filter(topic__in=[Topic.OPENING, Topic.STUDY]).update(started_at=NOW)
    others = set(Topic) - {Topic.OPENING, Topic.STUDY, Topic.SCORING}
    assert _left_at(village, meeting) == {str(topic.label) for topic in others}
    meeting.agenda.filter(topic=Topic.BULLETIN).update(note="Đã nghe bản tin")
    meeting.agenda.filter(topic=Topic.UNITY).update(conclusion="Nhất trí")
    Speech.objects.create(item=topics[Topic.THEME], member=village.member, first_at=NOW, last_at=NOW)
    Meeting.objects.update(conclusion="Chi bộ thống nhất")
    Remark.objects.create(meeting=meeting, member=village.member, kind=RemarkKind.PRAISE, text="Hiến đất")
    services.give_duty(actor=village.actor, meeting=meeting, details=DutyDetails("Sửa đường", village.member), now=NOW)
    petition = make_petition(village.cell, text="Mở loa")
    room_petitions.answer_petition(
        actor=village.actor, meeting=meeting, public_id=petition.public_id, answer="Đã mở", now=NOW
    )
    given = make_duty(village.cell, village.member)
    DutyReport.objects.create(duty=given, at=NOW - timedelta(seconds=1), by_name="Lý Thị Mỷ", state=given.state)
    done = {Topic.BULLETIN, Topic.UNITY, Topic.THEME, Topic.CONCLUSION, Topic.PRAISE, Topic.NEXT_MONTH, Topic.PETITIONS}
    assert _left_at(village, meeting) == {str(topic.label) for topic in others - done}
    DutyReport.objects.update(at=NOW)
    assert _left_at(village, meeting) == {str(topic.label) for topic in others - done - {Topic.LAST_MONTH}}
    meeting.agenda.filter(topic=Topic.PETITIONS).update(origin_kind="petitions.petition", origin_id="another")
    assert _left_at(village, meeting) == {
        str(topic.label) for topic in (others - done - {Topic.LAST_MONTH}) | {Topic.PETITIONS}
    }


def _left_at(village: Village, meeting: Meeting) -> set[str]:
    page = get_closing_page(actor=village.actor, public_id=meeting.public_id, until=NOW)
    return {item.title for item in page.left}


@pytest.mark.django_db
def test_the_chair_says_at_the_closing_what_was_discussed_without_a_tap(village: Village) -> None:
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW - 2 * HOUR, now=NOW)
    meeting.agenda.all().delete()
    items = [make_item(meeting, title, position=place) for place, title in enumerate(("Một", "Hai", "Ba", "Bốn"), 1)]
    first, second, third, fourth = items
    AgendaItem.objects.filter(pk__in=[first.pk, second.pk]).update(started_at=NOW)
    page = get_closing_page(actor=village.actor, public_id=meeting.public_id, until=NOW)
    assert page.left == (third, fourth)
    services.close_meeting(
        actor=village.actor,
        meeting=meeting,
        reasons=REASONS,
        discussed=[second.public_id, third.public_id],
        now=NOW,
    )
    meeting.refresh_from_db()
    items = list(meeting.agenda.order_by("position"))
    assert read_course(meeting, items) == Course(
        frozenset(item.pk for item in items[:3]), frozenset({fourth.pk}), followed=True
    )
    assert [item.discussed for item in items] == [False, False, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("begun", [0, 1, 2, 3], ids=["nobody tapped", "the opening", "followed", "one left"])
def test_what_a_closing_that_was_taken_back_called_discussed_is_proposed_to_the_next(
    village: Village, sign_in: Callable[[User], Client], begun: int
) -> None:
    """The plain button keeps it, and a tick taken off takes it back."""
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW - 2 * HOUR, now=NOW)
    meeting.agenda.all().delete()
    items = [make_item(meeting, title, position=place) for place, title in enumerate(("Một", "Hai", "Ba", "Bốn"), 1)]
    AgendaItem.objects.filter(pk__in=[item.pk for item in items[:begun]]).update(started_at=NOW)
    said = [item.public_id for item in items[begun:]]
    close: dict[str, Any] = {"actor": village.actor, "meeting": meeting, "reasons": REASONS, "now": NOW}
    services.close_meeting(**close, discussed=said)
    reopen_meeting(actor=village.actor, meeting=meeting, now=NOW)
    page = get_closing_page(actor=village.actor, public_id=meeting.public_id, until=NOW)
    assert ([item.public_id for item in page.left], page.said) == (said, frozenset(said))
    client = sign_in(User.objects.get(pk=str(village.actor.user_id)))
    form = client.get(reverse("room:close", args=[meeting.public_id])).context["form"]
    assert set(form["discussed"].value()) == {str(one) for one in said}
    services.close_meeting(**close, discussed=said[1:])
    assert set(meeting.agenda.filter(discussed=True).values_list("public_id", flat=True)) == set(said[1:])


@pytest.mark.django_db
def test_an_hour_before_the_opening_is_said_beside_the_hour(opened: Village, sign_in: Callable[[User], Client]) -> None:
    """And no length below nothing is asked about."""
    meeting = opened.meeting
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=NOW - HOUR)
    client, address = sign_in(opened.secretary), reverse("room:close", args=[meeting.public_id])
    answer = client.post(address, {"closed_at": f"{localtime(NOW - 2 * HOUR):%d/%m/%Y %H:%M}"})
    page = answer.content.decode()
    assert answer.context["form"].errors["closed_at"] == ["Giờ này trước giờ khai mạc. Hãy xem lại ngày giờ."]
    assert (answer.status_code, "Mới được 0 phút" in page, "-60 phút" in page) == (422, True, False)
