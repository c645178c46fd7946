"""Days of a life: born, admitted, recognised, each on its day or after, none after today."""

from datetime import date, timedelta

import pytest

from nennep.members.rules import MemberDetails, details_problem
from tests.factories.core import TODAY

DAY = timedelta(days=1)
ADMITTED = date(2000, 5, 19)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (MemberDetails("X"), ""),
        (MemberDetails("X", born_on=TODAY - DAY), ""),
        (MemberDetails("X", born_on=TODAY), "born_on"),
        (MemberDetails("X", born_year=2026), ""),
        (MemberDetails("X", born_year=2027), "born_year"),
        (MemberDetails("X", born_on=ADMITTED - DAY, admitted_on=ADMITTED), ""),
        (MemberDetails("X", born_on=ADMITTED, admitted_on=ADMITTED), "born_on"),
        (MemberDetails("X", born_year=2000, admitted_on=date(2000, 1, 1)), "born_year"),
        (MemberDetails("X", born_year=2000, admitted_on=date(2000, 1, 2)), ""),
        (MemberDetails("X", born_on=ADMITTED, born_year=1970, admitted_on=ADMITTED), "born_on"),
        (MemberDetails("X", admitted_on=TODAY), ""),
        (MemberDetails("X", admitted_on=TODAY + DAY), "admitted_on"),
        (MemberDetails("X", admitted_on=ADMITTED, official_on=ADMITTED - DAY), "official_on"),
        (MemberDetails("X", admitted_on=ADMITTED, official_on=ADMITTED), ""),
        (MemberDetails("X", official_on=TODAY), ""),
        (MemberDetails("X", official_on=TODAY + DAY), "official_on"),
        (MemberDetails("X", admitted_on=ADMITTED, official_on=TODAY + DAY), "official_on"),
    ],
)
def test_the_field_that_contradicts_another_or_the_calendar(details: MemberDetails, field: str) -> None:
    assert details_problem(details, today=TODAY) == field
