"""The demonstration tells the article's numbers from its rows (shared/seeds/000, domain/published-figures.toml)."""

import io
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from nennep.accounts.models import RoleGrant
from nennep.core.periods import Month
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.site.demonstration.load import load

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def read_figures(unit: str, month: Month) -> dict[str, Any]:
    output = io.StringIO()
    call_command("figures", "--unit", unit, "--month", str(month), "--json", stdout=output)
    figures: dict[str, Any] = json.loads(output.getvalue())
    return figures


@pytest.mark.django_db
def test_the_articles_numbers_come_from_the_rows() -> None:
    load(now=NOW)

    root = Organization.objects.get(code="LB")
    assert root.numchild == 24
    months = list(Month(2025, 11).through(Month(2026, 11)))
    district = [read_figures("LB", month) for month in months]
    assert {(row["cells"], row["cells_met"], row["cells_on_time"], row["members"]) for row in district} == {
        (136, 136, 136, 2793)
    }
    assert min(read_figures("LB-LC", month)["attendance_percent"] for month in months) > 90
    assert {row["thematic_meetings"] for row in district if row["thematic_meetings"]} == {135}
    assert RoleGrant.objects.count() == 7
    assert Meeting.objects.filter(organization__name="Chi bộ thôn Nặm Chá", filed_at=None).first() is not None


@pytest.mark.django_db
def test_the_same_day_gives_the_same_people_and_a_second_load_is_refused() -> None:
    first = load(now=NOW)
    with pytest.raises(CommandError, match="còn trống"):
        call_command("load_demonstration")
    names = list(Member.objects.order_by("card_number").values_list("full_name", "born_on", "card_number"))
    assert (first.organizations, first.cells, first.members) == (161, 136, 2793)
    assert len(names) == 2793
    assert len({card for _, _, card in names}) == 2793
    assert names[0][2] == "99000001"


@pytest.mark.django_db
def test_it_loads_on_any_day_of_the_month() -> None:
    load(now=NOW.replace(month=2, day=1))
    figures = read_figures("LB", Month(2026, 1))
    assert (figures["cells"], figures["cells_on_time"]) == (136, 136)
