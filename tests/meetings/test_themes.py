"""The plan of themes: written, taken up, dropped; where it has gaps, for the cell and for the committee above."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, MeetingState, ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.meetings.queries.themes import find_plan_of, get_theme_plan, list_commune_themes
from nennep.meetings.rules.themes import ThemeStage
from nennep.meetings.services import themes as services
from nennep.meetings.services.schedule import cancel_meeting
from nennep.meetings.services.themes import ThemeDetails
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.reporting.queries.figures import get_figures
from nennep.room.services.room import open_meeting
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.organizations import make_unit
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def plan(village: Village, month: int, title: str = "Nước sạch", **fields: Any) -> ThemePlan:
    return ThemePlan.objects.create(organization=village.cell, month=date(2026, month, 1), title=title, **fields)


def gaps(village: Village) -> list[int]:
    return [quarter.quarter for quarter in get_theme_plan(village.cell, 2026, today=TODAY).gaps]


def test_the_plan_shows_what_is_missing(village: Village, sign_in: SignIn) -> None:
    plan(village, 12)
    text = sign_in(village.secretary).get(reverse("meetings:show_themes", args=[village.cell.public_id])).content
    assert ("Quý III chưa có chuyên đề" in text.decode(), "Quý IV chưa có chuyên đề" in text.decode()) == (True, False)
    assert "50-CT/TW" in text.decode()
    assert "không ghép vào họp chuyên môn" in text.decode()
    assert gaps(village) == [1, 2, 3]


def test_a_held_meeting_fills_its_quarter_even_outside_the_plan(village: Village) -> None:
    held = make_meeting(
        village.cell,
        planned_for=at(date(2026, 8, 3)),
        kind=MeetingKind.COMBINED,
        state=MeetingState.HELD,
        opened_at=at(date(2026, 8, 3)),
        closed_at=at(date(2026, 8, 3), 21),
    )
    Meeting.objects.filter(pk=held.pk).update(theme="Phòng cháy rừng")
    rows = get_theme_plan(village.cell, 2026, today=TODAY).rows
    assert [(row.title, row.stage, row.public_id, row.meeting_on) for row in rows] == [
        ("Phòng cháy rừng", ThemeStage.HELD, None, date(2026, 8, 3))
    ]
    assert gaps(village) == [1, 2, 4]


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        pytest.param(date(2026, 3, 3), 2026, 1, id="in its quarter"),
        pytest.param(date(2026, 4, 3), 2026, 2, id="in the next quarter"),
        pytest.param(date(2027, 1, 4), 2027, 1, id="in the next year"),
    ],
)
def test_a_theme_of_the_plan_stands_where_it_was_held(village: Village, day: date, year: int, quarter: int) -> None:
    held = make_meeting(
        village.cell, planned_for=at(day), kind=MeetingKind.THEMATIC, state=MeetingState.HELD, closed_at=at(day, 21)
    )
    planned = plan(village, 3, meeting=held)
    found = {one: get_theme_plan(village.cell, one, today=date(2027, 2, 1)) for one in (2026, 2027)}
    rows = [(one, row.month.quarter, row.public_id) for one, page in found.items() for row in page.rows]
    assert rows == [(year, quarter, planned.public_id)]
    assert [part.quarter for part in found[year].quarters if part.count.held] == [quarter]


@pytest.mark.parametrize(("kind", "quarter"), [(MeetingKind.COMBINED, 3), (MeetingKind.THEMATIC, 4)])
def test_a_theme_in_the_months_own_meeting_counts_with_its_month(
    village: Village, kind: MeetingKind, quarter: int
) -> None:
    """Called for 29/9 and opened on 2/10 (docs/adr/0037): plan of themes, commune's list and figures say one thing."""
    called = make_meeting(village.cell, planned_for=at(date(2026, 9, 29)), kind=kind)
    opened_at = at(date(2026, 10, 2))
    held = open_meeting(actor=village.actor, meeting=called, opened_at=opened_at, now=opened_at)
    Meeting.objects.filter(pk=held.pk).update(state=MeetingState.HELD, closed_at=opened_at + timedelta(hours=2))
    own = get_theme_plan(village.cell, 2026, today=TODAY)
    assert [part.quarter for part in own.quarters if part.count.held] == [quarter]
    figures = [get_figures(organization=village.cell, month=Month(2026, month), today=TODAY) for month in (9, 10)]
    assert [month["thematic_meetings"] for month in figures] == [int(quarter == 3), int(quarter == 4)]


