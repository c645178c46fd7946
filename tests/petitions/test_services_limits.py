"""What services keep, refuse and leave alone at their very borders."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.periods import DaysOff
from nennep.core.typed import TextTooLong
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import CONTACT_LIMIT, TEXT_LIMIT, PetitionState, PracticeState, StepKind
from nennep.petitions.models import OutsideBody, Petition, Practice
from nennep.petitions.rules import AnswerClock, ClockStep, compare, read_clock
from nennep.petitions.rules.likeness import words_of
from nennep.petitions.services import BodyDetails, PracticeDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition, make_practice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
DAY = timedelta(days=1)
ANSWERED: dict[str, Any] = {"answer": "Sẽ sửa", "answered_on": TODAY, "promised_for": TODAY}


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Hà Thị Thu")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


@pytest.fixture
def body(commune: Organization) -> OutsideBody:
    return OutsideBody.objects.create(unit=commune, name="Điện lực Bắc Sơn", valid_from=date(2026, 1, 1))


# ── likeness, clock ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "de nghi cap tren som xem xet giai quyet cho thon",
        "kien nghi dang uy xa quan tam ho tro ban con di lai",
        "thi chi bo xom da co cac y kien ve viec o trong va ngoai ban",
    ],
)
def test_words_that_every_petition_has_say_nothing_of_its_matter(words: str) -> None:
    assert words_of(words) <= {"con", "viec", "y"}


@pytest.mark.parametrize(
    "words",
    [
        "de nghi cac cap tren som xem xet va giai quyet",
        "kien nghi dang uy quan tam ho tro xom da den lai",
        "chi bo cua thon cho la chua co duoc nhung mot hai",
        "di ve voi ban thi khong se tai do bi o trong xa ngoai nay sua",
    ],
)
def test_a_petition_of_such_words_alone_is_like_no_other(words: str) -> None:
    assert words_of(words) == frozenset()
    found = compare(f"{words} cau", f"{words} duong", same_field=False, same_place=False, days=91)
    assert (found.score, found.shared, found.is_enough) == (0, (), False)


def test_single_letters_say_nothing_and_half_of_the_words_are_enough() -> None:
    assert words_of("a cau b 5 10") == {"cau", "10"}
    facts = {"same_field": False, "same_place": False}
    assert [compare("cau treo", other, days=91, **facts).is_enough for other in ("cau khuoi", "khuoi phieng")] == [
        True,
        False,
    ]
    assert not compare("cau", "duong", same_field=True, same_place=True, days=0).is_enough
    assert compare("", "cau", days=0, **facts).score == 10


@pytest.mark.parametrize(
    ("same_field", "same_place", "days", "score"),
    [
        (False, False, 91, 50),
        (False, False, 90, 60),
        (True, False, 91, 60),
        (False, True, 91, 70),
        (True, True, 0, 90),
    ],
)
def test_likeness_is_the_share_of_words_and_what_else_is_near(
    *, same_field: bool, same_place: bool, days: int, score: int
) -> None:
    found = compare("cau khuoi", "cau treo phieng", same_field=same_field, same_place=same_place, days=days)
    assert (found.score, found.shared) == (score, ("cau",))


def test_a_clock_of_no_days_ends_on_the_day_it_began() -> None:
    began = AnswerClock(TODAY, 30, TODAY + 40 * DAY)
    clock = read_clock([ClockStep(StepKind.NOTED, TODAY, 0)], DaysOff(), begin=began)
    assert (clock.days, clock.due_on) == (0, TODAY)


# ── texts ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("length", "fits"), [(CONTACT_LIMIT, True), (CONTACT_LIMIT + 1, False)])
def test_how_an_office_is_reached_fits_its_column(
    commune: Organization, officer: Actor, length: int, *, fits: bool
) -> None:
    details = BodyDetails("Phòng Kinh tế", "x" * length)
    if fits:
        assert (
            services.write_body(actor=officer, organization=commune, details=details, now=NOW).contact == "x" * length
        )
        return
    with pytest.raises(TextTooLong):
        services.write_body(actor=officer, organization=commune, details=details, now=NOW)
    assert not OutsideBody.objects.exists()


def test_words_to_an_office_are_kept_and_have_a_length(
    cell: Organization, commune: Organization, officer: Actor, body: OutsideBody
) -> None:
    petition = make_petition(cell, holder=commune)
    with pytest.raises(TextTooLong):
        services.send_to_body(actor=officer, petition=petition, body=body, text="x" * (TEXT_LIMIT + 1), now=NOW)
    services.send_to_body(actor=officer, petition=petition, body=body, text="x" * TEXT_LIMIT, now=NOW)
    assert [step.text for step in petition.steps.all()] == ["x" * TEXT_LIMIT]


@pytest.mark.parametrize("outside", [True, False], ids=["office", "unit"])
def test_many_go_with_the_words_that_were_given(
    cell: Organization, commune: Organization, officer: Actor, body: OutsideBody, *, outside: bool
) -> None:
    petitions = [make_petition(cell, text, holder=commune) for text in ("Sửa cầu", "Sửa đường")]
    to = body if outside else make_unit("Tỉnh ủy", kind=UnitKind.PROVINCE)
    services.route_many(
        actor=officer, organization=commune, petitions=petitions, to=to, text="Thuộc ngành điện", now=NOW
    )
    assert [step.text for petition in petitions for step in petition.steps.all()] == ["Thuộc ngành điện"] * 2


# ── what an answer and silence leave ──────────────────────────────────────────


def test_an_answer_is_in_the_row_with_its_days_and_ends_the_silence(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    petition = make_petition(
        cell, holder=commune, raised_on=TODAY - 9 * DAY, silent_meetings=1, silent_on=TODAY - 2 * DAY
    )
    services.answer_petition(actor=officer, petition=petition, answer="Sẽ sửa", now=NOW)
    row = Petition.objects.get()
    assert (row.answer, row.answer_days, row.silent_meetings, row.silent_on) == ("Sẽ sửa", 9, 0, None)


def test_a_meeting_counts_as_silence_for_its_own_cell_alone(cell: Organization, commune: Organization) -> None:
    other = make_unit("Chi bộ thôn Khác", parent=commune)
    for unit in (cell, other):
        make_petition(unit, state=PetitionState.ANSWERED, holder=commune)
    services.note_silence(actor=SYSTEM, organization=cell, held_on=TODAY, now=NOW)
    assert sorted(Petition.objects.values_list("organization__name", "silent_meetings")) == [
        ("Chi bộ thôn Khác", 0),
        (cell.name, 1),
    ]


def test_done_and_read_are_lines_of_the_trail(cell: Organization, commune: Organization, officer: Actor) -> None:
    promised = make_petition(cell, holder=commune, state=PetitionState.PROMISED, **ANSWERED)
    services.report_done(actor=officer, petition=promised, text="Đã sửa xong", now=NOW)
    opinion = make_petition(cell, "Đường đẹp", holder=commune, state=PetitionState.OPINION)
    services.read_opinion(actor=officer, petition=opinion, now=NOW)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "target_id")) == [
        ("petitions.done", str(promised.public_id)),
        ("petitions.read", str(opinion.public_id)),
    ]


# ── joining, handing on ───────────────────────────────────────────────────────


def test_of_two_with_the_same_clock_the_one_noted_first_is_kept(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    first, second = (make_petition(cell, text, holder=commune) for text in ("Sửa cầu", "Sửa cầu treo"))
    assert services.join_petitions(actor=officer, petition=second, other=first, now=NOW) == first


def test_what_has_risen_is_answered_or_raised_and_not_handed_sideways(
    cell: Organization, commune: Organization, officer: Actor
) -> None:
    beside = make_unit("Đảng bộ xã bên", kind=UnitKind.BASE)
    assert len(beside.path) == len(commune.path)
    petition = make_petition(cell, holder=commune, risen=True)
    with pytest.raises(services.RiseFirst):
        services.pass_on(actor=officer, petition=petition, to=beside, now=NOW)


# ── the library ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [PracticeState.PROPOSED, PracticeState.DECLINED])
def test_what_was_never_published_is_not_retired(
    cell: Organization, commune: Organization, officer: Actor, state: PracticeState
) -> None:
    declined = {"declined_because": "Chưa rõ kết quả"} if state == PracticeState.DECLINED else {}
    practice = make_practice(cell, unit=commune, state=state, **declined)
    with pytest.raises(services.PracticeOver):
        services.retire_practice(actor=officer, practice=practice, valid_to=TODAY, now=NOW)
    assert Practice.objects.get().valid_to is None


@pytest.mark.parametrize(("name", "refused"), [("Cầu", False), ("Lò Thị Cầu", True)])
def test_a_name_of_one_word_is_a_word(
    cell: Organization, commune: Organization, officer: Actor, name: str, *, refused: bool
) -> None:
    join_cell(cell, name)
    practice = make_practice(cell, unit=commune, state=PracticeState.PROPOSED)
    details = PracticeDetails("Sửa cầu treo", "Theo lời Lò Thị Cầu")
    if refused:
        with pytest.raises(services.PersonNamed):
            services.publish_practice(actor=officer, practice=practice, details=details, now=NOW)
        return
    services.publish_practice(actor=officer, practice=practice, details=details, now=NOW)
    assert Practice.objects.get().state == PracticeState.PUBLISHED
