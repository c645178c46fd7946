"""A month whose secretary is away: the deputy chairs, approves, resolves and signs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.models import Member
from nennep.members.services import begin_stand_in
from nennep.records.queries.leaders import read_leaders
from nennep.records.queries.minutes import get_minutes_page
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.filing import file_meeting
from nennep.records.services.minutes import approve_minutes
from nennep.records.services.resolution import change_resolution, issue_resolution
from nennep.reporting.queries.papers.parts import build_call, build_signature
from nennep.room.choices import AttendanceState
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_entry, make_held_meeting, make_meeting
from tests.factories.members import make_post

pytestmark = pytest.mark.django_db
TEXTS = ResolutionTexts(directions="Làm mương.")


@dataclass
class Away:
    """A cell whose deputy and another committee member may hold meetings; the secretary is `secretary`."""

    meeting: Meeting
    secretary: Member
    deputy: Member
    chair: Actor
    colleague: Actor


def user_of(actor: Actor) -> User:
    assert actor.user_id is not None
    return User.objects.get(pk=actor.user_id)


@pytest.fixture
def away() -> Away:
    cell = make_cell()
    users = [make_user() for _ in range(2)]
    for user in users:
        grant_role(user, Role.COMMITTEE_MEMBER, cell)
    secretary = join_cell(cell, "Ma Công Lập")
    deputy = join_cell(cell, "Triệu Văn Sính", user_id=users[0].pk)
    make_post(secretary, cell, PostKind.SECRETARY)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    meeting = make_held_meeting(cell)
    make_entry(meeting, secretary, AttendanceState.EXCUSED)
    make_entry(meeting, deputy)
    meeting.chair = deputy
    meeting.save()
    return Away(meeting, secretary, deputy, actor_of(users[0]), actor_of(users[1]))


def test_who_chaired_finishes_the_month(away: Away) -> None:
    assert get_minutes_page(actor=away.chair, public_id=away.meeting.public_id).may_approve
    approve_minutes(actor=away.chair, meeting=away.meeting, now=NOW)
    issue_resolution(actor=away.chair, meeting=away.meeting, texts=TEXTS, now=NOW)
    change_resolution(actor=away.chair, meeting=away.meeting, texts=TEXTS, now=NOW)
    file_meeting(actor=away.chair, meeting=away.meeting, now=NOW)
    away.meeting.refresh_from_db()
    assert away.meeting.filed_at == NOW


def test_nobody_else_of_the_committee_does(away: Away) -> None:
    assert not get_minutes_page(actor=away.colleague, public_id=away.meeting.public_id).may_approve
    with pytest.raises(NotAllowed):
        approve_minutes(actor=away.colleague, meeting=away.meeting, now=NOW)
    with pytest.raises(NotAllowed):
        issue_resolution(actor=away.colleague, meeting=away.meeting, texts=TEXTS, now=NOW)


def test_who_may_not_finish_reads_who_may_and_meets_no_dead_page(away: Away, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(user_of(away.colleague))
    for name in ("show_minutes", "show_resolution", "show_filing"):
        answer = client.get(reverse(f"records:{name}", args=[away.meeting.public_id]))
        assert (answer.status_code, "hoặc đồng chí làm thay bí thư" in answer.content.decode()) == (200, True)
    home = client.get("/").content.decode()
    assert ("hoặc đồng chí làm thay bí thư" in home, "Xem lại và thông qua" in home) == (True, False)
    filing = client.get(reverse("records:show_filing", args=[away.meeting.public_id])).content.decode()
    assert [words in filing for words in ("Chưa thông qua", "Chưa ra")] == [True, True]
    address = reverse("records:show_resolution", args=[away.meeting.public_id])
    assert client.post(address, {"directions": "Làm mương."}).status_code == 404
    chair = sign_in(user_of(away.chair)).get("/").content.decode()
    assert ("hoặc đồng chí làm thay bí thư" in chair, "Xem lại và thông qua" in chair) == (False, True)


def test_a_meeting_without_a_chair_waits_for_the_secretary(away: Away) -> None:
    away.meeting.chair = None
    away.meeting.save()
    with pytest.raises(NotAllowed):
        approve_minutes(actor=away.chair, meeting=away.meeting, now=NOW)


@pytest.mark.parametrize(
    ("state", "committee", "signature"),
    [
        (AttendanceState.EXCUSED, False, ("T/M CHI BỘ", "PHÓ BÍ THƯ", "Triệu Văn Sính")),
        (AttendanceState.UNEXCUSED, True, ("T/M CHI BỘ", "PHÓ BÍ THƯ", "Triệu Văn Sính")),
        (AttendanceState.PRESENT, False, ("T/M CHI BỘ", "BÍ THƯ", "Ma Công Lập")),
        (AttendanceState.LATE, True, ("", "BÍ THƯ", "Ma Công Lập")),
    ],
)
def test_the_deputy_signs_when_the_secretary_was_away(
    away: Away, state: AttendanceState, committee: bool, signature: tuple[str, str, str]
) -> None:
    away.meeting.roll_call.filter(member=away.secretary).update(state=state)
    if committee:
        make_post(
            join_cell(away.meeting.organization, "Lý Thị Mỷ"), away.meeting.organization, PostKind.COMMITTEE_MEMBER
        )
    signed = build_signature(read_leaders(away.meeting))
    assert (signed.on_behalf, signed.post, signed.name) == signature


def test_a_secretary_who_lets_another_member_chair_signs(away: Away) -> None:
    away.meeting.chair = join_cell(away.meeting.organization, "Lý Thị Mỷ")
    away.meeting.save()
    assert build_signature(read_leaders(away.meeting)).name == "Ma Công Lập"


def test_a_deputy_who_stands_in_signs_and_approves_whoever_chaired(away: Away) -> None:
    cell = away.meeting.organization
    away.meeting.roll_call.filter(member=away.secretary).update(state=AttendanceState.PRESENT)
    away.meeting.chair = join_cell(cell, "Lý Thị Mỷ")
    away.meeting.save()
    officer = make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, cell)
    day = away.meeting.held_on
    begin_stand_in(
        actor=actor_of(officer), organization=cell, member_id=away.deputy.pk, since=day, last_day=day, now=NOW
    )
    signed = build_signature(read_leaders(away.meeting))
    assert (signed.on_behalf, signed.post, signed.name) == ("T/M CHI BỘ", "PHÓ BÍ THƯ", "Triệu Văn Sính")
    user = away.deputy.user
    assert user is not None
    assert approve_minutes(actor=actor_of(user), meeting=away.meeting, now=NOW).number == 1


def test_another_committee_member_who_stands_in_leaves_the_signature_to_the_secretary(away: Away) -> None:
    cell, day = away.meeting.organization, away.meeting.held_on
    member = join_cell(cell, "Lý Thị Mỷ")
    make_post(member, cell, PostKind.COMMITTEE_MEMBER)
    officer = make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, cell)
    away.meeting.chair = None
    away.meeting.save()
    begin_stand_in(actor=actor_of(officer), organization=cell, member_id=member.pk, since=day, last_day=day, now=NOW)
    assert build_signature(read_leaders(away.meeting)).name == "Ma Công Lập"


@pytest.mark.parametrize(("chairs", "signs"), [("deputy", "Triệu Văn Sính"), ("nobody", "Ma Công Lập")])
def test_who_is_named_to_chair_signs_what_goes_out_before_the_meeting(away: Away, chairs: str, signs: str) -> None:
    """The roll call is not called yet: a deputy is named because the secretary will be away."""
    away.meeting.roll_call.all().delete()
    away.meeting.state, away.meeting.chair = MeetingState.PLANNED, away.deputy if chairs == "deputy" else None
    away.meeting.save()
    assert build_signature(read_leaders(away.meeting)).name == signs


@pytest.mark.parametrize(
    ("who", "chair", "stand_in", "asks"),
    [
        ("deputy", False, False, True),
        ("deputy", True, False, False),
        ("deputy", False, True, False),
        ("colleague", False, False, False),
    ],
)
def test_a_deputy_who_invites_is_asked_who_chairs(
    away: Away, sign_in: Callable[[User], Client], who: str, *, chair: bool, stand_in: bool, asks: bool
) -> None:
    cell = away.meeting.organization
    meeting = make_meeting(cell, planned_for=NOW + timedelta(days=30))
    meeting.chair = away.secretary if chair else None
    meeting.save()
    if stand_in:
        span = {"since": NOW.date(), "last_day": NOW.date() + timedelta(days=40)}
        begin_stand_in(actor=Actor.system(), organization=cell, member_id=away.deputy.pk, now=NOW, **span)
    client = sign_in(user_of(away.chair if who == "deputy" else away.colleague))
    page = client.get(reverse("meetings:show_notice", args=[meeting.public_id])).content.decode()
    assert ("Giấy mời, chương trình mang tên bí thư." in page) == asks


def stand_in(away: Away, *, since: date, last_day: date) -> None:
    cell = away.meeting.organization
    begin_stand_in(
        actor=Actor.system(), organization=cell, member_id=away.deputy.pk, since=since, last_day=last_day, now=NOW
    )


def make_planned(away: Away, chair: Member | None, *, days: int) -> Meeting:
    facts: dict[str, Any] = {"planned_for": NOW + timedelta(days=days), "kind": MeetingKind.THEMATIC}
    planned = make_meeting(away.meeting.organization, **facts)
    planned.chair = chair
    planned.save()
    return planned


def test_papers_name_who_stands_in_with_their_own_post(away: Away) -> None:
    """Nobody was named to chair: the name and the post are one person's."""
    meeting = make_planned(away, None, days=20)
    before = build_call(meeting, "Chi bộ", read_leaders(meeting))
    stand_in(away, since=NOW.date(), last_day=NOW.date() + timedelta(days=30))
    after = build_call(meeting, "Chi bộ", read_leaders(meeting))
    assert (before.chair, before.chair_post) == ("Ma Công Lập", "Bí thư Chi bộ")
    assert (after.chair, after.chair_post) == ("Triệu Văn Sính", "Phó bí thư Chi bộ")


@pytest.mark.parametrize(
    ("days", "named", "left_open"),
    [
        (9, "secretary", False),
        (10, "secretary", True),
        (20, "secretary", True),
        (21, "secretary", False),
        (15, "deputy", False),
    ],
)
def test_meetings_of_the_days_of_an_absence_are_not_the_secretary_s_to_chair(
    away: Away, days: int, named: str, *, left_open: bool
) -> None:
    """Also those that were prepared before it was known; from the first day to the last."""
    chair = away.secretary if named == "secretary" else away.deputy
    meeting = make_planned(away, chair, days=days)
    stand_in(away, since=NOW.date() + timedelta(days=10), last_day=NOW.date() + timedelta(days=20))
    meeting.refresh_from_db()
    assert meeting.chair == (None if left_open else chair)


def test_a_meeting_that_was_held_keeps_who_chaired(away: Away) -> None:
    away.meeting.chair = away.secretary
    away.meeting.planned_for = NOW
    away.meeting.save()
    stand_in(away, since=NOW.date(), last_day=NOW.date() + timedelta(days=3))
    away.meeting.refresh_from_db()
    assert away.meeting.chair == away.secretary
