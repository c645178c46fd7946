"""Month, quarter, year: one choice for all pages of figures; the past as it was on its last day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreSheet
from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.spans import make_choice
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import move_organization
from nennep.reporting.choices import AttentionKind
from nennep.reporting.models import UnitMonth
from nennep.reporting.queries.cell import get_cell_page
from nennep.reporting.queries.commune import CommunePage, get_commune_page
from nennep.reporting.queries.figures import get_figures, get_sums
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.rows import find_measure, get_rows_page
from nennep.reporting.services.figures import rebuild_figures
from nennep.room.choices import AttendanceState
from tests.factories.accounts import grant_role, make_user
from tests.factories.assessments import stand
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import evening, make_meeting, mark_present
from tests.markup import squeeze

THEN = NOW.replace(month=10, day=15)  # when the unit moved

SYSTEM = Actor.system()
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))
P, U = AttendanceState.PRESENT, AttendanceState.UNEXCUSED
Q3, Q4, YEAR = Span.parse("2026-q3"), Span.parse("2026-q4"), Span.parse("2026")


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [
        ("2026-02", Month(2026, 2), date(2026, 2, 28), 1),
        ("2026-q1", Month(2026, 1), date(2026, 3, 31), 3),
        ("2026-q4", Month(2026, 10), date(2026, 12, 31), 3),
        ("2026", Month(2026, 1), date(2026, 12, 31), 12),
    ],
)
def test_a_span_is_read_and_written_in_one_way(text: str, first: Month, last: date, months: int) -> None:
    span = Span.parse(text)
    assert (str(span), span.first, span.last.last_day, len(list(span.first.through(span.last)))) == (
        text,
        first,
        last,
        months,
    )
    assert (span.previous.following, span.following.previous) == (span, span)
    assert all(Span.around(month, months) == span for month in span.first.through(span.last))


@pytest.mark.parametrize("text", ["", "2026-13", "2026-q5", "2026-q", "2026-", "26", "2026-q1-1", "-q1", "năm", "0000"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.parse(text)


def test_a_span_that_runs_ends_with_the_month_in_progress() -> None:
    assert Q4.months_until(TODAY) == (OCTOBER, NOVEMBER)
    assert Q3.months_until(TODAY) == (Month(2026, 7), Month(2026, 8), SEPTEMBER)
    assert YEAR.following.months_until(TODAY) == ()
    assert [span.reference_day(TODAY) for span in (Q3, Q4)] == [date(2026, 9, 30), TODAY]
    assert [span.is_over(date(2026, 10, 1)) for span in (Q3, Q4)] == [True, False]
    assert not Q3.is_over(date(2026, 9, 30))


def test_the_choice_offers_what_is_kept_and_nothing_to_come() -> None:
    choice = make_choice(Span(SEPTEMBER), since=Month(2026, 8), today=TODAY)
    assert [[one.value for one in offered] for _label, offered in choice.groups] == [
        ["2026-11", "2026-10", "2026-09", "2026-08"],
        ["2026-q4", "2026-q3"],
        ["2026"],
    ]
    assert (choice.label, choice.previous_label, choice.following_label) == (
        "Tháng 9/2026",
        "Tháng 8/2026",
        "Tháng 10/2026",
    )
    last = make_choice(Span(NOVEMBER), since=NOVEMBER, today=TODAY)
    assert (last.previous, last.following) == (None, None)
    older = make_choice(Span(Month(2020, 1)), since=Month(2020, 1), today=TODAY)
    assert older.groups[0][1][-1].value == "2020-01"


# ── figures ───────────────────────────────────────────────────────────────────


@pytest.fixture
def commune(db: None) -> Organization:
    """Two cells that met from July to November but once; attendance, themes and tasks differ."""
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    for number in range(2):
        cell = make_unit(f"Chi bộ thôn Số {number}", parent=commune, cell_type=CellType.VILLAGE)
        members = [make_member(f"Ma Văn {number}{place}", cell=cell) for place in range(2)]
        for month in Month(2026, 7).through(NOVEMBER):
            if (number, month) != (1, SEPTEMBER):
                kind = MeetingKind.COMBINED if month == Month(2026, 8) else MeetingKind.REGULAR
                day = date(2026, month.number, 3 + 6 * number)
                mark_present(make_meeting(cell, day, kind=kind), members, [P, U if number else P])
        make_duty(cell, members[0], due_on=date(2026, 8, 31), given_on=date(2026, 8, 1))
    return commune


def page_of(commune: Organization, span: Span | None = None, **more: Any) -> CommunePage:
    return get_commune_page(actor=SYSTEM, unit=commune, today=TODAY, span=span, **more)


@pytest.mark.parametrize("span", [Q3, Q4, YEAR, Span(SEPTEMBER), Span(NOVEMBER)])
@pytest.mark.parametrize("folded", [False, True])
def test_a_span_is_the_sum_of_its_months_and_opens_as_many_rows(
    commune: Organization, span: Span, folded: bool
) -> None:
    months = span.months_until(TODAY)
    if folded:
        rebuild_figures(actor=SYSTEM, months=months, now=NOW)
        assert UnitMonth.objects.count() == len(months)
    sums = get_sums(organization=commune, months=months, today=TODAY)
    each = [get_figures(organization=commune, month=month, today=TODAY) for month in months]
    assert (sums["cells_met"], sums["counted"], sums["present"]) == tuple(
        sum(counts[name] for counts in each) for name in ("cells_met", "counted", "present")
    )
    assert sums["members"] == each[-1]["members"] == 4
    rows = {
        measure.address: get_rows_page(actor=SYSTEM, unit=commune, span=span, measure=measure, today=TODAY).rows
        for measure in LISTED
    }
    assert len(rows["da-hop"]) == sums["cells"]
    assert sum(row.values[0] != "chưa họp" for row in rows["da-hop"]) == sums["cells_met"]
    assert sum(int(row.values[1]) for row in rows["du-hop"]) == sums["present"]
    assert len(rows["vang-khong-ly-do"]) == sums["unexcused"]
    assert len(rows["nhiem-vu"]) == sums["tasks_due"] + sums["tasks_late"]
    page = page_of(commune, span)
    assert len(rows["chuyen-de"]) - sum(row.late for row in rows["chuyen-de"]) >= page.themed


def test_finished_months_come_from_their_rows(commune: Organization, django_assert_num_queries: Any) -> None:
    rebuild_figures(actor=SYSTEM, months=Q3.months_until(TODAY), now=NOW)
    with django_assert_num_queries(2):
        get_sums(organization=commune, months=Q3.months_until(TODAY), today=TODAY)


def test_rows_of_several_months_say_which(commune: Organization) -> None:
    page = get_rows_page(actor=SYSTEM, unit=commune, span=Q3, measure=find_measure("da-hop"), today=TODAY)
    assert page.columns == ("Tháng", "Ngày họp", "Đúng ngày quy định")
    missing, first = page.lines[0], page.lines[1]  # ngoài ngày after it, by month
    assert (missing.name, missing.pairs[:2]) == ("Số 1", (("Tháng", "09/2026"), ("Ngày họp", "chưa họp")))
    assert (first.name, first.pairs[:2]) == ("Số 0", (("Tháng", "07/2026"), ("Ngày họp", "03/07/2026")))
    themes = get_rows_page(actor=SYSTEM, unit=commune, span=YEAR, measure=find_measure("chuyen-de"), today=TODAY)
    assert (themes.columns[0], set(themes.whens)) == (
        "Quý",
        {"Quý I/2026", "Quý II/2026", "Quý III/2026", "Quý IV/2026"},
    )
    one = get_rows_page(actor=SYSTEM, unit=commune, span=Span(SEPTEMBER), measure=find_measure("da-hop"), today=TODAY)
    assert (one.columns, one.whens) == (("Ngày họp", "Đúng ngày quy định"), ())


# ── as it was ─────────────────────────────────────────────────────────────────


def findings_of(page: CommunePage) -> dict[str, AttentionKind]:
    return {line.row.name: line.row.finding.kind for line in page.triage_lines}


def letters(page: CommunePage, month: Month) -> dict[str, str]:
    place = page.months.index(month)
    return {line.row.name: line.row.squares[place].mark.letter.value for line in page.matrix_lines}


def test_what_came_later_is_not_known_yet(commune: Organization) -> None:
    """Scored in October: at the end of September nobody knew."""
    meeting = Meeting.objects.get(organization__name="Chi bộ thôn Số 0", month=SEPTEMBER.first_day)
    stand(
        ScoreSheet.objects.create(
            meeting=meeting,
            template_code="x",
            state=SheetState.AGREED,
            total=Decimal(95),
            grade=Grade.GOOD,
            agreed_at=evening(date(2026, 10, 2)),
        )
    )
    past, now = page_of(commune, Span(SEPTEMBER)), page_of(commune)
    assert (letters(past, SEPTEMBER)["Số 0"], letters(now, SEPTEMBER)["Số 0"]) == ("C", "T")
    assert (past.on, past.is_past, now.on, now.is_past) == (date(2026, 9, 30), True, TODAY, False)
    assert findings_of(past)["Số 1"] == AttentionKind.NOT_MET
    assert (past.may_remind, past.left, past.months[-1]) == (False, (), SEPTEMBER)


def test_a_meeting_of_the_month_that_was_opened_after_it_had_not_been_held(commune: Organization) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Số 1")
    late = make_meeting(cell, date(2026, 10, 2), month=SEPTEMBER)
    assert letters(page_of(commune, Span(SEPTEMBER)), SEPTEMBER)["Số 1"] == "X"
    assert letters(page_of(commune, Span(OCTOBER)), SEPTEMBER)["Số 1"] == "C"
    late.refresh_from_db()
    assert late.opened_at is not None


@pytest.mark.parametrize(("settled_on", "overdue"), [(date(2026, 9, 30), 1), (date(2026, 10, 1), 2), (None, 2)])
def test_tasks_stand_as_they_did(commune: Organization, settled_on: date | None, overdue: int) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Số 0")
    member = make_member("Ma Văn Thêm", cell=cell)
    state = DutyState.DONE if settled_on else DutyState.ONGOING
    make_duty(cell, member, given_on=date(2026, 8, 1), due_on=date(2026, 9, 1), state=state, settled_on=settled_on)
    make_duty(cell, member, given_on=date(2026, 10, 1), due_on=date(2026, 10, 2))
    page = get_cell_page(actor=SYSTEM, unit=cell, today=TODAY, span=Span(SEPTEMBER))
    (finding,) = [one for one in page.findings if one.kind == AttentionKind.DUTIES_OVERDUE]
    assert finding.count == overdue
    assert page.duties == ()


def test_a_cell_that_moved_away_since_stands_where_it_stood(commune: Organization) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Số 1")
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE)
    move_organization(actor=SYSTEM, organization=cell, parent=other, on=date(2026, 10, 15), reason="Sắp xếp", now=THEN)
    assert [page_of(commune, span).cells for span in (Span(SEPTEMBER), Span(OCTOBER), None)] == [2, 1, 1]
    assert [page_of(other, span).cells for span in (Span(SEPTEMBER), Span(OCTOBER), None)] == [0, 1, 1]


# ── pages ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def desk(client: Client, officer: User, fixed_clock: None) -> Client:
    client.force_login(officer)
    return client


def unit_url(unit: Organization) -> str:
    return reverse("reporting:unit", args=[unit.public_id])


def test_the_screen_of_a_quarter_says_its_sums_and_leads_to_its_rows(desk: Client, commune: Organization) -> None:
    page = squeeze(desk.get(unit_url(commune), {"ky": "2026-q3"}).content.decode())
    rows = reverse("reporting:rows", args=[commune.public_id, "2026-q3", "da-hop"])
    assert f'href="{rows}"><b>5<small>/6</small></b><span>buổi thường kỳ đã họp</span>' in page
    assert '<option value="2026-q3" selected>Quý III/2026</option>' in page
    assert 'rel="prev" href="?ky=2026-q2"' not in page  # nothing is kept of it
    assert 'rel="next" href="?ky=2026-q4"' in page
    assert "như lúc hết ngày 30/09/2026" in page
    assert reverse("reporting:remind_all", args=[commune.public_id]) not in page
    listed = desk.get(rows).content.decode()
    assert ("Chi bộ đã họp, quý III/2026" in listed, "07/2026" in listed) == (True, True)


@pytest.mark.parametrize("address", ["reporting:unit", "reporting:table"])
@pytest.mark.parametrize("text", ["2026-13", "2026-q5", "2027", "2026-12", "mai"])
def test_what_is_no_span_or_is_to_come_is_not_found(
    desk: Client, commune: Organization, address: str, text: str
) -> None:
    assert desk.get(reverse(address, args=[commune.public_id]), {"ky": text}).status_code == 404


def test_a_list_leads_to_that_of_another_span(desk: Client, commune: Organization) -> None:
    here = reverse("reporting:rows", args=[commune.public_id, "2026-11", "du-hop"])
    answer = desk.get(here, {"ky": "2026"})
    assert (answer.status_code, answer["Location"]) == (302, here.replace("2026-11", "2026"))


def test_a_cell_and_the_table_have_the_same_choice(desk: Client, commune: Organization) -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Số 0")
    page = desk.get(unit_url(cell), {"ky": "2026-09"}).content.decode()
    assert ('<option value="2026-09" selected>' in page, "Nhiệm vụ chưa xong" in page) == (True, False)
    table = desk.get(reverse("reporting:table", args=[commune.public_id]), {"ky": "2026-09"})
    assert (table.status_code, "2026-09" in table["Content-Disposition"]) == (200, True)


def test_a_secretary_of_elsewhere_sees_no_span(commune: Organization, client: Client, fixed_clock: None) -> None:
    other = make_user("Lý Văn Khác")
    grant_role(other, Role.SECRETARY, make_unit("Chi bộ khác"))
    client.force_login(other)
    assert client.get(unit_url(commune), {"ky": "2026-q3"}).status_code == 404


@pytest.mark.parametrize("span", ["2026-11", "2026-09", "2026"])
def test_a_hundred_and_twenty_cells_stay_below_a_hundred_rows_and_150_kb(
    desk: Client, commune: Organization, span: str
) -> None:
    for number in range(118):
        cell = make_unit(f"Chi bộ thôn dài tên như thật số {number:03d}", parent=commune, cell_type=CellType.VILLAGE)
        make_meeting(cell, date(2026, 8, 3))
    seen: set[str] = set()
    for page in ("1", "2", "3", "4"):
        content = desk.get(unit_url(commune), {"ky": span, "trang": page, "viec": page}).content
        text = content.decode()
        assert len(content) <= 150_000
        assert text.count("<tr") <= 100
        seen |= {f"{number:03d}" for number in range(118) if f"số {number:03d}" in text}
    assert len(seen) == 118
