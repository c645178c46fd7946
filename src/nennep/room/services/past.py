"""Past meetings taken over from a book: uploaded, written cell by cell, taken back (docs/adr/0029)."""

import base64
import json
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.sheets.reader import read_bytes
from nennep.core.typed import take_line
from nennep.meetings.choices import TITLE_LIMIT
from nennep.members.queries import get_units
from nennep.members.queries.imports import require_import
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_units
from nennep.organizations.services import TARGET_KIND
from nennep.room.choices import PAST_KEPT_DAYS, Verb
from nennep.room.importers.past_shapes import PastMends
from nennep.room.importers.past_sheets import require_readable
from nennep.room.models import PastImport, PastMark, PastMeeting
from nennep.room.queries.past_imports import CellBook, PastReview, read_past_review

_BATCH = 1_000


class PastFileWritten(DomainError):
    code = "past_file_written"
    message = _("Tệp này đã nhập ngày %(on)s. Muốn nhập lại thì bỏ lần nhập ấy trước.")
    field = "file"


class PastNothingToWrite(DomainError):
    code = "past_nothing_to_write"
    message = _("Chưa có chi bộ nào ghi được. Sửa các chỗ nêu bên dưới, hoặc chọn tệp khác.")


class PastPlanChanged(Conflict):
    code = "past_plan_changed"
    message = _(
        "Danh sách chi bộ hoặc các buổi đã thay đổi từ lúc đồng chí xem lại, nên chưa ghi gì. Hãy xem lại rồi ghi."
    )


class PastTouched(DomainError):
    code = "past_touched"
    message = _("Không bỏ được nữa: %(name)s đã kết thúc, sổ của chi bộ ấy giữ nguyên như đã lưu.")


def upload_past(*, actor: Actor, organization: Organization, name: str, content: bytes, now: datetime) -> PastImport:
    """Keep an uploaded book for a week, encrypted, for its uploader only.

    Raises NotAllowed, PastFileWritten for a file that was written into this unit, and a SheetRefused for one that cannot be read.
    """
    actor.require(Permission.MEMBERS_IMPORT, organization.path)
    require_import(actor, organization)
    if actor.user_id is None:
        raise NotAllowed
    digest = sha256(content).hexdigest()
    _refuse_written(organization, digest)
    require_readable(read_bytes(content))
    forget_past_imports(actor=actor, now=now)
    return PastImport.objects.create(
        organization=organization,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name,
        uploaded_at=now,
        name=take_line(name, limit=TITLE_LIMIT, field="file"),
        digest=digest,
        content=base64.b64encode(content).decode(),
    )


def forget_past_imports(*, actor: Actor, now: datetime) -> int:  # noqa: ARG001  on whose behalf
    """Delete uploads that were not written within their week, no matter whose; how many."""
    expired = PastImport.objects.filter(written_at=None, uploaded_at__lte=now - timedelta(days=PAST_KEPT_DAYS))
    return expired.delete()[0]


def mend_past(*, actor: Actor, file: PastImport, mends: PastMends) -> PastImport:
    """Keep what a person said of columns, marks and the year. Raises NotFound for another's file, NotAllowed."""
    _require_own(actor, file)
    with transaction.atomic():
        locked = _lock_waiting(file)
        locked.mends = json.dumps(mends.as_json(), ensure_ascii=False)
        locked.save(update_fields=["mends"])
    return locked


def discard_past(*, actor: Actor, file: PastImport) -> None:
    """Delete an upload that was not written. Raises NotFound for another's file or a written one, NotAllowed."""
    _require_own(actor, file)
    with transaction.atomic():
        _lock_waiting(file).delete()


