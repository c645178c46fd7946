"""The demonstration tells the article's numbers from its rows (shared/seeds/000, domain/published-figures.toml)."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from nennep.accounts.models import RoleGrant
from nennep.core.periods import Month
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.site.demonstration.load import Loaded, load
from nennep.site.demonstration.people import Person, PersonMaker

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def read_figures(unit: str, month: Month) -> dict[str, Any]:
    output = io.StringIO()
    call_command("figures", "--unit", unit, "--month", str(month), "--json", stdout=output)
    figures: dict[str, Any] = json.loads(output.getvalue())
    return figures


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """Loaded once for the tests of this file (half a minute), and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(now=NOW)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_articles_numbers_come_from_the_rows(loaded: Loaded) -> None:
    months = list(Month(2025, 11).through(Month(2026, 11)))
    district = [read_figures("LB", month) for month in months]

    assert Organization.objects.get(code="LB").numchild == 24
    assert (loaded.organizations, loaded.cells, loaded.members) == (161, 136, 2793)
    assert {(row["cells"], row["cells_met"], row["cells_on_time"], row["members"]) for row in district} == {
        (136, 136, 136, 2793)
    }
    assert min(read_figures("LB-LC", month)["attendance_percent"] for month in months) > 90
    assert {row["thematic_meetings"] for row in district if row["thematic_meetings"]} == {135}


@pytest.mark.django_db
def test_everybody_is_somebody_else(loaded: Loaded) -> None:
    cards = list(Member.objects.order_by("card_number").values_list("card_number", flat=True))
    assert cards == [f"99{serial:06d}" for serial in range(1, loaded.members + 1)]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_secretary_has_something_to_do() -> None:
    nam_cha = Meeting.objects.filter(organization__name="Chi bộ thôn Nặm Chá")
    following = nam_cha.filter(filed_at=None).earliest("planned_for")
    assert (str(following.month), following.prepared_at is None, following.announced_at) == ("2026-12-01", False, None)
    assert RoleGrant.objects.count() == 7


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_second_load_is_refused() -> None:
    with pytest.raises(CommandError, match="còn trống"):
        call_command("load_demonstration")


def test_the_same_seed_gives_the_same_people() -> None:
    def make() -> list[Person]:
        maker = PersonMaker(seed=1, today=NOW.date())
        return [maker.make() for _ in range(50)]

    assert make() == make()
