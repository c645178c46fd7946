"""Where an act begins and ends to be possible, who it reaches, and that nothing else is touched: hit exactly."""

from datetime import timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import add_working_days
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import VIEW_NAME_LIMIT, BoardGroup, PetitionState, StepKind, Word, WorkList
from nennep.petitions.models import OutsideBody, Petition, PetitionSum
from nennep.petitions.queries import WorkFilter, get_petition_page
from nennep.petitions.queries.rows import read_row
from nennep.petitions.services import AnswerFacts, BodyDetails, PetitionDetails
from nennep.petitions.services.routing import MOST
from nennep.petitions.services.sums import fold_sums
from nennep.policies.choices import PolicyKey
from nennep.policies.services import LocalPack, LocalRule, add_local_version
from tests.factories.accounts import actor_of, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition, make_practice
from tests.petitions.acts import ANSWERED, BETTER, SOLVED
from tests.petitions.place import Place, make_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SYSTEM = Actor.system()


@pytest.fixture
def place() -> Place:
    return make_place()


# ── an extension ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (30, True), (31, False)])
def test_a_last_day_moves_from_the_next_day_to_as_many_working_days_as_the_rule_says(
    place: Place, days: int, *, allowed: bool
) -> None:
    until = add_working_days(place.petition.due_on, days)
    extend: dict[str, Any] = {
        "actor": place.officer,
        "petition": place.petition,
        "until": until,
        "text": "Chờ vật tư",
        "now": NOW,
    }
    if allowed:
        assert services.extend_answer(**extend).due_on == until
        return
    with pytest.raises(services.ExtendedTooFar):
        services.extend_answer(**extend)


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, False), (1, True)])
def test_what_is_late_is_extended_to_a_day_that_is_to_come(place: Place, days: int, *, allowed: bool) -> None:
    place.set(due_on=TODAY - 5 * DAY)
    extend: dict[str, Any] = {"petition": place.petition, "until": TODAY + days * DAY, "text": "Chờ", "now": NOW}
    if allowed:
        assert services.extend_answer(actor=place.officer, **extend).due_on == TODAY + DAY
        return
    with pytest.raises(services.ExtendedTooFar):
        services.extend_answer(actor=place.officer, **extend)


def test_several_extensions_together_reach_no_further_than_one(place: Place) -> None:
    own = place.petition.due_on
    extend: dict[str, Any] = {"actor": place.officer, "text": "Chờ vật tư", "now": NOW}
    for days in (10, 20, 30):
        services.extend_answer(petition=place.petition, until=add_working_days(own, days), **extend)
    with pytest.raises(services.ExtensionOver) as refused:
        services.extend_answer(petition=place.petition, until=add_working_days(own, 31), **extend)
    assert refused.value.details["due"] == f"{own:%d/%m/%Y}"
    page = get_petition_page(actor=place.officer, public_id=place.petition.public_id, today=TODAY)
    assert (page.may_extend, page.is_extension_over, page.time.longest) == (False, True, add_working_days(own, 30))


@pytest.mark.parametrize(("days", "offered"), [(1, False), (0, False), (-1, True)])
def test_an_extension_is_offered_while_a_day_is_left_to_choose(place: Place, days: int, *, offered: bool) -> None:
    """The last day that may be set was yesterday, is today, is tomorrow."""
    days_before = (TODAY - number * DAY for number in range(90))
    place.set(due_on=next(day for day in days_before if add_working_days(day, 30) == TODAY))
    page = get_petition_page(actor=place.officer, public_id=place.petition.public_id, today=TODAY + days * DAY)
    assert (page.may_extend, page.is_extension_over, page.time.longest) == (offered, not offered, TODAY)


@pytest.mark.parametrize(("days", "allowed"), [(-1, True), (0, True), (1, False)])
def test_a_letter_is_dated_today_at_the_latest(place: Place, days: int, *, allowed: bool) -> None:
    place.set(body=place.body)
    facts = AnswerFacts(letter="12/CV", letter_on=TODAY + days * DAY)
    answer: dict[str, Any] = {"actor": place.officer, "petition": place.petition, "answer": "Đã sửa", "facts": facts}
    if allowed:
        assert services.answer_petition(**answer, now=NOW).state == PetitionState.ANSWERED
        return
    with pytest.raises(services.LetterInFuture):
        services.answer_petition(**answer, now=NOW)


def test_what_was_answered_and_handed_on_is_not_called_reopened(place: Place) -> None:
    """Nobody opened it again; and nobody has the whole time anew."""
    due = place.petition.due_on
    services.answer_petition(actor=place.officer, petition=place.petition, answer="Việc của tỉnh", now=NOW)
    services.pass_on(actor=place.officer, petition=place.petition, to=place.cell, now=NOW)
    page = get_petition_page(actor=place.officer, public_id=place.petition.public_id, today=TODAY)
    assert (page.row.is_answered_before, page.row.is_reopened, page.petition.due_on) == (True, False, due)
    services.answer_petition(actor=place.secretary, petition=page.petition, answer="Đã làm", now=NOW)
    services.reopen_petition(actor=place.secretary, petition=page.petition, text="Còn hỏng", now=NOW)
    assert read_row(Petition.objects.get(pk=page.petition.pk), TODAY).is_reopened is True


