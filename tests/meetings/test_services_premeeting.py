"""The committee prepares: rows, trail, who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.rules.premeeting import fingerprint
from nennep.meetings.rules.state import MeetingIsCancelled
from nennep.meetings.services import premeeting
from nennep.meetings.services.premeeting import WhenAndWhere
from nennep.members.choices import PostKind
from nennep.notifications.models import Notification
from tests.factories.accounts import actor_of, grant_role
from tests.factories.core import NOW
from tests.factories.members import make_post
from tests.factories.trails import list_notices, list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


HELD_AT = NOW - timedelta(hours=1)


@pytest.fixture
def planned(village: Village) -> Premeeting:
    when = WhenAndWhere(HELD_AT, " Nhà  văn hóa ")
    return premeeting.plan_premeeting(actor=village.actor, meeting=village.meeting, when=when, now=NOW)


def test_each_step_of_the_committee_is_in_the_trail(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    same = premeeting.plan_premeeting(when=WhenAndWhere(HELD_AT, "Nhà văn hóa"), **write)
    assert same == planned
    later = HELD_AT + timedelta(minutes=5)
    premeeting.plan_premeeting(when=WhenAndWhere(later, "Trụ sở"), **write)
    planned.refresh_from_db()
    assert (planned.held_at, planned.place) == (later, "Trụ sở")
    mark: dict[str, Any] = {"member": village.secretary_member.public_id, **write}
    premeeting.mark_preparer(present=True, **mark)
    premeeting.mark_preparer(present=False, **mark)
    premeeting.mark_preparer(present=True, **mark)
    version = Premeeting.objects.get().version
    premeeting.conclude_premeeting(agree=False, **write)
    done = premeeting.conclude_premeeting(agree=False, **write)
    done.refresh_from_db()
    assert (done.concluded_at, done.version, list(done.present.all())) == (
        NOW,
        version + 1,
        [village.secretary_member],
    )
    with pytest.raises(premeeting.PremeetingConcluded):
        premeeting.plan_premeeting(when=WhenAndWhere(later, "Nơi khác"), **write)
    assert premeeting.reopen_premeeting(**write) == done
    assert Premeeting.objects.get().concluded_at is None
    saved = [details for verb, details in list_trail("meetings") if verb == "meetings.premeeting_saved"]
    assert [{"held_at"} == set(details) for details in saved[:2]] == [True, True]
    assert saved[-5:] == [
        {"member": str(village.secretary_member.public_id), "present": True},
        {"member": str(village.secretary_member.public_id), "present": False},
        {"member": str(village.secretary_member.public_id), "present": True},
        {"concluded": True, "version": version + 1},
        {"reopened": True},
    ]


def test_texts_of_the_committee_grow_by_versions_and_have_limits(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    known = {"inspection": fingerprint(planned.inspection)}
    version = planned.version
    for _twice in range(2):
        premeeting.save_texts(texts={"inspection": " Kiểm tra mương "}, known=known, **write)
    planned.refresh_from_db()
    assert (planned.inspection, planned.version) == ("Kiểm tra mương", version + 1)
    saved = ("meetings.premeeting_saved", {"parts": ["inspection"], "version": version + 1})
    assert list_trail("meetings")[-1] == saved
    for text, field in (("x" * 30_000, "inspection"), ("x" * 1000, "absent_note")):
        with pytest.raises(DomainError) as refusal:
            premeeting.save_texts(texts={field: text}, known=known, **write)
        assert refusal.value.field == field


# The headings of forms.md §3, and who did not come.
HEADINGS = (
    "last_month",
    "next_month",
    "cell_meeting",
    "inspection",
    "discussion",
    "conclusion",
    "tasks",
    "absent_note",
)


@pytest.mark.parametrize("heading", HEADINGS)
def test_each_heading_is_written_by_itself(village: Village, planned: Premeeting, heading: str) -> None:
    before = {name: getattr(planned, name) for name in HEADINGS}
    known = {name: fingerprint(text) for name, text in before.items()}
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    written = premeeting.save_texts(texts={heading: "Chi ủy thống nhất"}, known=known, **write)
    written.refresh_from_db()
    assert {name: getattr(written, name) for name in HEADINGS} == before | {heading: "Chi ủy thống nhất"}


def test_the_committee_of_a_meeting_that_was_opened_early_met_before_that(village: Village) -> None:
    opened_at = village.meeting.planned_for - timedelta(hours=2)
    Meeting.objects.update(state=MeetingState.OPEN, opened_at=opened_at)
    plan: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    with pytest.raises(premeeting.PremeetingTooLate, match="chậm nhất 17:30 thứ Sáu, 13/11/2026"):
        premeeting.plan_premeeting(when=WhenAndWhere(opened_at), **plan)
    assert premeeting.plan_premeeting(when=WhenAndWhere(opened_at - timedelta(minutes=1)), **plan).place == ""


def test_a_programme_of_the_committee_starts_with_the_day_and_place_of_the_meeting(village: Village) -> None:
    plan: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    Meeting.objects.update(place="Nhà văn hóa")
    made = premeeting.plan_premeeting(when=WhenAndWhere(HELD_AT), **plan)
    assert (
        made.cell_meeting.splitlines()[0]
        == "Thời gian: 19 giờ 30 phút, ngày 13 tháng 11 năm 2026; địa điểm: nhà văn hóa."
    )
    Premeeting.objects.all().delete()
    Meeting.objects.update(place="")
    made = premeeting.plan_premeeting(when=WhenAndWhere(HELD_AT), **plan)
    assert made.cell_meeting.splitlines()[0] == "Thời gian: 19 giờ 30 phút, ngày 13 tháng 11 năm 2026."


def test_the_committee_is_told_once_of_each_day_but_not_who_planned_it(village: Village) -> None:
    make_post(village.member, village.cell, PostKind.DEPUTY_SECRETARY)
    grant_role(village.member_user, Role.COMMITTEE_MEMBER, village.cell)
    make_post(village.plain, village.cell, PostKind.DEPUTY_SECRETARY)  # has no account
    plan: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    for place in ("Trụ sở", "Trụ sở", "Nhà văn hóa"):
        premeeting.plan_premeeting(when=WhenAndWhere(HELD_AT, place), **plan)
    told = Notification.objects.order_by("pk").values_list("user__full_name", "title", "body", "url")
    title = "Họp chuẩn bị sinh hoạt chi bộ: 07:00 thứ Hai, 09/11/2026"
    url = reverse("meetings:show_premeeting", args=[village.meeting.public_id])
    assert list(told) == [("Lý Thị Mỷ", title, place, url) for place in ("Trụ sở", "Nhà văn hóa")]


def test_nobody_prepares_a_meeting_that_will_not_be_held(village: Village, planned: Premeeting) -> None:
    Meeting.objects.update(state=MeetingState.CANCELLED, cancelled_reason="Bão")
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: premeeting.plan_premeeting(when=WhenAndWhere(NOW, ""), **write),
        lambda: premeeting.save_texts(texts={"tasks": "x"}, known={}, **write),
        lambda: premeeting.conclude_premeeting(agree=False, **write),
        lambda: premeeting.reopen_premeeting(**write),
    ]
    for refused in calls:
        with pytest.raises(MeetingIsCancelled):
            refused()


def test_what_was_never_planned_is_neither_written_nor_concluded(village: Village) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: premeeting.save_texts(texts={"tasks": "x"}, known={}, **write),
        lambda: premeeting.mark_preparer(member=village.secretary_member.public_id, present=True, **write),
        lambda: premeeting.conclude_premeeting(agree=False, **write),
        lambda: premeeting.reopen_premeeting(**write),
    ]
    for missing in calls:
        with pytest.raises(NotFound):
            missing()


def test_an_agreed_programme_is_agreed_once_and_not_that_of_a_meeting_going_on(
    village: Village, planned: Premeeting
) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "agree": True}
    planned.present.add(village.secretary_member)
    premeeting.conclude_premeeting(now=NOW, **write)
    premeeting.conclude_premeeting(now=NOW + timedelta(hours=1), **write)
    assert Meeting.objects.get().prepared_at == NOW
    Meeting.objects.update(state=MeetingState.OPEN, opened_at=NOW, prepared_at=None)
    premeeting.conclude_premeeting(now=NOW, **write)
    assert Meeting.objects.get().prepared_at is None


def test_the_committee_meets_before_the_hour_of_the_meeting(village: Village) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    hour = village.meeting.planned_for
    with pytest.raises(premeeting.PremeetingTooLate, match="chậm nhất 19:30 thứ Sáu, 13/11/2026"):
        premeeting.plan_premeeting(when=WhenAndWhere(hour, ""), **write)
    made = premeeting.plan_premeeting(when=WhenAndWhere(hour - timedelta(minutes=1), ""), **write)
    assert made.held_at == hour - timedelta(minutes=1)
    assert list_notices() == []  # nobody else of those who prepare has an account
    premeeting.mark_preparer(present=True, member=village.secretary_member.public_id, **write)
    with pytest.raises(premeeting.PremeetingNotBegun, match="hẹn họp lúc 19:29 thứ Sáu, 13/11/2026"):
        premeeting.conclude_premeeting(agree=False, **write)
    premeeting.conclude_premeeting(agree=False, **write | {"now": made.held_at})


def test_only_who_prepares_the_meeting_writes_for_the_committee(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": actor_of(village.member_user), "meeting": village.meeting, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: premeeting.plan_premeeting(when=WhenAndWhere(NOW, ""), **write),
        lambda: premeeting.save_texts(texts={}, known={}, **write),
        lambda: premeeting.mark_preparer(member=UUID(int=7), present=True, **write),
        lambda: premeeting.conclude_premeeting(agree=True, **write),
        lambda: premeeting.reopen_premeeting(**write),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()
