"""The demonstration tells the article's numbers from its rows (shared/seeds/000, domain/published-figures.toml)."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.utils.timezone import localtime
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.assessments.models import ScoreSheet
from nennep.assessments.queries import gather_facts
from nennep.assessments.rules import propose
from nennep.audit.queries import read_trail_page
from nennep.classification.choices import CapGroup, RatingState
from nennep.classification.models import Campaign
from nennep.classification.queries.caps import read_cap, read_group_caps
from nennep.core.access import Actor
from nennep.core.frozen import hash_content
from nennep.core.periods import Month
from nennep.documents.models import Document
from nennep.duties.queries import list_members_without_duty
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.queries.coverage import list_commune_coverage
from nennep.meetings.queries.themes import get_theme_plan, list_commune_themes
from nennep.meetings.rules.coverage import CoverageFault
from nennep.members.choices import Reach
from nennep.members.models import Member, Membership
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.queries import list_cells
from nennep.records.models import MinutesVersion
from nennep.records.queries.minutes import build_minutes
from nennep.reporting.queries.facts import read_cells
from nennep.reporting.rules.triage import find_exceptions
from nennep.room.models import RollCallEntry
from nennep.room.queries.outcome import rules_of
from nennep.site.demonstration.load import Loaded, load
from nennep.site.demonstration.people import DemonstrationPerson, PersonMaker
from nennep.site.demonstration.programmes import share_minutes
from nennep.site.demonstration.scores import ScoreLineSpread, fit_points
from nennep.visits.queries.board import get_ledger_page

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def read_figures(unit: str, month: Month) -> dict[str, Any]:
    output = io.StringIO()
    call_command("figures", "--unit", unit, "--month", str(month), "--json", stdout=output)
    figures: dict[str, Any] = json.loads(output.getvalue())
    return figures


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """Loaded once for the tests of this file (half a minute), and rolled back after them.

    Those tests ask SQLite alone: what they ask of the rows is the same on both, and the load itself is tried on both.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(now=NOW)
        transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_short_demonstration_is_told_by_its_rows_too() -> None:
    load(now=NOW, past_months=1)
    figures = {month: read_figures("LB", month) for month in (Month(2026, 10), Month(2026, 11))}
    assert {(row["cells"], row["cells_met"], row["members"]) for row in figures.values()} == {(136, 136, 2793)}


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_articles_numbers_come_from_the_rows(loaded: Loaded) -> None:
    months = list(Month(2025, 11).through(Month(2026, 11)))
    district = [read_figures("LB", month) for month in months]

    assert Organization.objects.filter(depth=2, closed_on=None).count() == 24
    assert (loaded.organizations, loaded.cells, loaded.members) == (163, 136, 2793)
    assert {(row["cells"], row["cells_met"], row["cells_on_time"], row["members"]) for row in district} == {
        (136, 136, 136, 2793)
    }
    assert min(read_figures("LB-LC", month)["attendance_percent"] for month in months) > 90
    assert {row["thematic_meetings"] for row in district if row["thematic_meetings"]} == {135}


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_since_the_first_of_july_2025_no_unit_is_of_a_district() -> None:
    """By name, by kind, and in the history of each unit (rules.md §9.1); before that day the communes were below one."""
    open_then = Q(valid_to=None) | Q(valid_to__gt=date(2025, 7, 1))
    after, before = OrganizationPeriod.objects.filter(open_then), OrganizationPeriod.objects.exclude(open_then)
    assert not after.filter(Q(name__icontains="huyện") | Q(kind=UnitKind.UPPER_DIRECT)).exists()
    above = [set(rows.filter(kind=UnitKind.BASE).values_list("parent__name", flat=True)) for rows in (before, after)]
    assert above == [{"Đảng bộ huyện Lâm Bình"}, {"Đảng bộ tỉnh Tuyên Quang"}]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_everybody_is_somebody_else(loaded: Loaded) -> None:
    cards = list(Member.objects.order_by("card_number").values_list("card_number", flat=True))
    assert cards == [f"99{serial:06d}" for serial in range(1, loaded.members + 1)]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_a_secretary_has_something_to_do() -> None:
    nam_cha = Meeting.objects.filter(organization__name="Chi bộ thôn Nặm Chá")
    following = nam_cha.filter(filed_at=None).earliest("planned_for")
    assert (str(following.month), following.prepared_at is None, following.announced_at) == ("2026-12-01", False, None)
    assert RoleGrant.objects.exclude(role__in=[Role.SECRETARY, Role.MEMBER, Role.OFFICIAL]).count() == 4
    assert RoleGrant.objects.filter(role=Role.SECRETARY).count() == 32


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_three_members_of_nam_cha_hold_no_task_and_the_member_who_signs_in_holds_one() -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Nặm Chá")
    idle = list_members_without_duty(organization=cell, on=NOW.date())
    assert [member.full_name for member in idle] == ["Bàn Thị Ghến", "Hoàng Văn Oanh", "Triệu Văn Sính"]
    member = Member.objects.get(user__username="dang-vien")
    running = member.duties.filter(state="ongoing", due_on__isnull=False)
    assert [duty.result for duty in running] == ["Đã được 2 trên 6 hộ."]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_the_committee_of_nam_cha_has_met_and_every_quarter_has_its_theme() -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Nặm Chá")
    former, (premeeting,) = [
        list(Premeeting.objects.filter(meeting__organization=cell, meeting__opened_at__isnull=coming))
        for coming in (False, True)
    ]
    assert {one.concluded_at for one in former} == {one.meeting.prepared_at for one in former}
    assert len(former) == 13
    assert (premeeting.concluded_at, premeeting.present.count()) == (premeeting.meeting.prepared_at, 4)
    assert "Làm 300 m mương bê tông khu đồng Nà Khà (Ma Đình Phúc)" in premeeting.last_month
    plan = get_theme_plan(cell, 2026, today=NOW.date())
    assert [quarter.count.held for quarter in plan.quarters] == [1, 1, 1, 1]
    assert all(row.author and row.public_id for row in plan.rows)


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_one_school_talks_about_nothing_but_work() -> None:
    commune = Organization.objects.get(code="LB-LC")
    page = list_commune_coverage(actor=Actor.system(), unit=commune, today=NOW.date())
    assert page.cells == 32
    assert (page.rows[0].cell.name, page.rows[0].warnings[0].text) == (
        "Chi bộ Trường Trung học cơ sở Lăng Can",
        "6 tháng liền chỉ bàn chuyên môn",
    )
    assert 0 < len(page.rows) < 8
    assert {warning.fault for row in page.rows[1:] for warning in row.warnings} == {CoverageFault.UNTOUCHED}
    themes = list_commune_themes(actor=Actor.system(), unit=commune, year=2026, today=NOW.date())
    assert [(row.cell.name, row.gaps) for row in themes.rows] == [
        ("Chi bộ Trường Trung học cơ sở Lăng Can", ("I", "II", "III", "IV"))
    ]


