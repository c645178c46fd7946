"""A score sheet that somebody else wrote, from its file into a unit."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nennep.assessments import queries, services
from nennep.assessments.models import ScoreSheet
from nennep.assessments.services import Decision
from nennep.core.access import Actor
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.importers.sheet_files import check_file, read_sheet_file
from nennep.policies.models import PolicyPack
from nennep.policies.queries import rules_for
from nennep.policies.services import SheetBegun, withdraw_pack
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_held_meeting, make_secretary

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


PACK = """
code = "{pack}"
title = "Kế hoạch của xã"
document_number = "9-KH/ĐU"

[[rules]]
key = "score.sheet"

[rules.value]
code = "{sheet}"
title = "Phiếu khác"
groups = [{{ code = "k", title = "K", max = 100, items = [{{ code = "k1", title = "Khác hẳn", max = 100 }}] }}]
"""


@pytest.mark.parametrize("sheet", ["hd-42-2025", "tinh-x-2026"], ids=["delivered", "loaded"])
def test_a_sheet_has_a_code_of_its_own(cell: Organization, tmp_path: Path, sheet: str) -> None:
    """Another document may not change under its code what others were scored by."""
    load(cell, write(tmp_path, SHEET), "--apply")
    with pytest.raises(CommandError, match=f"Khung chấm điểm mã “{sheet}” đã có"):
        load(cell, write(tmp_path, PACK.format(pack="ke-hoach-moi", sheet=sheet)), "--apply")
    assert PolicyPack.objects.count() == 1


def score(cell: Organization) -> tuple[Meeting, ScoreSheet]:
    meeting = make_held_meeting(cell)
    sheet = services.start_sheet(actor=make_secretary(cell), meeting=meeting, now=NOW)
    assert sheet.template_code == "tinh-x-2026"
    return meeting, sheet


def test_what_was_begun_by_a_sheet_keeps_its_lines_whatever_follows(cell: Organization, tmp_path: Path) -> None:
    """Also when the next sheet is to hold from a day before the meeting."""
    load(cell, write(tmp_path, SHEET), "--apply")
    meeting, sheet = score(cell)
    load(cell, write(tmp_path, PACK.format(pack="ke-hoach-moi", sheet="phieu-moi")), "--apply")
    assert [line.code for line in queries.lines_of(meeting)] == ["k1"]
    assert [line.code for line in queries.lines_of(meeting, sheet)] == ["1", "2"]
    services.score_items(
        actor=make_secretary(cell), sheet=sheet, decisions={"2": Decision(Decimal(40))}, to_mend="", now=NOW
    )
    assert sheet.items.get(code="2").points == 40


def test_a_sheet_by_which_somebody_scores_is_not_taken_back(cell: Organization, tmp_path: Path) -> None:
    load(cell, write(tmp_path, SHEET), "--apply")
    score(cell)
    pack = PolicyPack.objects.get(organization=cell)
    with pytest.raises(SheetBegun):
        withdraw_pack(actor=Actor.system(), organization=cell, pack_id=pack.pk, now=NOW)
    assert PolicyPack.objects.filter(pk=pack.pk).exists()


def test_a_sheet_with_a_mark_of_the_editor_before_it_is_read(cell: Organization, tmp_path: Path) -> None:
    file = tmp_path / "khung.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SHEET.encode())
    assert "Chưa ghi gì." in load(cell, file)


def test_the_command_refuses_a_pack_without_its_head_as_the_page_does(tmp_path: Path) -> None:
    sheets = Path(__file__).parent / "sheets"
    levels = '[[rules]]\nkey = "score.levels"\nvalue = { good = 90, fair = 70, average = 50 }\n\n'
    rule = levels + '[[rules]]\nkey = "score.sheet"\n[rules.value]\n'
    file = tmp_path / "khong-dau.toml"
    text = (sheets / "chi-tru-diem.toml").read_text().replace("[[groups]]", "[[rules.value.groups]]")
    file.write_text(rule + text)
    assert [str(one) for one in check_file(file)[1]] == [
        str(one) for one in read_sheet_file(file, document_number="1").problems
    ]
    assert [one.where for one in check_file(file)[1]] == ["code", "title"]
