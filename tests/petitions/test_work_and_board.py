"""Work lists and the board's view: every number opens its rows, recounted one by one."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import add_working_days
from nennep.core.text import fold, split_words
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import BoardFigure, BoardGroup, PetitionField, PetitionState, Verb, Word, WorkList
from nennep.petitions.models import OutsideBody, Petition, PetitionWord
from nennep.petitions.queries import WorkFilter, get_board_list, get_board_page, get_work_page, read_page_rows
from nennep.petitions.queries.words import NAMED
from nennep.petitions.rules import find_median
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.people import client_of
from tests.factories.petitions import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = timedelta(days=1)


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def make_all(cell: Organization, commune: Organization) -> None:
    """One petition for each list."""
    body = OutsideBody.objects.create(unit=commune, name="Điện lực", valid_from=TODAY)
    here: dict[str, Any] = {"holder": commune, "due_on": TODAY + 30 * DAY}
    make_petition(cell, "Sửa cầu Nà Khà", **here)
    make_petition(cell, "Đến hạn", **here | {"due_on": TODAY + 7 * DAY})
    make_petition(cell, "Quá hạn", **here | {"due_on": TODAY - DAY, "risen": True})
    make_petition(cell, "Kéo điện", body=body, field=PetitionField.ROADS, **here)
    make_petition(cell, "Bị trả", bounces=1, **here)
    make_petition(cell, "Nói rõ", state=PetitionState.CLARIFYING, waits_until=TODAY, **here)
    promise: dict[str, Any] = {"state": PetitionState.PROMISED, "answer": "Sẽ", "answered_on": TODAY}
    make_petition(cell, "Đã hẹn", promised_for=TODAY, **promise, **here)
    make_petition(cell, "Quá hẹn", promised_for=TODAY - DAY, **promise, **here)
    make_petition(cell, "Chờ chi bộ", state=PetitionState.ANSWERED, answer="Có", answered_on=TODAY, **here)
    make_petition(cell, "Ý kiến", state=PetitionState.OPINION, **here)
    make_petition(cell, "Ở chi bộ", due_on=TODAY)


NUMBERS = {
    WorkList.TO_ANSWER: 5,
    WorkList.MINE: 0,
    WorkList.THIS_WEEK: 1,
    WorkList.OVERDUE: 1,
    WorkList.PROMISED: 2,
    WorkList.PROMISE_BROKEN: 1,
    WorkList.OUTSIDE: 1,
    WorkList.CLARIFYING: 1,
    WorkList.BOUNCED: 1,
    WorkList.RISEN: 1,
    WorkList.WORD: 1,
    WorkList.OPINIONS: 1,
    WorkList.BELOW: 1,
}


def test_each_list_has_as_many_rows_as_its_number_says(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    make_all(cell, commune)
    for chosen, number in NUMBERS.items():
        page = get_work_page(
            actor=officer, public_id=commune.public_id, chosen=chosen, chosen_filter=WorkFilter(), today=TODAY
        )
        rows = read_page_rows(page.found, first=0, last=50, today=TODAY)
        assert (dict(page.counts), len(rows)) == (NUMBERS, number)


def test_mine_is_what_i_wrote_a_step_of_while_it_lies_here(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    """A colleague of the same unit has it not; what is settled or passed on is nobody's here any more."""
    mine, settled, gone = (make_petition(cell, text, holder=commune) for text in ("Của tôi", "Đã xong", "Đã chuyển"))
    make_petition(cell, "Chưa ai nhận", holder=commune)
    for petition in (mine, settled):
        services.answer_petition(actor=officer, petition=petition, answer="Sẽ làm", now=NOW)
    services.pass_on(actor=officer, petition=gone, to=cell, now=NOW)
    services.confirm_solved(actor=Actor.system(), petition=settled, now=NOW)
    user = make_user("Cán bộ khác")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    facts: dict[str, Any] = {"public_id": commune.public_id, "chosen": WorkList.MINE, "today": TODAY}
    lists = [
        get_work_page(actor=actor, chosen_filter=WorkFilter(), **facts)
        for actor in (officer, actor_of(user), Actor.system())
    ]
    assert [(page.count, [row.text for row in page.found]) for page in lists] == [(1, ["Của tôi"]), (0, []), (0, [])]


