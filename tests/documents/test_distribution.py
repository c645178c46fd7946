"""Papers going down the tree: who gets them, who has opened them, who is reminded."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.documents import queries, services
from nennep.documents.choices import DeliveryStep, DocumentTarget, Verb
from nennep.documents.models import Distribution, Document, Receipt
from nennep.documents.queries import Whom
from nennep.documents.rules.distribution import own_paths, step_of
from nennep.notifications.models import Notification
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.documents import make_document
from tests.factories.organizations import make_unit
from tests.factories.people import client_of

CELLS = Whom(DocumentTarget.CELLS)


class Tree:
    """A province, two communes; three cells below the first, one below the second."""

    def __init__(self) -> None:
        self.province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
        self.commune = make_unit("Đảng bộ xã Một", kind=UnitKind.BASE, parent=self.province)
        self.other = make_unit("Đảng bộ xã Hai", kind=UnitKind.BASE, parent=self.province)
        self.cells = [
            make_unit(f"Chi bộ thôn {number}", parent=self.commune, cell_type=kind)
            for number, kind in enumerate([CellType.VILLAGE, CellType.VILLAGE, CellType.OFFICE], start=1)
        ]
        self.far = make_unit("Chi bộ xa", parent=self.other, cell_type=CellType.VILLAGE)
        self.officer_user = make_user("Cán bộ xã")
        grant_role(self.officer_user, Role.COMMUNE_OFFICER, self.commune, subtree=True)
        self.secretary_user = make_user("Bí thư")
        grant_role(self.secretary_user, Role.SECRETARY, self.cells[0])
        self.board = make_user("Ban Tổ chức")
        grant_role(self.board, Role.PROVINCE_BOARD, self.province, subtree=True)

    @property
    def officer(self) -> Actor:
        return actor_of(self.officer_user)

    @property
    def secretary(self) -> Actor:
        return actor_of(self.secretary_user)

    def send(self, whom: Whom = CELLS) -> Document:
        document = make_document(self.commune, self.officer)
        services.distribute_document(actor=self.officer, document=document, from_unit=self.commune, whom=whom, now=NOW)
        return document


@pytest.fixture
def tree(db: None) -> Tree:
    return Tree()


def row_of(document: Document, unit: Organization) -> Distribution:
    return Distribution.objects.get(document=document, to_unit=unit)


def test_the_step_of_a_paper() -> None:
    assert step_of(received_at=None, opened_at=None) == DeliveryStep.SENT
    assert step_of(received_at=NOW, opened_at=None) == DeliveryStep.RECEIVED
    assert step_of(received_at=NOW, opened_at=NOW) == DeliveryStep.OPENED


def test_a_unit_is_run_by_whom_it_was_given_to() -> None:
    actor = make_actor(Permission.DOCUMENTS_WRITE, path="00010001")
    assert own_paths(actor) == {"00010001"}
    assert own_paths(make_actor(Permission.DOCUMENTS_READ, path="0001")) == frozenset()


@pytest.mark.parametrize(
    ("whom", "expected"),
    [
        (Whom(DocumentTarget.CHILDREN), ["Chi bộ thôn 1", "Chi bộ thôn 2", "Chi bộ thôn 3"]),
        (Whom(DocumentTarget.CELLS), ["Chi bộ thôn 1", "Chi bộ thôn 2", "Chi bộ thôn 3"]),
        (Whom(DocumentTarget.TYPES, cell_types=frozenset({CellType.OFFICE})), ["Chi bộ thôn 3"]),
        (Whom(DocumentTarget.SINGLE), []),
    ],
)
def test_whom_a_choice_means(tree: Tree, whom: Whom, expected: list[str]) -> None:
    found = queries.find_targets(unit=tree.commune, whom=whom, on=TODAY)
    assert [unit.name for unit in found] == expected


def test_the_same_by_two_names_is_offered_once(tree: Tree) -> None:
    own = queries.offer_targets(unit=tree.commune, on=TODAY)
    assert [own.counts[kind] for kind in DocumentTarget] == [0, 3, 3, 3]
    above = queries.offer_targets(unit=tree.province, on=TODAY)
    assert [above.counts[kind] for kind in DocumentTarget] == [2, 4, 4, 6]
    assert above.types == {CellType.VILLAGE: 3, CellType.OFFICE: 1}


def test_a_single_unit_elsewhere_is_not_reached(tree: Tree) -> None:
    whom = Whom(DocumentTarget.SINGLE, unit_ids=frozenset({tree.far.public_id}))
    document = make_document(tree.commune, tree.officer)
    with pytest.raises(services.NobodyChosen):
        services.distribute_document(actor=tree.officer, document=document, from_unit=tree.commune, whom=whom, now=NOW)


def test_receivers_read_what_was_sent_and_nobody_else(tree: Tree) -> None:
    document = tree.send(Whom(DocumentTarget.SINGLE, unit_ids=frozenset({tree.cells[0].public_id})))
    member = make_user()
    grant_role(member, Role.MEMBER, tree.cells[0])
    outsider = make_user()
    grant_role(outsider, Role.SECRETARY, tree.cells[1])
    for reader in (tree.secretary, actor_of(member)):
        assert queries.get_document(actor=reader, public_id=document.public_id) == document
    with pytest.raises(NotFound):
        queries.get_document(actor=actor_of(outsider), public_id=document.public_id)
    with pytest.raises(NotAllowed):
        services.remove_document(actor=tree.secretary, document=document, now=NOW)


def test_who_runs_a_receiving_unit_is_told_once(tree: Tree) -> None:
    document = tree.send()
    assert [(notice.user, notice.url) for notice in Notification.objects.all()] == [
        (tree.secretary_user, reverse("documents:show_document", args=[document.public_id]))
    ]
    with pytest.raises(services.AlreadySent):
        services.distribute_document(actor=tree.officer, document=document, from_unit=tree.commune, whom=CELLS, now=NOW)
    event = AuditEvent.objects.get(verb=Verb.DISTRIBUTED)
    assert event.details == {"units": 3, "target": "cells"}


def test_a_unit_sends_only_what_it_holds_and_passes_on_what_it_got(tree: Tree) -> None:
    board = actor_of(tree.board)
    document = make_document(tree.province, board)
    with pytest.raises(services.NotTheirs):
        services.distribute_document(actor=tree.officer, document=document, from_unit=tree.commune, whom=CELLS, now=NOW)
    services.distribute_document(
        actor=board, document=document, from_unit=tree.province, whom=Whom(DocumentTarget.CHILDREN), now=NOW
    )
    assert queries.list_senders(actor=tree.officer, document=document, on=TODAY) == (tree.commune,)
    services.distribute_document(actor=tree.officer, document=document, from_unit=tree.commune, whom=CELLS, now=NOW)
    receivers = queries.list_receivers(document=document, unit=tree.province, step=None)
    rows = queries.make_distribution_rows(receivers, today=TODAY)
    assert [(row.unit_name, row.passed_on) for row in rows] == [("Đảng bộ xã Một", 3), ("Đảng bộ xã Hai", 0)]
    assert queries.get_document(actor=tree.secretary, public_id=document.public_id) == document


def test_opening_counts_for_the_unit_one_runs_only(tree: Tree) -> None:
    document = tree.send()
    services.note_opening(actor=tree.officer, document=document, now=NOW)
    assert row_of(document, tree.cells[0]).opened_at is None
    services.note_opening(actor=tree.secretary, document=document, now=NOW + timedelta(hours=1))
    services.note_opening(actor=tree.secretary, document=document, now=NOW + timedelta(hours=2))
    row = row_of(document, tree.cells[0])
    assert (row.received_at, row.opened_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=1))
    page = queries.get_distribution_page(actor=tree.officer, document=document, unit=tree.commune)
    assert (page.sent, page.received, page.opened, page.not_received) == (3, 1, 1, 2)


def test_receipt_is_confirmed_once_and_by_hand_with_a_name(tree: Tree) -> None:
    document = tree.send()
    first, second = row_of(document, tree.cells[0]), row_of(document, tree.cells[1])
    services.confirm_receipt(actor=tree.secretary, distribution=first, now=NOW)
    services.confirm_receipt(actor=tree.officer, distribution=first, now=NOW + timedelta(days=1))
    services.confirm_receipt(actor=tree.officer, distribution=second, now=NOW)
    events = AuditEvent.objects.filter(verb=Verb.RECEIVED).order_by("pk")
    assert [(event.user_name, event.on_behalf_of) for event in events] == [
        ("Bí thư", ""),
        ("Cán bộ xã", "Chi bộ thôn 2"),
    ]
    with pytest.raises(NotAllowed):
        services.confirm_receipt(actor=tree.secretary, distribution=second, now=NOW)


def test_reminding_reaches_those_who_have_not_opened_once_a_while(tree: Tree) -> None:
    document = tree.send()
    send = {"actor": tree.officer, "document": document, "from_unit": tree.commune}
    assert services.remind_units(**send, now=NOW) == 1  # type: ignore[arg-type]
    with pytest.raises(services.NobodyToRemindOfPaper):
        services.remind_units(**send, now=NOW + timedelta(minutes=1))  # type: ignore[arg-type]
    assert services.remind_units(**send, now=NOW + timedelta(days=1)) == 1  # type: ignore[arg-type]
    services.note_opening(actor=tree.secretary, document=document, now=NOW)
    with pytest.raises(services.NobodyToRemindOfPaper):
        services.remind_units(**send, now=NOW + timedelta(days=2))  # type: ignore[arg-type]


def test_who_was_reminded_is_left_alone_for_twelve_hours(tree: Tree) -> None:
    document = tree.send()
    make_document(tree.commune, tree.officer, "Tài liệu khác")
    send: dict[str, Any] = {"actor": tree.officer, "document": document, "from_unit": tree.commune}
    services.remind_units(**send, now=NOW)
    with pytest.raises(services.NobodyToRemindOfPaper):
        services.remind_units(**send, now=NOW + timedelta(hours=12))
    later = NOW + timedelta(hours=12, seconds=1)
    assert services.remind_units(**send, now=later) == 1
    rows = Distribution.objects.order_by("to_unit__path").values_list("reminded_at", flat=True)
    assert list(rows) == [later, None, None]  # the other two have nobody to be told
    event = AuditEvent.objects.filter(verb=Verb.REMINDED).latest("pk")
    assert (event.details, event.target_label, event.unit_path) == ({"units": 1}, "", tree.commune.path)
    titles = Notification.objects.order_by("pk").values_list("title", "body")
    assert list(titles) == [
        ("Đảng bộ xã Một gửi tài liệu mới", document.title),
        ("Đảng bộ xã Một nhắc mở tài liệu", document.title),
        ("Đảng bộ xã Một nhắc mở tài liệu", document.title),
    ]


def test_only_what_this_unit_sent_is_reminded_by_it(tree: Tree) -> None:
    board = actor_of(tree.board)
    document = make_document(tree.province, board)
    for unit, actor, whom in (
        (tree.province, board, Whom(DocumentTarget.CHILDREN)),
        (tree.commune, tree.officer, CELLS),
    ):
        services.distribute_document(actor=actor, document=document, from_unit=unit, whom=whom, now=NOW)
    assert services.remind_units(actor=board, document=document, from_unit=tree.province, now=NOW) == 1
    reminded = Distribution.objects.exclude(reminded_at=None)
    assert [row.to_unit for row in reminded] == [tree.commune]


def test_a_paper_that_was_taken_out_is_not_sent(tree: Tree) -> None:
    document = make_document(tree.commune, tree.officer)
    services.remove_document(actor=tree.officer, document=document, now=NOW)
    with pytest.raises(services.DocumentRemoved):
        services.distribute_document(actor=tree.officer, document=document, from_unit=tree.commune, whom=CELLS, now=NOW)
    assert Distribution.objects.count() == 0


def test_a_unit_does_not_get_its_own_paper_sent(tree: Tree) -> None:
    """A cell's paper that came to the commune goes from there to the other cells."""
    document = make_document(tree.cells[0], tree.secretary)
    Distribution.objects.create(document=document, from_unit=tree.province, to_unit=tree.commune, sent_at=NOW)
    sent = services.distribute_document(
        actor=tree.officer, document=document, from_unit=tree.commune, whom=CELLS, now=NOW
    )
    assert sent == 2
    rows = Distribution.objects.filter(from_unit=tree.commune).order_by("to_unit__path")
    assert [(row.to_unit, row.sent_at, row.sent_by) for row in rows] == [
        (unit, NOW, tree.officer_user) for unit in tree.cells[1:]
    ]


