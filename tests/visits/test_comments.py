"""The bank of comments: what is offered, in which order, and how it grows."""

from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.visits.importers.comments import read_comments
from nennep.visits.models import CommentBankEntry
from nennep.visits.queries.comments import list_bank
from nennep.visits.services.comments import CommentEmpty, NewComment, count_uses, keep_comment
from tests.factories.core import NOW, make_actor
from tests.factories.organizations import make_unit
from tests.factories.visits import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def official(cell: Organization) -> Actor:
    return make_actor(Permission.ADVICE_WRITE, path=cell.path, subtree=False)


def keep(actor: Actor, cell: Organization, text: str, **fields: Any) -> CommentBankEntry:
    return keep_comment(actor=actor, cell=cell, comment=NewComment(text, **fields), now=NOW)


def test_bank_begins_with_what_the_program_brings(cell: Organization) -> None:
    assert {comment.text for comment in list_bank(cell=cell)} == {row.text for row in read_comments()}
    assert all(comment.example for comment in list_bank(cell=cell))


def test_weak_groups_come_first_then_what_is_used_most(cell: Organization) -> None:
    make_comment("Ghi rõ số đo.", topic="c6", uses=3)
    make_comment("Ai nói trước?", topic="c4.2", uses=9)
    bank = list_bank(cell=cell, topics=["c6", "c1"])
    assert bank[0].text == "Ghi rõ số đo."
    assert [comment.topic for comment in bank[:6]] == ["c6", "c6", "c6", "c6", "c1", "c1"]
    assert bank[6].text == "Ai nói trước?"


def test_kept_comment_is_there_for_the_whole_commune_and_nobody_else(
    official: Actor, commune: Organization, cell: Organization
) -> None:
    entry = keep(official, cell, "  Bàn  kỹ một việc. ", example="Mương Nà Khà", topic="c3")
    assert (entry.text, entry.organization_id, entry.uses) == ("Bàn kỹ một việc.", commune.pk, 0)
    sister, stranger = make_unit("Chi bộ thôn Khau Quang", parent=commune), make_unit("Chi bộ khác")
    assert entry.text in {comment.text for comment in list_bank(cell=sister)}
    assert entry.text not in {comment.text for comment in list_bank(cell=stranger)}


def test_the_same_words_are_one_comment(official: Actor, cell: Organization) -> None:
    assert keep(official, cell, "Bàn kỹ một việc.") == keep(official, cell, "bàn kỹ  một việc.")


@pytest.mark.parametrize(("text", "refusal"), [("  ", CommentEmpty), ("a" * 501, TextTooLong)])
def test_a_comment_needs_words_and_not_too_many(
    official: Actor, cell: Organization, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        keep(official, cell, text)
    assert CommentBankEntry.objects.count() == 0


def test_what_joins_the_bank_is_in_the_trail_and_its_words_have_limits(official: Actor, cell: Organization) -> None:
    for fields, field in (({"text": "a" * 501}, "text"), ({"text": "a", "example": "a" * 4001}, "example")):
        with pytest.raises(TextTooLong) as refusal:
            keep(official, cell, **fields)
        assert refusal.value.field == field
    entry = keep(official, cell, "a" * 500, example="a" * 4000, topic="c3")
    entry.refresh_from_db()
    assert (entry.text, entry.example, entry.topic, entry.created_at) == ("a" * 500, "a" * 4000, "c3", NOW)
    event = AuditEvent.objects.get()
    assert (event.verb, event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "visits.comment_kept",
        "visits.commentbankentry",
        str(entry.public_id),
        "",
        cell.path,
    )


def test_one_that_came_with_the_program_is_counted_as_it_was_delivered(official: Actor, cell: Organization) -> None:
    row = read_comments()[1]
    assert count_uses(actor=official, cell=cell, texts=[row.text], now=NOW) == 1
    entry = CommentBankEntry.objects.get()
    assert (entry.text, entry.example, entry.topic, entry.uses, entry.created_at) == (
        row.text,
        row.example,
        row.topic,
        1,
        NOW,
    )


def test_comments_that_are_given_rise(official: Actor, cell: Organization) -> None:
    kept, delivered = make_comment("Ghi rõ số đo.", uses=3), read_comments()[0].text
    given = ["ghi rõ số đo.", delivered, "chưa ai ghi lại"]
    quiet = make_comment("Không ai nói tới.", uses=3)
    assert count_uses(actor=official, cell=cell, texts=given, now=NOW) == 2
    assert count_uses(actor=official, cell=cell, texts=given, now=NOW) == 2
    kept.refresh_from_db()
    quiet.refresh_from_db()
    assert quiet.uses == 3
    assert (kept.uses, CommentBankEntry.objects.get(text=delivered).uses) == (5, 2)


def test_only_who_may_advise_writes_into_the_bank(cell: Organization) -> None:
    reader = make_actor(Permission.VISITS_READ)
    with pytest.raises(NotAllowed):
        keep(reader, cell, "Bàn kỹ một việc.")
    with pytest.raises(NotAllowed):
        count_uses(actor=reader, cell=cell, texts=["x"], now=NOW)


@pytest.mark.parametrize("rows", [1, 3])
def test_bank_costs_one_query(cell: Organization, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        make_comment(f"Góp ý {number}")
    with django_assert_num_queries(1):
        list_bank(cell=cell, topics=["c1"])
