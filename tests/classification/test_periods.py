"""Which days a round looks back on: every task in exactly one quarter and one year, whatever day the list is cut off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.classification import services
from nennep.classification.choices import ListedKind
from nennep.classification.models import Campaign, Rating
from nennep.classification.queries.answers import say_year
from nennep.classification.queries.doors import list_cases
from nennep.classification.queries.dossiers import read_dossiers
from nennep.classification.queries.facts import DutyYear, YearFacts, list_year_duties, read_facts
from nennep.classification.rules import find_period
from nennep.classification.services import Conclusion, Opening
from nennep.duties.choices import DutyState
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.test_queries_facts import make_duty

TODAY = NOW.date()


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 31)))
def test_each_day_is_in_one_quarter_and_in_its_year(day: date) -> None:
    quarters = [one for one in range(1, 5) if _holds(find_period(day.year, one), day)]
    assert len(quarters) == 1
    assert _holds(find_period(day.year, None), day)


def _holds(period: tuple[date, date], day: date) -> bool:
    return period[0] <= day <= period[1]


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (None, date(2028, 1, 1), date(2028, 12, 31)),
        (1, date(2028, 1, 1), date(2028, 3, 31)),
        (2, date(2028, 4, 1), date(2028, 6, 30)),
        (3, date(2028, 7, 1), date(2028, 9, 30)),
        (4, date(2028, 10, 1), date(2028, 12, 31)),
    ],
)
def test_a_period_ends_where_the_next_begins(quarter: int | None, first: date, last: date) -> None:
    assert find_period(2028, quarter) == (first, last)


# ── tasks ─────────────────────────────────────────────────────────────────────


def round_of(village: RatedVillage, quarter: int | None, cutoff: date | None = None) -> Campaign:
    if quarter is None:
        return village.campaign
    opening = Opening(2026, cutoff, quarter=quarter)
    return services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)


def rating_in(village: RatedVillage, campaign: Campaign) -> Rating:
    found = Rating.objects.select_related("campaign__organization", "organization", "member")
    return found.get(campaign=campaign, member=village.plain)


def count_in(village: RatedVillage, campaign: Campaign, today: date = TODAY) -> tuple[int, int]:
    rating = rating_in(village, campaign)
    facts = read_facts(campaign=campaign, ratings=[rating], today=today)[rating.pk]
    rows = list_year_duties(rating=rating, today=today)
    (dossier,) = read_dossiers(campaign=campaign, ratings=[rating], today=today)
    assert len(rows) == len(dossier.tasks) == facts.duties.total  # the figure and its rows by one condition
    return facts.duties.total, facts.duties.done


@pytest.mark.django_db
@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_a_quarter_counts_its_three_months_and_no_more(village: RatedVillage, quarter: int) -> None:
    first, last = find_period(2026, quarter)
    for day in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        make_duty(village, DutyState.DONE, day, min(day, TODAY))
    campaign = round_of(village, quarter)
    assert (campaign.cutoff_on, campaign.last_day) == (last, last)
    assert count_in(village, campaign) == (2, 2)


@pytest.mark.django_db
def test_a_quarter_cut_off_a_month_later_counts_no_day_more(village: RatedVillage) -> None:
    make_duty(village, DutyState.DONE, date(2026, 9, 30), date(2026, 9, 30))
    make_duty(village, DutyState.DONE, date(2026, 10, 1), date(2026, 10, 1))
    assert count_in(village, round_of(village, 3, date(2026, 10, 31))) == (1, 1)


@pytest.mark.django_db
def test_a_year_cut_off_early_counts_to_its_end(village: RatedVillage) -> None:
    """Whoever is rated as of 11 December has the whole year's work in it: else those days were in no year."""
    make_duty(village, DutyState.DONE, date(2026, 12, 12), date(2026, 12, 12))
    Campaign.objects.filter(pk=village.campaign.pk).update(cutoff_on=date(2026, 12, 11))
    village.campaign.refresh_from_db()
    assert count_in(village, village.campaign) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "due", "settled", "counted"),
    [
        (DutyState.DONE, date(2026, 12, 31), date(2026, 12, 10), (1, 1)),  # done early: it counts now
        (DutyState.ONGOING, date(2026, 12, 15), None, (0, 0)),  # its day has not come
        (DutyState.ONGOING, TODAY, None, (1, 0)),
        (DutyState.NOT_DONE, date(2026, 12, 31), date(2026, 12, 10), (1, 0)),
        (DutyState.DONE, date(2027, 1, 1), date(2026, 12, 10), (0, 0)),  # of the next year
        (DutyState.DONE, date(2025, 12, 31), date(2026, 1, 2), (0, 0)),  # of the year before, late
    ],
)
def test_a_task_counts_once_its_day_has_come_or_it_is_settled(
    village: RatedVillage, state: DutyState, due: date, settled: date | None, counted: tuple[int, int]
) -> None:
    make_duty(village, state, due, settled)
    assert count_in(village, village.campaign) == counted


@pytest.mark.django_db
def test_each_task_done_early_is_in_exactly_one_year(village: RatedVillage) -> None:
    make_duty(village, DutyState.DONE, date(2027, 1, 15), date(2026, 12, 10))
    following = services.open_campaign(
        actor=village.officer, organization=village.commune, opening=Opening(2027), now=NOW
    )
    assert [count_in(village, one)[0] for one in (village.campaign, following)] == [0, 1]


@pytest.mark.django_db
def test_a_case_of_another_quarter_lowers_nobody_in_this_one(village: RatedVillage) -> None:
    third = round_of(village, 3)
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)):
        conclusion = Conclusion(ListedKind.BREACH, f"{day.month}-KL/UBKT", day)
        rating = village.rating(village.plain)
        services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW)
    found = [one.document_on for one in list_cases(rating_in(village, third))]
    assert found == [date(2026, 7, 1), date(2026, 9, 30)]
    assert list_cases(village.rating(village.plain)).count() == 4


@pytest.mark.django_db
def test_a_round_judged_by_its_cut_off_keeps_that_day(village: RatedVillage) -> None:
    """Rounds of before this day was kept (migration 0007)."""
    Campaign.objects.filter(pk=village.campaign.pk).update(last_day=date(2026, 11, 30))
    village.campaign.refresh_from_db()
    make_duty(village, DutyState.DONE, date(2026, 11, 30), date(2026, 11, 30))
    make_duty(village, DutyState.DONE, date(2026, 12, 1), date(2026, 12, 1))
    assert count_in(village, village.campaign) == (1, 1)


@pytest.mark.parametrize(("quarter", "period"), [(None, "năm"), (3, "quý")])
def test_the_form_of_a_quarter_speaks_of_a_quarter(quarter: int | None, period: str) -> None:
    campaign = Campaign(year=2026, quarter=quarter)
    said = say_year(Rating(campaign=campaign), YearFacts(duties=DutyYear(4, 3, 1, 0)))
    assert said == (f"Nhiệm vụ được giao trong {period}: 4; hoàn thành 3, trong đó chậm 1, vượt yêu cầu 0.")