def test_a_theme_is_written_with_its_author(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    page = reverse("meetings:add_theme", args=[village.cell.public_id, 2026])
    typed = {
        "title": "Nước sạch",
        "month": "12",
        "purpose": "Đủ nước mùa khô",
        "author": str(village.plain.public_id),
        "draft_due_on": "25/11/2026",
    }
    for _twice in range(2):
        assert client.post(page, typed).status_code == 302
    theme = ThemePlan.objects.get()
    assert (theme.month, theme.author, theme.draft_due_on) == (date(2026, 12, 1), village.plain, date(2026, 11, 25))
    text = client.get(reverse("meetings:show_themes_of", args=[village.cell.public_id, 2026])).content.decode()
    assert ("Dự thảo: Ma Văn Bằng" in text, "xong chậm nhất 25/11/2026" in text) == (True, True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Hãy ghi tên chuyên đề."),
        ({"month": "13"}, ""),
        ({"author": "x"}, ""),
        ({"draft_due_on": "31/02/2026"}, "không có ngày 31"),
        ({"draft_due_on": "01/01/2027"}, "Dự thảo phải xong trước khi hết tháng"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    village: Village, sign_in: SignIn, wrong: dict[str, str], words: str
) -> None:
    typed = {"title": "Nước <sạch>", "month": "12", "purpose": "Đủ nước", "author": "", "draft_due_on": ""}
    page = reverse("meetings:add_theme", args=[village.cell.public_id, 2026])
    answer = sign_in(village.secretary).post(page, typed | wrong)
    text = answer.content.decode()
    assert (answer.status_code, words in text, "Đủ nước" in text) == (422, True, True)
    assert ThemePlan.objects.count() == 0


def test_somebody_from_elsewhere_does_not_write_it(village: Village) -> None:
    stranger = make_unit(
        "Chi bộ khác", parent=Organization.objects.get(name="Đảng bộ xã Lăng Can"), cell_type=CellType.VILLAGE
    )
    author = village.plain
    details = ThemeDetails(Month(2026, 12), "Nước sạch", author=author.public_id)
    with pytest.raises(services.AuthorNotOfCell):
        services.add_theme(actor=actor_of(_lead(stranger)), cell=stranger, details=details, now=NOW)


def _lead(cell: Organization) -> User:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    return user


def test_the_months_meeting_takes_the_theme_up_and_is_linked(village: Village, sign_in: SignIn) -> None:
    theme = plan(village, 11)
    client = sign_in(village.secretary)
    client.post(reverse("meetings:take_up_theme", args=[theme.public_id]))
    village.meeting.refresh_from_db()
    theme.refresh_from_db()
    assert (village.meeting.kind, village.meeting.theme, theme.meeting) == (
        MeetingKind.COMBINED,
        "Nước sạch",
        village.meeting,
    )
    with pytest.raises(services.ThemeTakenUp):
        services.take_up_in_monthly(actor=village.actor, theme=theme, now=NOW)
    with pytest.raises(services.ThemeTakenUp):
        services.drop_theme(actor=village.actor, theme=theme, now=NOW)
    client.post(reverse("meetings:edit_kind", args=[village.meeting.public_id]), {"kind": "regular", "theme": ""})
    theme.refresh_from_db()
    assert theme.meeting is None


def test_a_meeting_that_has_a_theme_does_not_lose_it(village: Village) -> None:
    first, second = plan(village, 11, "Nước sạch"), plan(village, 11, "Phòng cháy rừng")
    services.take_up_in_monthly(actor=village.actor, theme=first, now=NOW)
    with pytest.raises(services.NoMonthlyMeeting):
        services.take_up_in_monthly(actor=village.actor, theme=second, now=NOW)


def test_a_meeting_of_its_own(village: Village, sign_in: SignIn) -> None:
    theme = plan(village, 12)
    page = reverse("meetings:meet_on_theme", args=[theme.public_id])
    client = sign_in(village.secretary)
    assert client.post(page, {"day": "mai", "starts_at": "19:30", "place": ""}).status_code == 422
    client.post(page, {"day": "15/12/2026", "starts_at": "19:30", "place": "Nhà văn hóa"})
    theme.refresh_from_db()
    assert theme.meeting is not None
    assert (theme.meeting.kind, theme.meeting.day) == (MeetingKind.THEMATIC, date(2026, 12, 15))
    cancel_meeting(actor=village.actor, meeting=theme.meeting, reason="Bão", now=NOW)
    row = get_theme_plan(village.cell, 2026, today=TODAY).rows[0]
    assert (row.stage, row.meeting_id, row.is_open) == (ThemeStage.PLANNED, None, True)


def test_a_theme_typed_on_the_meeting_finds_its_place_in_the_plan(village: Village, sign_in: SignIn) -> None:
    theme = plan(village, 12, "Nước sạch mùa khô")
    page = reverse("meetings:edit_kind", args=[village.meeting.public_id])
    offered = sign_in(village.secretary).get(page).content.decode()
    assert 'name="theme" value="Nước sạch mùa khô"' in offered
    sign_in(village.secretary).post(page, {"kind": "combined", "theme": "nước  sạch mùa khô"})
    theme.refresh_from_db()
    assert theme.meeting == village.meeting
    village.meeting.theme = "Việc khác"
    assert find_plan_of(village.meeting) is None


def test_dropping_and_taking_it_back(village: Village, sign_in: SignIn) -> None:
    theme = plan(village, 12)
    client = sign_in(village.secretary)
    page = reverse("meetings:drop_theme", args=[theme.public_id])
    client.post(page)
    theme.refresh_from_db()
    assert (theme.state, gaps(village)) == (ThemeState.DROPPED, [1, 2, 3, 4])
    client.post(page, {"restore": "1"})
    theme.refresh_from_db()
    assert (theme.state, gaps(village)) == (ThemeState.PLANNED, [1, 2, 3])


def test_a_theme_changes_its_month_until_it_is_taken_up(village: Village) -> None:
    theme = plan(village, 11)
    moved = services.change_theme(
        actor=village.actor, theme=theme, details=ThemeDetails(Month(2026, 12), "Nước sạch"), now=NOW
    )
    assert moved.month == date(2026, 12, 1)
    services.take_up_at(actor=village.actor, theme=moved, meeting=village.meeting, now=NOW)
    details = ThemeDetails(Month(2026, 12), "Nước sạch", purpose="Đủ nước")
    assert services.change_theme(actor=village.actor, theme=moved, details=details, now=NOW).purpose == "Đủ nước"
    with pytest.raises(services.ThemeTakenUp):
        services.change_theme(actor=village.actor, theme=moved, details=ThemeDetails(Month(2026, 12), "Khác"), now=NOW)


def test_who_reads_the_plan_is_not_asked_to_add(village: Village, sign_in: SignIn) -> None:
    plan(village, 12)
    for user in (village.member_user, village.reader):
        text = sign_in(user).get(reverse("meetings:show_themes", args=[village.cell.public_id])).content.decode()
        assert ("Nước sạch" in text, "Thêm chuyên đề" in text) == (True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_takes_the_same_queries(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        plan(village, 12, f"Chuyên đề {number}", author=village.plain)
    client = sign_in(village.secretary)
    with django_assert_num_queries(8):
        client.get(reverse("meetings:show_themes", args=[village.cell.public_id]))


@pytest.mark.parametrize("cells", [3, 80])
def test_the_committee_above_sees_the_gaps_first(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, cells: int
) -> None:
    commune = Organization.objects.get(name="Đảng bộ xã Lăng Can")
    for number in range(cells - 2):
        cell = make_unit(f"Chi bộ {number}", parent=commune, cell_type=CellType.VILLAGE)
        ThemePlan.objects.bulk_create(
            ThemePlan(organization=cell, month=date(2026, month, 1), title="x", state=ThemeState.PLANNED)
            for month in (11, 12)
        )
    plan(village, 12)
    officer = make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    client = sign_in(officer)
    page = list_commune_themes(actor=actor_of(officer), unit=commune, year=2026, today=TODAY)
    assert (page.cells, len(page.rows), page.rows[0].cell.name, page.rows[0].gaps) == (
        cells,
        cells,
        "Chi bộ thôn Làng Chùa",
        ("I", "II", "III", "IV"),
    )
    with django_assert_num_queries(9):
        text = client.get(reverse("meetings:list_themes", args=[commune.public_id, 2026])).content.decode()
    assert f"<b>{cells}</b> trên {cells} chi bộ" in text