def test_sending_and_reminding_need_the_right_to_write_where_it_is_sent_from(tree: Tree) -> None:
    document = tree.send()
    reader = make_actor(Permission.DOCUMENTS_READ, path=tree.commune.path)
    for actor in (reader, tree.secretary):
        with pytest.raises(NotAllowed):
            services.distribute_document(actor=actor, document=document, from_unit=tree.commune, whom=CELLS, now=NOW)
        with pytest.raises(NotAllowed):
            services.remind_units(actor=actor, document=document, from_unit=tree.commune, now=NOW)


def test_what_was_confirmed_before_it_was_opened_keeps_its_moment_and_name(tree: Tree) -> None:
    document = tree.send()
    for cell in tree.cells[:2]:
        services.confirm_receipt(actor=tree.officer, distribution=row_of(document, cell), now=NOW)
    services.note_opening(actor=tree.secretary, document=document, now=NOW + timedelta(hours=1))
    rows = Distribution.objects.order_by("to_unit__path")
    assert [(row.received_at, row.received_by, row.received_by_name, row.opened_at) for row in rows] == [
        (NOW, tree.officer_user, "Cán bộ xã", NOW + timedelta(hours=1)),
        (NOW, tree.officer_user, "Cán bộ xã", None),
        (None, None, "", None),
    ]
    (event, _again) = AuditEvent.objects.filter(verb=Verb.RECEIVED).order_by("pk")
    assert (event.target_kind, event.target_id) == ("documents.document", str(document.public_id))
    assert (event.target_label, event.unit_path) == ("", tree.cells[0].path)


