"""A note is written over neither unseen nor twice, by two people or by one whose answer was lost."""

import pytest

from nennep.room.services.room import NoteConflict, append_note, keep_note, save_note
from tests.factories.core import NOW
from tests.factories.meetings import make_secretary
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def test_a_note_is_never_overwritten_unseen(opened: Village) -> None:
    item = opened.meeting.agenda.all()[0]
    save_note(actor=opened.actor, item=item, note="Bản một", version=0, now=NOW)
    save_note(actor=opened.actor, item=item, note="Bản một", version=0, now=NOW)
    with pytest.raises(NoteConflict) as refusal:
        save_note(actor=opened.actor, item=item, note="Bản hai\nBản một", version=0, now=NOW)
    assert refusal.value.both == "Bản một\nBản hai"
    item = append_note(actor=opened.actor, item=item, addition="Chi bộ thống nhất.", now=NOW)
    assert (item.note, item.note_version) == ("Bản một\nChi bộ thống nhất.", 2)


def test_a_note_that_goes_on_from_ones_own_lost_answer_is_no_conflict(opened: Village) -> None:
    """The server died after it had saved: the screen has version 0, and more was written below."""
    item = opened.meeting.agenda.all()[0]
    save_note(actor=opened.actor, item=item, note="Bản một", version=0, now=NOW)
    item = save_note(actor=opened.actor, item=item, note="Bản một\nvà thêm", version=0, now=NOW)
    assert (item.note, item.note_version) == ("Bản một\nvà thêm", 2)
    item = keep_note(actor=opened.actor, item=item, note="Bản một\nvà thêm nữa", version=1, now=NOW)
    assert (item.note, item.note_version) == ("Bản một\nvà thêm nữa", 3)
    with pytest.raises(NoteConflict):
        save_note(actor=opened.actor, item=item, note="Bản một\nvà thêm nữa.", version=1, now=NOW)
    with pytest.raises(NoteConflict):
        save_note(actor=opened.actor, item=item, note="Bản một", version=2, now=NOW)
    other = make_secretary(opened.meeting.organization, user_id=7)
    with pytest.raises(NoteConflict):
        save_note(actor=other, item=item, note="Bản một\nvà thêm nữa.", version=2, now=NOW)


def test_a_note_that_goes_along_with_a_tap_stands_at_the_end_of_what_another_saved(opened: Village) -> None:
    item = opened.meeting.agenda.all()[0]
    keep_note(actor=opened.actor, item=item, note="Bản một", version=0, now=NOW)
    for _ in range(2):
        keep_note(actor=opened.actor, item=item, note="Bản một", version=0, now=NOW)
    item = keep_note(actor=opened.actor, item=item, note="Bản hai", version=0, now=NOW)
    assert (item.note, item.note_version) == ("Bản một\nBản hai", 2)
    item = keep_note(actor=opened.actor, item=item, note="Bản ba", version=2, now=NOW)
    assert (item.note, item.note_version) == ("Bản ba", 3)
