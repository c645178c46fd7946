"""A day of a round that passed with something owed: on the homes at once, and told once to whoever owes the step."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.classification import services
from nennep.classification.choices import LateKind, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview
from nennep.classification.queries.late import list_late_in_cell, list_late_rounds, list_late_steps
from nennep.classification.queries.pages import list_campaigns
from nennep.classification.services import Opening, overdue
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.site.daily import run_day
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import VIETNAM
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
CELL_DUE, BASE_DUE, PROVINCE_DUE, CLOSING = (date(2026, 12, day) for day in (10, 20, 28, 30))
DAY = timedelta(days=1)
TITLE = "Xếp loại năm 2026"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=VIETNAM)


def tell(day: date) -> int:
    return services.tell_late(actor=Actor.system(), now=at(day))


def read_titles(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


@pytest.fixture
def people(village: RatedVillage) -> dict[str, User]:
    found = {name: make_user(name) for name in ("Bí thư", "Cán bộ xã", "Ban Tổ chức")}
    grant_role(found["Bí thư"], Role.SECRETARY, village.cell)
    grant_role(found["Cán bộ xã"], Role.COMMUNE_OFFICER, village.commune, subtree=True)
    grant_role(found["Ban Tổ chức"], Role.PROVINCE_BOARD, village.province, subtree=True)
    return found


def settle_below(village: RatedVillage) -> None:
    rows = Rating.objects.filter(campaign=village.campaign, not_rated="").exclude(organization=village.commune)
    rows.update(state=RatingState.DECIDED)


def propose_own(village: RatedVillage) -> None:
    rows = Rating.objects.filter(campaign=village.campaign, not_rated="", organization=village.commune)
    rows.update(state=RatingState.PROPOSED)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("today", "kinds"),
    [
        (CELL_DUE, []),  # the last day is in time
        (CELL_DUE + DAY, [LateKind.PROPOSE]),
        (BASE_DUE, [LateKind.PROPOSE]),
        (BASE_DUE + DAY, [LateKind.DECIDE, LateKind.PROPOSE]),
    ],
)
def test_a_step_is_late_the_day_after_its_day(village: RatedVillage, today: date, kinds: list[LateKind]) -> None:
    cell = [one for one in list_late_steps(today=today) if one.review.organization.name != "Chi bộ"]
    assert [one.kind for one in cell if one.review.organization in {village.cell, village.commune}] == kinds


def test_each_owner_is_told_once_of_each_day(village: RatedVillage, people: dict[str, User]) -> None:
    secretary, officer, board = people.values()
    days = [
        CELL_DUE,
        CELL_DUE + DAY,
        CELL_DUE + 2 * DAY,
        BASE_DUE + DAY,
        BASE_DUE + 2 * DAY,
        CLOSING + DAY,
        CLOSING + 2 * DAY,
    ]
    assert [tell(day) for day in days] == [0, 1, 0, 1, 0, 2, 0]
    own = f"{TITLE}: còn 5 mục chưa đề nghị, hạn 10/12/2026"
    below = f"{TITLE}: còn 5 mục chưa quyết định, hạn 20/12/2026"
    assert (read_titles(secretary), read_titles(officer), read_titles(board)) == ([own, own], [below, below], [])


def test_what_passed_together_is_one_notice(village: RatedVillage, people: dict[str, User]) -> None:
    """A server that stood still, or the first run that knows of this."""
    assert tell(date(2027, 3, 1)) == 2
    assert [len(read_titles(one)) for one in people.values()] == [1, 1, 0]
    assert UnitReview.objects.get(organization=village.cell).told_days == [
        "propose cell_due 2026-12-10",
        "propose closing 2026-12-30",
    ]
    assert tell(date(2027, 3, 2)) == 0


def test_the_level_above_is_told_of_what_it_has_to_decide(village: RatedVillage, people: dict[str, User]) -> None:
    settle_below(village)
    propose_own(village)
    assert [tell(PROVINCE_DUE), tell(PROVINCE_DUE + DAY)] == [0, 1]
    assert read_titles(people["Ban Tổ chức"]) == [f"{TITLE}: còn 2 mục chưa quyết định, hạn 28/12/2026"]
    assert [read_titles(people[name]) for name in ("Bí thư", "Cán bộ xã")] == [[], []]


def end(village: RatedVillage) -> None:
    Campaign.objects.filter(pk=village.campaign.pk).update(state="closed")


def cancel(village: RatedVillage) -> None:
    Campaign.objects.filter(pk=village.campaign.pk).update(state="cancelled")


def decide_all(village: RatedVillage) -> None:
    Rating.objects.filter(campaign=village.campaign, not_rated="").update(state=RatingState.DECIDED)


def test_the_unit_of_the_round_proposes_its_own_once_all_below_is_decided(
    village: RatedVillage, people: dict[str, User]
) -> None:
    settle_below(village)
    assert [tell(BASE_DUE), tell(BASE_DUE + DAY)] == [0, 1]
    assert read_titles(people["Cán bộ xã"]) == [f"{TITLE}: còn 2 mục chưa đề nghị, hạn 20/12/2026"]


@pytest.mark.parametrize("stop", [end, cancel, decide_all])
def test_a_round_that_is_over_is_silent(
    village: RatedVillage, people: dict[str, User], stop: Callable[[RatedVillage], None]
) -> None:
    stop(village)
    assert (tell(date(2027, 3, 1)), list_late_steps(today=date(2027, 3, 1))) == (0, [])
    actor = Actor(None, "Bí thư", village.secretary.grants)
    assert list_late_in_cell(actor=actor, cell=village.cell, today=date(2027, 3, 1)) == ()
    assert list_late_rounds(actor=village.officer, unit=village.commune, today=date(2027, 3, 1)) == ()
    assert len(people) == 3


def test_a_moved_day_starts_anew(village: RatedVillage, people: dict[str, User]) -> None:
    """The unit's own: the day of its review, as long as nobody wrote that it was held."""
    first, second = date(2026, 12, 4), date(2026, 12, 7)
    for meeting_on, told in ((first, [0, 1, 0]), (second, [0, 1, 0])):
        services.set_review(
            actor=village.secretary, review=village.review, meeting_on=meeting_on, drafts_sent_on=None, now=NOW
        )
        assert [tell(meeting_on), tell(meeting_on + DAY), tell(meeting_on + 2 * DAY)] == told
    said = "{}: chưa ghi đã họp kiểm điểm, định ngày {}"
    titles = read_titles(people["Bí thư"])
    assert titles == [said.format(TITLE, "04/12/2026"), said.format(TITLE, "07/12/2026")]
    UnitReview.objects.filter(pk=village.review.pk).update(held_on=second)
    assert [one.kind for one in list_late_steps(today=second + DAY)] == []


