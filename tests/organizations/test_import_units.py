"""Lists of units: understood in any shape, made once, renamed by code, refused with a sentence."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nennep.audit.models import AuditEvent
from nennep.core.sheets.cells import Row, Sheet, Workbook
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.importers.columns import UnitColumn, kind_of
from nennep.organizations.importers.units import UnitList, understand_units
from nennep.organizations.models import Organization
from nennep.organizations.rules import guess_cell_type, next_codes
from tests.factories.core import TODAY
from tests.factories.organizations import make_unit


def read(*rows: list[Any]) -> UnitList:
    return understand_units(Workbook("csv", (Sheet("DS", [list(row) for row in rows]),)), today=TODAY)


def test_upper_units_by_name_code_order_and_indentation() -> None:
    found = read(
        ["DANH SÁCH TỔ CHỨC ĐẢNG TRỰC THUỘC"],
        ["STT", "Tên tổ chức đảng", "Mã", "Cấp trên"],
        [1, "Đảng bộ xã Lăng Can", "LC", ""],
        [2, "Đảng bộ bộ phận Công an", "", ""],
        [3, "  Chi bộ Công an", "", ""],
        [4, "Chi bộ thôn Nặm Chá", "", "LC"],
        ["", "Tổng cộng: 4", "", ""],
    )
    assert (found.rows, found.problems) == (4, ())
    assert [(unit.name, unit.kind, unit.parent, unit.above) for unit in found.units] == [
        ("Đảng bộ xã Lăng Can", UnitKind.UPPER_DIRECT, "", 0),
        ("Đảng bộ bộ phận Công an", UnitKind.SUB, "", 3),
        ("Chi bộ Công an", UnitKind.CELL, "", 4),
        ("Chi bộ thôn Nặm Chá", UnitKind.CELL, "LC", 0),
    ]


# A value for each column with a field, as it is written and as it is understood.
EXAMPLES: dict[str, tuple[Any, Any]] = {
    "name": ("1. Chi bộ thôn Nặm Chá", "Chi bộ thôn Nặm Chá"),
    "kind": ("Tổ đảng", UnitKind.GROUP),
    "code": (" LC-01 ", "LC-01"),
    "parent": ("Đảng bộ xã  Lăng Can", "Đảng bộ xã Lăng Can"),
    "opened_on": ("03/02/2020", date(2020, 2, 3)),
}


@pytest.mark.parametrize("field", EXAMPLES)
def test_every_column_is_found_by_what_it_is_called_and_reaches_its_field(field: str) -> None:
    (column,) = (one for one in UnitColumn if one.traits.field == field)
    written, understood = EXAMPLES[field]
    name = EXAMPLES["name"][0]
    rows = [[str(column.traits.label)], [written]]
    if field != "name":
        rows = [[*heading, other] for heading, other in zip(rows, ("Tên đơn vị", name), strict=True)]
    (unit,) = read(*rows).units
    assert getattr(unit, field) == understood


def test_there_is_an_example_for_every_column() -> None:
    assert EXAMPLES.keys() == {column.traits.field for column in UnitColumn if column.traits.field}


def test_a_problem_names_its_column() -> None:
    found = read(["Tên đơn vị", "Mã"], ["Chi bộ A", "x y"], ["", "B1"], ["Hội Phụ nữ", ""])
    named = [(item.code, item.value, item.as_json()["column"]) for item in found.problems]
    assert named == [
        ("code_bad", "x y", "Mã"),
        ("name_missing", "B1", "Tên đơn vị"),
        ("kind_unknown", "Hội Phụ nữ", "Loại"),
    ]


def test_what_is_wrong_with_rows() -> None:
    found = read(["Tên đơn vị", "Mã"], ["Chi bộ A", "x y"], ["Chi bộ B", "B1"], ["Chi bộ C", "b1"], ["Hội Phụ nữ", ""])
    assert [(item.row, item.code) for item in found.problems] == [
        (2, "code_bad"),
        (5, "kind_unknown"),
        (4, "code_twice"),
    ]
    assert [item.code for item in read(["a", "b"]).problems] == ["header_missing"]


def test_kinds_from_names() -> None:
    names = [
        "Chi bộ thôn 1",
        "ĐẢNG BỘ XÃ A",
        "Đảng bộ bộ phận B",
        "Tổ đảng số 1",
        "Đảng bộ tỉnh C",
        "Đảng bộ trường D",
        "Hội E",
    ]
    assert [kind_of(name) for name in names] == ["cell", "upper_direct", "sub", "group", "province", "base", None]


def test_types_of_cells_from_names() -> None:
    names = [
        "Chi bộ thôn Nặm Chá",
        "Chi bộ Trường Tiểu học",
        "Chi bộ Quân sự xã",
        "Chi bộ Công ty Chè",
        "Chi bộ Nặm Chá",
    ]
    assert [guess_cell_type(name) for name in names] == [
        CellType.VILLAGE,
        CellType.OFFICE,
        CellType.ARMED_FORCES,
        CellType.PRIVATE_ENTERPRISE,
        CellType.VILLAGE,
    ]


def test_next_codes() -> None:
    assert next_codes("38.168.053", taken=["38.168.053.000.002"], count=2) == [
        "38.168.053.000.001",
        "38.168.053.000.003",
    ]
    assert next_codes("38.168.053.001", taken=[], count=1) == ["38.168.053.001.001"]
    assert next_codes("38.168.053.001.001", taken=[], count=1) == ["38.168.053.001.001-01"]
    assert next_codes("LC", taken=["lc-01"], count=2) == ["LC-02", "LC-03"]


def test_a_code_without_a_name_is_told_and_a_total_is_not() -> None:
    found = read(["STT", "Tên đơn vị", "Mã"], [1, "", "CB5"], ["", "Tổng cộng", "1"], ["", "", ""], [2, "Chi bộ A", ""])
    assert [(item.row, item.code) for item in found.problems] == [(2, "name_missing")]
    assert found.problems[0].as_json()["column"] == "Tên đơn vị"
    assert [unit.name for unit in found.units] == ["Chi bộ A"]


@pytest.mark.parametrize(
    ("name", "code"), [("Chi bộ TUYỆT MẬT", "text_marked_secret"), ("Chi bộ A\u202e", "text_with_unfit_character")]
)
def test_what_may_not_be_stored_is_a_problem_of_its_row(name: str, code: str) -> None:
    found = read(["Tên đơn vị", "Mã"], [name, "A1"], ["Chi bộ B", "B1"])
    assert [(item.row, item.code) for item in found.problems] == [(2, code)]
    assert [unit.name for unit in found.units] == ["Chi bộ B"]


# ── the command ───────────────────────────────────────────────────────────────

LIST = """Tên đơn vị;Loại;Mã;Trực thuộc
Đảng bộ bộ phận Bản Kè;Đảng bộ bộ phận;LC-BK;
Chi bộ thôn Bản Kè A;Chi bộ;;Đảng bộ bộ phận Bản Kè
Chi bộ Công an xã;Chi bộ;LC-CA;LC
Chi bộ lạc;Chi bộ;;Không có
Tổ đảng số 1;Tổ đảng;;LC
"""


def run(tmp_path: Path, text: str, *arguments: str) -> dict[str, Any]:
    file = tmp_path / "don-vi.csv"
    file.write_text(text, encoding="utf-8")
    output = io.StringIO()
    call_command("import_units", str(file), *arguments, "--json", stdout=output, stderr=io.StringIO())
    result: dict[str, Any] = json.loads(output.getvalue())
    return result


@pytest.mark.django_db
def test_shown_applied_and_unchanged(tmp_path: Path) -> None:
    make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LC")
    shown = run(tmp_path, LIST)
    assert [shown[key] for key in ("rows", "accepted", "rejected", "created", "unchanged")] == [5, 3, 2, 3, 0]
    assert [(item["row"], item["code"]) for item in shown["problems"]] == [(5, "parent_missing"), (6, "nesting_bad")]
    assert (Organization.objects.count(), AuditEvent.objects.count()) == (1, 0)
    assert run(tmp_path, LIST, "--apply", "--unit", "LC")["created"] == 3
    units = Organization.objects.get_queryset().values_list("code", "name", "kind", "cell_type", "depth")
    assert list(units) == [
        ("LC", "Đảng bộ xã Lăng Can", "base", "", 1),
        ("LC-BK", "Đảng bộ bộ phận Bản Kè", "sub", "", 2),
        ("LC-BK-01", "Chi bộ thôn Bản Kè A", "cell", "village", 3),
        ("LC-CA", "Chi bộ Công an xã", "cell", "armed_forces", 2),
    ]
    again = run(tmp_path, LIST, "--apply")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)
    renamed = run(tmp_path, LIST.replace("Chi bộ Công an xã", "Chi bộ Công an"), "--apply")
    assert (renamed["updated"], Organization.objects.get(code="LC-CA").name) == (1, "Chi bộ Công an")


@pytest.mark.django_db
def test_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Không có đơn vị nào mang mã"):
        run(tmp_path, LIST, "--unit", "XX")
    with pytest.raises(CommandError, match="Tệp không có dữ liệu"):
        run(tmp_path, "")
    output = io.StringIO()
    make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LC")
    (tmp_path / "x.csv").write_text(LIST, encoding="utf-8")
    told = io.StringIO()
    call_command("import_units", str(tmp_path / "x.csv"), stdout=output, stderr=told)
    assert "mới 3" in output.getvalue()
    assert told.getvalue() == "Đang đọc x.csv …\nĐang so 5 đơn vị …\n"


@pytest.mark.django_db
def test_units_without_codes_get_codes_of_their_own(tmp_path: Path) -> None:
    make_unit("Tỉnh ủy Sơn La", kind=UnitKind.PROVINCE, code="SL")
    names = "Tên đơn vị\nĐảng bộ xã Hai\n  Chi bộ thôn A\n  Chi bộ thôn B\nĐảng bộ xã Ba\n  Chi bộ thôn A\n"
    assert run(tmp_path, names, "--apply")["created"] == 5
    units = Organization.objects.get_queryset().filter(depth__gt=1).values_list("code", "name")
    assert list(units) == [
        ("SL-01", "Đảng bộ xã Hai"),
        ("SL-01-01", "Chi bộ thôn A"),
        ("SL-01-02", "Chi bộ thôn B"),
        ("SL-02", "Đảng bộ xã Ba"),
        ("SL-02-01", "Chi bộ thôn A"),
    ]
    assert run(tmp_path, names, "--apply")["unchanged"] == 5


@pytest.mark.django_db
def test_closed_units_are_told_row_by_row(tmp_path: Path) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LC")
    make_unit("Chi bộ cũ", parent=commune, code="LC-CU", closed_on=date(2026, 1, 1))
    make_unit("Đảng bộ cũ", kind=UnitKind.SUB, parent=commune, code="LC-DB", closed_on=date(2026, 1, 1))
    text = "Tên đơn vị;Mã;Cấp trên\nChi bộ tên khác;LC-CU;\nChi bộ mới;LC-MOI;LC\nChi bộ dưới;;LC-DB\n"
    done = run(tmp_path, text, "--apply")
    assert [(item["row"], item["code"]) for item in done["problems"]] == [(2, "unit_closed"), (4, "unit_closed")]
    assert [unit["name"] for unit in done["units"]] == ["Chi bộ mới"]


@pytest.mark.django_db
def test_a_name_mistyped_today_is_corrected_today(tmp_path: Path) -> None:
    assert run(tmp_path, "Tên đơn vị;Mã\nĐảng bộ xã Lăng Cang;LC\n", "--apply")["created"] == 1
    assert run(tmp_path, "Tên đơn vị;Mã\nĐảng bộ xã Lăng Can;LC\n", "--apply")["updated"] == 1


def test_all_that_is_not_taken_or_was_changed_is_said() -> None:
    """Nothing is left out without a word: columns, hidden sheets and rows, an old font, formulas (findings, E, F5, F13)."""
    rows: list[Row] = [
        ["Tên đơn vị", "Loại", "Điện thoại", "Ngày lập CB"],
        ["Chi bộ A", "Chi bộ", "0912", "01/02/2020"],
    ]
    sheet = Sheet("DS", [*rows, ["Chi bộ B", "Chi bộ", "", ""]], hidden_rows=1, broken=("D5",))
    book = Workbook("xlsx", (sheet,), "VNI", ("Cũ",), (("thoân", "thôn"),))
    found = understand_units(book, today=TODAY)
    assert [unit.opened_on for unit in found.units] == [date(2020, 2, 1), None]
    assert found.remarks == (
        "Tệp dùng phông cũ (VNI), đã đổi sang Unicode: thoân → thôn. Xem lại có đúng tên không.",
        "Trang tính đang ẩn “Cũ” không được đọc.",
        "DS: 1 dòng đang ẩn cũng được đọc. Dòng nào không nhập thì bỏ ra.",
        "DS: công thức báo lỗi hoặc chưa tính, coi là ô trống: D5.",
        "DS: cột “Điện thoại” (C, 1 ô có chữ) không được lấy.",
    )
