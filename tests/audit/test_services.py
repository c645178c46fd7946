from typing import Any

import pytest

from nennep.audit.models import AuditEvent, Reading
from nennep.audit.queries import list_events_of, list_readings_of, read_trail_page
from nennep.audit.services import Target, follow_unit, record, record_reading
from nennep.core.ids import new_public_id
from nennep.core.permissions import Permission
from tests.factories.core import NOW, make_actor

pytestmark = pytest.mark.django_db

PATH = "00010002"
TARGET = Target("members.member", "7", unit_path=PATH)


def reader(path: str = PATH) -> Any:
    return make_actor(Permission.AUDIT_READ, path=path)


def test_an_event_keeps_who_did_what_where_and_for_whom() -> None:
    actor = make_actor(user_id=7)
    behalf = Target("members.member", "8")
    record("members.changed", actor=actor, target=TARGET, now=NOW, details={"fields": ["sex"]}, on_behalf_of=behalf)
    event = AuditEvent.objects.get()
    assert (event.at, event.user_id, event.user_name, event.verb) == (NOW, 7, actor.name, "members.changed")
    assert (event.target_label, event.unit_path, event.on_behalf_of) == ("", PATH, "members.member/8")
    assert list(list_events_of(actor=reader(), kind="members.member", target_id="7")) == [event]
    assert list(list_events_of(actor=reader("0002"), kind="members.member", target_id="7")) == []


def test_a_long_label_is_cut_to_what_fits() -> None:
    record("x", actor=make_actor(), target=Target("k", "1", "a" * 400), now=NOW)
    assert len(AuditEvent.objects.get().target_label) == 300


def test_every_reading_of_a_file_is_kept_for_its_subject() -> None:
    actor = make_actor(user_id=7)
    record_reading(actor=actor, subjects=[TARGET, Target("members.member", "8")], part="Hồ sơ", now=NOW)
    record_reading(actor=make_actor(), subjects=[], part="Hồ sơ", now=NOW)
    kept = Reading.objects.order_by("subject_id").values_list("at", "user_id", "user_name", "subject_id", "unit_path")
    assert list(kept) == [(NOW, 7, actor.name, "7", PATH), (NOW, 7, actor.name, "8", "")]
    assert [row.part for row in list_readings_of(subject_kind="members.member", subject_ids=["7"])] == ["Hồ sơ"]


def test_what_happened_below_a_moved_unit_moves_along() -> None:
    for path in ("0001", PATH, f"{PATH}0001", "00010003"):
        record("x", actor=make_actor(), target=Target("k", path, path, path), now=NOW)
    elsewhere = Target("members.member", "8", unit_path="00010003")
    record_reading(actor=make_actor(), subjects=[TARGET, elsewhere], part="Hồ sơ", now=NOW)
    follow_unit(former_path=PATH, path="00020001")
    paths = dict(AuditEvent.objects.values_list("target_id", "unit_path"))
    assert paths == {"0001": "0001", PATH: "00020001", f"{PATH}0001": "000200010001", "00010003": "00010003"}
    assert dict(Reading.objects.values_list("subject_id", "unit_path")) == {"7": "00020001", "8": "00010003"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_trail_is_said_in_words(count: int, django_assert_num_queries: Any) -> None:
    details = {"on": "2026-07-01", "former": "Tên cũ kỹ", "parts": ["A", "B"], "percent": 3, "reason": ""}
    for _ in range(count):
        record("organizations.renamed", actor=make_actor(), target=TARGET, now=NOW, details=details)
    record("organizations.renamed", actor=make_actor(), target=Target("k", "1", "Nơi khác", "0002"), now=NOW)
    with django_assert_num_queries(2):
        page = read_trail_page(actor=reader(), path=PATH)
    assert [row.verb for row in page] == ["đổi tên đơn vị"] * count
    assert page[0].notes == (("Tên cũ", "Tên cũ kỹ"), ("Thành", "A, B"), ("Từ ngày", "01/07/2026"))


@pytest.mark.parametrize(
    "kind", ["documents.documentversion", "gone.thing"], ids=["seen-by-nobody", "of-another-version"]
)
def test_a_thing_that_nobody_sees_has_no_name_in_the_trail(kind: str) -> None:
    record("x", actor=make_actor(), target=Target(kind, str(new_public_id()), unit_path=PATH), now=NOW)
    assert [row.target for row in read_trail_page(actor=reader(), path=PATH)] == [""]
