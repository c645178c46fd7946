"""Files that go with a petition: attached by whoever asks, writes or answers, taken out on the day, each opening on the trail."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.origins import Origin
from nennep.documents.models import Enclosure
from nennep.documents.queries import find_enclosure, list_enclosures
from nennep.documents.services import (
    CheckedFile,
    check_upload,
    enclose,
    move_enclosures,
    remove_enclosure,
    restore_enclosure,
)
from nennep.petitions.choices import FILES_LIMIT, StepKind, Verb
from nennep.petitions.models import Petition
from nennep.petitions.queries import could_take, is_asker, may_attach, may_remove, origin_of, tell_last_step, voice_of
from nennep.petitions.services.petitions import TARGET_KIND, PetitionSettled, lock_petition


class TooManyFiles(DomainError):
    code = "petition_too_many_files"
    message = _("Kiến nghị này đã có %(limit)s tệp kèm. Hãy ghép các ảnh vào một tệp PDF rồi kèm.")
    field = "file"


class FileStays(DomainError):
    code = "petition_file_stays"
    message = _("Tệp kèm chỉ bỏ được trong ngày đưa lên, bởi người đã đưa lên.")


def attach_file(*, actor: Actor, petition: Petition, upload: File[bytes], now: datetime) -> Enclosure:
    """With the newest step of its course. Of one spoken for, the file keeps no name, neither its own nor that of who wrote it.

    Raises FileRefused, TooManyFiles, PetitionSettled, NotAllowed.
    """
    require_to_attach(actor=actor, petition=petition)
    checked = check_upload(upload, nameless=petition.is_hidden)
    with transaction.atomic():
        locked = lock_petition(petition)
        require_to_attach(actor=actor, petition=locked)
        return keep_file(actor, locked, checked, now)


def keep_file(actor: Actor, petition: Petition, checked: CheckedFile, now: datetime) -> Enclosure:
    """A part of services that have asked and hold the petition's lock. Raises TooManyFiles."""
    _require_room(petition, 1)
    speaker = voice_of(actor, petition)
    kept = enclose(
        actor=speaker, origin=origin_of(petition), part=_find_newest_step(petition), checked=checked, now=now
    )
    _record(Verb.FILE_ATTACHED, petition, speaker, now, number=kept.number)
    return kept


def take_files(*, actor: Actor, petition: Petition, origin: Origin, now: datetime) -> None:
    """Files that waited with a thing of a higher context, an opinion of a report, go on with the petition, as attached by the actor.

    With the newest step; of one spoken for they were looked at without names (`check_upload`). Nothing happens where none waited.
    Raises TooManyFiles, PetitionSettled, NotAllowed.
    """
    waiting = len(list_enclosures(origin))
    if not waiting:
        return
    with transaction.atomic():
        locked = lock_petition(petition)
        require_to_attach(actor=actor, petition=locked)
        _require_room(locked, waiting)
        speaker, step = voice_of(actor, locked), _find_newest_step(locked)
        for kept in move_enclosures(actor=speaker, origin=origin, to=origin_of(locked), part=step, now=now):
            _record(Verb.FILE_ATTACHED, locked, speaker, now, number=kept.number)


def remove_file(*, actor: Actor, petition: Petition, number: int, now: datetime) -> None:
    """On the day it came, by whoever put it there; a file that is gone already stays gone. Raises FileStays."""
    with transaction.atomic():
        locked = lock_petition(petition)
        kept = find_enclosure(origin_of(locked), number=number)
        if kept is None:
            return
        _require_to_remove(actor, locked, kept, now)
        remove_enclosure(actor=actor, enclosure=kept, now=now)
        _record(Verb.FILE_REMOVED, locked, voice_of(actor, locked), now, number=number)


def restore_file(*, actor: Actor, petition: Petition, number: int, now: datetime) -> None:
    """Undoes remove_file, on that day, by whoever may take it out; a file that is there stays as it is. Raises FileStays, TooManyFiles."""
    with transaction.atomic():
        locked = lock_petition(petition)
        kept = find_enclosure(origin_of(locked), number=number, removed=True)
        if kept is None:
            return
        _require_to_remove(actor, locked, kept, now)
        _require_room(locked, 1)
        restore_enclosure(actor=actor, enclosure=kept, now=now)
        _record(Verb.FILE_RESTORED, locked, voice_of(actor, locked), now, number=number)


def note_file_opened(*, actor: Actor, petition: Petition, number: int, now: datetime) -> None:
    """On the trail, without the file's name. The caller has passed its door."""
    _record(Verb.FILE_OPENED, petition, voice_of(actor, petition), now, number=number)


def _require_to_remove(actor: Actor, petition: Petition, kept: Enclosure, now: datetime) -> None:
    if not may_remove(actor, petition, kept, localdate(now), is_asker=is_asker(actor, petition)):
        raise FileStays


def _require_room(petition: Petition, many: int) -> None:
    """What was taken out takes no room."""
    if len(list_enclosures(origin_of(petition))) + many > FILES_LIMIT:
        raise TooManyFiles(limit=FILES_LIMIT)


def _find_newest_step(petition: Petition) -> str:
    step = petition.steps.order_by("at", "pk").last()
    return str(step.pk if step else "")


def require_to_attach(*, actor: Actor, petition: Petition) -> None:
    """Raises NotAllowed; PetitionSettled, which says by what, for whoever attached until then."""
    asks = is_asker(actor, petition)
    if may_attach(actor, petition, is_asker=asks):
        return
    if asks or could_take(actor, petition, StepKind.CLARIFIED) or could_take(actor, petition, StepKind.ANSWERED):
        raise PetitionSettled(last=tell_last_step(petition))
    raise NotAllowed


def _record(verb: Verb, petition: Petition, actor: Actor, now: datetime, *, number: int) -> None:
    target = audit.Target(TARGET_KIND, str(petition.public_id), unit_path=petition.organization.path)
    audit.record(verb, actor=actor, target=target, now=now, details={"number": number})
