"""A score sheet that somebody else wrote, from its file into a unit."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.policies.models import PolicyPack
from nennep.policies.queries import rules_for
from nennep.policies.services import withdraw_pack
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SHEET = """
code = "tinh-x-2026"
title = "Phiếu chấm điểm tỉnh X"
sides = ["cell", "upper"]

[[groups]]
code = "1"
title = "Dự họp"
max = 60
items = [{ code = "1", title = "Tỷ lệ dự", max = 60, evidence = "attendance_share", share = true }]

[[groups]]
code = "2"
title = "Nội dung"
max = 40
items = [{ code = "2", title = "Nội dung sát", max = 40 }]
"""


@pytest.fixture
def cell() -> Organization:
    return make_cell()


def load(cell: Organization, file: Path, *more: str) -> str:
    out = StringIO()
    day = str(TODAY.replace(day=1))
    call_command(
        "load_sheet", str(file), "--unit", cell.code, "--from", day, "--document", "08-KH/ĐU", *more, stdout=out
    )
    return out.getvalue()


def write(folder: Path, text: str) -> Path:
    file = folder / "khung.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sheet_is_shown_with_its_example_before_it_is_applied(cell: Organization, tmp_path: Path) -> None:
    shown = load(cell, write(tmp_path, SHEET))
    assert "  1 Tỷ lệ dự: 55,0/60" in shown
    assert "Chưa ghi gì." in shown
    assert PolicyPack.objects.filter(organization=cell).exists() is False


def test_it_holds_from_its_day_and_is_taken_back_while_unused(cell: Organization, tmp_path: Path) -> None:
    load(cell, write(tmp_path, SHEET), "--apply")
    sheet = rules_for(organization=cell, on=TODAY).score_sheet
    assert (sheet.code, [item.maximum for item in sheet.items]) == ("tinh-x-2026", [60, 40])
    with pytest.raises(CommandError, match="Đã có văn bản mang mã “tinh-x-2026”"):
        load(cell, write(tmp_path, SHEET), "--apply")
    pack = PolicyPack.objects.get(organization=cell)
    withdraw_pack(actor=Actor.system(), organization=cell, pack_id=pack.pk, now=NOW)
    assert rules_for(organization=cell, on=TODAY).score_sheet.code == "hd-42-2025"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHEET.replace("max = 40", "max = 30"), "điểm tối đa cộng lại là 90, phải là 100"),
        (SHEET.replace('code = "tinh-x-2026"', 'code = "tinh\\u202ex"'), "code"),
        ("x = [" * 5000, "không đọc được TOML"),
        ("a" * 300_000, "tệp lớn quá 256 KB"),
        ('code = "a"\nrules = 5\n', "không có khung chấm điểm nào"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(cell: Organization, tmp_path: Path, text: str, said: str) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="chưa nạp gì"):
        call_command(
            "load_sheet", str(write(tmp_path, text)), "--unit", cell.code, "--from", "2026-11-01", "--apply", stdout=out
        )
    assert said in out.getvalue()
    assert PolicyPack.objects.filter(organization=cell).exists() is False
