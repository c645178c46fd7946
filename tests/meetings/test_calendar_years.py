"""Pages of years lead to their neighbours, as far as an address can name them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from nennep.core.converters import YearConverter
from nennep.core.periods import YEARS
from tests.factories.people import make_people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["meetings:show_year", "meetings:show_themes_of"])
@pytest.mark.parametrize(("year", "beside"), [(2000, {2001}), (2026, {2025, 2027}), (2099, {2098})])
def test_the_first_and_the_last_year_have_one_neighbour(page: str, year: int, beside: set[int]) -> None:
    people, client = make_people(), Client()
    client.force_login(people.insider_user)
    shown = client.get(reverse(page, args=[people.cell.public_id, year]))
    linked = {
        other
        for other in YEARS
        if f'href="{reverse(page, args=[people.cell.public_id, other])}"' in shown.content.decode()
    }
    assert (shown.status_code, linked) == (200, beside | {year})


def test_an_address_names_these_years_and_no_other() -> None:
    named = {year for year in range(1900, 2200) if re.fullmatch(YearConverter.regex, str(year))}
    assert named == set(YEARS)