def test_what_is_opened_counts_as_received_by_the_one_who_opened_it(tree: Tree) -> None:
    other, document = tree.send(), tree.send()
    services.note_opening(actor=tree.secretary, document=document, now=NOW)
    row = row_of(document, tree.cells[0])
    assert (row.received_at, row.received_by, row.received_by_name) == (NOW, tree.secretary_user, "Bí thư")
    assert (row_of(other, tree.cells[0]).received_at, row_of(other, tree.cells[0]).opened_at) == (None, None)
    receipt = Receipt.objects.get()
    assert (receipt.user, receipt.document, receipt.opened_at) == (tree.secretary_user, document, NOW)


def test_what_a_unit_received(tree: Tree) -> None:
    document = tree.send()
    (row,) = queries.list_received(organization_id=tree.cells[0].pk, since=TODAY)
    assert (row.public_id, row.received_on, row.opened_at) == (document.public_id, TODAY, None)
    assert queries.list_received(organization_id=tree.cells[0].pk, since=TODAY + timedelta(days=1)) == ()
    services.remove_document(actor=tree.officer, document=document, now=NOW)
    assert queries.list_received(organization_id=tree.cells[0].pk, since=TODAY) == ()


def test_sending_to_many_takes_no_more_queries(tree: Tree, django_assert_num_queries: object) -> None:
    for number in range(3):
        make_unit(f"Chi bộ thêm {number}", parent=tree.other)
    grant_role(make_user(), Role.SECRETARY, tree.far)
    board = actor_of(tree.board)
    for whom in (Whom(DocumentTarget.SINGLE, unit_ids=frozenset({tree.far.public_id})), Whom(DocumentTarget.CELLS)):
        document = make_document(tree.province, board)
        with django_assert_num_queries(14):  # type: ignore[operator]  # one of them holds the unit
            services.distribute_document(actor=board, document=document, from_unit=tree.province, whom=whom, now=NOW)
    assert Distribution.objects.count() == 1 + 7