# ── who may ───────────────────────────────────────────────────────────────────


def test_whoever_asked_another_petition_makes_nothing_clear_here(place: Place) -> None:
    user = make_user("Giàng A Páo")
    make_petition(place.cell, "Sửa mương", raised_by=join_cell(place.cell, "Giàng A Páo", user_id=user.pk))
    place.set(state=PetitionState.CLARIFYING, waits_until=TODAY + DAY)
    with pytest.raises(NotAllowed):
        services.clarify(actor=actor_of(user), petition=place.petition, text="Cầu nào cũng được", now=NOW)


@pytest.mark.parametrize(
    ("own", "in_room", "allowed"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_whoever_holds_the_meeting_writes_down_what_the_cell_itself_answers(
    place: Place, *, own: bool, in_room: bool, allowed: bool
) -> None:
    place.set(holder=place.cell if own else place.commune)
    deputy = make_actor(Permission.MEETINGS_HOLD, path=place.cell.path)
    answer: dict[str, Any] = {
        "actor": deputy,
        "petition": place.petition,
        "answer": "Sẽ làm",
        "in_room": in_room,
        "now": NOW,
    }
    if allowed:
        assert services.answer_petition(**answer).state == PetitionState.ANSWERED
        return
    with pytest.raises(NotAllowed):
        services.answer_petition(**answer)


def test_in_the_room_it_takes_the_right_to_hold_the_meeting(place: Place) -> None:
    place.set(holder=place.cell)
    reader = make_actor(Permission.MEETINGS_READ, path=place.cell.path)
    with pytest.raises(NotAllowed):
        services.answer_petition(actor=reader, petition=place.petition, answer="Sẽ làm", in_room=True, now=NOW)


@pytest.mark.parametrize("missing", [Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE])
def test_whoever_speaks_for_the_cell_writes_its_petitions_and_prepares_its_meetings(
    place: Place, missing: Permission
) -> None:
    other = make_petition(place.cell, "Cầu sắp sập", holder=place.commune)
    rights = {Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE}
    one, both = (make_actor(*held, path=place.cell.path) for held in (rights - {missing}, rights))
    with pytest.raises(NotAllowed):
        services.join_petitions(actor=one, petition=place.petition, other=other, now=NOW)
    assert services.join_petitions(actor=both, petition=place.petition, other=other, now=NOW) == place.petition


# ── where it goes ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("to", "holder", "risen"),
    [("cell", "district", True), ("district", "district", False), ("province", "district", True)],
)
def test_the_second_time_it_rises_one_level_above_whoever_hands_it_on(to: str, holder: str, *, risen: bool) -> None:
    """Handed down it does not come back, handed up by one level it is there already, further up it stops one level above."""
    units = {"province": make_unit("Tỉnh ủy", kind=UnitKind.PROVINCE)}
    units["district"] = make_unit("Đảng bộ trên cơ sở", kind=UnitKind.UPPER_DIRECT, parent=units["province"])
    units["commune"] = make_unit("Đảng ủy xã", kind=UnitKind.BASE, parent=units["district"])
    units["cell"] = make_unit("Chi bộ", parent=units["commune"])
    petition = make_petition(units["cell"], holder=units["commune"], bounces=1)
    officer = make_actor(Permission.PETITIONS_WRITE, Permission.PETITIONS_SETTLE, path=units["commune"].path)
    services.pass_on(actor=officer, petition=petition, to=units[to], now=NOW)
    petition.refresh_from_db()
    assert (petition.holder, petition.risen) == (units[holder], risen)
    kinds = [StepKind.BOUNCED, StepKind.RISEN] if risen else [StepKind.BOUNCED]
    assert [step.kind for step in petition.steps.all()] == kinds


def test_of_two_with_the_same_last_day_the_one_that_was_asked_first_is_kept(place: Place) -> None:
    older = make_petition(place.cell, "Cầu sắp sập", holder=place.commune, raised_on=place.petition.raised_on - DAY)
    kept = services.join_petitions(actor=place.officer, petition=place.petition, other=older, now=NOW)
    assert kept == older


@pytest.mark.parametrize(("number", "fits"), [(MOST, True), (MOST + 1, False)])
def test_as_many_go_at_once_as_a_list_shows(place: Place, number: int, *, fits: bool) -> None:
    petitions = [place.petition] * number
    route: dict[str, Any] = {"organization": place.commune, "petitions": petitions, "to": place.cell, "now": NOW}
    if fits:
        assert services.route_many(actor=place.officer, **route).number == 1
        return
    with pytest.raises(services.TooManyAtOnce, match=f"nhiều nhất {MOST} kiến nghị"):
        services.route_many(actor=place.officer, **route)


# ── offices, library, views ───────────────────────────────────────────────────


def test_an_office_that_ended_may_come_again_under_its_name(place: Place) -> None:
    details = BodyDetails(place.body.name)
    with pytest.raises(services.BodyTaken):
        services.write_body(actor=place.officer, organization=place.commune, details=details, now=NOW)
    services.end_body(actor=place.officer, body=place.body, now=NOW)
    again = services.write_body(actor=place.officer, organization=place.commune, details=details, now=NOW)
    assert OutsideBody.objects.filter(name=again.name).count() == 2


def test_what_another_unit_published_of_it_does_not_bar_this_one(place: Place) -> None:
    beside = make_unit("Đảng bộ xã bên", kind=UnitKind.BASE)
    make_practice(place.cell, unit=beside, petition=place.petition)
    place.set(**SOLVED)
    practice = services.publish_answer(actor=place.officer, petition=place.petition, details=BETTER, now=NOW)
    assert (practice.unit, practice.petition) == (place.commune, place.petition)
    with pytest.raises(services.PracticeThere):
        services.publish_answer(actor=place.officer, petition=place.petition, details=BETTER, now=NOW)


@pytest.mark.parametrize(
    ("name", "refusal"), [(" ", services.ViewNameMissing), ("x" * (VIEW_NAME_LIMIT + 1), TextTooLong)]
)
def test_a_view_without_a_name_that_fits_is_refused_beside_its_field(
    place: Place, name: str, refusal: type[Exception]
) -> None:
    keep: dict[str, Any] = {"organization": place.commune, "listed": WorkList.MINE, "wanted": WorkFilter(), "now": NOW}
    with pytest.raises(refusal) as refused:
        services.keep_view(actor=place.officer, name=name, **keep)
    assert refused.value.field == "name"  # type: ignore[attr-defined]
    assert services.keep_view(actor=place.officer, name="x" * VIEW_NAME_LIMIT, **keep).name == "x" * VIEW_NAME_LIMIT


# ── what is written along ─────────────────────────────────────────────────────


def test_an_answer_takes_the_cell_s_former_word_away(place: Place) -> None:
    place.set(word=Word.PARTLY)
    services.answer_petition(actor=place.officer, petition=place.petition, answer="Sẽ sửa nốt", now=NOW)
    assert Petition.objects.get(pk=place.petition.pk).word == ""


def test_a_clock_that_moves_is_counted_where_it_stands_now(place: Place) -> None:
    details = PetitionDetails("Sửa đường", holder=place.commune)
    services.note_petition(actor=SYSTEM, organization=place.cell, details=details, raised_on=TODAY, now=NOW)
    rules = [LocalRule(PolicyKey.DAYS_OFF, {"off": ["2026-12-14"], "working": []})]
    pack = LocalPack("12-TB/TU", "Ngày nghỉ", TODAY, rules)
    add_local_version(actor=SYSTEM, organization=place.commune, pack=pack, now=NOW)
    services.recount_clocks(actor=SYSTEM, organization_id=place.commune.pk, now=NOW)
    assert services.reconcile_sums(actor=SYSTEM, now=NOW) == []


@pytest.mark.parametrize("number", [1, 3])
def test_what_is_over_costs_the_day_s_work_nothing(place: Place, number: int, django_assert_num_queries: Any) -> None:
    """Answered and settled ones have last days that are past, too."""
    for count in range(number):
        for facts in (ANSWERED, SOLVED):
            make_petition(place.cell, f"Sửa cầu {count}", holder=place.commune, **facts | {"due_on": TODAY - DAY})
    with django_assert_num_queries(2):
        assert services.keep_clocks(actor=SYSTEM, now=NOW) == 0


def test_each_way_of_grouping_counts_every_petition_once(place: Place) -> None:
    for body in (place.body, None):
        make_petition(place.cell, "Sửa cầu", holder=place.commune, body=body)
    rows = PetitionSum.objects.filter(unit=place.commune, tally="raised")
    numbers = {group: sum(row.number for row in rows if row.group == group) for group in BoardGroup}
    assert set(numbers.values()) == {Petition.objects.count()}
    assert len({row.key for row in rows if row.group == BoardGroup.BODY}) > 1


def test_folding_one_unit_leaves_the_rows_of_another(place: Place) -> None:
    other = make_cell("Chi bộ thôn Khác")
    for _time in range(2):
        make_petition(other, "Sửa cầu")
    above = Organization.objects.get(path=other.path[: -Organization.steplen])
    rows = PetitionSum.objects.filter(unit=above)
    before = set(rows.values_list("pk", flat=True))
    fold_sums(actor=SYSTEM, unit_id=place.commune.pk)
    assert set(rows.values_list("pk", flat=True)) == before
    assert fold_sums(actor=SYSTEM, unit_id=above.pk) > 0
