"""What people ask for, noted and settled in the room; their whole life is kept by petitions."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.text import name_key
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import origin_of
from nennep.meetings.services.meeting import keep_meeting
from nennep.members.queries import tell_apart
from nennep.petitions import services as petitions
from nennep.petitions.choices import Word
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_petition
from nennep.petitions.services import PetitionDetails
from nennep.room.services.votes import lock_open, lock_open_in_cell

_TITLE = re.compile(r"^\s*(đồng chí|đ/c|đc)\s+", re.IGNORECASE)  # as people write before a name


def note_petition(*, actor: Actor, meeting: Meeting, details: PetitionDetails, now: datetime) -> Petition:
    """Write down in one line what was asked at this meeting; of a cell that ended since, in the book of whatever took its affairs.

    A typed name that is one member's alone in the roll call is that member, who sees on their own page what becomes of it; so are several
    with a comma between them.
    Raises what petitions.note_petition raises, MeetingNotOpen.
    """
    with transaction.atomic():
        locked, cell = lock_open_in_cell(actor=actor, meeting=meeting)
        keep_meeting(actor=actor, meeting=locked)
        return petitions.note_petition(
            actor=actor,
            organization=cell,
            details=_name_members(locked, details),
            raised_on=locked.held_on,
            now=now,
            origin=origin_of(locked),
        )


def _name_members(meeting: Meeting, details: PetitionDetails) -> PetitionDetails:
    """Typed names, a comma between them, that are each one member's alone; else what was typed stays as it was typed."""
    typed = [name_key(_TITLE.sub("", name)) for name in re.split("[,;]", details.raised_by_name) if name.strip()]
    members = [entry.member for entry in meeting.roll_call.select_related("member")] if typed else []
    labels = tell_apart(members)
    meant = [[one for one in members if name in {name_key(one.full_name), name_key(labels[one.pk])}] for name in typed]
    if not meant or any(len(found) != 1 for found in meant):
        return details
    first, *others = (found[0] for found in meant)
    return replace(details, raised_by=first, raised_by_name="", others=tuple(others))


def confirm_petition(*, actor: Actor, meeting: Meeting, public_id: UUID, now: datetime) -> Petition:
    """The cell says at this meeting that an answered matter is settled. Raises NotFound, NotYetAnswered, PetitionSettled."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        keep_meeting(actor=actor, meeting=locked)
        petition = _get_own(actor, locked, public_id)
        return petitions.confirm_solved(actor=actor, petition=petition, now=now)


def reopen_petition(
    *, actor: Actor, meeting: Meeting, public_id: UUID, text: str, word: Word = Word.NOT, now: datetime
) -> Petition:
    """The cell is not content with an answer, or only partly (`word`). Raises NotFound, ReasonMissing, StillWaiting."""
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        keep_meeting(actor=actor, meeting=locked)
        petition = _get_own(actor, locked, public_id)
        return petitions.reopen_petition(actor=actor, petition=petition, text=text, word=word, now=now)


def answer_petition(*, actor: Actor, meeting: Meeting, public_id: UUID, answer: str, now: datetime) -> Petition:
    """Answer on the spot what the cell itself is asked: the chair, the secretary, and who stands in for the secretary settle it.

    Whoever else holds the meeting writes down that it was answered, and the course keeps who wrote it; the cell confirms.
    Raises NotFound, AnswerEmpty, PetitionSettled, NotAllowed.
    """
    with transaction.atomic():
        locked = lock_open(actor=actor, meeting=meeting)
        keep_meeting(actor=actor, meeting=locked)
        petition = _get_own(actor, locked, public_id)
        return petitions.answer_petition(
            actor=actor, petition=petition, answer=answer, settled=_speaks(actor, locked), in_room=True, now=now
        )


def _speaks(actor: Actor, meeting: Meeting) -> bool:
    """In the name of the cell at this meeting."""
    if actor.may(Permission.PETITIONS_SETTLE, meeting.organization.path):
        return True
    return meeting.chair is not None and meeting.chair.user_id is not None and meeting.chair.user_id == actor.user_id


def _get_own(actor: Actor, meeting: Meeting, public_id: UUID) -> Petition:
    """A petition of the meeting's own cell: another cell's has no place in these minutes."""
    petition = get_petition(actor=actor, public_id=public_id)
    if petition.organization_id != meeting.organization_id:
        raise NotFound
    return petition