@pytest.mark.usefixtures("fixed_clock")
def test_the_officer_sends_a_paper_down_and_sees_who_has_it(tree: Tree) -> None:
    client = client_of(tree.officer_user)
    document = make_document(tree.commune, tree.officer)
    address = reverse("documents:distribute", args=[document.public_id, tree.commune.public_id])
    assert client.get(address).status_code == 200
    missing = client.post(address, {"target": "types"})
    assert (missing.status_code, "Hãy chọn ít nhất một loại hình" in missing.content.decode()) == (422, True)
    assert client.post(address, {"target": "single", "units": [str(tree.far.public_id)]}).status_code == 422
    sent = client.post(address, {"target": "single", "units": [str(tree.cells[0].public_id)]}, follow=True)
    assert "Đã gửi tới 1 đơn vị." in sent.content.decode()
    assert "Chi bộ thôn 1" in sent.content.decode()
    remind = reverse("documents:remind", args=[document.public_id, tree.commune.public_id])
    assert "Đã nhắc 1 đơn vị." in client.post(remind, follow=True).content.decode()
    assert "Không còn ai để nhắc" in client.post(remind, follow=True).content.decode()


@pytest.mark.usefixtures("fixed_clock")
def test_the_secretary_confirms_with_one_tap(tree: Tree) -> None:
    document = tree.send()
    client = client_of(tree.secretary_user)
    shown = reverse("documents:show_cell", args=[tree.cells[0].public_id])
    assert "Tài liệu mới từ đảng ủy" in client.get(shown).content.decode()
    confirm = reverse("documents:confirm_receipt", args=[row_of(document, tree.cells[0]).public_id])
    assert client.post(confirm).headers["Location"] == shown
    other = reverse("documents:confirm_receipt", args=[row_of(document, tree.cells[1]).public_id])
    assert client.post(other).status_code == 404
    assert row_of(document, tree.cells[0]).received_at == NOW


@pytest.mark.usefixtures("fixed_clock")
@pytest.mark.parametrize("papers", [1, 3])
def test_lists_cost_the_same_however_long(tree: Tree, papers: int, django_assert_num_queries: object) -> None:
    documents = [tree.send() for _number in range(papers)]
    secretary, officer = client_of(tree.secretary_user), client_of(tree.officer_user)
    with django_assert_num_queries(7):  # type: ignore[operator]
        secretary.get(reverse("documents:list_incoming", args=[tree.cells[0].public_id]))
    address = reverse("documents:show_receivers", args=[documents[0].public_id, tree.commune.public_id])
    with django_assert_num_queries(9):  # type: ignore[operator]
        officer.get(address)
