"""Who stays away: counted by the year's monthly meetings, told to the secretary alone, opened as an item of the programme."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.suggestions import FIGURE, suggest_items
from nennep.meetings.services.suggestions import add_suggestion
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from nennep.room.queries.absences import StreaksAsked, get_absences_page, list_streaks, read_streaks
from nennep.room.rules.absences import AbsenceLimits, Absences, count_absences
from nennep.room.services.absences import warn_of_absences
from tests.factories.accounts import actor_of
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member, make_membership
from tests.factories.policies import make_pack
from tests.factories.reporting import make_meeting, mark_present
from tests.factories.village import Village

SignIn = Callable[[User], Client]
P, E, U, X = AttendanceState.PRESENT, AttendanceState.EXCUSED, AttendanceState.UNEXCUSED, AttendanceState.EXEMPT
LIMITS = AbsenceLimits(excused=3, removal=3)


@pytest.mark.parametrize(
    ("states", "absences", "streak", "review"),
    [
        pytest.param([], Absences(), False, False, id="no meeting"),
        pytest.param([E, E, E], Absences(3, 0, 3), False, False, id="three in a row"),
        pytest.param([E, E, E, E], Absences(4, 0, 4), True, False, id="four in a row"),
        pytest.param([E, E, E, E, P], Absences(0, 0, 4), True, False, id="back again"),
        pytest.param([E, E, E, E, P, E], Absences(1, 0, 4), True, False, id="away once more"),
        pytest.param([E, E, E, P, E, E, E], Absences(3, 0, 3), False, False, id="twice three"),
        pytest.param([E, E, U, E, E], Absences(2, 1, 2), False, False, id="broken by one without a reason"),
        pytest.param([U, U], Absences(0, 2), False, False, id="two months"),
        pytest.param([U, P, U, E, U], Absences(0, 3, 1), False, True, id="three months of the year"),
        pytest.param([U, U, U, E, E, E, E], Absences(4, 3, 4), True, True, id="both"),
    ],
)
def test_absences_are_counted(states: list[AttendanceState], absences: Absences, *, streak: bool, review: bool) -> None:
    found = count_absences([(Month(2026, number), state) for number, state in enumerate(states, 1)])
    assert (found, found.is_streak(LIMITS), found.needs_review(LIMITS)) == (absences, streak, review)


def test_two_meetings_of_a_month_are_one_month() -> None:
    assert count_absences([(Month(2026, 1), U), (Month(2026, 1), U)]) == Absences(0, 1)


def test_without_a_number_nobody_is_reviewed() -> None:
    assert not Absences(0, 12).needs_review(AbsenceLimits(3, 0))


@pytest.fixture
def away(village: Village) -> tuple[Member, Member]:
    """From July to October one excused and one unexcused each time; somebody who is exempt, somebody who left."""
    cell = village.cell
    excused, unexcused, exempt = (make_member(f"{name} Văn Vắng", cell=cell) for name in ("Ma", "Lý", "Hoàng"))
    left = make_member("Vàng Văn Đi")
    for number in (7, 8, 9, 10):
        meeting = make_meeting(cell, date(2026, number, 3))
        mark_present(meeting, [excused, unexcused, left], [E, U, U])
        mark_present(meeting, [exempt], [U], counted=False)
        mark_present(make_meeting(cell, date(2026, number, 20), kind=MeetingKind.THEMATIC), [excused], [P])
    return excused, unexcused


def names(cell: Organization, on: date = TODAY) -> tuple[list[str], list[str]]:
    page = get_absences_page(actor=Actor.system(), cell=cell, on=on)
    return [row.name for row in page.review], [row.name for row in page.streaks]


@pytest.mark.django_db
def test_the_page_names_who_is_here_and_stayed_away_this_year(village: Village, away: tuple[Member, Member]) -> None:
    excused, unexcused = away
    assert names(village.cell) == ([unexcused.full_name], [excused.full_name])
    assert names(village.cell, date(2026, 9, 30)) == ([unexcused.full_name], [])
    assert names(village.cell, date(2027, 1, 5)) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("marks", "on", "counted"),
    [
        ([(2026, 9, E), (2026, 10, E), (2026, 11, E)], date(2026, 11, 3), 0),
        ([(2026, 9, E), (2026, 10, E), (2026, 11, E), (2026, 12, E)], date(2026, 12, 3), 1),
        # The year ends: what began in it does not go on.
        ([(2026, 10, E), (2026, 11, E), (2026, 12, E), (2027, 1, E)], date(2027, 1, 3), 0),
        ([(2025, 12, E), (2026, 1, E), (2026, 2, E), (2026, 3, E)], date(2026, 3, 3), 0),
        ([(2026, 1, E), (2026, 2, E), (2026, 3, E), (2026, 4, E)], date(2026, 12, 3), 1),
        # A month without a meeting, or at which the member was exempt, neither ends a run nor lengthens it.
        ([(2026, 1, E), (2026, 2, E), (2026, 5, E), (2026, 6, E)], date(2026, 6, 3), 1),
        ([(2026, 1, E), (2026, 2, E), (2026, 3, X), (2026, 4, E)], date(2026, 4, 3), 0),
        ([(2026, 1, E), (2026, 2, E), (2026, 3, X), (2026, 4, E), (2026, 5, E)], date(2026, 5, 3), 1),
        # Back again in May: the year had it all the same.
        ([(2026, 1, E), (2026, 2, E), (2026, 3, E), (2026, 4, E), (2026, 5, P)], date(2026, 5, 3), 1),
        ([(2026, 1, E), (2026, 2, E), (2026, 3, E), (2026, 4, P), (2026, 5, E)], date(2026, 5, 3), 0),
    ],
)
def test_a_run_of_the_year_counts_until_the_day(
    marks: list[tuple[int, int, AttendanceState]], on: date, *, counted: int
) -> None:
    cell = make_cell()
    member = make_member("Ma Văn Vắng", cell=cell, valid_from=date(2020, 1, 1))
    for year, month, state in marks:
        meeting = make_meeting(cell, date(year, month, 3))
        mark_present(meeting, [member], [state], counted=state != X)
    asked = {1: StreaksAsked(cell.pk, on, 3)}
    assert read_streaks(asked) == {1: counted}
    assert len(list_streaks(cell=cell, on=on, most=3)) == counted


@pytest.mark.django_db
def test_whoever_came_later_or_left_counts_for_their_own_time() -> None:
    """Four of the year are needed here; one who left before the day is nobody's."""
    cell = make_cell()
    late = make_member("Ma Văn Đến", cell=cell, valid_from=date(2026, 9, 1))
    left = make_member("Lý Văn Đi")
    make_membership(left, cell, valid_from=date(2020, 1, 1), valid_to=date(2026, 11, 15))
    for number in (8, 9, 10, 11):
        meeting = make_meeting(cell, date(2026, number, 3))
        mark_present(meeting, [left, late] if number > 8 else [left], [E, E] if number > 8 else [E])
    on = {1: date(2026, 11, 3), 2: date(2026, 11, 15)}
    assert read_streaks({key: StreaksAsked(cell.pk, day, 3) for key, day in on.items()}) == {1: 1, 2: 0}
    assert read_streaks({1: StreaksAsked(cell.pk, date(2026, 11, 3), 2)}) == {1: 2}


