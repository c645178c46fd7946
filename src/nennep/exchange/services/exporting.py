"""Writing an export: the base facts of a unit and all that ever stood below it, with a description of every file."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.exchange.choices import DATA, DICTIONARY, ExportFormat, Verb
from nennep.exchange.importers.dictionary import read_tables
from nennep.exchange.queries.days import list_days_off, shape_days_off
from nennep.exchange.queries.rows import list_rows
from nennep.exchange.queries.shapes import key_of, make_shape, read_codes
from nennep.exchange.renderers.package import WrittenTable, describe_package
from nennep.exchange.renderers.tables import open_owned, write_csv
from nennep.exchange.rules import ExportDecision, Scope
from nennep.organizations.models import Organization

DRAFT = ".nennep-export-"  # how the name of one that is being written begins


class FolderTaken(DomainError):
    code = "export_folder_taken"
    message = _("%(folder)s đã có. Hãy chọn một tên mới ở --out; bản xuất đang có không bị ghi đè.")


class ExportFailed(DomainError):
    code = "export_failed"
    message = _("Chưa xuất được: %(reason)s. Không để lại gì ở đó.")


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that is complete: how many tables and rows."""

    folder: Path
    tables: int
    rows: int


def make_export(
    *,
    actor: Actor,
    organization: Organization,
    months: tuple[Month, Month],
    folder: Path,
    sensitive: bool,
    now: datetime,
) -> Exported:
    """Write the folder, from the first of the months to the last, as the database is at one moment, and say so in the trail.

    It gets its name when it is complete and on the disk; nothing that is not complete ever has it. Sensitive columns need
    the permission for them on the unit and all below. Raises FolderTaken, ExportFailed.
    """
    actor.require(Permission.FIGURES_READ, organization.path)
    _require_all(actor, organization, Permission.FIGURES_READ)
    if sensitive:
        _require_all(actor, organization, Permission.MEMBERS_READ_SENSITIVE)
    scope = Scope(organization.pk, organization.code, *months, sensitive=sensitive)
    if folder.exists():
        raise FolderTaken(folder=folder)
    try:
        with _draft_beside(folder) as draft:
            tables = _write(draft, scope, now)
            done = Exported(folder, len(tables), sum(part.rows for table in tables for part in table.parts))
            _record(actor, organization, _say(scope, done), now)
            draft.rename(folder)
    except OSError as error:
        raise ExportFailed(reason=error.strerror or error) from error
    _settle(folder.parent)
    return done


def _require_all(actor: Actor, organization: Organization, permission: Permission) -> None:
    """On the unit and everything below it; nothing stands below a cell."""
    if organization.is_cell:
        actor.require(permission, organization.path)
    else:
        actor.require_below(permission, organization.path)


@contextmanager
def _draft_beside(folder: Path) -> Iterator[Path]:
    """A directory of our own on the same disk; gone afterwards unless it was renamed. What a killed run left is removed first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{DRAFT}{folder.name}-*"):
        shutil.rmtree(left)
    draft = Path(tempfile.mkdtemp(prefix=f"{DRAFT}{folder.name}-", dir=folder.parent))  # 0700
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(draft: Path, scope: Scope, now: datetime) -> list[WrittenTable]:
    with _one_moment():
        codes = read_codes(scope)
        tables = [_write_table(draft, decision, scope, codes) for decision in read_tables().values()]
    columns, key = shape_days_off()
    days = write_csv(draft, f"{DATA}/{columns.table}.csv", columns.names, list_days_off(scope))
    tables.append(WrittenTable(columns.table, columns.holds, columns.columns, key, (days,)))
    described = describe_package(
        tables, scope=scope, form=ExportFormat.CSV, program=metadata.version("nennep"), made_on=localdate(now)
    )
    with open_owned(draft / DICTIONARY) as file:
        file.write(json.dumps(described, ensure_ascii=False, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return tables


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every table as it was at the same moment: SQLite reads so by itself, PostgreSQL when it is asked first."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write_table(draft: Path, decision: ExportDecision, scope: Scope, codes: dict[int, str]) -> WrittenTable:
    shape = make_shape(decision, scope, codes)
    names = [column.name for column in shape.columns]
    rows = shape.read(list_rows(decision, scope))
    part = write_csv(draft, f"{DATA}/{decision.table}.csv", names, rows)
    return WrittenTable(decision.table, decision.holds, shape.columns, key_of(decision), (part,))


def _say(scope: Scope, done: Exported) -> dict[str, str | int | bool]:
    first, last = str(scope.first_day)[:7], str(scope.last_day)[:7]
    return {"from": first, "to": last, "sensitive": scope.sensitive, "rows": done.rows}


def _record(actor: Actor, organization: Organization, details: dict[str, str | int | bool], now: datetime) -> None:
    audit.record(
        Verb.EXPORTED,
        actor=actor,
        target=audit.Target(
            "organizations.organization", str(organization.public_id), organization.name, organization.path
        ),
        details=details,
        now=now,
    )


def _settle(folder: Path) -> None:
    """The name itself is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