def test_what_is_cut_off_in_between_goes_on_and_tells_nobody_twice(
    village: RatedVillage, people: dict[str, User]
) -> None:
    """The second notice of the run fails: the first stays told, the second comes with the next run."""
    written: list[str] = []

    def fail_on_second(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "notifications_notification"'):
            written.append(sql)
            if len(written) == 2:
                raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(fail_on_second), pytest.raises(OperationalError):
        tell(BASE_DUE + DAY)
    assert sorted(len(read_titles(one)) for one in people.values()) == [0, 0, 1]
    assert tell(BASE_DUE + DAY) == 1
    assert [len(read_titles(one)) for one in people.values()] == [1, 1, 0]
    assert village.campaign.is_open


def test_nobody_there_yet_is_told_once_there_is_somebody(village: RatedVillage) -> None:
    assert tell(CELL_DUE + DAY) == 0
    user = make_user("Bí thư mới")
    grant_role(user, Role.SECRETARY, village.cell)
    assert (tell(CELL_DUE + 2 * DAY), len(read_titles(user))) == (1, 1)


def test_for_a_cell_that_has_ended_the_level_above_is_told(village: RatedVillage, people: dict[str, User]) -> None:
    village.cell.closed_on = date(2026, 12, 1)
    village.cell.save(update_fields=["closed_on"])
    assert tell(CELL_DUE + DAY) == 1
    assert [len(read_titles(one)) for one in people.values()] == [0, 1, 0]


def test_it_is_a_step_of_the_daily_work(village: RatedVillage, people: dict[str, User]) -> None:
    for _run in range(2):
        run_day(now=at(CELL_DUE + DAY))
    told = Notification.objects.filter(kind=overdue.LATE_KIND, user=people["Bí thư"])
    assert told.count() == 1
    assert village.campaign.is_open


def test_only_the_program_tells(village: RatedVillage) -> None:
    with pytest.raises(NotAllowed):
        services.tell_late(actor=village.officer, now=NOW)


# ── the homes ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "today", "words", "chip"),
    [
        ("Bí thư", CELL_DUE, "", ""),
        ("Bí thư", date(2027, 1, 20), f"{TITLE}: còn 5 mục chưa đề nghị, hạn 10/12/2026", "quá hạn 41 ngày"),
        ("Cán bộ xã", date(2026, 12, 11), f"{TITLE}: 1 đơn vị quá hạn", "quá hạn 1 ngày"),
        ("Cán bộ xã", date(2027, 1, 20), f"{TITLE}: còn 5 mục chưa quyết định, hạn 20/12/2026", "quá hạn 31 ngày"),
        ("Ban Tổ chức", date(2027, 1, 20), "1 đợt xếp loại của cấp dưới quá hạn", "quá hạn 31 ngày"),
        ("Ban Tổ chức", BASE_DUE, "", ""),
    ],
)
def test_homes_say_it_in_one_line(
    people: dict[str, User], settings: Any, who: str, today: date, words: str, chip: str
) -> None:
    settings.NENNEP_CLOCK = at(today)
    client = Client()
    client.force_login(people[who])
    shown = client.get("/", follow=True).content.decode()
    assert ("Xếp loại quá hạn" in shown, words in shown, chip in shown.lower()) == (bool(words), True, True)