@given(st.lists(st.tuples(st.sampled_from(["study", "self_criticism", "theme"]), st.integers(1, 60)), max_size=15))
def test_the_items_of_a_meeting_take_as_long_as_the_meeting(planned: list[tuple[str, int]]) -> None:
    taken = share_minutes(planned, 120)
    assert len(taken) == len(planned)
    assert sum(taken) == (120 if planned else 0)


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_a_second_load_is_refused() -> None:
    output = io.StringIO()
    call_command("load_demonstration", stdout=output)
    assert "đã có ở đây, không nạp lại" in output.getvalue()
    assert "bi-thu" in output.getvalue()


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_nam_cha_is_as_the_mockups_draw_it() -> None:
    cell = Organization.objects.get(name="Chi bộ thôn Nặm Chá")
    on = Membership.objects.on(NOW.date()).filter(organization=cell)
    standings = Counter(on.order_by("pk").values_list("standing", flat=True))
    assert standings == {"official": 23, "probationary": 2, "exempt": 2, "elsewhere": 1}
    held = Meeting.objects.filter(organization=cell, month="2026-11-01").get()
    assert held.roll_call.filter(counted=True).count() == 25
    papers = Document.objects.filter(origin_id=str(held.public_id)).order_by("title")
    assert [paper.title for paper in papers] == [
        "Báo cáo kết quả thực hiện nghị quyết tháng trước",
        "Bản tin sinh hoạt chi bộ tháng 11/2026",
    ]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_the_rolls_say_who_was_what_on_the_day_of_the_meeting() -> None:
    """The frozen standing of each entry is that of the membership in force then; every counted member has one task."""
    entries = RollCallEntry.objects.filter(meeting__organization__code__startswith="LB-LC-").select_related("meeting")
    memberships: dict[int, list[Membership]] = {}
    for row in Membership.objects.order_by("valid_from"):
        memberships.setdefault(row.member_id, []).append(row)
    for entry in entries.order_by("pk"):
        day = localtime(entry.meeting.planned_for).date()
        then = [
            row.standing
            for row in memberships[entry.member_id]
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
        ]
        assert then == [entry.standing]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_minutes_in_bulk_are_those_that_the_service_builds() -> None:
    versions = MinutesVersion.objects.filter(meeting__organization__name="Chi bộ thôn Nặm Chá").order_by("pk")
    assert versions.count() == 13
    for version in versions.select_related("meeting__organization", "meeting__chair", "meeting__minute_taker"):
        built = build_minutes(actor=Actor.system(), meeting=version.meeting).to_content()
        assert version.sha256 == hash_content(version.content)
        assert {**version.content, "tasks": [], "duties": []} == {**built, "tasks": [], "duties": []}
        assert [row["title"] for row in version.content["tasks"]] == [row["title"] for row in built["tasks"]]
        assert [row["title"] for row in version.content["duties"]] == [row["title"] for row in built["duties"]]


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_no_cell_copies_what_it_has_to_mend() -> None:
    """What the calibration points out to the reader must not be true of everybody."""
    texts: dict[int, list[str]] = {}
    for unit, text in ScoreSheet.objects.order_by("meeting__planned_for").values_list(
        "meeting__organization", "to_mend"
    ):
        texts.setdefault(unit, []).append(text)
    assert [unit for unit, said in texts.items() if len(set(said[-7:])) < len(said[-7:])] == []
    assert max(map(len, texts.values())) > 6


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_the_scores_stand_on_the_facts() -> None:
    """Points add up to the total, and the facts beside them are those that the service reads from the records."""
    sheets = ScoreSheet.objects.filter(meeting__organization__code__startswith="LB-LC-").order_by("pk")
    assert sheets.count() == 32 * 13 - 1
    for sheet in sheets.prefetch_related("items"):
        assert sum(item.points or 0 for item in sheet.items.all()) == sheet.total
    latest = sheets.select_related("meeting__organization").get(
        meeting__organization__name="Chi bộ thôn Nặm Chá", meeting__month="2026-11-01"
    )
    facts = gather_facts(meeting=latest.meeting, today=latest.meeting.held_on)
    proposed = {item.code: (item.proposed, item.fact) for item in latest.items.all()}
    lines = {item.code: item for item in rules_of(latest.meeting).score_sheet.items}
    for code in ("c1", "c2", "c3.2", "c4.1", "c4.2", "c7"):
        proposal = propose(lines[code], facts)
        assert proposed[code] == (proposal.points, proposal.fact)
    assert proposed["c6"] == (Decimal(24), "Xong 7/9 nhiệm vụ (77,8%)")


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_lang_can_has_few_exceptions_and_they_are_those_of_the_mockup() -> None:
    commune = Organization.objects.get(code="LB-LC")
    cells = list(list_cells(actor=Actor.system(), under=commune, on=NOW.date()))
    found = {record.unit.name: find_exceptions(record.facts) for record in read_cells(cells=cells, today=NOW.date())}
    kinds = {name: [finding.kind.value for finding in findings] for name, findings in found.items() if findings}
    assert kinds == {
        "Chi bộ thôn Bản Khiển": ["attendance", "poor_score"],
        "Chi bộ thôn Đon Bả": ["without_task"],
        "Chi bộ thôn Khau Quang": ["papers_late"],
        "Chi bộ thôn Phai Tre B": ["tasks_overdue", "attendance"],
        "Chi bộ Trạm Y tế xã": ["filing_late"],
    }


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_names_are_invented_and_unlike_those_of_the_article() -> None:
    named = ["Nguyễn Văn Na", "Nguyễn Văn Dưng", "Thu Trang"]
    assert not Member.objects.filter(full_name__in=named).exists()
    printed = Member.objects.filter(reach=Reach.PRINT).count()
    assert 0.25 < printed / Member.objects.count() < 0.45


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_the_past_of_units_and_the_trail_have_something_to_show() -> None:
    former = Organization.objects.get(code="LB-LC-00")
    assert list(former.successions.order_by("pk").values_list("successor__name", flat=True)) == [
        "Chi bộ thôn Bản Kè A",
        "Chi bộ thôn Bản Kè B",
    ]
    commune = Organization.objects.get(code="LB-LC")
    assert read_trail_page(actor=Actor.system(), path=commune.path).paginator.count > 300


