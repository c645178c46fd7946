"""Doors and lists of papers."""

from collections.abc import Callable
from typing import Any

import pytest

from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.documents import queries, services
from nennep.documents.services import DocumentDetails
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.documents import make_document, make_upload

pytestmark = pytest.mark.django_db
BOTH = (Permission.DOCUMENTS_READ, Permission.DOCUMENTS_WRITE)


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_two_queries(count: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    cell = make_cell()
    actor = make_actor(*BOTH, path=cell.path)
    for number in range(count):
        make_document(cell, actor, f"Tài liệu {number}")
    with django_assert_num_queries(2):
        rows = queries.make_rows(queries.list_documents(actor=actor, organization=cell), actor=actor)
    assert [row.title for row in rows] == [f"Tài liệu {number}" for number in reversed(range(count))]


def test_rows_tell_the_newest_version_and_who_opened(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="lap", full_name="Ma Công Lập")
    cell = make_cell()
    actor = make_actor(*BOTH, path=cell.path, user_id=user.pk)
    document = make_document(cell, actor)
    services.replace_document(actor=actor, document=document, upload=make_upload(name="Bản mới.pdf"), now=NOW)
    services.note_opening(actor=actor, document=document, now=NOW)
    services.note_opening(actor=actor, document=document, now=NOW)
    [row] = queries.make_rows(queries.list_documents(actor=actor, organization=cell), actor=actor)
    assert (row.file_name, row.version, row.opened, row.opened_by_me, row.kilobytes) == ("Bản mới.pdf", 2, 1, True, 1)


def test_attached_papers_are_those_of_the_unit_itself() -> None:
    cell, other = make_cell(), make_cell("Khác")
    origin = Origin("meetings.meeting", "abc")
    actor = make_actor(*BOTH)
    for unit in (cell, other):
        services.add_document(
            actor=actor,
            organization=unit,
            details=DocumentDetails(unit.name),
            upload=make_upload(),
            origin=origin,
            now=NOW,
        )
    rows = queries.list_documents_of(actor=actor, organization=cell, origin=origin)
    assert [row.title for row in rows] == [cell.name]


def test_doors_hide_what_is_removed_or_out_of_scope() -> None:
    cell, other = make_cell(), make_cell("Khác")
    actor = make_actor(*BOTH, path=cell.path)
    document = make_document(cell, actor)
    assert queries.get_version(actor=actor, public_id=document.public_id).number == 1
    with pytest.raises(NotFound):
        queries.get_version(actor=actor, public_id=document.public_id, number=2)
    with pytest.raises(NotFound):
        queries.get_document(actor=make_actor(*BOTH, path=other.path), public_id=document.public_id)
    services.remove_document(actor=actor, document=document, now=NOW)
    with pytest.raises(NotFound):
        queries.get_document(actor=actor, public_id=document.public_id)
    assert queries.make_rows(queries.list_documents(actor=actor, organization=cell), actor=actor) == ()