def test_a_cell_reads_one_line_for_a_round_and_only_its_own(village: RatedVillage) -> None:
    UnitReview.objects.filter(pk=village.review.pk).update(meeting_on=date(2026, 12, 4))
    today = BASE_DUE + DAY
    found = list_late_in_cell(actor=village.secretary, cell=village.cell, today=today)
    assert [(one.words, one.due) for one in found] == [(f"{TITLE}: còn 5 mục chưa đề nghị, hạn 10/12/2026", CELL_DUE)]
    assert list_late_in_cell(actor=village.outsider, cell=village.cell, today=today) == ()
    assert list_late_rounds(actor=village.secretary, unit=village.commune, today=today) == ()


@pytest.mark.parametrize(("today", "late"), [(BASE_DUE, None), (BASE_DUE + DAY, BASE_DUE)])
def test_the_list_of_rounds_says_which_are_late(village: RatedVillage, today: date, late: date | None) -> None:
    assert [one.late for one in list_campaigns(actor=village.board, today=today)] == [late]
    settle_below(village)
    propose_own(village)
    assert [one.late for one in list_campaigns(actor=village.board, today=today)] == [late]
    decide_all(village)
    assert [one.late for one in list_campaigns(actor=village.board, today=today)] == [None]


def test_a_quarter_has_no_days_of_the_year(village: RatedVillage) -> None:
    Campaign.objects.all().update(state="closed")
    opening = Opening(2026, quarter=4)
    services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
    assert list_late_steps(today=date(2027, 3, 1)) == []
    assert Rating.objects.filter(kind=SubjectKind.CELL, campaign__quarter=4).exists()


@pytest.mark.parametrize("cells", [1, 4])
def test_looking_costs_the_same_for_any_number(
    village: RatedVillage, cells: int, django_assert_num_queries: Any
) -> None:
    for number in range(cells):
        make_unit(f"Chi bộ {number}", parent=village.commune)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    with django_assert_num_queries(3):
        assert len(list_late_steps(today=CLOSING + DAY)) >= cells
    with django_assert_num_queries(3):
        list_late_rounds(actor=village.officer, unit=village.commune, today=CLOSING + DAY)
    with django_assert_num_queries(3):
        list_late_in_cell(actor=village.secretary, cell=village.cell, today=CLOSING + DAY)
