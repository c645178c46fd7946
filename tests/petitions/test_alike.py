"""Likely repeats: proposed with the reason, joined by whoever answers, answered together, each cell with its own word; silence."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_petition_page, list_alike
from nennep.petitions.rules import compare
from nennep.petitions.services import PetitionDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import FOUNDED, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def neighbour(commune: Organization) -> Organization:
    facts = {"code": "CB-HX", "name": "Chi bộ thôn Bên", "kind": UnitKind.CELL, "opened_on": FOUNDED}
    made: Organization = Organization.objects.add_child(commune, facts)
    return made


def act(name: str, role: Role, unit: Organization) -> Actor:
    user = make_user(name)
    grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    return actor_of(user)


def ask(cell: Organization, holder: Organization, text: str, *, on: date = TODAY) -> Petition:
    details = PetitionDetails(text, holder=holder)
    return services.note_petition(actor=Actor.system(), organization=cell, details=details, raised_on=on, now=NOW)


def test_likely_repeats_are_proposed_across_cells_with_the_reason(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    officer, secretary = act("Cán bộ", Role.COMMUNE_OFFICER, commune), act("Bí thư", Role.SECRETARY, cell)
    petition = ask(cell, commune, "Đề nghị sửa cầu Nà Khà")
    alike = ask(neighbour, commune, "Cầu Nà Khà hỏng, cần làm lại", on=TODAY - 12 * DAY)
    ask(neighbour, commune, "Tiêm phòng trâu bò")
    proposed = list_alike(actor=officer, petition=petition, today=TODAY)
    assert [(one.row.public_id, one.why) for one in proposed] == [
        (alike.public_id, "giống: cầu, nà, khà; cùng lĩnh vực; nêu cách nhau 12 ngày")
    ]
    assert list_alike(actor=secretary, petition=petition, today=TODAY) == ()


def test_each_cell_gives_its_own_word_on_the_one_answer(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    officer = act("Cán bộ", Role.COMMUNE_OFFICER, commune)
    first, second = ask(cell, commune, "Sửa cầu Nà Khà", on=TODAY - 5 * DAY), ask(neighbour, commune, "Cầu Nà Khà")
    due = second.due_on
    services.join_petitions(actor=officer, petition=first, other=second, now=NOW)
    services.answer_petition(actor=officer, petition=first, answer="Sẽ sửa", now=NOW + DAY)
    second.refresh_from_db()
    assert (second.state, second.answer, second.joined_to, second.settled_on, second.due_on) == (
        PetitionState.ANSWERED,
        "Sẽ sửa",
        None,
        None,
        due,
    )
    services.confirm_solved(actor=act("Bí thư", Role.SECRETARY, cell), petition=first, now=NOW + DAY)
    second.refresh_from_db()
    assert second.state == PetitionState.ANSWERED


def test_who_speaks_for_one_cell_alone_joins_nothing_of_another(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    first, second = ask(cell, commune, "Sửa cầu Nà Khà"), ask(neighbour, commune, "Cầu Nà Khà")
    with pytest.raises(NotAllowed):
        services.join_petitions(actor=act("Bí thư", Role.SECRETARY, cell), petition=first, other=second, now=NOW)


def test_parted_again_it_waits_in_its_own_cell(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    officer = act("Cán bộ", Role.COMMUNE_OFFICER, commune)
    first, second = ask(cell, commune, "Sửa cầu Nà Khà", on=TODAY - 5 * DAY), ask(neighbour, commune, "Cầu Nà Khà")
    services.join_petitions(actor=officer, petition=first, other=second, now=NOW)
    second.refresh_from_db()
    parted = services.separate_petition(actor=officer, petition=second, now=NOW)
    assert (parted.organization, parted.holder, parted.state) == (neighbour, commune, PetitionState.OPEN)


def test_words_that_every_petition_has_make_none_alike() -> None:
    likeness = compare("de nghi xa sua duong", "de nghi xa sua cau", same_field=True, same_place=True, days=1)
    assert (likeness.shared, likeness.is_enough) == ((), False)


def test_two_silent_meetings_ask_the_secretary_and_close_nothing(cell: Organization, commune: Organization) -> None:
    secretary = act("Bí thư", Role.SECRETARY, cell)
    petition = ask(cell, commune, "Sửa cầu")
    services.answer_petition(actor=Actor.system(), petition=petition, answer="Sẽ sửa", now=NOW)
    Notification.objects.all().delete()
    days = [TODAY, TODAY + DAY, TODAY + DAY, TODAY + 30 * DAY, TODAY + 60 * DAY]
    asked = [
        services.note_silence(actor=Actor.system(), organization=cell, held_on=day, now=NOW + 60 * DAY) for day in days
    ]
    assert asked == [0, 0, 0, 1, 0]
    assert [note.title for note in Notification.objects.filter(user__full_name="Bí thư")] == [
        "Chi bộ chưa nói về trả lời này"
    ]
    petition.refresh_from_db()
    assert (petition.state, petition.silent_meetings) == (PetitionState.ANSWERED, 3)
    with pytest.raises(NotAllowed):
        services.note_silence(actor=secretary, organization=cell, held_on=TODAY, now=NOW)


def test_what_was_joined_across_cells_tells_either_the_unit_the_area_and_the_day_alone(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    """Neither who asked there nor with which words, in either direction; whoever may open both reads both."""
    officer = act("Cán bộ", Role.COMMUNE_OFFICER, commune)
    ours, theirs = act("Bí thư", Role.SECRETARY, cell), act("Bí thư bên", Role.SECRETARY, neighbour)
    kept = ask(cell, commune, "Sửa cầu Nà Khà", on=TODAY - 5 * DAY)
    details = PetitionDetails("Cầu kín", holder=commune, raised_by_name="Trần Văn Kín", place="Khau Kín")
    joined = services.note_petition(
        actor=Actor.system(), organization=neighbour, details=details, raised_on=TODAY, now=NOW
    )
    same_cell = ask(cell, commune, "Cầu của ta")
    for other in (joined, same_cell):
        services.join_petitions(actor=officer, petition=kept, other=other, now=NOW)
    pages = {
        reader: [get_petition_page(actor=reader, public_id=one.public_id, today=TODAY)]
        for reader, one in ((ours, kept), (theirs, joined), (officer, kept))
    }
    rows = {
        reader: [(row.text, row.raised_by, row.place, row.cell) for row in page.joined]
        for reader, [page] in pages.items()
    }
    whole = ("Cầu kín", "Trần Văn Kín", "Khau Kín", neighbour.name)
    own = ("Cầu của ta", "", "", cell.name)
    assert rows == {ours: [("", "", "", neighbour.name), own], theirs: [], officer: [whole, own]}
    [page] = pages[theirs]
    assert page.kept is not None
    assert (page.kept.text, page.kept.cell, page.kept.is_elsewhere) == ("", cell.name, True)


@pytest.mark.usefixtures("fixed_clock")
def test_the_pages_of_joined_petitions_of_two_cells_have_no_word_of_the_other(
    cell: Organization, neighbour: Organization, commune: Organization
) -> None:
    officer = act("Cán bộ", Role.COMMUNE_OFFICER, commune)
    kept, joined = ask(cell, commune, "Sửa cầu Nà Khà", on=TODAY - 5 * DAY), ask(neighbour, commune, "Cầu kín")
    services.join_petitions(actor=officer, petition=kept, other=joined, now=NOW)
    for unit, own, other in ((cell, kept, joined), (neighbour, joined, kept)):
        user = make_user(f"Bí thư {unit.name}")
        grant_role(user, Role.SECRETARY, unit)
        page = client_of(user).get(reverse("petitions:show_petition", args=[own.public_id])).content.decode()
        found = [word in page for word in (own.text, other.text, str(other.public_id), other.organization.name)]
        assert found == [True, False, False, True]
