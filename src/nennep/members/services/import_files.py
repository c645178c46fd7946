"""Uploaded rosters: kept encrypted and private while somebody mends them, written, and emptied."""

import base64
import json
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotAllowed, NotFound
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.queue import enqueue_on_commit, take_up
from nennep.core.sheets.reader import read_bytes
from nennep.core.typed import take_line
from nennep.members.choices import IMPORT_AT_ONCE, IMPORT_DAYS, TEXT_LIMIT, ImportState
from nennep.members.importers.corrections import Mends, hold_doubtful
from nennep.members.importers.records import ImportPlan
from nennep.members.models import ImportFile
from nennep.members.queries.import_files import read_mends, read_roster
from nennep.members.queries.imports import mark_plan
from nennep.members.rules.imports import require_used_from
from nennep.members.services.imports import UnitHoldsNoMembers, apply_import
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing

_JOB = "nennep.members.jobs.write_import_file"


class NothingToWrite(DomainError):
    code = "nothing_to_write"
    message = _("Chưa có dòng nào ghi được. Sửa các dòng bên dưới, hoặc chọn tệp khác.")


class PlanChanged(Conflict):
    code = "import_plan_changed"
    message = _("Hồ sơ hoặc tệp đã thay đổi từ lúc đồng chí xem lại, nên chưa ghi gì. Hãy xem lại rồi ghi.")


def upload_file(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    content: bytes,
    used_from: date | None = None,
    now: datetime,
) -> ImportFile:
    """Keep an uploaded roster for a week, encrypted, for its uploader only. Expired ones of anybody go.

    Raises NotAllowed, UnitClosed, UnitHoldsNoMembers, UsedInFuture, UsedBeforeUnit, and a SheetRefused when the file cannot be read.
    """
    actor.require(Permission.MEMBERS_IMPORT, organization.path)
    if actor.user_id is None:
        raise NotAllowed
    if organization.kind == UnitKind.GROUP:
        raise UnitHoldsNoMembers
    since = used_from or localdate(now)
    require_used_from(since, opened_on=organization.opened_on, today=localdate(now))
    read_bytes(content)
    with transaction.atomic():
        lock_existing(organization)
    forget_import_files(actor=actor, now=now)
    return ImportFile.objects.create(
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
        organization=organization,
        name=take_line(name, limit=TEXT_LIMIT, field="file"),
        content=base64.b64encode(content).decode(),
        used_from=since,
    )


def forget_import_files(*, actor: Actor, now: datetime) -> int:  # noqa: ARG001  on whose behalf
    """Delete uploads whose week is over, no matter whose; how many. Run every day: the week is promised to people."""
    expired = ImportFile.objects.filter(uploaded_at__lte=now - timedelta(days=IMPORT_DAYS))
    return expired.delete()[0]


def mend_file(*, actor: Actor, file: ImportFile, mends: Mends) -> ImportFile:
    """Keep what was mended by hand so far. Raises NotAllowed; Conflict while the file is being written."""
    _require_own(actor, file)
    with transaction.atomic():
        locked = _lock_editable(file)
        locked.mends = json.dumps(mends.as_json(), ensure_ascii=False)
        locked.state = ImportState.REVIEWED
        locked.save(update_fields=["mends", "state"])
    return locked


def discard_file(*, actor: Actor, file: ImportFile) -> None:
    """Delete an upload with everything mended in it. Raises NotAllowed; Conflict while it is being written."""
    _require_own(actor, file)
    with transaction.atomic():
        _lock_editable(file).delete()


def apply_file(*, actor: Actor, file: ImportFile, reviewed: str, now: datetime) -> ImportFile:
    """Write what was reviewed: at once, or in the background when it is much.

    `reviewed` is the mark of the plan that was looked at (`Review.mark`); its number of rows decides, so that the file
    is read only where it is written. Raises NotAllowed; Conflict while the file is being written; what `write_file`
    raises.
    """
    _require_own(actor, file)
    rows = _count_reviewed(reviewed)
    if rows <= IMPORT_AT_ONCE:
        return write_file(actor=actor, file=file, reviewed=reviewed, now=now)
    with transaction.atomic():
        locked = _lock_editable(file)
        locked.state, locked.error = ImportState.QUEUED, ""
        locked.outcome = {"total": rows, "reviewed": reviewed}
        locked.save(update_fields=["state", "error", "outcome"])
        enqueue_on_commit(_JOB, file_id=file.pk)
    return locked


def _count_reviewed(reviewed: str) -> int:
    """How many rows the plan had that carries this mark."""
    rows = reviewed.partition(":")[0]
    if not (rows.isascii() and rows.isdigit()):
        raise PlanChanged
    return int(rows)


