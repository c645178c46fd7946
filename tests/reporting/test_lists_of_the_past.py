"""Petitions, members without a task, comments, contents, themes of a span that is over: as they stood on its last day."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Month, Span
from nennep.duties.choices import DutyState
from nennep.duties.queries import get_unit_workload
from nennep.meetings.choices import AdviceState, MeetingKind, Topic
from nennep.meetings.models import Advice, AgendaItem
from nennep.meetings.queries.advice import AdviceShare
from nennep.meetings.queries.coverage import list_commune_coverage
from nennep.meetings.queries.themes import list_commune_themes
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization, move_organization
from nennep.petitions import services
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_unit_list
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.reporting.queries.advice import get_unit_advice
from nennep.reporting.queries.commune import get_commune_page
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY, VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

SYSTEM = Actor.system()
SEPTEMBER, OCTOBER, NOVEMBER = (Span(Month(2026, number)) for number in (9, 10, 11))
PAGES = (
    "petitions:show_unit",
    "duties:show_unit",
    "meetings:list_coverage",
    "reporting:advice",
    "meetings:list_themes",
)

pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 20, 0, tzinfo=VIETNAM)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


def ask(cell: Organization, text: str, month: int, day: int, holder: Organization | None = None) -> Petition:
    details = PetitionDetails(text=text, holder=holder)
    raised = date(2026, month, day)
    return note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=raised, now=at(month, day))


def texts(unit: Organization, span: Span, chosen: str = "") -> list[str]:
    page = get_unit_list(actor=SYSTEM, public_id=unit.public_id, chosen=chosen, today=TODAY, span=span)
    assert dict(page.counts)[chosen] == len(page.rows)  # a figure and its rows
    return [row.text for row in page.rows]


# ── petitions ─────────────────────────────────────────────────────────────────


def test_what_was_answered_later_waits_in_the_list_of_the_month(cell: Organization, commune: Organization) -> None:
    bridge = ask(cell, "Sửa cầu", 9, 5, commune)
    ask(cell, "Nước sạch", 10, 5, commune)
    services.answer_petition(actor=SYSTEM, petition=bridge, answer="Đã sửa.", now=at(10, 20))
    services.confirm_solved(actor=SYSTEM, petition=bridge, now=at(11, 3))
    assert [texts(commune, span) for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [
        ["Sửa cầu"],
        ["Nước sạch"],
        ["Nước sạch"],
    ]
    assert [texts(commune, span, "tra-loi") for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [[], ["Sửa cầu"], []]
    assert [texts(commune, span, "da-tra-loi") for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [[], ["Sửa cầu"], []]
    assert [texts(commune, span, "moi") for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [["Sửa cầu"], ["Nước sạch"], []]
    assert texts(commune, Span.parse("2026"), "moi") == ["Sửa cầu", "Nước sạch"]
    page = get_unit_list(actor=SYSTEM, public_id=commune.public_id, chosen="", today=TODAY, span=SEPTEMBER)
    assert (page.rows[0].answer, page.rows[0].age) == ("", 25)


def test_it_stands_where_it_was_with_the_clock_of_then(cell: Organization, commune: Organization) -> None:
    petition = ask(cell, "Sửa cầu", 9, 1)
    before = tuple(get_unit_list(actor=SYSTEM, public_id=cell.public_id, chosen="", today=date(2026, 9, 30)).rows)
    services.pass_on(actor=SYSTEM, petition=petition, to=commune, now=at(10, 20))
    (row,) = get_unit_list(actor=SYSTEM, public_id=cell.public_id, chosen="", today=TODAY, span=SEPTEMBER).rows
    assert (row.due_on, row.days_left, row.holder) == (before[0].due_on, before[0].days_left, cell.name)
    assert [texts(commune, span) for span in (SEPTEMBER, OCTOBER)] == [[], ["Sửa cầu"]]
    assert [texts(commune, span, "duoi") for span in (SEPTEMBER, OCTOBER)] == [["Sửa cầu"], []]


def test_opened_again_joined_and_taken_apart(cell: Organization, commune: Organization) -> None:
    one, other = ask(cell, "Cầu hỏng", 9, 1, commune), ask(cell, "Cầu gãy", 9, 2, commune)
    services.join_petitions(actor=SYSTEM, petition=one, other=other, now=at(10, 2))
    assert [texts(commune, span) for span in (SEPTEMBER, OCTOBER)] == [["Cầu hỏng", "Cầu gãy"], ["Cầu hỏng"]]
    kept = Petition.objects.get(pk=one.pk)
    services.answer_petition(actor=SYSTEM, petition=kept, answer="Đã sửa.", now=at(10, 5))
    services.confirm_solved(actor=SYSTEM, petition=kept, now=at(10, 6))
    services.reopen_petition(actor=SYSTEM, petition=kept, text="Lại hỏng", now=at(11, 4))
    assert [texts(commune, span) for span in (OCTOBER, NOVEMBER)] == [[], ["Cầu hỏng"]]


def test_petitions_of_a_merged_cell_and_of_one_that_moved_away(cell: Organization, commune: Organization) -> None:
    sister = make_unit("Chi bộ thôn Làng Chùa", parent=commune, cell_type=CellType.VILLAGE)
    away = make_unit("Chi bộ thôn Khau Lắc", parent=commune, cell_type=CellType.VILLAGE)
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
    ask(cell, "Sửa cầu", 9, 1)
    ask(away, "Đèn đường", 9, 2)
    when = date(2026, 10, 5)
    merge_organization(actor=SYSTEM, organization=cell, successor=sister, on=when, reason="Sắp xếp", now=at(10, 5))
    move_organization(actor=SYSTEM, organization=away, parent=other, on=date(2026, 10, 5), reason="Sắp xếp", now=NOW)
    assert [texts(commune, span, "duoi") for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [
        ["Sửa cầu", "Đèn đường"],
        ["Sửa cầu"],
        ["Sửa cầu"],
    ]
    page = get_unit_list(actor=SYSTEM, public_id=commune.public_id, chosen="duoi", today=TODAY, span=SEPTEMBER)
    assert [row.cell for row in page.rows] == ["Chi bộ thôn Nặm Chá", "Chi bộ thôn Khau Lắc"]
    assert texts(other, NOVEMBER, "duoi") == ["Đèn đường"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_past_costs_the_same_with_more_petitions(
    cell: Organization, commune: Organization, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        petition = ask(cell, f"Việc {number}", 9, 1)
        services.pass_on(actor=SYSTEM, petition=petition, to=commune, now=at(10, 20))
    with django_assert_num_queries(10):
        texts(commune, SEPTEMBER, "duoi")


# ── tasks, comments, contents, themes ─────────────────────────────────────────


def test_members_without_a_task_are_those_of_the_day(cell: Organization, commune: Organization) -> None:
    done, idle = (make_member(name, cell=cell) for name in ("Ma Công Lập", "Quan Thị Biên"))
    make_duty(cell, done, given_on=date(2026, 8, 1), state=DutyState.DONE, settled_on=date(2026, 10, 10))
    make_duty(cell, idle, given_on=date(2026, 10, 15))
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)

    def counts(unit: Organization, span: Span) -> list[tuple[str, int, int]]:
        page = get_unit_workload(actor=SYSTEM, public_id=unit.public_id, today=TODAY, span=span)
        assert page.is_past == (span != NOVEMBER)
        return [(one.name, one.members, one.idle) for one in page.cells]

    move_organization(actor=SYSTEM, organization=cell, parent=other, on=date(2026, 11, 2), reason="Sắp xếp", now=NOW)
    name = "Chi bộ thôn Nặm Chá"
    assert [counts(commune, span) for span in (SEPTEMBER, OCTOBER, NOVEMBER)] == [[(name, 2, 1)], [(name, 2, 1)], []]
    assert [counts(other, span) for span in (SEPTEMBER, NOVEMBER)] == [[], [(name, 2, 1)]]


def test_a_comment_taken_up_later_was_open(cell: Organization, commune: Organization) -> None:
    for month in (9, 10):
        origin = Origin("reporting.review", f"{month}")
        draft = AdviceDraft("Ghi rõ người làm")
        give_advice(actor=SYSTEM, organization=cell, draft=draft, origin=origin, now=at(month, 10))
    meeting = make_meeting(cell, date(2026, 10, 3))
    first = Advice.objects.order_by("given_on").first()
    assert first is not None
    Advice.objects.filter(pk=first.pk).update(state=AdviceState.TAKEN_UP, answer="Đã ghi", answered_at_meeting=meeting)

    def read(span: Span | None) -> tuple[AdviceShare, list[AdviceState]]:
        page = get_unit_advice(actor=SYSTEM, unit=commune, today=TODAY, span=span)
        return page.share, [row.advice.state for row in page.rows]

    assert read(SEPTEMBER) == (AdviceShare(1, 0, 0), [AdviceState.OPEN])
    assert read(OCTOBER) == (AdviceShare(1, 0, 0), [AdviceState.OPEN])
    assert read(Span.parse("2026-q3")) == (AdviceShare(1, 0, 0), [AdviceState.OPEN])
    assert read(None) == (AdviceShare(2, 1, 1), [AdviceState.OPEN, AdviceState.TAKEN_UP])
    screen = get_commune_page(actor=SYSTEM, unit=commune, today=TODAY, span=OCTOBER)
    assert screen.advice == AdviceShare(1, 0, 0)  # the figure of its list


def test_contents_and_themes_know_nothing_of_what_came_later(cell: Organization, commune: Organization) -> None:
    meeting = make_meeting(cell, date(2026, 10, 3), kind=MeetingKind.COMBINED)
    meeting.theme = "Học tập Bác"
    meeting.save()
    AgendaItem.objects.create(meeting=meeting, position=1, topic=Topic.BULLETIN, title="Thời sự", note="Bản tin.")

    def held(span: Span) -> list[tuple[int, int]]:
        page = list_commune_themes(actor=SYSTEM, unit=commune, year=2026, today=TODAY, span=span)
        return [(row.planned, row.held) for row in page.rows]

    assert [held(span) for span in (SEPTEMBER, OCTOBER)] == [[(0, 0)], [(1, 1)]]
    warned = [
        [warning.text for row in page.rows for warning in row.warnings]
        for page in (
            list_commune_coverage(actor=SYSTEM, unit=commune, today=day)
            for day in (date(2026, 9, 30), date(2026, 10, 31))
        )
    ]
    past = [
        [warning.text for row in page.rows for warning in row.warnings]
        for page in (
            list_commune_coverage(actor=SYSTEM, unit=commune, today=TODAY, span=span) for span in (SEPTEMBER, OCTOBER)
        )
    ]
    assert past == warned


# ── pages ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(client: Client, officer: User, fixed_clock: None) -> Client:
    client.force_login(officer)
    return client


def address(name: str, unit: Organization) -> str:
    return reverse(name, args=[unit.public_id, 2026] if name == "meetings:list_themes" else [unit.public_id])


@pytest.mark.parametrize("name", PAGES)
def test_every_list_of_the_officer_has_the_choice(
    desk: Client, commune: Organization, cell: Organization, name: str
) -> None:
    make_meeting(cell, date(2026, 9, 3))
    ask(cell, "Sửa cầu", 9, 1)
    make_duty(cell, make_member("Ma Công Lập", cell=cell), given_on=date(2026, 9, 1))
    page = desk.get(address(name, commune), {"ky": "2026-09"}).content.decode()
    assert '<option value="2026-09" selected>Tháng 9/2026</option>' in page
    assert "ngày 30/09/2026" in page
    assert f"{reverse('reporting:unit', args=[commune.public_id])}?ky=2026-09" in page
    assert [desk.get(address(name, commune), {"ky": text}).status_code for text in ("2026-12", "2027", "mai")] == [
        404
    ] * 3


def test_the_screen_of_a_month_leads_to_the_lists_of_that_month(desk: Client, commune: Organization) -> None:
    page = desk.get(reverse("reporting:unit", args=[commune.public_id]), {"ky": "2026-09"}).content.decode()
    for name in PAGES:
        if name != "reporting:advice":  # a figure, where there is any
            assert f"{address(name, commune)}?ky=2026-09" in page


def test_themes_of_another_year_have_their_own_address(desk: Client, commune: Organization) -> None:
    answer = desk.get(address("meetings:list_themes", commune), {"ky": "2025-q4"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("meetings:list_themes", args=[commune.public_id, 2025]) + "?ky=2025-q4",
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_secretary_of_elsewhere_sees_no_list(
    client: Client, commune: Organization, name: str, fixed_clock: None
) -> None:
    other = make_user("Lý Văn Khác")
    grant_role(other, Role.SECRETARY, make_unit("Chi bộ khác"))
    client.force_login(other)
    assert client.get(address(name, commune), {"ky": "2026-09"}).status_code == 404


@pytest.mark.parametrize("name", ["duties:show_unit", "meetings:list_coverage", "meetings:list_themes"])
def test_a_hundred_and_twenty_cells_stay_below_a_hundred_rows(desk: Client, commune: Organization, name: str) -> None:
    for number in range(120):
        cell = make_unit(f"Chi bộ thôn số {number:03d}", parent=commune, cell_type=CellType.VILLAGE)
        for month in (7, 8, 9):
            meeting = make_meeting(cell, date(2026, month, 3))
            AgendaItem.objects.create(meeting=meeting, position=1, topic=Topic.STUDY, title="Học", note="Đã học.")
    seen: set[str] = set()
    for page in ("1", "2", "3"):
        text = desk.get(address(name, commune), {"ky": "2026-09", "trang": page}).content.decode()
        assert text.count("<tr") + text.count('class="nn-row"') <= 100
        seen |= {f"{number:03d}" for number in range(120) if f"số {number:03d}" in text}
    assert len(seen) == 120