def test_the_same_seed_gives_the_same_people() -> None:
    def make() -> list[DemonstrationPerson]:
        maker = PersonMaker(seed=1, today=NOW.date())
        return [maker.make() for _ in range(50)]

    assert make() == make()


@given(
    st.lists(st.tuples(st.integers(1, 30), st.none() | st.integers(0, 30)), min_size=2, max_size=12),
    st.integers(0, 100),
)
def test_points_are_fitted_to_any_total_that_the_sheet_can_have(rows: list[tuple[int, int | None]], share: int) -> None:
    lines = [
        ScoreLineSpread(
            str(number), Decimal(maximum), None if proposed is None else Decimal(min(proposed, maximum)), ""
        )
        for number, (maximum, proposed) in enumerate(rows)
    ]
    total = sum((line.maximum for line in lines), Decimal(0)) * share // 100
    points = fit_points(lines, total)
    assert sum(points) == total
    assert all(Decimal(0) <= value <= line.maximum for value, line in zip(points, lines, strict=True))


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_the_ledger_of_lang_can_says_who_owes_what() -> None:
    page = get_ledger_page(actor=Actor.system(), on=NOW.date())
    figures = {str(state.user): (state.ledger.done, state.ledger.owed.count) for state in page.officials}
    assert figures == {
        "Chẩu Minh Tuấn": (3, 6),
        "Nguyễn Đình Khôi": (3, 5),
        "Hứa Văn Thịnh": (5, 6),
        "Lương Quốc Hưng": (5, 6),
        "Ma Thị Bưởi": (2, 3),
        "Quan Thị Duyên": (6, 6),
    }
    assert (page.in_need, page.totals.reports_overdue, page.totals.missed) == (4, 2, 1)


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_whoever_is_told_something_may_open_it(settings: Any) -> None:
    settings.NENNEP_CLOCK = NOW
    told = Notification.objects.exclude(url="").select_related("user").order_by("pk")
    clients: dict[int, Client] = {}
    statuses: Counter[tuple[str, int]] = Counter()
    for notice in told:
        if notice.user_id not in clients:
            clients[notice.user_id] = Client()
            clients[notice.user_id].force_login(notice.user)
        statuses[notice.kind, clients[notice.user_id].get(notice.url).status_code] += 1
    assert {status for _kind, status in statuses} == {200}
    assert {kind for kind, _status in statuses} >= {"meetings.announced", "documents.distributed", "petitions.answered"}


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.usefixtures("loaded")
def test_last_years_rating_is_finished_within_its_cap_and_this_years_is_begun() -> None:
    past, now = Campaign.objects.order_by("year")
    assert [(one.year, one.state, one.organization.code) for one in (past, now)] == [
        (2025, "closed", "LB-LC"),
        (2026, "open", "LB-LC"),
    ]
    assert set(past.ratings.values_list("state", flat=True)) <= {RatingState.FILED, RatingState.NOT_RATED}
    assert set(now.ratings.values_list("state", flat=True)) <= {RatingState.OPENED, RatingState.NOT_RATED}
    caps = [read_cap(review) for review in past.reviews.select_related("campaign", "organization")]
    assert sum(cap.excellent for cap in caps) > 0
    assert [cap for cap in caps if cap.over] == []
    assert [cap.group for cap in read_group_caps(past, CapGroup.of_round()) if cap.check.over] == []
