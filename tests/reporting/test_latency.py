"""Papers on their way into meetings: days per link, the slowest link, pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.documents.choices import DOCUMENT_ORIGIN
from nennep.documents.models import Distribution, Document
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.choices import Link
from nennep.reporting.queries.latency import list_sent_papers, read_cell_ways, read_papers
from nennep.reporting.rules.latency import Chain, find_middles, find_slowest, find_slowest_middle, measure
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_document
from tests.factories.meetings import make_item, make_meeting
from tests.factories.organizations import make_unit
from tests.factories.people import client_of


def day(number: int) -> date:
    return date(2026, 11, number)


def days_of(chain: Chain) -> list[int | None]:
    return [step.days for step in measure(chain, today=TODAY)]


def test_each_link_counts_from_the_last_known_day() -> None:
    whole = Chain(day(1), day(2), day(4), day(4), day(6), day(8))
    assert days_of(whole) == [1, 2, 0, 2, 2]
    assert days_of(Chain(day(1), day(2))) == [1, 7, None, None, None]
    assert days_of(Chain(day(1), day(2), discussed=day(8))) == [1, None, None, None, 6]
    assert days_of(Chain()) == [None] * 5


def test_the_slowest_link_may_be_the_one_that_still_waits() -> None:
    steps = measure(Chain(day(1), day(2)), today=TODAY)
    slowest = find_slowest(steps)
    assert slowest is not None
    assert (slowest.link, slowest.waiting) == (Link.RECEIVED, True)
    assert find_slowest(measure(Chain(TODAY), today=TODAY)) is None


def test_only_the_first_missing_link_waits_and_nothing_waits_for_a_paper_nobody_knows() -> None:
    def waiting(chain: Chain) -> list[bool]:
        return [step.waiting for step in measure(chain, today=TODAY)]

    assert waiting(Chain()) == [False] * 5
    assert waiting(Chain(day(1))) == [True, False, False, False, False]
    assert waiting(Chain(day(1), day(2), opened=day(3))) == [False, False, False, True, False]
    assert waiting(Chain(committee=day(2))) == [False, True, False, False, False]
    assert waiting(Chain(*[day(1)] * 6)) == [False] * 5


def test_what_was_written_down_later_than_what_followed_counts_as_the_same_day() -> None:
    assert days_of(Chain(day(5), day(2), day(6))) == [0, 1, 3, None, None]
    assert days_of(Chain(None, day(5), day(2), day(6))) == [None, 0, 1, 3, None]


def test_of_two_links_alike_the_earlier_is_the_slowest() -> None:
    slowest = find_slowest(measure(Chain(day(1), day(3), day(5), day(5), day(5), day(5)), today=TODAY))
    assert slowest is not None
    assert (slowest.link, slowest.days) == (Link.COMMITTEE, 2)


_days = st.none() | st.integers(0, 300).map(lambda number: TODAY - timedelta(days=number))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(_days, _days, _days, _days, _days, _days))
def test_days_are_never_negative_and_end_today(points: tuple[date | None, ...]) -> None:
    steps = measure(Chain(*points), today=TODAY)
    known = [step.days for step in steps if step.days is not None]
    assert [days for days in known if days < 0] == []
    first = next((point for point in points if point is not None), None)
    assert sum(known) <= (TODAY - first).days if first else known == []
    assert sum(step.waiting for step in steps) <= 1


def test_the_middle_counts_who_still_waits() -> None:
    chains = [Chain(day(1), day(2), day(3), day(3), day(3), day(5)), Chain(day(1), day(2))]
    middles = find_middles(measure(chain, today=TODAY) for chain in chains)
    assert [(middle.days, middle.count) for middle in middles] == [(1, 2), (4, 2), (0, 1), (0, 1), (2, 1)]
    assert find_slowest_middle(middles) == Link.RECEIVED
    assert find_slowest_middle(find_middles([])) is None


class Commune:
    """A commune that got a paper on the 2nd and sent it to three cells on the 4th of November."""

    def __init__(self) -> None:
        self.unit = make_unit("Đảng bộ xã Một", kind=UnitKind.BASE)
        self.cells = [make_unit(f"Chi bộ thôn {number}", parent=self.unit) for number in (1, 2, 3)]
        self.user = make_user("Cán bộ xã")
        grant_role(self.user, Role.COMMUNE_OFFICER, self.unit, subtree=True)
        self.document = self.send()

    def send(self) -> Document:
        document = make_document(self.unit, actor_of(self.user), "Kế hoạch số 5")
        document.issued_on, document.received_on = day(1), day(2)
        document.save()
        for cell in self.cells:
            Distribution.objects.create(
                document=document, from_unit=self.unit, to_unit=cell, sent_at=NOW - timedelta(days=5)
            )
        return document

    def opened(self, cell: Organization, document: Document | None = None) -> None:
        rows = Distribution.objects.filter(document=document or self.document, to_unit=cell)
        rows.update(received_at=NOW - timedelta(days=3), opened_at=NOW - timedelta(days=2))

    def discussed(self, cell: Organization) -> AgendaItem:
        meeting = make_meeting(cell, planned_for=NOW - timedelta(days=1))
        meeting.state, meeting.prepared_at = MeetingState.HELD, NOW - timedelta(days=2)
        meeting.opened_at = meeting.closed_at = NOW - timedelta(days=1)
        meeting.save()
        item = make_item(meeting)
        item.origin_kind, item.origin_id = DOCUMENT_ORIGIN, str(self.document.public_id)
        item.save()
        return item


@pytest.fixture
def commune(db: None) -> Commune:
    return Commune()


def test_a_paper_is_followed_into_each_cell(commune: Commune) -> None:
    first, second, _third = commune.cells
    commune.opened(first)
    commune.opened(second)
    commune.discussed(first)
    ways = read_cell_ways(actor=Actor.system(), unit=commune.unit, document_ids=[commune.document.pk], today=TODAY)
    assert [(way.cell_name, [step.days for step in way.steps]) for way in ways] == [
        ("Chi bộ thôn 3", [1, 7, None, None, None]),
        ("Chi bộ thôn 2", [1, 4, 1, 2, None]),
        ("Chi bộ thôn 1", [1, 4, 1, 0, 1]),
    ]
    (paper,) = read_papers(actor=Actor.system(), unit=commune.unit, document_ids=[commune.document.pk], today=TODAY)
    assert (paper.cells, paper.opened, paper.discussed, paper.slowest) == (3, 2, 1, Link.RECEIVED)
    stuck = [(way.cell_name, way.waiting.link) for way in paper.worst if way.waiting]
    assert stuck == [("Chi bộ thôn 3", Link.RECEIVED), ("Chi bộ thôn 2", Link.AGENDA)]


def test_a_meeting_called_off_does_not_count(commune: Commune) -> None:
    item = commune.discussed(commune.cells[0])
    item.meeting.state = MeetingState.CANCELLED
    item.meeting.save()
    ways = read_cell_ways(actor=Actor.system(), unit=commune.cells[0], document_ids=[commune.document.pk], today=TODAY)
    assert [way.discussed for way in ways] == [False]


def test_removed_and_old_papers_are_left_out(commune: Commune) -> None:
    assert list_sent_papers(actor=Actor.system(), unit=commune.unit, today=TODAY) == [commune.document.pk]
    assert list_sent_papers(actor=Actor.system(), unit=commune.unit, today=TODAY + timedelta(days=200)) == []
    Document.objects.update(removed_at=NOW)
    assert list_sent_papers(actor=Actor.system(), unit=commune.unit, today=TODAY) == []


@pytest.mark.usefixtures("fixed_clock")
def test_pages_say_where_it_is_slow(commune: Commune) -> None:
    client = client_of(commune.user)
    shown = client.get(reverse("reporting:papers_on_their_way", args=[commune.unit.public_id])).content.decode()
    assert ("Kế hoạch số 5" in shown, "Chi bộ thôn 1" in shown) == (True, True)
    one = reverse("reporting:paper_in_cells", args=[commune.unit.public_id, commune.document.public_id])
    assert "chờ 7 ngày" in client.get(one).content.decode()
    secretary = make_user("Bí thư")
    grant_role(secretary, Role.SECRETARY, commune.cells[0])
    own = reverse("reporting:papers_on_their_way", args=[commune.cells[0].public_id])
    assert "1 tài liệu cấp trên gửi chưa được bàn." in client_of(secretary).get(own).content.decode()
    assert client_of(secretary).get(one).status_code == 404


@pytest.mark.usefixtures("fixed_clock")
@pytest.mark.parametrize("papers", [1, 3])
def test_pages_cost_the_same_however_many(commune: Commune, papers: int, django_assert_num_queries: Any) -> None:
    for _number in range(1, papers):
        commune.send()
    client = client_of(commune.user)
    with django_assert_num_queries(11):
        client.get(reverse("reporting:papers_on_their_way", args=[commune.unit.public_id]))
    with django_assert_num_queries(10):
        client.get(reverse("reporting:papers_on_their_way", args=[commune.cells[0].public_id]))
