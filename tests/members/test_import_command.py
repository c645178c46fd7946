"""`nennep import-members`: shows, applies, refuses."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data"
BAD = "STT;Chi bộ;Họ tên;Ngày kết nạp\n1;Nặm Chá;Giàng A Páo;31/02/2001"


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")


def command(*arguments: str) -> dict[str, Any]:
    output = io.StringIO()
    call_command("import_members", *arguments, "--json", stdout=output)
    result: dict[str, Any] = json.loads(output.getvalue())
    return result


def test_command_shows_then_applies(commune: Organization) -> None:
    file = str(DATA / "danh-sach-cu.xls")
    shown = command(file, "--unit", commune.code)
    assert list(shown) == [
        "rows", "accepted", "rejected", "created", "updated", "unchanged", "cells", "remarks", "unused_columns", "problems", "people",
    ]  # fmt: skip
    assert [shown[key] for key in ("rows", "accepted", "rejected", "created", "updated", "unchanged")] == [
        30,
        30,
        0,
        30,
        0,
        0,
    ]
    assert shown["cells"] == ["Chi bộ thôn Pác Bó", "Chi bộ thôn Nà Lòa", "Chi bộ Quân sự xã"]
    expected = {
        "sheet": "DS",
        "row": 7,
        "name": "Sùng Thị Kim Ưng",
        "born_year": 1949,
        "sex": "female",
        "ethnic_group": "Thái",
        "religion": None,
        "cell": "Chi bộ thôn Pác Bó",
        "admitted_on": "1982-11-16",
        "official_on": "1983-11-16",
        "card_number": "38246696",
        "phone": None,
        "education": None,
        "note": None,
        "identity_number": None,
        "post": "Bí thư",
    }
    assert shown["people"][1].items() >= expected.items()
    assert not Member.objects.exists()
    assert command(file, "--unit", commune.code, "--apply")["created"] == 30
    assert command(file, "--unit", commune.code, "--apply")["unchanged"] == 30


def test_command_says_problems(commune: Organization, tmp_path: Path) -> None:
    file = tmp_path / "ds.csv"
    file.write_text(BAD, encoding="utf-8")
    result = command(str(file), "--unit", commune.code)
    assert (result["rows"], result["accepted"], result["rejected"], result["people"]) == (1, 0, 1, [])
    assert result["problems"] == [
        {
            "sheet": "",
            "row": 2,
            "column": "D",
            "value": "31/02/2001",
            "code": "date_impossible",
            "message": "Tháng 2 không có ngày 31. Xem lại giấy tờ rồi ghi ngày đúng.",
        }
    ]
    output = io.StringIO()
    call_command("import_members", str(file), "--unit", commune.code, stdout=output)
    assert "Chưa ghi được: dòng 2, cột D “31/02/2001”" in output.getvalue()
    assert output.getvalue().endswith("Chưa ghi gì. Thêm --apply để ghi.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["không-có.csv", "--unit", "38.168.053"], "Không tìm thấy tệp"),
        ([str(DATA / "dang-bo-xa.csv"), "--unit", "XX"], "Không có đơn vị nào mang mã “XX”"),
        ([str(Path(__file__).parent), "--unit", "38.168.053"], "Không tìm thấy tệp"),
    ],
)
def test_command_refuses_in_one_sentence(commune: Organization, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_members", *arguments)
