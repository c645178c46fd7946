"""One paper: add, replace, remove, restore; numbers of papers."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.stamps import find_stamp_in_name
from nennep.core.text import compose
from nennep.core.typed import require_line, take_line
from nennep.documents.choices import DOCUMENT_ORIGIN, NUMBER_LIMIT, TITLE_LIMIT, PaperType, Verb
from nennep.documents.importers.files import examine, take_names_out
from nennep.documents.models import Document, DocumentVersion, Enclosure, NumberSequence
from nennep.documents.rules.content import FileFault, suffix_of
from nennep.organizations.models import Organization, Term
from nennep.organizations.queries import lock_existing

TARGET_KIND = DOCUMENT_ORIGIN


class FileRefused(DomainError):
    """Base of what is wrong with an uploaded file."""

    code = "file_refused"
    message = _("Không nhận được tệp này.")
    field = "file"


class FileTooLarge(FileRefused):
    code = "file_too_large"
    message = _("Tệp lớn hơn %(limit)s MB. Hãy nén ảnh trong tệp hoặc tách thành nhiều tệp.")


class FileEmpty(FileRefused):
    code = "file_empty"
    message = _("Tệp rỗng. Hãy chọn lại tệp.")


class SuffixNotTaken(FileRefused):
    code = "file_suffix"
    message = _(
        "Không nhận loại tệp này. Hãy gửi tệp PDF, Word, Excel, PowerPoint, OpenDocument, ảnh JPG, PNG hoặc TXT."
    )


class ContentNotOfSuffix(FileRefused):
    code = "file_content"
    message = _("Nội dung tệp không đúng với đuôi tên tệp. Hãy mở tệp, lưu lại đúng loại rồi gửi.")


class FileBroken(FileRefused):
    code = "file_broken"
    message = _("Tệp bị hỏng, không mở được. Hãy chép lại tệp từ bản gốc rồi gửi.")


class FileLocked(FileRefused):
    code = "file_locked"
    message = _("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi, để các đồng chí mở được.")


class FileBomb(FileRefused):
    code = "file_bomb"
    message = _("Tệp bung ra quá lớn. Hãy lưu lại tệp gọn hơn rồi gửi.")


class MarkedSecret(FileRefused):
    code = "file_marked_secret"
    message = _("Tài liệu mang dấu “%(marking)s” (%(place)s). Không đưa tài liệu mật lên đây.")


class DocumentTitleMissing(DomainError):
    code = "document_title_missing"
    message = _("Chưa ghi tên tài liệu.")
    field = "title"


class DocumentRemoved(DomainError):
    code = "document_removed"
    message = _("Tài liệu này đã được rút. Hãy đưa lên như tài liệu mới.")


class FileWithMacros(FileRefused):
    code = "file_macros"
    message = _("Tệp có chứa lệnh chạy tự động (macro). Hãy lưu lại thành tệp không có macro, hoặc PDF, rồi gửi.")


class NamesStay(FileRefused):
    code = "file_names_stay"
    message = _(
        "Không bỏ được tên người soạn ra khỏi tệp này. Hãy lưu thành tệp .docx, .xlsx hoặc PDF, hoặc chụp ảnh rồi gửi."
    )


_REFUSALS: dict[FileFault, type[FileRefused]] = {
    FileFault.SUFFIX: SuffixNotTaken,
    FileFault.CONTENT: ContentNotOfSuffix,
    FileFault.BROKEN: FileBroken,
    FileFault.LOCKED: FileLocked,
    FileFault.BOMB: FileBomb,
    FileFault.MACROS: FileWithMacros,
}


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What a paper is: its title, type; for papers from elsewhere number, issuer, its date and when it came in."""

    title: str
    paper_type: PaperType = PaperType.OTHER
    number: str = ""
    issued_by: str = ""
    issued_on: date | None = None
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: its own name, empty where nobody shall know it, what kind it is, its bytes."""

    name: str
    suffix: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def add_document(
    *,
    actor: Actor,
    organization: Organization,
    details: DocumentDetails,
    upload: File[bytes],
    now: datetime,
    origin: Origin | None = None,
) -> Document:
    """Take a file in as a paper of this unit, version 1, attached to `origin` when given.

    Raises FileRefused (too large, not taken, broken, locked, marked as secret), DocumentTitleMissing, TextTooLong, UnitClosed, NotAllowed.
    """
    actor.require(Permission.DOCUMENTS_WRITE, organization.path)
    title = _check_title(details.title)
    checked = check_upload(upload, title)
    source = origin or Origin()
    with transaction.atomic():
        lock_existing(organization, on=localdate(now))
        document = Document.objects.create(
            organization=organization,
            paper_type=details.paper_type,
            title=title,
            number=take_line(details.number, limit=NUMBER_LIMIT, field="number"),
            issued_by=take_line(details.issued_by, limit=TITLE_LIMIT, field="issued_by"),
            issued_on=details.issued_on,
            received_on=details.received_on,
            origin_kind=source.kind,
            origin_id=source.id,
            created_at=now,
            created_by_id=actor.user_id,
        )
        _store(document, checked, 1, actor=actor, now=now)
        _record(Verb.ADDED, document, actor, now)
    return document


def replace_document(*, actor: Actor, document: Document, upload: File[bytes], now: datetime) -> DocumentVersion:
    """A new version of the same paper; the older ones stay readable. Raises as add_document, and DocumentRemoved."""
    actor.require(Permission.DOCUMENTS_WRITE, document.organization.path)
    checked = check_upload(upload, document.title)
    with transaction.atomic():
        locked = _lock(document, now)
        newest = locked.versions.latest("number")
        version = _store(locked, checked, newest.number + 1, actor=actor, now=now)
        _record(Verb.REPLACED, locked, actor, now, version=version.number)
    return version


def remove_document(*, actor: Actor, document: Document, now: datetime) -> None:
    """Take a paper out of every list. Its row and files stay for the trail. Raises DocumentRemoved, UnitClosed, NotAllowed."""
    actor.require(Permission.DOCUMENTS_WRITE, document.organization.path)
    with transaction.atomic():
        locked = _lock(document, now)
        locked.removed_at = now
        locked.save(update_fields=["removed_at"])
        _record(Verb.REMOVED, locked, actor, now)


def restore_document(*, actor: Actor, document: Document, now: datetime) -> None:
    """Undoes remove_document; a paper that is back already stays as it is. Raises UnitClosed, NotAllowed."""
    actor.require(Permission.DOCUMENTS_WRITE, document.organization.path)
    with transaction.atomic():
        locked = _lock_any(document, now)
        if locked.removed_at:
            locked.removed_at = None
            locked.save(update_fields=["removed_at"])
            _record(Verb.RESTORED, locked, actor, now)


def take_number(
    *, actor: Actor, organization: Organization, paper_type: PaperType, term: Term | None, now: datetime
) -> int:
    """The next number of this unit, type and term: 1, 2, 3, … without a gap or a repetition.

    Call it inside the transaction that writes the paper: the row stays locked until that ends, and the number is given back
    when it rolls back. A resolution is numbered by those who may hold the meeting it comes from (the caller asks which of them resolves),
    also for the last meeting of a cell that has ended, where no other paper is written any more. Raises NotAllowed, UnitClosed.
    """
    if paper_type == PaperType.RESOLUTION:
        actor.require(Permission.MEETINGS_HOLD, organization.path)
    else:
        actor.require(Permission.DOCUMENTS_WRITE, organization.path)
    with transaction.atomic():
        if paper_type != PaperType.RESOLUTION:
            lock_existing(organization)
        key: dict[str, Any] = {"organization": organization, "paper_type": paper_type, "term": term}
        NumberSequence.objects.get_or_create(**key)
        sequence = NumberSequence.objects.select_for_update().get(**key)
        sequence.last += 1
        sequence.save(update_fields=["last"])
        target = audit.Target("documents.sequence", str(sequence.pk), str(organization), organization.path)
        details = {"type": paper_type, "number": sequence.last}
        audit.record(Verb.NUMBERED, actor=actor, target=target, now=now, details=details)
    return sequence.last


def _lock_any(document: Document, now: datetime) -> Document:
    """The papers of a unit that has ended stay as it left them: the unit is locked, before the paper."""
    lock_existing(document.organization, on=localdate(now))
    return Document.objects.select_for_update(of=("self",)).select_related("organization").get(pk=document.pk)


def _lock(document: Document, now: datetime) -> Document:
    locked = _lock_any(document, now)
    if locked.removed_at:
        raise DocumentRemoved
    return locked


def _check_title(title: str) -> str:
    return require_line(title, DocumentTitleMissing, limit=TITLE_LIMIT, field="title")


def check_upload(upload: File[bytes], title: str = "", *, nameless: bool = False) -> CheckedFile:
    """Size first, then what it is, then what it says: a huge file is refused before it is read.

    `nameless`: neither its own name nor that of who wrote it stays. Raises FileTooLarge, FileEmpty, NamesStay, and any other FileRefused.
    """
    if upload.size > settings.NENNEP_UPLOAD_LIMIT:
        raise FileTooLarge(limit=settings.NENNEP_UPLOAD_LIMIT // 1024 // 1024)
    name = compose((upload.name or "").replace("\\", "/").rsplit("/", 1)[-1])[-TITLE_LIMIT:]
    content = upload.read()
    if not content:
        raise FileEmpty
    examined = examine(name, content)
    if examined.fault:
        raise _REFUSALS[examined.fault]
    _refuse_secrets(name, title, examined.stamp)
    suffix = suffix_of(name)
    if not nameless:
        return CheckedFile(take_line(name, field="file"), suffix, content)
    cleaned = take_names_out(f"a{suffix}", content)
    if cleaned is None:
        raise NamesStay
    return CheckedFile("", suffix, cleaned)


def _refuse_secrets(name: str, title: str, stamp: str) -> None:
    found = (
        (find_stamp_in_name(name), _("trong tên tệp")),
        (find_stamp_in_name(title), _("trong tên tài liệu")),
        (stamp, _("trong nội dung")),
    )
    for marking, place in found:
        if marking:
            raise MarkedSecret(marking=marking, place=place)


def _store(document: Document, checked: CheckedFile, number: int, *, actor: Actor, now: datetime) -> DocumentVersion:
    version = DocumentVersion(
        document=document,
        number=number,
        file_name=checked.name,
        size=len(checked.content),
        sha256=checked.sha256,
        uploaded_at=now,
        uploaded_by_id=actor.user_id,
    )
    write_file(version, checked, now)
    return version


def write_file(row: DocumentVersion | Enclosure, checked: CheckedFile, now: datetime) -> None:
    """Write the file, then the row; a file whose row fails is taken away again. A crash in between leaves a stray (`strays`).

    A step of services that have asked.
    """
    row.file.save(f"{now:%Y/%m}/{row.public_id}{checked.suffix}", ContentFile(checked.content), save=False)
    try:
        with transaction.atomic():
            row.save()
    except Exception:
        row.file.delete(save=False)
        raise


def _record(verb: Verb, document: Document, actor: Actor, now: datetime, **details: object) -> None:
    target = audit.Target(TARGET_KIND, str(document.public_id), unit_path=document.organization.path)
    audit.record(verb, actor=actor, target=target, now=now, details=details)
