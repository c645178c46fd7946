"""A dry run of importing 50,000 members, beside reading the same file with the sheet library alone (goal: at most 4 times).

Invented persons in one commune without members; both are measured in this run, the better of three.
"""

import io
import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

PEOPLE = 50_000
GOAL = 4.0
FIRST_BIRTH = date(1945, 1, 1)
HEADER = [
    "STT",
    "Chi bộ",
    "Họ và tên",
    "Giới tính",
    "Ngày sinh",
    "Dân tộc",
    "Tôn giáo",
    "Ngày kết nạp",
    "Ngày chính thức",
]
HEADER += ["Số thẻ", "CCCD", "SĐT", "Chức vụ", "Trình độ", "Ghi chú"]
FAMILY = ["Nguyễn", "Trần", "Lê", "Hoàng", "Đặng", "Lò", "Quàng", "Triệu", "Ma", "Nông", "Giàng", "Vàng"]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Xuân", "Quang", "Thu", "Thanh"]
GIVEN = ["An", "Bình", "Cường", "Dũng", "Hà", "Hạnh", "Hoa", "Lan", "Mai", "Phong", "Sơn", "Thảo", "Tuấn", "Yến", "Ước"]


def make_rows(chance: random.Random) -> list[list[str | date]]:
    rows: list[list[str | date]] = []
    for number in range(PEOPLE):
        born = FIRST_BIRTH + timedelta(days=chance.randrange(20_000))
        admitted = date(born.year + 25, 3, 1 + chance.randrange(28))
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        rows.append(
            [
                str(number + 1),
                f"Chi bộ thôn {number // 300 + 1}",
                name,
                chance.choice(["Nam", "Nữ"]),
                born,
                "Tày",
                "Không",
                admitted,
                date(admitted.year + 1, admitted.month, admitted.day),
                str(30_000_000 + number),
                f"0{chance.randrange(10, 90)}{chance.randrange(2)}{born.year % 100:02d}{number:06d}",
                f"09{chance.randrange(10**8):08d}",
                "",
                "12/12",
                "",
            ]
        )
    return rows


def best(measured: Callable[[], object]) -> float:
    """Seconds of the better of three runs."""
    times = []
    for _ in range(3):
        start = perf_counter()
        measured()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"NENNEP_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "nennep.site.settings"}
        os.environ.pop("NENNEP_DATABASE_URL", None)
        import django  # noqa: PLC0415  (the directory is chosen first)

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415
        from python_calamine import CalamineWorkbook  # noqa: PLC0415

        from nennep.core.sheets.writer import write_xlsx  # noqa: PLC0415
        from nennep.members.management.commands.import_members import carry_out  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        call_command("init", code="LC", name="Đảng bộ xã Lăng Can", kind="base", stdout=io.StringIO())
        file = Path(folder) / "danh-sach.xlsx"
        file.write_bytes(write_xlsx("DS", HEADER, make_rows(random.Random(7))))
        alone = best(lambda: CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())
        whole = best(lambda: _expect_all(carry_out(file, "LC", used_from=date(2026, 1, 1), apply=False).rows))
    ratio = whole / alone
    print(
        f"{PEOPLE} members: sheet library alone {alone:.2f} s, dry run {whole:.2f} s, {ratio:.1f} times (goal ≤ {GOAL:g})"
    )
    sys.exit(ratio > GOAL)


def _expect_all(rows: int) -> None:
    assert rows == PEOPLE


if __name__ == "__main__":
    main()