@pytest.mark.parametrize(
    ("chosen_filter", "texts"),
    [
        (WorkFilter(words="sua cau"), ["Sửa cầu Nà Khà"]),
        (WorkFilter(words="CẦU khà"), ["Sửa cầu Nà Khà"]),
        (WorkFilter(field="roads"), ["Kéo điện"]),
        (WorkFilter(words="không có"), []),
    ],
    ids=["without marks", "with marks", "area", "nothing"],
)
def test_what_is_searched_with_and_without_marks(
    cell: Organization, commune: Organization, officer: Actor, chosen_filter: WorkFilter, texts: list[str]
) -> None:
    make_all(cell, commune)
    page = get_work_page(
        actor=officer,
        public_id=commune.public_id,
        chosen=WorkList.TO_ANSWER,
        chosen_filter=chosen_filter,
        today=TODAY,
    )
    assert [row.text for row in page.found] == texts


@pytest.mark.parametrize("more", [0, NAMED], ids=["few", "more than are named"])
def test_a_search_finds_the_same_however_many_there_are(
    cell: Organization, commune: Organization, officer: Actor, more: int
) -> None:
    """Numbers and rows of every list, beside reading all texts; two words of one petition begin alike."""
    make_all(cell, commune)
    make_petition(cell, "Sửa cầu, sửa sân", holder=commune, due_on=TODAY)
    facts: dict[str, Any] = {"organization": cell, "holder": commune, "raised_on": TODAY, "due_on": TODAY}
    added = Petition.objects.bulk_create(Petition(text=f"Sân số {number}", **facts) for number in range(more))
    words = [PetitionWord(petition=one, word=word) for one in added for word in ("san", "so")]
    PetitionWord.objects.bulk_create(words)
    for asked, expected in (("sân", more + 1), ("s", more + 2), ("sử sân", 1), ("sân số", more)):
        page = get_work_page(
            actor=officer,
            public_id=commune.public_id,
            chosen=WorkList.TO_ANSWER,
            chosen_filter=WorkFilter(words=asked),
            today=TODAY,
        )
        texts = [row.text for row in page.found]
        naive = [
            one.text
            for one in Petition.objects.lying_with(commune).order_by("due_on", "raised_on", "pk")
            if all(any(word.startswith(begun) for word in split_words(one.key)) for begun in fold(asked).split())
        ]
        assert (texts, page.count, len(texts)) == (naive, len(naive), expected)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_with_more_rows(
    cell: Organization, commune: Organization, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    user = make_user("Cán bộ khác")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    for number in range(count):
        make_petition(cell, f"Việc {number}", holder=commune)
    client = client_of(user)
    for name, queries in (("show_work", 10), ("show_board", 7), ("show_board_rows", 10)):
        address = reverse(f"petitions:{name}", args=[commune.public_id])
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_a_list_is_taken_away_with_a_trace(cell: Organization, commune: Organization) -> None:
    make_petition(cell, "=1+1", holder=commune)
    user = make_user("Cán bộ khác")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    address = reverse("petitions:download_work", args=[commune.public_id])
    answer = client_of(user).get(address, {"dang": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=1+1" in answer.content.decode()
    assert client_of(user).get(address).content.startswith(b"PK")
    assert AuditEvent.objects.filter(verb=Verb.EXPORTED).count() == 2


def test_the_register_says_when_it_was_sent_when_answered_and_how_late(
    cell: Organization, commune: Organization
) -> None:
    """Addendum h.3; the days of the last sending and of the answer, the lateness that stays."""
    due = add_working_days(TODAY, 30)
    petition = make_petition(cell, "Sửa cầu")
    secretary, officer = make_user("Bí thư"), make_user("Cán bộ khác")
    grant_role(secretary, Role.SECRETARY, cell)
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    late = NOW + (due - TODAY) + 2 * DAY
    services.answer_petition(actor=actor_of(officer), petition=petition, answer="Đã sửa", now=late)
    address = reverse("petitions:download_work", args=[commune.public_id])
    content = client_of(officer).get(address, {"dang": "csv", "loc": WorkList.WORD.value}).content.decode("utf-8-sig")
    header, line = (row for row in csv.reader(StringIO(content), delimiter=content.split("STT")[1][0]))
    said = dict(zip(header, line, strict=True))
    wanted = ("Ngày chuyển", "Hạn trả lời", "Ngày trả lời", "Trễ hạn (ngày)", "Nội dung trả lời")
    days = [f"{day:%d/%m/%Y}" for day in (TODAY, due, due + 2 * DAY)]
    assert [said[name] for name in wanted] == [*days, "2", "Đã sửa"]


def test_lists_say_what_was_late_and_offer_to_send_only_what_can_be_chosen(
    cell: Organization, commune: Organization
) -> None:
    make_petition(cell, "Trễ rồi", holder=commune, due_on=TODAY, late_days=3, risen=True)
    make_petition(cell, "Ở chi bộ", due_on=TODAY)
    make_petition(cell, "Chờ chi bộ", holder=commune, state=PetitionState.ANSWERED, answer="Có", answered_on=TODAY)
    user = make_user("Cán bộ khác")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    address, button = reverse("petitions:show_work", args=[commune.public_id]), "Chuyển những kiến nghị đã chọn"
    shown = {
        chosen: client_of(user).get(address, {"loc": chosen.value}).content.decode()
        for chosen in (WorkList.TO_ANSWER, WorkList.BELOW, WorkList.WORD)
    }
    assert [button in text for text in shown.values()] == [True, False, False]
    assert ["Từng trễ 3 ngày" in " ".join(text.split()) for text in shown.values()] == [True, False, False]


def test_of_forty_due_thirty_five_in_time_are_87_5_per_cent(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    """h.5.5: three late, two open overdue; two that are not yet due are left out."""
    answered: dict[str, Any] = {"state": PetitionState.ANSWERED, "answer": "Có", "answered_on": TODAY}
    for number in range(35):
        make_petition(cell, f"Đúng {number}", due_on=date(2026, 10, 1), **answered)
    for number in range(3):
        make_petition(cell, f"Trễ {number}", due_on=date(2026, 10, 1), late_days=2, **answered)
    for number in range(2):
        make_petition(cell, f"Quá {number}", due_on=TODAY - DAY)
        make_petition(cell, f"Chưa {number}", due_on=TODAY)
    page = get_board_page(actor=officer, public_id=commune.public_id, year=2026, group=BoardGroup.FIELD, today=TODAY)
    due = [
        page.total.figures[figure]
        for figure in (BoardFigure.DUE, BoardFigure.IN_TIME, BoardFigure.LATE, BoardFigure.OVERDUE)
    ]
    assert (due, page.total.in_time) == ([40, 35, 3, 2], Decimal("87.5"))


@pytest.mark.parametrize("kind", ["sums", "one by one"])
def test_what_was_answered_before_its_last_day_is_due_from_that_day_on(
    cell: Organization, commune: Organization, officer: Actor, kind: str
) -> None:
    """h.5.5: what is not yet due is left out, answered or not; the board of next year shows nothing of it either."""
    answered: dict[str, Any] = {"state": PetitionState.ANSWERED, "answer": "Có", "answered_on": TODAY}
    for due_on in (TODAY - DAY, TODAY, TODAY + DAY, date(2027, 1, 4)):
        make_petition(cell, f"Hạn {due_on}", due_on=due_on, **answered)
    unit = commune if kind == "sums" else cell
    place: dict[str, Any] = {"public_id": unit.public_id, "group": BoardGroup.FIELD}
    for year, today, number in (
        *((2026, TODAY - DAY, 1), (2026, TODAY, 2), (2026, TODAY + DAY, 3)),
        *((2027, TODAY, 0), (2027, date(2027, 1, 3), 0), (2027, date(2027, 1, 4), 1)),
    ):
        total = get_board_page(actor=officer, **place, year=year, today=today).total
        figures = [total.figures[figure] for figure in (BoardFigure.DUE, BoardFigure.IN_TIME)]
        rows = get_board_list(actor=officer, **place, figure=BoardFigure.DUE, key="", year=year, today=today)
        assert (figures, rows.number, rows.found.count()) == ([number, number], number, number)


@pytest.mark.parametrize("group", list(BoardGroup), ids=lambda group: group.value)
def test_every_figure_opens_its_rows(
    cell: Organization, commune: Organization, officer: Actor, group: BoardGroup
) -> None:
    make_all(cell, commune)
    make_petition(cell, "Xong", state=PetitionState.SOLVED, settled_on=TODAY, field=PetitionField.LAND)
    make_petition(cell, "Tại chỗ", state=PetitionState.SOLVED, settled_on=TODAY, on_spot=True, word="")
    make_petition(cell, "Năm trước", raised_on=date(2025, 1, 5), due_on=date(2025, 2, 5))
    place: dict[str, Any] = {
        "actor": officer,
        "public_id": commune.public_id,
        "year": 2026,
        "group": group,
        "today": TODAY,
    }
    page = get_board_page(**place)
    for row in (*page.rows, page.total):
        for figure, number in row.cells:
            found = get_board_list(**place, figure=figure, key=row.key).found
            if row.key or row is page.total:
                assert found.count() == number
    assert sum(row.figures[BoardFigure.RAISED] for row in page.rows) == page.total.figures[BoardFigure.RAISED] == 12
    assert Petition.objects.filter(word=Word.SATISFIED).count() == page.total.figures[BoardFigure.SATISFIED]


def count_by_hand(ended: list[int], waiting: list[int]) -> int | None:
    """Day by day, person by person."""
    share = Fraction(1)
    for day in range(61):
        at_risk = sum(one >= day for one in (*ended, *waiting))
        if at_risk:
            share *= 1 - Fraction(ended.count(day), at_risk)
        if at_risk and share <= Fraction(1, 2):
            return day
    return None


@given(st.lists(st.integers(0, 60), max_size=12), st.lists(st.integers(0, 60), max_size=12))
def test_the_median_counts_those_that_wait(ended: list[int], waiting: list[int]) -> None:
    answered, still = ({day: days.count(day) for day in days} for days in (ended, waiting))
    assert find_median(answered, still) == count_by_hand(ended, waiting)


def test_what_rose_because_nobody_answered_is_overdue_and_not_left_out(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    """Its level has a new last day in the next year; the one that was missed counts."""
    make_petition(cell, due_on=date(2027, 2, 1), late_days=3, missed_on=date(2026, 11, 3), risen=True)
    page = get_board_page(actor=officer, public_id=commune.public_id, year=2026, group=BoardGroup.FIELD, today=TODAY)
    assert (page.total.figures[BoardFigure.OVERDUE], page.total.in_time) == (1, Decimal("0.0"))


def test_many_go_at_once_and_what_is_refused_is_named(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    petitions = [make_petition(cell, f"Việc {number}", holder=commune) for number in range(3)]
    petitions[1].state, petitions[1].answer, petitions[1].answered_on = PetitionState.ANSWERED, "Có", TODAY
    petitions[1].save()
    body = OutsideBody.objects.create(unit=commune, name="Điện lực", valid_from=TODAY)
    routed = services.route_many(actor=officer, organization=commune, petitions=petitions, to=body, now=NOW)
    assert (routed.number, [one.petition for one in routed.refused]) == (2, [petitions[1]])
    assert (
        routed.refused[0].why
        == "Kiến nghị đã sang bước khác (Đã trả lời). Hãy xem bước hiện nay trên trang của kiến nghị."
    )
    assert set(Petition.objects.filter(body=body)) == {petitions[0], petitions[2]}


def test_not_more_than_a_hundred_at_once_and_not_by_everybody(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    petition = make_petition(cell, holder=commune)
    with pytest.raises(services.TooManyAtOnce):
        services.route_many(actor=officer, organization=commune, petitions=[petition] * 101, to=cell, now=NOW)
    secretary = make_user("Bí thư")
    grant_role(secretary, Role.SECRETARY, cell)
    with pytest.raises(NotAllowed):
        services.route_many(actor=actor_of(secretary), organization=commune, petitions=[petition], to=cell, now=NOW)
    assert Petition.objects.get().holder == commune


def test_what_is_chosen_in_the_list_goes_from_its_page(cell: Organization, commune: Organization) -> None:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client, mine = client_of(user), make_petition(cell, "Kéo điện", holder=commune)
    elsewhere = make_petition(make_cell("Chi bộ khác"), "Không phải của xã này")
    body = OutsideBody.objects.create(unit=commune, name="Điện lực", valid_from=TODAY)
    listed = client.get(reverse("petitions:show_work", args=[commune.public_id])).content.decode()
    page = reverse("petitions:route_many", args=[commune.public_id])
    chosen = {"chon": [str(mine.public_id)]}
    shown = client.get(page, {"chon": [*chosen["chon"], str(elsewhere.public_id), "khac"]}).content.decode()
    assert (str(mine.public_id) in listed, "Kéo điện" in shown, elsewhere.text in shown) == (True, True, False)
    assert client.post(page, chosen).status_code == 422
    assert client.post(page, chosen | {"to": str(body.public_id)}).status_code == 302
    assert Petition.objects.get(pk=mine.pk).body == body
