"""The table of columns: each entry is enough for a column to be found, read, compared, written and named."""

import pytest
from django.db.models import DateField

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField
from nennep.core.sheets.cells import Sheet, Workbook
from nennep.members import services
from nennep.members.importers.columns import RECORDED, SENSITIVE, Column
from nennep.members.importers.headers import meaning_of
from nennep.members.importers.records import ImportPlan
from nennep.members.importers.reports import plan_as_text
from nennep.members.importers.rosters import understand
from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY

HEADED = [column for column in Column if column.traits.words and column not in {Column.MALE, Column.FEMALE}]
TOLD = [column for column in RECORDED if column.traits.read]
EXAMPLES = {
    Column.SEX: "Nam",
    Column.ETHNIC: "Mông",
    Column.CARD: "38123456",
    Column.IDENTITY: "008075000123",
    Column.PHONE: "+84 912 345 678",
}


def example_of(column: Column) -> str:
    is_day = isinstance(Member._meta.get_field(column.key), DateField)
    return EXAMPLES.get(column, "03/02/1990" if is_day else "Ví dụ")


def importing(unit: Organization, headings: list[str], row: list[str]) -> ImportPlan:
    sheet = Sheet("DS", [["Họ tên", "Ngày sinh", "Chi bộ", *headings], ["Giàng A Páo", "02/03/1975", "Nặm Chá", *row]])
    roster = understand(Workbook("csv", (sheet,)), today=TODAY)
    return services.apply_import(actor=Actor.system(), organization=unit, roster=roster, now=NOW)


@pytest.mark.parametrize("column", HEADED, ids=str)
def test_a_heading_that_calls_it_as_we_do_is_known(column: Column) -> None:
    assert meaning_of(str(column.traits.label)) is column


@pytest.mark.django_db
@pytest.mark.parametrize("column", TOLD, ids=str)
def test_what_a_column_tells_reaches_the_record(commune: Organization, column: Column) -> None:
    label, told = str(column.traits.label), example_of(column)
    importing(commune, [], [])
    before = getattr(Member.objects.get(), column.key)
    plan = importing(commune, [label], [told])
    assert [item.name for item in plan.entries[0].differences] == [column.key]
    line = next(line for line in plan_as_text(plan, used_from=TODAY, applied=True) if "Giàng A Páo" in line)
    assert label.lower() in line
    if column.key in SENSITIVE:
        assert told not in line
    assert getattr(Member.objects.get(), column.key) != before
    assert importing(commune, [label], [told]).count("unchanged") == 1


def test_what_is_sensitive_is_what_is_encrypted() -> None:
    encrypted = {field.name for field in Member._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    assert encrypted == SENSITIVE


@pytest.mark.parametrize(
    ("kept", "same"),
    [("0912 345 678", True), ("0912345678", True), ("0912345679", False), ("số nhà", False), ("", False)],
)
def test_a_number_kept_as_it_was_typed_is_the_same_number(kept: str, same: bool) -> None:
    assert Column.PHONE.traits.same(kept, "0912345678") is same