def write_past(*, actor: Actor, file: PastImport, reviewed: str, now: datetime) -> PastImport:
    """Write the meetings of each cell of which nothing is wrong, all of a cell or none, and empty the upload.

    `reviewed` is the mark of what was looked at (`PastReview.mark`). In order: the tree is locked, the sheet is read and planned
    anew, meetings and marks are written, one event of each cell. Nobody is told, nothing is scored.
    Raises NotFound for another's file or a written one, NotAllowed, PastFileWritten, PastNothingToWrite, PastPlanChanged.
    """
    _require_own(actor, file)
    with transaction.atomic():
        (unit,) = lock_units(file.organization)
        require_import(actor, unit)
        locked = _lock_waiting(file)
        _refuse_written(unit, locked.digest)
        review = read_past_review(locked, on=localdate(now))
        if not review.written:
            raise PastNothingToWrite
        if review.mark != reviewed:
            raise PastPlanChanged
        for cell in review.written:
            _write_cell(locked, cell, actor, now)
        _finish(locked, review, now)
    return locked


def take_back_past(*, actor: Actor, file: PastImport, now: datetime) -> None:
    """Take back what a book brought: its meetings go, and the file may be imported again.

    Until one of its cells has ended: then its archive stays as it is. Raises NotAllowed, NotFound, PastTouched.
    """
    actor.require(Permission.MEMBERS_IMPORT, file.organization.path)
    require_import(actor, file.organization)
    with transaction.atomic():
        locked = PastImport.objects.select_for_update().filter(pk=file.pk, written_at__isnull=False).first()
        if locked is None:
            raise NotFound
        ids = PastMeeting.objects.filter(source=locked).order_by()
        cells = lock_units(*get_units(ids.values_list("organization", flat=True)).values())
        ended = next((cell for cell in cells if cell.closed_on is not None), None)
        if ended is not None:
            raise PastTouched(name=ended.name)
        for cell in cells:
            count = PastMeeting.objects.filter(source=locked, organization=cell).count()
            _record(Verb.PAST_TAKEN_BACK, actor, cell, now, meetings=count)
        locked.delete()


def _write_cell(file: PastImport, book: CellBook, actor: Actor, now: datetime) -> None:
    assert book.cell is not None  # noqa: S101  of `written`
    rows = PastMeeting.objects.bulk_create(
        [
            PastMeeting(
                organization=book.cell,
                source=file,
                month=new.facts.month.first_day,
                held_on=new.facts.on,
                kind=new.facts.kind,
                theme=new.facts.theme,
                present=new.facts.present,
                absent=new.facts.absent,
                excused=new.facts.excused,
                unexcused=new.facts.unexcused,
            )
            for new in book.new
        ],
        batch_size=_BATCH,
    )
    marks = [
        PastMark(meeting=row, member_id=member, state=state)
        for row, new in zip(rows, book.new, strict=True)
        for member, state in new.marks
    ]
    PastMark.objects.bulk_create(marks, batch_size=_BATCH)
    _record(Verb.PAST_WRITTEN, actor, book.cell, now, meetings=len(rows), marks=len(marks))


def _finish(file: PastImport, review: PastReview, now: datetime) -> None:
    file.written_at, file.content, file.mends = now, "", ""
    file.outcome = {
        "meetings": review.to_write,
        "cells": len(review.written),
        "held_back": [cell.label for cell in review.held_back][:100],
    }
    file.save(update_fields=["written_at", "content", "mends", "outcome"])


def _record(verb: str, actor: Actor, cell: Organization, now: datetime, **details: int) -> None:
    target = Target(TARGET_KIND, str(cell.public_id), cell.name, cell.path)
    record(verb, actor=actor, target=target, now=now, details=details)


def _refuse_written(unit: Organization, digest: str) -> None:
    done = PastImport.objects.filter(organization=unit, digest=digest, written_at__isnull=False).first()
    if done is not None and done.written_at is not None:
        raise PastFileWritten(on=f"{localdate(done.written_at):%d/%m/%Y}")


def _require_own(actor: Actor, file: PastImport) -> None:
    if actor.user_id is None or file.uploaded_by_id != actor.user_id:
        raise NotFound
    actor.require(Permission.MEMBERS_IMPORT, file.organization.path)


def _lock_waiting(file: PastImport) -> PastImport:
    locked = PastImport.objects.select_for_update().select_related("organization").filter(pk=file.pk).first()
    if locked is None or not locked.content:
        raise NotFound
    return locked
