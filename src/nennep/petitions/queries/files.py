"""Files that go with a petition: whoever reads its course opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.documents.models import Enclosure
from nennep.documents.queries import find_enclosure, list_enclosures
from nennep.petitions.choices import PETITION, UNSETTLED, PetitionState
from nennep.petitions.models import Petition


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file as the petition's page shows it; `may_remove`: this reader put it there today."""

    number: int
    label: str
    kilobytes: int
    added_on: date
    may_remove: bool


def origin_of(petition: Petition) -> Origin:
    return Origin(PETITION, str(petition.public_id))


def may_attach(actor: Actor, petition: Petition, *, is_asker: bool) -> bool:
    """Who asked, who writes for the cell, who answers for the unit that holds it, while it is not settled."""
    if PetitionState(petition.state) not in UNSETTLED:
        return False
    writes = actor.may(Permission.PETITIONS_WRITE, petition.organization.path)
    return is_asker or writes or actor.may(Permission.PETITIONS_SETTLE, petition.holder.path)


def may_remove(actor: Actor, petition: Petition, kept: Enclosure, today: date, *, is_asker: bool) -> bool:
    """Take it out, or put it back: on its day, whoever put it there.

    Where nobody stands as having put it there (spoken for, or the account is no more), whoever speaks for the cell, nobody above it;
    who asked and is spoken for, too.
    """
    if localdate(kept.added_at) != today or PetitionState(petition.state) not in UNSETTLED:
        return False
    if kept.added_by_id is not None:
        return kept.added_by_id == actor.user_id
    return (petition.is_hidden and is_asker) or may_speak(actor, petition)


def may_speak(actor: Actor, petition: Petition) -> bool:
    """For the cell that asked: whoever runs its meetings, not an official or the unit that answers."""
    speaking = (Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE)
    return all(actor.may(permission, petition.organization.path) for permission in speaking)


def is_asker(actor: Actor, petition: Petition) -> bool:
    """Whether this person asked, alone or with others. One query."""
    return actor.user_id is not None and Petition.objects.asked_by(actor.user_id).filter(pk=petition.pk).exists()


@dataclass(frozen=True, slots=True)
class PetitionFiles:
    """Those that are there, by the step they came with (as text), and those that this reader took out today and may put back."""

    by_step: Mapping[str, Sequence[AttachedFile]]
    restorable: Sequence[AttachedFile]


NO_FILES = PetitionFiles({}, ())


def list_files(*, actor: Actor, petition: Petition, is_asker: bool, today: date) -> PetitionFiles:
    """The caller has passed the petition's door. One query."""
    found: dict[str, list[AttachedFile]] = {}
    gone: list[AttachedFile] = []
    for one in list_enclosures(origin_of(petition), with_removed=True):
        may = may_remove(actor, petition, one, today, is_asker=is_asker)
        row = AttachedFile(one.number, one.label, one.kilobytes, localdate(one.added_at), may)
        if one.removed_at is None:
            found.setdefault(one.part, []).append(row)
        elif row.may_remove:
            gone.append(row)
    return PetitionFiles(found, gone)


def list_file_names(petition: Petition, *, until: datetime, part: str = "") -> list[str]:
    """How papers name them: all that had come by then, or those of one step. One query."""
    kept = list_enclosures(origin_of(petition))
    return [one.label for one in kept if one.added_at <= until and part in {"", one.part}]


def get_file(*, actor: Actor, petition: Petition, number: int) -> Enclosure:
    """A file of a petition whose door the caller has passed; whoever only asked the same elsewhere does not read it. Raises NotFound."""
    reads = any(actor.may(Permission.PETITIONS_READ, unit.path) for unit in (petition.organization, petition.holder))
    kept = find_enclosure(origin_of(petition), number=number) if reads or is_asker(actor, petition) else None
    if kept is None:
        raise NotFound
    return kept
