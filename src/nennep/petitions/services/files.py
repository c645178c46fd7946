"""Files that go with a petition: attached by whoever asks, writes or answers, taken out on the day, each opening on the trail."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.documents.models import Enclosure
from nennep.documents.queries import find_enclosure
from nennep.documents.services import CheckedFile, check_upload, enclose, remove_enclosure
from nennep.petitions.choices import FILES_LIMIT, Verb
from nennep.petitions.models import Petition
from nennep.petitions.queries import is_asker, may_attach, may_remove, origin_of, voice_of
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
    _require_to_attach(actor, petition)
    checked = check_upload(upload, nameless=petition.is_hidden)
    with transaction.atomic():
        locked = lock_petition(petition)
        _require_to_attach(actor, locked)
        return keep_file(actor, locked, checked, now)


def keep_file(actor: Actor, petition: Petition, checked: CheckedFile, now: datetime) -> Enclosure:
    """A part of services that have asked and hold the petition's lock. Raises TooManyFiles."""
    step = petition.steps.order_by("at", "pk").last()
    speaker = voice_of(actor, petition)
    kept = enclose(
        actor=speaker, origin=origin_of(petition), part=str(step.pk if step else ""), checked=checked, now=now
    )
    if kept.number > FILES_LIMIT:
        raise TooManyFiles(limit=FILES_LIMIT)
    _record(Verb.FILE_ATTACHED, petition, speaker, now, number=kept.number)
    return kept


def remove_file(*, actor: Actor, petition: Petition, number: int, now: datetime) -> None:
    """On the day it came, by whoever put it there; a file that is gone already stays gone. Raises FileStays."""
    with transaction.atomic():
        locked = lock_petition(petition)
        kept = find_enclosure(origin_of(locked), number=number)
        if kept is None:
            return
        if not may_remove(actor, locked, kept, localdate(now)):
            raise FileStays
        remove_enclosure(actor=actor, enclosure=kept, now=now)
        _record(Verb.FILE_REMOVED, locked, voice_of(actor, locked), now, number=number)


def note_file_opened(*, actor: Actor, petition: Petition, number: int, now: datetime) -> None:
    """On the trail, without the file's name. The caller has passed its door."""
    _record(Verb.FILE_OPENED, petition, voice_of(actor, petition), now, number=number)


def _require_to_attach(actor: Actor, petition: Petition) -> None:
    if may_attach(actor, petition, is_asker=is_asker(actor, petition)):
        return
    if petition.settled_on is not None:
        raise PetitionSettled
    raise NotAllowed


def _record(verb: Verb, petition: Petition, actor: Actor, now: datetime, *, number: int) -> None:
    target = audit.Target(TARGET_KIND, str(petition.public_id), unit_path=petition.organization.path)
    audit.record(verb, actor=actor, target=target, now=now, details={"number": number})