def write_file(*, actor: Actor, file: ImportFile, reviewed: str, now: datetime) -> ImportFile:
    """Write the rows that have no error and no unconfirmed doubt, all or none; what is left over waits in the file.

    The file is read once, before the lock that keeps others from writing, and planned once, under it. With nothing left over
    the content is deleted. Raises NotAllowed, NothingToWrite; NotFound when nothing is left in it; PlanChanged when the plan
    is not the `reviewed` one; and what `apply_import` raises.
    """
    _require_own(actor, file)
    read = ImportFile.objects.filter(pk=file.pk).exclude(content="").first()
    if read is None:
        raise NotFound
    _book, roster = read_roster(read, on=localdate(now))
    mends = read_mends(read)
    with transaction.atomic():
        locked = ImportFile.objects.select_for_update().select_related("organization").get(pk=file.pk)
        if (locked.content, locked.mends) != (read.content, read.mends):
            raise PlanChanged
        done = apply_import(
            actor=actor,
            organization=locked.organization,
            roster=roster,
            decisions=mends.decisions,
            accept=lambda plan: _as_reviewed(hold_doubtful(plan, mends.confirmed), reviewed),
            file_name=locked.name,
            used_from=locked.used_from,
            now=now,
        )
        _finish(locked, done)
    return locked


def _as_reviewed(plan: ImportPlan, reviewed: str) -> ImportPlan:
    if mark_plan(plan) != reviewed:
        raise PlanChanged
    if not plan.entries:
        raise NothingToWrite
    return plan


def _finish(file: ImportFile, done: ImportPlan) -> None:
    file.state, file.error = ImportState.WRITTEN, ""
    file.outcome = {
        "total": done.rows,
        "created": done.count("created"),
        "updated": done.count("updated"),
        "unchanged": done.count("unchanged"),
        "waiting": done.rejected,
        "new_cells": list(done.new_cells),
    }
    if not done.rejected:
        file.content = file.mends = ""
    file.save(update_fields=["state", "error", "outcome", "content", "mends"])


def write_queued_file(*, actor: Actor, file: ImportFile, now: datetime) -> None:
    """What the background job does: `write_file`, and the refusal kept where the uploader reads it.

    Does nothing for a file that is not waited for (written, discarded, twice in the queue). Raises NotFound for
    another's file, NotAllowed. What nobody expected leaves the file FAILED too, and raises, so that the job shows it.
    """
    _require_own(actor, file)
    queued = ImportFile.objects.filter(pk=file.pk, state=ImportState.QUEUED)
    if not queued.update(state=ImportState.RUNNING):
        return
    try:
        write_file(actor=actor, file=file, reviewed=file.outcome.get("reviewed", ""), now=now)
    except DomainError as error:
        _note_failure(file.pk, str(error))
    except Exception:
        _note_failure(file.pk, gettext("Có lỗi khi ghi, nên chưa ghi gì. Hãy thử lại; nếu vẫn lỗi, báo quản trị."))
        raise


def _note_failure(file_id: int, words: str) -> None:
    ImportFile.objects.filter(pk=file_id).update(state=ImportState.FAILED, error=words[:TEXT_LIMIT])


def reconcile_imports(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  on whose behalf, when
    """Uploads that a process left in the middle. Writing is all or nothing: nothing of them was written.

    One whose job is back in the queue waits again; one that waits without a job gets it; one that was running and has no
    job any more is FAILED, so that its uploader may look at it and write it again.
    """
    actor.require_program()
    with transaction.atomic():
        found = ImportFile.objects.select_for_update().filter(state__in=ImportState.in_work())
        rows = ((pk, state == ImportState.RUNNING) for pk, state in found.values_list("pk", "state"))
        count = take_up(_JOB, "file_id", rows, wait=_wait_again, fail=_stop)
    return [Finding("members.ImportFile.state", count, mended=True)] if count else []


def _wait_again(file_id: int) -> None:
    ImportFile.objects.filter(pk=file_id).update(state=ImportState.QUEUED)


def _stop(file_id: int) -> None:
    _note_failure(file_id, gettext("Việc ghi bị ngắt giữa chừng, nên chưa ghi gì. Hãy xem lại rồi ghi."))


def _require_own(actor: Actor, file: ImportFile) -> None:
    if file.uploaded_by_id != actor.user_id:
        raise NotFound
    actor.require(Permission.MEMBERS_IMPORT, file.organization.path)


def _lock_editable(file: ImportFile) -> ImportFile:
    locked = ImportFile.objects.select_for_update().filter(pk=file.pk).first()
    if locked is None or not locked.content:
        raise NotFound
    if locked.is_in_work:
        raise Conflict
    return locked
