"""The private address that calendar programs fetch."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Component

from nennep.core.access import Actor
from nennep.core.http import KeyFilter
from nennep.meetings.models import Meeting
from nennep.meetings.services.agenda import ItemDetails, add_item, change_item
from nennep.meetings.services.schedule import cancel_meeting, move_meeting
from nennep.members.choices import Standing
from nennep.members.models import Membership
from nennep.notifications.models import CalendarFeed
from nennep.notifications.services import choose_cancelled, make_feed, revoke_feed
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_meeting
from tests.factories.people import make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


class Reader:
    """A member with a calendar address."""

    def __init__(self) -> None:
        self.cell: Organization = make_cell("Chi bộ thôn Nặm Chá")
        self.user = make_user("Lý Thị Mỷ")
        self.member = join_cell(self.cell, "Lý Thị Mỷ", user_id=self.user.pk)
        self.meeting: Meeting = make_meeting(self.cell)
        self.token = make_feed(actor=actor_of(self.user), now=NOW)

    @property
    def address(self) -> str:
        return f"/lich/{self.token}.ics"

    def fetch(self, **headers: Any) -> Any:
        return Client().get(self.address, headers=headers)

    def events(self) -> list[Component]:
        return list(Calendar.from_ical(self.fetch().content).walk("VEVENT"))


@pytest.fixture
def reader() -> Reader:
    return Reader()


def test_whoever_holds_the_token_reads_the_meetings(reader: Reader) -> None:
    make_meeting(make_cell("Chi bộ khác"))
    answer = reader.fetch()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    (event,) = reader.events()
    assert str(event["summary"]) == "Sinh hoạt thường kỳ, Chi bộ thôn Nặm Chá"
    assert event.decoded("dtstart") == reader.meeting.planned_for
    assert str(event["uid"]) == f"meeting-{reader.meeting.public_id}@nennep"
    assert CalendarFeed.objects.get().last_read_at == NOW


def test_a_moved_and_a_cancelled_meeting_follow(reader: Reader) -> None:
    before = reader.events()[0].decoded("sequence")
    later = reader.meeting.planned_for + timedelta(days=1)
    actor = Actor.system()
    move_meeting(actor=actor, meeting=reader.meeting, planned_for=later, place="Nhà trưởng thôn", reason="Lũ", now=NOW)
    (moved,) = reader.events()
    assert (moved.decoded("dtstart"), str(moved["location"]), moved.decoded("sequence")) == (
        later,
        "Nhà trưởng thôn",
        before + 1,
    )
    cancel_meeting(actor=actor, meeting=reader.meeting, reason="Lũ", now=NOW)
    (gone,) = reader.events()
    assert (str(gone["status"]), gone.decoded("sequence"), str(gone["uid"])) == (
        "CANCELLED",
        before + 2,
        str(moved["uid"]),
    )
    assert "Lũ" not in reader.fetch().content.decode()


def test_another_programme_moves_the_end_and_is_counted(reader: Reader) -> None:
    """A calendar may take an entry with the same SEQUENCE for the one it has (RFC 5545, 3.8.7.4)."""
    actor = Actor.system()
    item = add_item(actor=actor, meeting=reader.meeting, details=ItemDetails("Trồng rừng", 40), now=NOW)
    (before,) = reader.events()
    change_item(actor=actor, item=item, details=ItemDetails("Trồng rừng", 60), now=NOW)
    (after,) = reader.events()
    assert after.decoded("dtend") == before.decoded("dtend") + timedelta(minutes=20)
    assert after.decoded("sequence") == before.decoded("sequence") + 1


def test_who_left_a_cell_or_is_away_has_none_of_its_later_meetings(reader: Reader) -> None:
    Membership.objects.update(valid_to=TODAY)
    assert reader.events() == []
    Membership.objects.update(valid_to=None, standing=Standing.ELSEWHERE)
    assert reader.events() == []


def test_revoked_unknown_and_locked_look_the_same(reader: Reader) -> None:
    assert Client().get("/lich/khong-co.ics").status_code == 404
    reader.user.is_active = False
    reader.user.save()
    assert reader.fetch().status_code == 404
    reader.user.is_active = True
    reader.user.save()
    revoke_feed(actor=actor_of(reader.user), now=NOW)
    assert reader.fetch().status_code == 404


def test_nothing_changed_is_answered_shortly(reader: Reader) -> None:
    first = reader.fetch()
    assert reader.fetch(if_none_match=first.headers["ETag"]).status_code == 304
    assert reader.fetch(if_modified_since=first.headers["Last-Modified"]).status_code == 304
    assert Client().head(reader.address).status_code == 200
    assert Client().post(reader.address).status_code == 405


def test_too_often_is_refused(reader: Reader, fixed_clock: datetime) -> None:
    cache.clear()
    assert [reader.fetch().status_code for _time in range(31)] == [200] * 30 + [429]


def test_no_log_names_the_address(reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(KeyFilter())
    revoke_feed(actor=actor_of(reader.user), now=NOW)
    assert reader.fetch().status_code == 404
    assert [record.getMessage() for record in caplog.records] == ["Not Found: /lich/…"]
    assert "'filters': ['keys']" in str(settings.LOGGING["handlers"])


@pytest.mark.parametrize("meetings", [1, 3])
def test_the_feed_costs_the_same_however_many(reader: Reader, meetings: int, django_assert_num_queries: Any) -> None:
    for month in range(1, meetings):
        make_meeting(reader.cell, planned_for=reader.meeting.planned_for + timedelta(days=31 * month))
    with django_assert_num_queries(6):
        reader.fetch()


def test_one_meeting_goes_into_the_calendar() -> None:
    people = make_people()
    meeting = make_meeting(people.cell)
    address = reverse("meetings:download_entry", args=[meeting.public_id])
    answer = people.member.get(address)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="sinh-hoat-{meeting.day:%Y-%m-%d}.ics"'
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == meeting.planned_for


def test_who_wants_so_has_no_cancelled_meetings_in_the_calendar(reader: Reader) -> None:
    cancel_meeting(actor=Actor.system(), meeting=reader.meeting, reason="Lũ", now=NOW)
    client = Client()
    client.force_login(reader.user)
    counts = []
    for keeps in ("0", "1"):
        client.post(reverse("notifications:choose_cancelled"), {"giu": keeps})
        counts.append(len(reader.events()))
    assert counts == [0, 1]


def test_a_new_address_keeps_the_choice_and_it_is_ones_own(reader: Reader) -> None:
    other = make_user("Nông Văn Xa")
    choose_cancelled(actor=actor_of(other), keeps=False)
    choose_cancelled(actor=actor_of(reader.user), keeps=False)
    make_feed(actor=actor_of(other), now=NOW)
    make_feed(actor=actor_of(reader.user), now=NOW)
    kept = CalendarFeed.objects.filter(revoked_at=None).values_list("user_id", "keeps_cancelled")
    assert dict(kept) == {reader.user.pk: False, other.pk: True}