@pytest.mark.django_db
def test_the_cells_own_rule_says_how_often(village: Village, away: tuple[Member, Member]) -> None:
    make_pack({"attendance.excused_streak_max": 4, "attendance.removal_months": 5}, organization=village.cell)
    assert names(village.cell) == ([], [])


@pytest.mark.django_db
def test_nobody_else_sees_it(village: Village, away: tuple[Member, Member], sign_in: SignIn) -> None:
    address = reverse("room:show_absences", args=[village.cell.public_id])
    page = sign_in(village.secretary).get(address).content.decode()
    assert ("Lý Văn Vắng" in page, "Ma Văn Vắng" in page, "Điều lệ Đảng" in page) == (True, True, True)
    readers = make_actor(Permission.MEETINGS_READ, Permission.FIGURES_READ, path=village.cell.path)
    with pytest.raises(NotAllowed):
        get_absences_page(actor=readers, cell=village.cell, on=TODAY)


@pytest.mark.django_db
def test_the_secretary_is_told_without_a_name(village: Village, away: tuple[Member, Member]) -> None:
    meeting = Meeting.objects.get(organization=village.cell, month=date(2026, 10, 1), kind=MeetingKind.REGULAR)
    actor = actor_of(village.secretary)
    assert warn_of_absences(actor=actor, meeting=meeting, now=NOW) == 2
    notice = Notification.objects.get(kind="room.absences")
    assert (notice.user, notice.url) == (
        village.secretary,
        reverse("room:show_absences", args=[village.cell.public_id]),
    )
    assert "Vắng" not in notice.title + notice.body
    came = make_meeting(village.cell, date(2026, 12, 3))
    mark_present(came, list(away), [P, P])
    assert (warn_of_absences(actor=actor, meeting=came, now=NOW), Notification.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_the_review_is_opened_from_the_programme(village: Village, away: tuple[Member, Member]) -> None:
    meeting, actor = village.meeting, actor_of(village.secretary)
    assert meeting.state == MeetingState.PLANNED
    (found,) = [one for one in suggest_items(actor=actor, meeting=meeting, today=TODAY) if one.origin.id == "removal"]
    assert (found.origin.kind, "1 đồng chí" in found.reason, "Văn Vắng" in found.title + found.reason) == (
        FIGURE,
        True,
        False,
    )
    add_suggestion(actor=actor, meeting=meeting, origin=found.origin, now=NOW)
    assert meeting.agenda.filter(title="Xem xét đảng viên bỏ sinh hoạt (Điều 8 Điều lệ Đảng)").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_three_queries(village: Village, people: int, django_assert_num_queries: Any) -> None:
    members = [make_member(f"Ma Văn {number}", cell=village.cell) for number in range(people)]
    for number in (8, 9, 10):
        mark_present(make_meeting(village.cell, date(2026, number, 3)), members, [U] * people)
    with django_assert_num_queries(3):
        page = get_absences_page(actor=Actor.system(), cell=village.cell, on=TODAY)
    assert len(page.review) == people
