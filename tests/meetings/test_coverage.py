"""The map of contents from real meetings: its minutes open their items; who has warnings; in few queries."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.coverage import get_coverage_page, get_topic_items, list_commune_coverage
from nennep.meetings.rules.coverage import CoverageFault
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.room.choices import RemarkKind
from nennep.room.models import Remark
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.meetings import at, make_meeting
from tests.factories.organizations import make_unit
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
DAY = date(2026, 11, 22)  # the list of agenda-2026 is in force
MONTHS = list(Month(2025, 12).through(Month(2026, 11)))
EXPECTED = (
    "unity",
    "economy_order",
    "democracy",
    "integrity",
    "recruitment",
    "bulletin",
    "study",
    "theme",
    "last_month",
    "next_month",
    "petitions",
    "self_criticism",
    "praise",
    "inspection",
)


def hold(cell: Organization, month: Month, *topics: str, minutes: int = 20) -> Meeting:
    Meeting.objects.filter(organization=cell, month=month.first_day).delete()
    moment = at(month.first_day.replace(day=3))
    meeting = make_meeting(
        cell, planned_for=moment, state=MeetingState.HELD, opened_at=moment, closed_at=moment + timedelta(hours=2)
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=position, topic=topic, title=f"Mục {topic}", minutes_planned=minutes)
        for position, topic in enumerate(topics, start=1)
    )
    return meeting


def test_the_map_counts_real_minutes_and_opens_its_items(village: Village, sign_in: SignIn) -> None:
    meeting = hold(village.cell, Month(2026, 10), "opening", "study", "unity")
    study = meeting.agenda.get(topic="study")
    study.started_at, study.ended_at = meeting.opened_at, at(date(2026, 10, 3), 20, 5)
    study.save()
    page = get_coverage_page(cell=village.cell, today=DAY)
    rows = {row.topic: row for row in page.rows}
    assert tuple(rows) == EXPECTED
    assert (rows["study"].total, rows["study"].last, rows["unity"].total) == (35, Month(2026, 10), 0)
    assert (rows["study"].cells[10].sign, rows["study"].cells[10].grade) == ("35", "T")
    assert (rows["study"].cells[9].sign, rows["study"].cells[9].grade) == ("·", "N")
    found = get_topic_items(cell=village.cell, topic=Topic.STUDY, month=Month(2026, 10), today=DAY)
    assert [(item.title, item.minutes, item.planned) for item in found.items] == [("Mục study", 35, 20)]
    client = sign_in(village.reader)
    text = client.get(reverse("meetings:show_coverage", args=[village.cell.public_id])).content.decode()
    address = reverse("meetings:show_topic", args=[village.cell.public_id, "study", "2026-10"])
    assert f'href="{address}"' in text
    text = client.get(address).content.decode()
    assert reverse("meetings:show_meeting", args=[meeting.public_id]) in text


@pytest.mark.parametrize("address", ["khac/2026-10", "study/2026-13", "study/hom-nay"])
def test_what_is_no_topic_or_month_is_no_page(village: Village, sign_in: SignIn, address: str) -> None:
    page = f"{reverse('meetings:show_coverage', args=[village.cell.public_id])}{address}/"
    assert sign_in(village.secretary).get(page).status_code == 404


def test_planned_meetings_count_for_nothing(village: Village) -> None:
    page = get_coverage_page(cell=village.cell, today=DAY)
    assert (page.meetings, page.total, page.warnings) == (0, 0, ())


def test_a_topic_missed_all_year_is_named_with_its_source(village: Village, sign_in: SignIn, settings: Any) -> None:
    for month in MONTHS:
        hold(village.cell, month, *(topic for topic in EXPECTED if topic not in {"integrity", "praise"}))
    page = get_coverage_page(cell=village.cell, today=DAY)
    assert [(warning.fault, warning.topic) for warning in page.warnings] == [
        (CoverageFault.UNTOUCHED, "integrity"),
        (CoverageFault.UNTOUCHED, "praise"),
    ]
    assert page.source is not None
    assert page.source.document_number == "42-HD/BTCTW"
    meeting = Meeting.objects.held().first()
    assert meeting is not None
    Remark.objects.create(meeting=meeting, member=village.plain, kind=RemarkKind.PRAISE, text="Vận động giỏi")
    assert [warning.topic for warning in get_coverage_page(cell=village.cell, today=DAY).warnings] == ["integrity"]


@pytest.mark.parametrize("cells", [3, 80])
def test_the_commune_sees_cells_with_warnings_the_gravest_first(
    village: Village, django_assert_num_queries: Any, cells: int
) -> None:
    commune = Organization.objects.get(name="Đảng bộ xã Lăng Can")
    office = make_unit("Chi bộ trường học", parent=commune, cell_type=CellType.OFFICE)
    for number in range(cells - 3):
        hold(make_unit(f"Chi bộ {number}", parent=commune, cell_type=CellType.VILLAGE), MONTHS[-1], *EXPECTED)
    for month in MONTHS[-6:]:
        hold(office, month, "bulletin", "political_task", "next_month")
        hold(village.cell, month, "study")
    officer = make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    actor = actor_of(officer)
    with django_assert_num_queries(5):
        page = list_commune_coverage(actor=actor, unit=commune, today=DAY)
    assert [(row.cell.name, [warning.text for warning in row.warnings]) for row in page.rows] == [
        (
            "Chi bộ trường học",
            ["6 tháng liền chỉ bàn chuyên môn", "3 buổi liền không có tự phê bình và phê bình"],
        ),
        ("Chi bộ thôn Nặm Chá", ["3 buổi liền không có tự phê bình và phê bình"]),
    ]
    assert page.cells == cells


@pytest.mark.parametrize("meetings", [1, 3])
def test_the_map_takes_the_same_queries(
    village: Village, sign_in: SignIn, django_assert_num_queries: Any, meetings: int
) -> None:
    for month in MONTHS[-meetings:]:
        hold(village.cell, month, *EXPECTED)
    client = sign_in(village.secretary)
    with django_assert_num_queries(7):
        client.get(reverse("meetings:show_coverage", args=[village.cell.public_id]))
