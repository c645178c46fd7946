"""The commune's calibration: largest differences first, one field and Enter, what was typed stays when it is refused."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.assessments import queries, services
from nennep.assessments.models import ScoreItem, SideScore
from nennep.assessments.rules import list_pointers
from nennep.assessments.services import Decision
from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import make_held_meeting, make_secretary
from tests.factories.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


def agree(meeting: Meeting, **points: str) -> Decimal:
    actor = make_secretary(meeting.organization)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    given = {item.code: Decision(item.maximum, "Chi bộ bàn") for item in ScoreItem.objects.filter(sheet=sheet)}
    given |= {code.replace("_", "."): Decision(Decimal(value), "Chi bộ bàn") for code, value in points.items()}
    services.score_items(actor=actor, sheet=sheet, decisions=given, to_mend="", now=NOW)
    return services.agree_sheet(actor=actor, sheet=sheet, now=NOW).total or Decimal(0)


def commune_of(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[:4])


def add_sister(cell: Organization, name: str) -> Organization:
    """One more cell of the same commune."""
    facts = {"name": name, "kind": cell.kind, "cell_type": cell.cell_type, "opened_on": cell.opened_on}
    sister: Organization = Organization.objects.add_child(commune_of(cell), {"code": name, **facts})
    return sister


def read(unit: Organization, span: Span | None = None, actor: Actor | None = None) -> queries.CalibrationPage:
    reader = actor or make_actor(
        Permission.SCORES_READ,
        Permission.SCORES_CONFIRM,
        Permission.MEETINGS_READ,
        Permission.ORGANIZATIONS_READ,
        path=unit.path,
    )
    month = span or Span(Month.of(TODAY))
    return queries.get_calibration(actor=reader, public_id=unit.public_id, span=month, today=TODAY)


@pytest.mark.parametrize(
    ("scores", "texts", "distance", "words"),
    [
        ([90, 90, 90], [], 0, ()),
        ([80, 90, 90, 90, 90], [], 0, ("4 buổi liền cùng một điểm",)),
        ([90, 90, 90, 90, 91], [], 0, ()),
        ([], [], 9.5, ()),
        ([], [], 10, ("tự chấm khác sổ sách 10,0 điểm",)),
        (
            [],
            ["Phát biểu nhiều hơn nữa.", "Phát biểu  nhiều hơn nữa"],
            0,
            ("điều phải khắc phục giống hệt một buổi trước",),
        ),
        ([], ["Không", "Không"], 0, ()),
        ([], ["Phát biểu nhiều hơn nữa.", "Chuẩn bị tài liệu sớm hơn."], 0, ()),
        ([], ["Phát biểu nhiều hơn nữa."], 0, ()),
    ],
)
def test_a_reader_is_pointed_to_what_is_odd(
    scores: list[int], texts: list[str], distance: float, words: tuple[str, ...]
) -> None:
    found = list_pointers(scores=[Decimal(one) for one in scores], texts=texts, distance=Decimal(str(distance)))
    assert found == words


def test_what_differs_most_from_the_records_stands_first() -> None:
    near = make_cell("Chi bộ gần")
    far = add_sister(near, "Chi bộ xa")
    agree(make_held_meeting(near), c1="3", c3_2="0")
    agree(make_held_meeting(far), c1="0", c3_2="0")
    page = read(commune_of(near))
    assert [(one.cell, one.is_waiting) for one in page.ranked] == [("Chi bộ xa", True), ("Chi bộ gần", True)]
    rows = queries.fill_rows(page.ranked)
    assert (rows[0].lines[0].points, rows[0].lines[0].proposed) == (Decimal(0), Decimal(3))


@pytest.mark.parametrize("meetings", [1, 3])
def test_the_page_asks_the_same_however_many_there_are(meetings: int, django_assert_num_queries: Any) -> None:
    cell = make_cell()
    for number in range(meetings):
        agree(make_held_meeting(add_sister(cell, f"Chi bộ {number}")))
    unit = commune_of(cell)
    reader = make_actor(Permission.SCORES_READ, Permission.MEETINGS_READ, Permission.ORGANIZATIONS_READ, path=unit.path)
    with django_assert_num_queries(11):
        page = read(unit, actor=reader)
        queries.fill_rows(page.ranked)


def test_means_of_a_quarter_are_shown_for_both() -> None:
    cell = make_cell()
    agree(make_held_meeting(cell), c6="20")
    page = read(cell, Span.around(Month.of(TODAY), 3))
    assert [(one.own, one.own_count, one.counting, one.counting_count) for one in page.means] == [
        (Decimal("90.0"), 1, Decimal("90.0"), 1)
    ]


@pytest.fixture
def cells() -> list[Organization]:
    cell = make_cell()
    return [cell, add_sister(cell, "Chi bộ thôn Nà Chẻ")]


def person(role: Role, unit: Organization) -> Client:
    user = make_user()
    grant_role(user, role, unit, subtree=True)
    return client_of(user)


@pytest.fixture
def desk(cells: list[Organization]) -> Client:
    return person(Role.COMMUNE_OFFICER, commune_of(cells[0]))


def page_of(cell: Organization) -> str:
    return f"{reverse('assessments:calibrate', args=[commune_of(cell).public_id])}?ky={Month.of(TODAY)}"


def send(meeting: Meeting, own: Decimal) -> dict[str, str]:
    """The form of a row as it was shown."""
    total = f"{own.normalize():f}"
    shown = {"meeting": str(meeting.public_id), "seen": "0", "seen_cell": total}
    return shown | {"total": total.replace(".", ","), "reason": ""}


def test_enter_confirms_what_the_cell_gave_and_goes_on(desk: Client, cells: list[Organization]) -> None:
    """The field holds the self-score: sending it as it is confirms as is; the next row that waits gets the focus."""
    first, second = (agree(make_held_meeting(cell), c1=points) for cell, points in zip(cells, ("0", "3"), strict=True))
    one, two = Meeting.objects.order_by("pk")
    address = page_of(cells[0])
    shown = desk.get(address).content.decode()
    assert shown.index("Chi bộ thôn Nà Lầu") < shown.index("Chi bộ thôn Nà Chẻ")
    gone = desk.post(address, send(one, first))
    assert (gone.status_code, urlsplit(gone["Location"]).fragment) == (302, "")
    assert parse_qs(urlsplit(gone["Location"]).query)["tiep"] == [str(two.public_id)]
    assert SideScore.objects.get(meeting=one).as_cell is True
    following = desk.get(gone["Location"]).content.decode()
    assert (following.count(" autofocus"), "Còn 1 trong 2 buổi chưa chốt" in following) == (1, True)
    assert second == Decimal(98)


def test_other_points_without_a_reason_are_refused_and_stay_typed(desk: Client, cells: list[Organization]) -> None:
    own = agree(make_held_meeting(cells[0]))
    meeting = Meeting.objects.get()
    address = page_of(cells[0])
    refused = desk.post(address, send(meeting, own) | {"total": "71,5"})
    assert refused.status_code == 422
    assert 'value="71,5"' in refused.content.decode()
    assert "hãy ghi vì sao" in refused.content.decode()
    done = desk.post(address, send(meeting, own) | {"total": "71,5", "reason": "Phát biểu ít"})
    assert (done.status_code, SideScore.objects.get().total) == (302, Decimal("71.5"))


def test_who_comes_second_reads_who_was_first_and_keeps_the_words(desk: Client, cells: list[Organization]) -> None:
    own = agree(make_held_meeting(cells[0]))
    meeting = Meeting.objects.get()
    address = page_of(cells[0])
    desk.post(address, send(meeting, own) | {"as_cell": "1"})
    refused = desk.post(address, send(meeting, own) | {"total": "60", "reason": "Thiếu biên bản họp chi ủy"})
    text = refused.content.decode()
    assert (refused.status_code, "vừa chốt 100 điểm" in text, "Thiếu biên bản họp chi ủy" in text) == (422, True, True)
    assert SideScore.objects.count() == 1


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.SECRETARY])
def test_whoever_only_reads_confirms_nothing(role: Role, cells: list[Organization]) -> None:
    own = agree(make_held_meeting(cells[0]))
    answer = person(role, commune_of(cells[0])).post(page_of(cells[0]), send(Meeting.objects.get(), own))
    assert (answer.status_code, SideScore.objects.exists()) == (403, False)


@pytest.mark.parametrize("span", [Span(Month.of(TODAY)), Span.around(Month.of(TODAY), 3)])
def test_a_grant_that_ends_at_the_commune_shows_no_cell(span: Span, cells: list[Organization]) -> None:
    agree(make_held_meeting(cells[0]))
    unit = commune_of(cells[0])
    user = make_user()
    grant_role(user, Role.COMMUNE_OFFICER, unit)
    grant_role(user, Role.MEMBER, unit, subtree=True)  # knows of the meetings, not of their scores
    page = read(unit, span, actor_of(user))
    assert (page.ranked, page.means) == ((), ())
