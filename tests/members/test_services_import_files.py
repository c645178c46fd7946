"""Uploaded rosters: whose they are, how long they are kept, in which state what may be done with them."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import Conflict, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.sheets.errors import SheetRefused
from nennep.core.typed import TextTooLong
from nennep.members import services
from nennep.members.choices import ImportState, Verb
from nennep.members.importers.corrections import Mends
from nennep.members.models import ImportFile, Member
from nennep.members.queries.import_files import read_review
from nennep.members.services.import_files import NothingToWrite, PlanChanged
from nennep.members.services.imports import UnitHoldsNoMembers
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
CONTENT = "STT;Chi bộ;Họ tên;Năm sinh\n1;Nặm Chá;Giàng A Páo;1975\n2;Nặm Chá;Ma Thị Lan;1980\n".encode()
WITH_A_FAULT = CONTENT + "3;;Lò Văn Én;1960\n".encode()


@pytest.fixture
def importer(commune: Organization) -> Actor:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def keep(actor: Actor, unit: Organization, content: bytes = CONTENT, **facts: Any) -> ImportFile:
    """A file as `upload_file` keeps it, without reading it."""
    usual: dict[str, Any] = {"name": "ds.csv", "uploaded_at": NOW, "content": base64.b64encode(content).decode()}
    usual |= {"uploaded_by_id": actor.user_id, "organization": unit}
    return ImportFile.objects.create(**(usual | facts))


def test_an_upload_is_kept_for_its_uploader(importer: Actor, commune: Organization) -> None:
    others = keep(importer, commune, uploaded_at=NOW - WEEK), keep(importer, commune, uploaded_at=NOW - WEEK + SECOND)
    name = f" Danh  sách {'x' * 190}"
    file = services.upload_file(actor=importer, organization=commune, name=name, content=CONTENT, now=NOW)
    file.refresh_from_db()
    assert (file.uploaded_by_id, file.uploaded_at, file.organization) == (importer.user_id, NOW, commune)
    assert (file.name, base64.b64decode(file.content)) == (f"Danh sách {'x' * 190}", CONTENT)
    assert (file.state, file.mends, file.outcome) == (ImportState.REVIEWED, "", {})
    assert set(ImportFile.objects.values_list("pk", flat=True)) == {file.pk, others[1].pk}


def test_what_cannot_be_uploaded(importer: Actor, commune: Organization, cell: Organization) -> None:
    upload: dict[str, Any] = {"organization": commune, "name": "ds.csv", "content": CONTENT, "now": NOW}
    for actor in (make_actor(Permission.MEMBERS_WRITE), make_actor(Permission.MEMBERS_IMPORT)):
        with pytest.raises(NotAllowed):  # without the right, and without somebody whose file it would be
            services.upload_file(actor=actor, **upload)
    group = make_unit("Tổ đảng 1", kind=UnitKind.GROUP, parent=cell)
    with pytest.raises(UnitHoldsNoMembers):
        services.upload_file(actor=importer, **(upload | {"organization": group}))
    with pytest.raises(SheetRefused):
        services.upload_file(actor=importer, **(upload | {"content": b"%PDF-1.7"}))
    with pytest.raises(TextTooLong):
        services.upload_file(actor=importer, **(upload | {"name": "x" * 201}))
    assert ImportFile.objects.count() == 0


def test_uploads_of_anybody_go_after_a_week(importer: Actor, commune: Organization) -> None:
    kept = keep(importer, commune, uploaded_at=NOW - WEEK + SECOND)
    for _file in range(2):
        keep(importer, commune, uploaded_at=NOW - WEEK)
    assert services.forget_import_files(actor=Actor.system(), now=NOW) == 2
    assert list(ImportFile.objects.all()) == [kept]
    assert services.forget_import_files(actor=Actor.system(), now=NOW) == 0


def mark_of(file: ImportFile) -> str:
    """The mark of what the uploader looked at."""
    return read_review(ImportFile.objects.get(pk=file.pk), actor=Actor.system(), on=TODAY).mark


USES: dict[str, Callable[[Actor, ImportFile], Any]] = {
    "mend": lambda actor, file: services.mend_file(actor=actor, file=file, mends=Mends()),
    "discard": lambda actor, file: services.discard_file(actor=actor, file=file),
    "apply": lambda actor, file: services.apply_file(actor=actor, file=file, reviewed="2:x", now=NOW),
    "write": lambda actor, file: services.write_file(actor=actor, file=file, reviewed="2:x", now=NOW),
    "job": lambda actor, file: services.write_queued_file(actor=actor, file=file, now=NOW),
}


@pytest.mark.parametrize("use", USES)
def test_a_file_is_nobody_elses_and_its_uploaders_as_long_as_they_may_import(
    importer: Actor, commune: Organization, use: str
) -> None:
    file = keep(importer, commune)
    stranger = make_user()
    grant_role(stranger, Role.COMMUNE_OFFICER, commune, subtree=True)
    with pytest.raises(NotFound):
        USES[use](actor_of(stranger), file)
    with pytest.raises(NotAllowed):
        USES[use](make_actor(user_id=importer.user_id), file)
    assert (ImportFile.objects.get().state, Member.objects.count()) == (ImportState.REVIEWED, 0)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (ImportState.REVIEWED, None),
        (ImportState.QUEUED, Conflict),
        (ImportState.RUNNING, Conflict),
        (ImportState.WRITTEN, None),
        (ImportState.FAILED, None),
    ],
)
def test_nothing_is_mended_while_a_job_writes(
    importer: Actor, commune: Organization, state: ImportState, refusal: type[Exception] | None
) -> None:
    file = keep(importer, commune, state=state)
    mends = Mends().with_cell("Nặm Chá", 7)
    if refusal is not None:
        with pytest.raises(refusal):
            services.mend_file(actor=importer, file=file, mends=mends)
        with pytest.raises(refusal):
            services.discard_file(actor=importer, file=file)
        return
    assert services.mend_file(actor=importer, file=file, mends=mends).state == ImportState.REVIEWED
    file.refresh_from_db()
    assert (file.state, "Nặm Chá" in file.mends) == (ImportState.REVIEWED, True)
    services.discard_file(actor=importer, file=file)
    assert ImportFile.objects.count() == 0
    with pytest.raises(NotFound):
        services.mend_file(actor=importer, file=file, mends=mends)


def test_a_file_that_is_written_is_empty(importer: Actor, commune: Organization) -> None:
    file = keep(importer, commune, error="cũ", mends="{}")
    services.apply_file(actor=importer, file=file, reviewed=mark_of(file), now=NOW)
    file.refresh_from_db()
    assert (file.state, file.error, file.content, file.mends) == (ImportState.WRITTEN, "", "", "")
    assert file.outcome == {
        "total": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "waiting": 0,
        "new_cells": ["Chi bộ Nặm Chá"],
    }
    imported = AuditEvent.objects.get(verb=Verb.IMPORTED)
    assert imported.details["file"] == "ds.csv"
    with pytest.raises(NotFound):
        services.write_file(actor=importer, file=file, reviewed="2:x", now=NOW)
    with pytest.raises(NotFound):
        services.mend_file(actor=importer, file=file, mends=Mends())


def test_what_is_left_over_waits_in_the_file(importer: Actor, commune: Organization) -> None:
    file = keep(importer, commune, WITH_A_FAULT)
    services.write_file(actor=importer, file=file, reviewed=mark_of(file), now=NOW)
    file.refresh_from_db()
    assert (file.state, base64.b64decode(file.content)) == (ImportState.WRITTEN, WITH_A_FAULT)
    assert (file.outcome["total"], file.outcome["created"], file.outcome["waiting"]) == (3, 2, 1)
    services.write_file(actor=importer, file=file, reviewed=mark_of(file), now=NOW)  # again: those are there already
    file.refresh_from_db()
    assert (file.outcome["created"], file.outcome["unchanged"]) == (0, 2)


@pytest.mark.parametrize("content", [b"STT;a\n1;b\n", "STT;Chi bộ;Họ tên;Năm sinh\n3;;Lò Văn Én;1960\n".encode()])
def test_a_file_of_which_nobody_can_be_written_writes_nothing(
    importer: Actor, commune: Organization, content: bytes
) -> None:
    file = keep(importer, commune, content)
    with pytest.raises(NothingToWrite):
        services.apply_file(actor=importer, file=file, reviewed=mark_of(file), now=NOW)
    file.refresh_from_db()
    assert (file.state, Member.objects.count()) == (ImportState.REVIEWED, 0)


@pytest.mark.parametrize("reviewed", ["", "x", "2:x", "２:x", ":"])
def test_what_was_not_looked_at_is_not_written(importer: Actor, commune: Organization, reviewed: str) -> None:
    file = keep(importer, commune)
    with pytest.raises(PlanChanged):
        services.apply_file(actor=importer, file=file, reviewed=reviewed, now=NOW)
    assert Member.objects.count() == 0


@pytest.mark.parametrize(("rows", "queued"), [(500, False), (501, True)])
def test_more_than_500_rows_are_written_by_a_job(
    importer: Actor, commune: Organization, rows: int, *, queued: bool
) -> None:
    """The number of rows stands in the mark of what was looked at."""
    file = keep(importer, commune, error="cũ")
    if not queued:
        with pytest.raises(PlanChanged):  # written at once, and this file is another
            services.apply_file(actor=importer, file=file, reviewed=f"{rows}:x", now=NOW)
        return
    services.apply_file(actor=importer, file=file, reviewed=f"{rows}:x", now=NOW)
    file.refresh_from_db()
    assert (file.state, file.error, file.outcome) == (
        ImportState.QUEUED,
        "",
        {"total": rows, "reviewed": f"{rows}:x"},
    )


def test_a_job_writes_what_waits_for_it_once(importer: Actor, commune: Organization) -> None:
    file = keep(importer, commune)
    services.write_queued_file(actor=importer, file=file, now=NOW)  # nobody asked for it
    assert Member.objects.count() == 0
    ImportFile.objects.update(state=ImportState.QUEUED, outcome={"reviewed": mark_of(file)})
    file.refresh_from_db()
    for _turn in range(2):
        services.write_queued_file(actor=importer, file=file, now=NOW)
    file.refresh_from_db()
    assert (file.state, file.outcome["created"], Member.objects.count()) == (ImportState.WRITTEN, 2, 2)


def test_a_job_that_is_refused_says_why(importer: Actor, commune: Organization) -> None:
    other = keep(importer, commune, state=ImportState.QUEUED)
    file = keep(importer, commune, state=ImportState.QUEUED, outcome={"reviewed": "2:x"})
    services.write_queued_file(actor=importer, file=file, now=NOW)
    file.refresh_from_db()
    other.refresh_from_db()
    assert (file.state, file.error) == (ImportState.FAILED, str(PlanChanged()))
    assert (other.state, other.error) == (ImportState.QUEUED, "")
