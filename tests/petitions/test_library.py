"""The library: what was settled or is done well, for all below the unit that publishes it, without a person's name."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.references import Change, Ended, follow
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.petitions import services
from nennep.petitions.choices import TEXT_LIMIT, TITLE_LIMIT, PetitionField, PetitionState, PracticeState, Shelf
from nennep.petitions.models import Petition, Practice
from nennep.petitions.queries import PracticeFilter, get_library, get_practice, get_practice_page, list_helping
from nennep.petitions.services import PracticeDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition, make_practice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = timedelta(days=1)
MEETING = uuid4()
HOW = PracticeDetails(
    "Sửa cầu treo", "Hai thôn góp công, xã cấp xi măng", PetitionField.ROADS, result="Cầu dùng lại sau 9 ngày"
)


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def neighbour(commune: Organization) -> Organization:
    return make_unit("Chi bộ Làng Chùa", parent=commune)


def secretary_of(cell: Organization) -> Actor:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def publish(officer: Actor, cell: Organization, commune: Organization, details: PracticeDetails = HOW) -> Practice:
    solved = make_petition(cell, "Cầu treo Nà Khà hỏng", holder=commune, state=PetitionState.SOLVED, settled_on=TODAY)
    return services.publish_answer(actor=officer, petition=solved, details=details, now=NOW)


def find(actor: Actor, unit: Organization, shelf: Shelf = Shelf.PUBLISHED, words: str = "") -> list[str]:
    page = get_library(
        actor=actor, public_id=unit.public_id, shelf=shelf, chosen=PracticeFilter(words=words), today=TODAY
    )
    return [practice.title for practice in page.found]


@pytest.mark.parametrize(
    "origin",
    [{}, {"origin_kind": "meetings.meeting"}, {"origin_id": str(MEETING)}],
    ids=["none", "no id", "of nothing"],
)
def test_an_answer_that_comes_from_no_meeting_has_none(
    cell: Organization, commune: Organization, officer: Actor, origin: dict[str, str]
) -> None:
    solved = make_petition(cell, holder=commune, state=PetitionState.SOLVED, settled_on=TODAY, **origin)
    assert services.publish_answer(actor=officer, petition=solved, details=HOW, now=NOW).meeting is None


def test_all_below_the_unit_find_it_with_and_without_marks(
    cell: Organization, commune: Organization, neighbour: Organization, officer: Actor
) -> None:
    publish(officer, cell, commune)
    reader, stranger = secretary_of(neighbour), secretary_of(make_cell("Chi bộ xã khác"))
    assert [find(reader, neighbour, words=words) for words in ("cầu treo", "cau treo", "9 ngay", "điện")] == [
        *([["Sửa cầu treo"]] * 3),
        [],
    ]
    assert find(officer, commune) == ["Sửa cầu treo"]
    assert not Practice.objects.visible_to(stranger).exists()


def test_a_similar_petition_is_told_who_solved_it_and_why(
    cell: Organization, commune: Organization, neighbour: Organization, officer: Actor
) -> None:
    practice = publish(officer, cell, commune)
    asked = make_petition(neighbour, "Đề nghị sửa cầu treo bản Khiển", field=PetitionField.ROADS)
    other = make_petition(neighbour, "Xin ngói lợp nhà văn hóa")
    reader = secretary_of(neighbour)
    helping = list_helping(actor=reader, petition=asked, today=TODAY)
    assert [(one.practice, one.why) for one in helping] == [(practice, "giống: cầu, treo; cùng lĩnh vực")]
    assert list_helping(actor=reader, petition=other, today=TODAY) == ()


@pytest.mark.parametrize("part", ["title", "text", "conditions", "result"])
def test_no_member_of_the_cell_is_named(cell: Organization, commune: Organization, officer: Actor, part: str) -> None:
    join_cell(cell, "Lý Thị Mỷ")
    words: dict[str, Any] = {"title": "Sửa cầu", "text": "Góp công"} | {part: "Đồng chí LY THI MY làm"}
    with pytest.raises(services.PersonNamed):
        publish(officer, cell, commune, PracticeDetails(**words))
    assert Practice.objects.count() == 0


@pytest.mark.parametrize("part", ["title", "text", "conditions", "result"])
@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("Nhờ đồng chí Cương hiến đất", True),
        ("Nguyễn Cương hiến đất", True),
        ("nhờ Vũ Thị Minh Nguyệt cán bộ xã", True),
        ("Nhờ chị Nguyệt ở xã", True),
        ("Kỷ cương, văn minh; Trăng nguyệt", False),
        ("Nhờ đồng chí bí thư hiến đất", False),
    ],
)
def test_neither_a_member_nor_an_official_is_named_as_people_call_them(
    cell: Organization, commune: Organization, officer: Actor, words: str, part: str, *, refused: bool
) -> None:
    join_cell(cell, "Nguyễn Tiến Cương")
    grant_role(make_user("Vũ Thị Minh Nguyệt"), Role.COMMUNE_OFFICER, commune, subtree=True)
    typed: dict[str, Any] = {"title": "Làm đường", "text": "Góp công"} | {part: words}
    details = PracticeDetails(**typed)
    with pytest.raises(services.PersonNamed) if refused else nullcontext() as found:
        publish(officer, cell, commune, details)
    assert (found.value.field if found else "", Practice.objects.count()) == ((part, 0) if refused else ("", 1))


@pytest.mark.parametrize("text", ["Theo lời Giấu Tên Liên", "Hai thôn góp công"], ids=["named", "not named"])
def test_what_the_cell_speaks_for_is_never_published_whatever_is_written(
    cell: Organization, commune: Organization, officer: Actor, text: str
) -> None:
    """A refusal for the one text and not for the other would say who asked."""
    solved = make_petition(cell, holder=commune, state=PetitionState.SOLVED, settled_on=TODAY, is_hidden=True)
    solved.askers.create(name="Giấu Tên Liên")
    with pytest.raises(services.HiddenStaysInCell):
        services.publish_answer(actor=officer, petition=solved, details=PracticeDetails("Sửa cầu", text), now=NOW)
    assert Practice.objects.count() == 0


def test_a_refusal_tells_of_no_name_that_the_publisher_may_not_read(cell: Organization, commune: Organization) -> None:
    """Whoever settles at the commune alone reads no list of a cell: a name is refused neither for a member nor for anybody else."""
    join_cell(cell, "Lý Thị Mỷ")
    narrow = make_user("Cán bộ hẹp")
    grant_role(narrow, Role.COMMUNE_OFFICER, commune, subtree=False)
    for number, name in enumerate(("Lý Thị Mỷ", "Nông Văn Xa")):
        solved = make_petition(cell, f"Cầu {number}", holder=commune, state=PetitionState.SOLVED, settled_on=TODAY)
        details = PracticeDetails("Sửa cầu", f"Đồng chí {name} làm")
        services.publish_answer(actor=actor_of(narrow), petition=solved, details=details, now=NOW)
    assert Practice.objects.count() == 2


@pytest.mark.parametrize(
    ("asker", "text", "refused"),
    [
        ("Bà Lý Thị Mỷ", "Như bà Lý Thị Mỷ nêu", True),
        ("Lê Na", "Hai thôn lê nam", False),
        ("Bà con xóm Nà Khà", "Bà con xóm Nà Khà góp công", False),
    ],
    ids=["as she is written", "inside of another word", "nobody alone"],
)
def test_somebody_of_the_village_who_asked_openly_is_not_named(
    cell: Organization, commune: Organization, officer: Actor, asker: str, text: str, refused: bool
) -> None:
    solved = make_petition(cell, holder=commune, state=PetitionState.SOLVED, settled_on=TODAY, raised_by_name=asker)
    details = PracticeDetails("Sửa cầu", text)
    with pytest.raises(services.PersonNamed) if refused else nullcontext():
        services.publish_answer(actor=officer, petition=solved, details=details, now=NOW)
    assert Practice.objects.count() == (0 if refused else 1)


def test_only_what_the_cell_confirmed_and_once(cell: Organization, commune: Organization, officer: Actor) -> None:
    practice = publish(officer, cell, commune)
    open_one = make_petition(cell, "Đèn đường", holder=commune)
    with pytest.raises(services.NotYetAnswered):
        services.publish_answer(actor=officer, petition=open_one, details=HOW, now=NOW)
    solved = Petition.objects.get(practices=practice)
    with pytest.raises(services.PracticeThere):
        services.publish_answer(actor=officer, petition=solved, details=HOW, now=NOW)
    with pytest.raises(NotAllowed):
        services.publish_answer(actor=secretary_of(cell), petition=open_one, details=HOW, now=NOW)


def test_an_initiative_is_proposed_decided_and_read(
    cell: Organization, commune: Organization, neighbour: Organization, officer: Actor
) -> None:
    secretary = secretary_of(cell)
    proposed = [
        services.propose_practice(actor=secretary, organization=cell, to=commune, details=HOW, source_on=TODAY, now=NOW)
        for _time in range(2)
    ]
    assert proposed[0] == proposed[1]
    assert [(note.kind, note.body) for note in Notification.objects.all()] == [
        ("petitions.practice_proposed", f"{cell.name} đề xuất.")
    ]
    reader = secretary_of(neighbour)
    with pytest.raises(NotFound):
        get_practice(actor=reader, public_id=proposed[0].public_id)
    assert find(secretary, cell, Shelf.PROPOSED) == find(officer, commune, Shelf.PROPOSED) == ["Sửa cầu treo"]
    services.publish_practice(actor=officer, practice=proposed[0], details=HOW, now=NOW)
    assert find(reader, neighbour) == ["Sửa cầu treo"]


def test_not_publishing_needs_a_reason_and_is_over(cell: Organization, commune: Organization, officer: Actor) -> None:
    practice = make_practice(cell, unit=commune)
    with pytest.raises(ReasonMissing):
        services.decline_practice(actor=officer, practice=practice, text=" ", now=NOW)
    services.decline_practice(actor=officer, practice=practice, text="Đã có cách làm này", now=NOW)
    with pytest.raises(services.PracticeOver):
        services.publish_practice(actor=officer, practice=practice, details=HOW, now=NOW)
    with pytest.raises(NotAllowed):
        services.decline_practice(actor=secretary_of(cell), practice=practice, text="Thôi", now=NOW)
    assert Practice.objects.get().declined_because == "Đã có cách làm này"


@pytest.mark.parametrize(
    ("part", "words", "refusal"),
    [
        ("title", " ", services.TitleMissing),
        ("title", "d" * (TITLE_LIMIT + 1), TextTooLong),
        ("text", " ", services.PetitionEmpty),
        ("text", "d" * (TEXT_LIMIT + 1), TextTooLong),
        ("conditions", "d" * (TEXT_LIMIT + 1), TextTooLong),
        ("result", "d" * (TEXT_LIMIT + 1), TextTooLong),
    ],
)
def test_what_is_missing_or_too_long_is_said_beside_its_field(
    cell: Organization, commune: Organization, officer: Actor, part: str, words: Any, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as refused:
        publish(officer, cell, commune, replace(HOW, **{part: words}))
    assert (refused.value.field, Practice.objects.count()) == (part, 0)


def test_as_long_as_the_form_allows_is_published(cell: Organization, commune: Organization, officer: Actor) -> None:
    words: dict[str, Any] = dict.fromkeys(("text", "conditions", "result"), "d" * TEXT_LIMIT) | {
        "title": "d" * TITLE_LIMIT
    }
    practice = publish(officer, cell, commune, replace(HOW, **words))
    assert {part: getattr(practice, part) for part in words} == words


@pytest.mark.parametrize(("valid_to", "refused"), [(TODAY, True), (TODAY + DAY, False)])
def test_what_is_published_is_in_use_for_a_day_at_least(
    cell: Organization, commune: Organization, officer: Actor, valid_to: date, *, refused: bool
) -> None:
    with pytest.raises(services.RetiredTooEarly) if refused else nullcontext():
        publish(officer, cell, commune, replace(HOW, valid_to=valid_to))
    assert Practice.objects.count() == (0 if refused else 1)


def test_out_of_date_from_its_day_on(cell: Organization, commune: Organization, officer: Actor) -> None:
    practice = publish(officer, cell, commune)
    with pytest.raises(services.RetiredTooEarly):
        services.retire_practice(actor=officer, practice=practice, valid_to=TODAY - DAY, now=NOW)
    services.retire_practice(actor=officer, practice=practice, valid_to=TODAY, now=NOW)
    assert not Practice.objects.get().covers(TODAY)
    services.retire_practice(actor=officer, practice=practice, valid_to=TODAY + DAY, now=NOW)
    days = (TODAY, TODAY + DAY)
    page = [get_practice_page(actor=officer, public_id=practice.public_id, today=day) for day in days]
    assert [one.is_in_use for one in page] == [True, False]
    asked = make_petition(cell, "Sửa cầu treo bản Khiển")
    assert [len(list_helping(actor=officer, petition=asked, today=day)) for day in days] == [1, 0]


def test_a_cell_thanks_once(cell: Organization, commune: Organization, neighbour: Organization, officer: Actor) -> None:
    practice, reader = publish(officer, cell, commune), secretary_of(neighbour)
    page = get_practice_page(actor=reader, public_id=practice.public_id, today=TODAY)
    assert list(page.thankful) == [neighbour]
    for _time in range(2):
        services.thank_practice(actor=reader, practice=practice, cell=neighbour, now=NOW)
    practice.refresh_from_db()
    assert practice.thanks == 1
    far = make_cell("Chi bộ xã khác")
    stranger = secretary_of(far)
    with pytest.raises(services.PracticeOver):
        services.thank_practice(actor=stranger, practice=practice, cell=far, now=NOW)


def test_a_cell_that_has_ended_thanks_no_more(
    cell: Organization, commune: Organization, neighbour: Organization, officer: Actor
) -> None:
    practice, reader = publish(officer, cell, commune), secretary_of(neighbour)
    Organization.objects.filter(pk=neighbour.pk).update(closed_on=TODAY)
    assert list(get_practice_page(actor=reader, public_id=practice.public_id, today=TODAY).thankful) == []
    with pytest.raises(UnitClosed):
        services.thank_practice(actor=reader, practice=practice, cell=neighbour, now=NOW)
    practice.refresh_from_db()
    assert practice.thanks == 0


@pytest.mark.parametrize(("change", "in_use"), [(Change.MERGED, True), (Change.CLOSED, False)])
def test_when_the_unit_that_published_ends(
    cell: Organization, commune: Organization, officer: Actor, change: Change, *, in_use: bool
) -> None:
    """Merged it is the successor's; closed it is out of date from that day."""
    practice, heir = publish(officer, cell, commune), make_cell("Chi bộ ở nơi mới")
    heir_id = heir.pk if change == Change.MERGED else None
    follow("organizations.Organization", Ended(change, commune.pk, heir_id, TODAY, NOW))
    practice.refresh_from_db()
    assert (practice.unit_id, practice.covers(TODAY + DAY)) == (heir.pk if in_use else commune.pk, in_use)


def test_the_way_on_pages(cell: Organization, commune: Organization, neighbour: Organization, client: Client) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    page = reverse("petitions:propose_practice", args=[cell.public_id])
    sent = {"title": "Đổi công", "field": "other", "text": "Hai thôn đổi công", "source_on": "03/11/2026"}
    answer = client.post(page, sent | {"to": str(commune.public_id)}, follow=True)
    assert "Đã đề xuất." in answer.content.decode()
    assert (Practice.objects.get().state, Practice.objects.get().cell) == (PracticeState.PROPOSED, cell)
    refused = client.post(page, sent | {"title": ""})
    assert (refused.status_code, "Hai thôn đổi công" in refused.content.decode()) == (422, True)
