"""Uploaded rosters, each seen by the person who uploaded it only, and what would become of one."""

import base64
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.sheets.cells import Workbook, column_letter
from nennep.core.sheets.reader import read_bytes
from nennep.core.sheets.writer import Value, write_xlsx
from nennep.members.choices import IMPORT_DAYS
from nennep.members.importers.corrections import Mends, doubtful_rows, hold
from nennep.members.importers.pages import (
    SHOWN,
    ChangedPerson,
    ColumnGroup,
    ProblemRow,
    changed_people,
    column_groups,
    problem_rows,
)
from nennep.members.importers.problems import keeps_row_out, message_of, say_unused
from nennep.members.importers.records import ImportPlan, KnownCell
from nennep.members.importers.reports import say_used_from
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import PersonRow, Roster, RowKey, RowProblem
from nennep.members.models import ImportFile as ImportFile
from nennep.members.queries.imports import mark_plan, may_import, plan_import
from nennep.organizations.models import Organization, OrganizationQuerySet


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the review page shows. `plan` holds what can be written now; `doubts` and `errors` are by row and code."""

    file: ImportFile
    book: Workbook
    roster: Roster
    plan: ImportPlan
    errors: tuple[RowProblem, ...]
    doubts: tuple[RowProblem, ...]
    notes: tuple[RowProblem, ...]
    cells: tuple[KnownCell, ...]
    doubtful: frozenset[RowKey]
    used_from: date

    @property
    def mark(self) -> str:
        """Sent along when the plan is written: what was reviewed is what is written."""
        return mark_plan(self.plan)

    @property
    def kept_until(self) -> datetime:
        return expiry_of(self.file)

    @property
    def waiting(self) -> int:
        """Rows that are not written now."""
        return self.plan.rejected

    @property
    def error_rows(self) -> int:
        return len({(item.sheet, item.row) for item in self.errors})

    @property
    def doubt_rows(self) -> int:
        return len({(item.sheet, item.row) for item in self.doubts})

    @property
    def to_write(self) -> int:
        """People that writing makes or changes."""
        counts = Counter(entry.action for entry in self.plan.entries)
        return counts["created"] + counts["updated"]


def list_import_units(*, actor: Actor, on: date) -> OrganizationQuerySet:
    """Open units the actor may import into, in tree order; groups hold no members of their own."""
    return Organization.objects.visible_to(actor).open_on(on).filter(may_import(actor)).exclude(kind="group")


def list_import_files(*, actor: Actor, now: datetime) -> QuerySet[ImportFile]:
    """The actor's own uploads that still hold something, newest first."""
    kept = ImportFile.objects.filter(uploaded_by_id=actor.user_id, uploaded_at__gt=now - timedelta(days=IMPORT_DAYS))
    return kept.exclude(content="").select_related("organization").defer("content", "mends").order_by("-uploaded_at")


def get_import_file(*, actor: Actor, public_id: UUID, now: datetime) -> ImportFile:
    """The actor's own upload, while it is kept and the right to import there lasts. Raises NotFound."""
    found = ImportFile.objects.filter(public_id=public_id, uploaded_by_id=actor.user_id).select_related("organization")
    file = found.first()
    if file is None or expiry_of(file) <= now:
        raise NotFound
    if not actor.may(Permission.MEMBERS_IMPORT, file.organization.path):
        raise NotFound
    return file


def find_queued_file(*, file_id: int) -> ImportFile | None:
    """An upload that a job was asked to write; None when it was discarded meanwhile."""
    return ImportFile.objects.select_related("organization").filter(pk=file_id).first()


def expiry_of(file: ImportFile) -> datetime:
    return file.uploaded_at + timedelta(days=IMPORT_DAYS)


def read_mends(file: ImportFile) -> Mends:
    return Mends.from_json(json.loads(file.mends or "{}"))


def read_roster(file: ImportFile, *, on: date) -> tuple[Workbook, Roster]:
    """The file read and understood anew with what was mended so far. Raises SheetRefused."""
    book = read_bytes(base64.b64decode(file.content))
    return book, understand(book, today=on, corrections=read_mends(file).corrections)


