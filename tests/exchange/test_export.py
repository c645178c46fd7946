"""An export: what is in it, who may have it, and that nothing looks whole that is not."""

import csv
import hashlib
import json
import resource
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.exchange.importers.dictionary import read_tables
from nennep.exchange.services.exporting import Exported, ExportFailed, FolderTaken, make_export
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.village import Village, village

__all__ = ["village"]

EVER = (Month(2000, 1), Month(2040, 12))


def export(
    unit: Organization, folder: Path, *, sensitive: bool = False, months: tuple[Month, Month] = EVER
) -> Exported:
    return make_export(
        actor=Actor.system(), organization=unit, months=months, folder=folder, sensitive=sensitive, now=NOW
    )


def read_table(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def commune_of(village: Village) -> Organization:
    return Organization.objects.get(path=village.cell.path[:4])


def read_package(folder: Path) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return package


@pytest.mark.django_db
def test_the_description_says_what_lies_there(village: Village, tmp_path: Path) -> None:
    done = export(village.cell, tmp_path / "out")
    package = read_package(tmp_path / "out")
    described = {one["name"]: (one["path"], one["bytes"], one["hash"], one["rows"]) for one in package["resources"]}
    lying = {}
    for path in sorted((tmp_path / "out" / "data").iterdir()):
        content = path.read_bytes()
        rows = len(read_table(tmp_path / "out", path.stem))
        lying[path.stem] = (f"data/{path.name}", len(content), f"sha256:{hashlib.sha256(content).hexdigest()}", rows)
    assert described == lying
    assert (done.tables, done.rows) == (len(lying), sum(rows for _path, _size, _hash, rows in lying.values()))


@pytest.mark.django_db
def test_the_columns_are_those_of_the_description(village: Village, tmp_path: Path) -> None:
    export(village.cell, tmp_path / "out", sensitive=True)
    for one in read_package(tmp_path / "out")["resources"]:
        with (tmp_path / "out" / one["path"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in one["schema"]["fields"]]


@pytest.mark.django_db
def test_it_takes_the_unit_and_those_below_and_names_those_above(village: Village, tmp_path: Path) -> None:
    export(village.cell, tmp_path / "out")
    cell, commune = village.cell, commune_of(village)
    assert sorted(row["code"] for row in read_table(tmp_path / "out", "units")) == sorted([cell.code, commune.code])
    assert {row["organization"] for row in read_table(tmp_path / "out", "memberships")} == {cell.code}
    assert [row["public_id"] for row in read_table(tmp_path / "out", "meetings")] == [str(village.meeting.public_id)]


@pytest.mark.django_db
def test_it_takes_the_months_that_were_asked_for(village: Village, tmp_path: Path) -> None:
    month = Month.of(village.meeting.month)
    counts = []
    for number, (first, last) in enumerate([(-1, -1), (-1, 0), (0, 0), (0, 1), (1, 1)]):
        export(village.cell, tmp_path / str(number), months=(month.plus(first), month.plus(last)))
        counts.append(len(read_table(tmp_path / str(number), "meetings")))
    assert counts == [0, 1, 1, 1, 0]


@pytest.mark.django_db
def test_without_sensitive_columns_nobody_is_named(village: Village, tmp_path: Path) -> None:
    export(village.cell, tmp_path / "out")
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file())
    names = [village.secretary_member.full_name, village.plain.full_name, village.secretary.username]
    assert [name for name in names if name in written] == []


@pytest.mark.django_db
def test_sensitive_columns_are_for_whom_may_see_them_and_the_trail_says_who_took_them(
    village: Village, tmp_path: Path
) -> None:
    reader = make_user("Người đọc")
    grant_role(reader, Role.OFFICIAL, village.cell)
    asked = {"organization": village.cell, "months": EVER, "sensitive": True, "now": NOW}
    with pytest.raises(NotAllowed):
        make_export(actor=actor_of(reader), folder=tmp_path / "out", **asked)  # type: ignore[arg-type]  # one dict of all
    assert list(tmp_path.iterdir()) == []
    done = make_export(actor=actor_of(village.secretary), folder=tmp_path / "out", **asked)  # type: ignore[arg-type]  # as above
    event = AuditEvent.objects.get(verb="export.made")
    assert (event.user_id, event.details) == (
        village.secretary.pk,
        {"from": "2000-01", "to": "2040-12", "sensitive": True, "rows": done.rows},
    )


@pytest.mark.django_db
def test_nobody_exports_a_unit_of_others(village: Village, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        make_export(
            actor=actor_of(village.outsider),
            organization=village.cell,
            months=EVER,
            folder=tmp_path / "out",
            sensitive=False,
            now=NOW,
        )


@pytest.mark.django_db
def test_files_are_their_owners_alone(village: Village, tmp_path: Path) -> None:
    export(village.cell, tmp_path / "out")
    modes = {
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    }
    assert modes == {(True, 0o700), (False, 0o600)}


@pytest.mark.django_db
def test_what_lies_there_is_never_written_over(village: Village, tmp_path: Path) -> None:
    with pytest.raises(FolderTaken):
        export(village.cell, tmp_path)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """The system takes no more than 16 KB of a file: the tables of a village fit, their description does not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.django_db
def test_a_full_disk_leaves_nothing(village: Village, tmp_path: Path, small_disk: None) -> None:
    with pytest.raises(ExportFailed):
        export(village.cell, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_what_a_killed_run_left_is_removed_by_the_next(village: Village, tmp_path: Path) -> None:
    (tmp_path / ".nennep-export-out-abc" / "data").mkdir(parents=True)
    export(village.cell, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.django_db
def test_two_exports_of_the_same_rows_are_alike(village: Village, tmp_path: Path) -> None:
    export(village.cell, tmp_path / "first", sensitive=True)
    export(village.cell, tmp_path / "second", sensitive=True)
    first, second = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "first", tmp_path / "second")
    )
    assert first == second


@pytest.mark.django_db
def test_a_number_of_queries_that_does_not_grow_with_the_rows(
    village: Village, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    make_unit("Chi bộ khác", parent=commune_of(village))
    with django_assert_max_num_queries(2 * len(read_tables())):
        export(commune_of(village), tmp_path / "out")