def read_review(file: ImportFile, *, actor: Actor, on: date) -> Review:
    """What the file means today, what could be written now and what waits. The caller has passed the file's door."""
    book, roster = read_roster(file, on=on)
    mends = read_mends(file)
    plan = plan_import(actor=actor, organization=file.organization, roster=roster, on=on, decisions=mends.decisions)
    rows = doubtful_rows(plan, mends.confirmed)
    cells = Organization.objects.open_on(on).cells().filter(path__startswith=file.organization.path)
    return Review(
        file=file,
        book=book,
        roster=roster,
        plan=hold(plan, rows),
        errors=tuple(item for item in plan.problems if keeps_row_out(item)),
        doubts=tuple(item for item in plan.problems if (item.sheet, item.row) in rows and not keeps_row_out(item)),
        notes=tuple(item for item in plan.problems if not item.row),
        cells=tuple(KnownCell(pk, name) for pk, name in cells.values_list("pk", "name")),
        doubtful=rows,
        used_from=file.used_from or on,
    )


def list_import_choices(*, actor: Actor, on: date) -> list[tuple[str, str]]:
    """Units for a list to choose from: public id and name, cells moved in under the unit above them."""
    units = list(list_import_units(actor=actor, on=on).values_list("public_id", "name", "depth", "kind"))
    top = min((depth for _public_id, _name, depth, _kind in units), default=0)
    return [(str(public_id), "\u00a0\u00a0" * (depth - top) + name) for public_id, name, depth, _kind in units]


def get_import_unit(*, actor: Actor, public_id: UUID) -> Organization:
    """A unit the actor may import into. Raises NotFound."""
    unit = Organization.objects.visible_to(actor).filter(may_import(actor), public_id=public_id).first()
    if unit is None:
        raise NotFound
    return unit


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A review in the words of the page. Of each kind the first `SHOWN` rows; `more_…` counts the others."""

    review: Review
    errors: list[ProblemRow]
    doubts: list[ProblemRow]
    notes: list[str]
    unused: str
    changed: list[ChangedPerson]
    created: list[PersonRow]
    groups: list[ColumnGroup]
    used_from: str
    counts: dict[str, int]
    more: dict[str, int]


def make_review_page(review: Review) -> ReviewPage:
    """No query: everything was read with the review."""
    changed = changed_people(review.plan.entries)
    created = [entry.person for entry in review.plan.entries if entry.member is None]
    lists = {"errors": review.errors, "doubts": review.doubts, "changed": changed, "created": created}
    return ReviewPage(
        review=review,
        errors=problem_rows(review.errors[:SHOWN], review.roster),
        doubts=problem_rows(review.doubts[:SHOWN], review.roster),
        notes=[message_of(item) for item in (*review.notes, *review.plan.remarks)],
        unused=say_unused(review.plan.unused),
        changed=changed[:SHOWN],
        created=created[:SHOWN],
        groups=column_groups(review.book, review.roster),
        used_from=say_used_from(review.used_from, new_cells=len(review.plan.new_cells)),
        counts={action: review.plan.count(action) for action in ("created", "updated", "unchanged")},
        more={name: max(len(rows) - SHOWN, 0) for name, rows in lists.items()},
    )


def make_waiting_sheet(review: Review) -> bytes:
    """The rows that wait, as a spreadsheet: place, what is wrong, and the whole row as it stands in the file."""
    header = [_("Trang tính"), _("Dòng"), _("Cột"), _("Sai ở đâu, sửa thế nào")]
    rows = {sheet.name: sheet.rows for sheet in review.book.sheets}
    lines: list[list[Value]] = []
    for item in (*review.errors, *review.doubts):
        found = rows.get(item.sheet, [])
        row = found[item.row - 1] if 0 < item.row <= len(found) else []
        lines.append([item.sheet, item.row, item.column, message_of(item), *(str(cell) for cell in row)])
    width = max((len(line) for line in lines), default=len(header)) - len(header)
    return write_xlsx(_("Cần sửa"), [*header, *(column_letter(index) for index in range(width))], lines)
