"""The three sample files, person by person (tests/data)."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from nennep.core.sheets.reader import read_file
from nennep.members.importers.rosters import understand

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 22)
Rows = list[list[Any]]


# ── the samples ───────────────────────────────────────────────────────────────


def expected_csv() -> list[dict[str, str]]:
    with (DATA / "dang-bo-xa.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def iso(text: str) -> date | None:
    return date(*map(int, reversed(text.split("/")))) if text else None


def test_commune_csv() -> None:
    roster = understand(read_file(DATA / "dang-bo-xa.csv"), today=TODAY)
    expected = expected_csv()
    assert (roster.rows, len(roster.people), roster.problems) == (138, 138, ())
    assert roster.cells == tuple(dict.fromkeys(row["Chi bộ"] for row in expected))
    assert len(roster.cells) == 6
    for number, (person, row) in enumerate(zip(roster.people, expected, strict=True), start=2):
        assert person.row == number
        assert (person.name, person.cell, person.post) == (row["Họ tên"], row["Chi bộ"], row["Chức vụ Đảng"])
        assert person.sex == {"Nam": "male", "Nữ": "female"}[row["Nam/Nữ"]]
        assert [person.told.get(name, "") for name in ("ethnic_group", "religion", "phone", "education")] == [
            row[heading] for heading in ("Dân tộc", "Tôn giáo", "SĐT", "Trình độ")
        ]
        assert (person.born_on, person.born_year) == (iso(row["Ngày sinh"]), None)
        assert (person.admitted_on, person.official_on) == (iso(row["Ngày kết nạp"]), iso(row["Ngày chính thức"]))
        assert (person.card_number, person.identity_number) == (row["Số thẻ"], row["CCCD"])
        assert person.note == row["Ghi chú"]
        recent = person.admitted_on and person.admitted_on > date(2025, 6, 1) and not person.official_on
        assert person.standing == ("exempt" if row["Ghi chú"] else "probationary" if recent else "")


HUOI_SET = """Nguyễn Thị Kim Lan, Sùng Thị Thu Thảo, Sùng Ngọc Hương, Quan Quang Tâm, Giàng Minh Sơn, Nông Xuân Tỉnh,
Sùng Thị Thu Mai, Phạm Đức Thắng, Triệu Minh Dũng, Lê Thúy Ưng, Phạm Hữu Tỉnh, Nông Minh Ước, Vì Đức Bình, Sùng Đức Dũng,
Triệu Công Sơn, Ma Thị Thanh Lan, Triệu Thị Kim Ánh, Lê Đức Ước, Trần Thúy Yến, Trần Công Tuấn, Lò Minh Hùng, Vàng Quang Phong,
Nguyễn Thị Thanh Ưng, Lê Công Ơn, Giàng Hữu Dũng, Hà Xuân Thắng, Quan Thúy Yến, Lò Xuân Tỉnh, Quan Thị Kim Ỷ, Bàn Công Thắng,
Vàng Quang Phong, Triệu Hữu Tỉnh, Lò Công Dũng, Chẩu Xuân Ơn, Triệu Thị Kim Hoa, Quàng Xuân Thắng"""


def test_cell_xlsx() -> None:
    roster = understand(read_file(DATA / "chi-bo-huoi-set.xlsx"), today=TODAY)
    assert [person.name for person in roster.people] == HUOI_SET.replace("\n", " ").split(", ")
    assert (roster.rows, roster.problems, roster.cells) == (36, (), ("Chi bộ bản Huổi Sét",))
    assert (roster.totals_skipped, roster.signatures_skipped) == (1, 2)
    table = roster.tables[0]
    assert (table.sheet, table.first_row, table.last_row) == ("DSĐV", 7, 8)
    first = roster.people[0]
    expected = {
        "sheet": "DSĐV",
        "row": 9,
        "name": "Nguyễn Thị Kim Lan",
        "born_on": "1943-09-21",
        "sex": "female",
        "ethnic_group": "Mông",
        "religion": "Không",
        "cell": "Chi bộ bản Huổi Sét",
        "admitted_on": "1979-04-09",
        "official_on": "1980-04-09",
        "card_number": "38381109",
        "phone": "0964740680",
        "education": None,
        "note": None,
        "identity_number": "027143000000",
        "post": "Bí thư",
    }
    assert first.as_json().items() >= expected.items()
    assert [person.row for person in roster.people if person.standing == "exempt"] == [14, 16, 28, 38, 42, 43]


OLD_XLS = {
    "Chi bộ thôn Pác Bó": """Lường Thúy Ỷ, Sùng Thị Kim Ưng, Sùng Minh Ơn, Giàng Công Sơn, Hà Hữu Bình, Giàng Quang Dũng,
        Quàng Hữu Thắng, Triệu Thị Kim Hằng, Lê Đức Bình, Bàn Hữu Ơn, Trần Văn Tuấn, Chẩu Văn Sơn, Sùng Hữu Tâm,
        Triệu Thị Kim Hằng""",
    "Chi bộ thôn Nà Lòa": """Vàng Ngọc Hoa, Phạm Minh Hùng, Nguyễn Xuân Dũng, Giàng Thị Thanh Thảo, Phạm Thúy Nguyệt,
        Quan Thị Thanh Hương, Giàng Quang Đạt, Vàng Đức Long, Lò Đức Sơn""",
    "Chi bộ Quân sự xã": """Chẩu Minh Ơn, Quan Đức Ơn, Chẩu Quang Hùng, Lò Quang Tỉnh, Phạm Quang Phong, Vàng Văn Long,
        Bàn Văn Hùng""",
}


def test_old_xls() -> None:
    book = read_file(DATA / "danh-sach-cu.xls")
    roster = understand(book, today=TODAY)
    assert book.encoding == "TCVN3"
    assert (roster.rows, roster.problems, roster.cells) == (30, (), tuple(OLD_XLS))
    for cell, expected in OLD_XLS.items():
        found = [person.name for person in roster.people if person.cell == cell]
        assert found == [" ".join(name.split()) for name in expected.split(",")]
    first = roster.people[0]
    assert (first.row, first.sex, first.born_on, first.born_year) == (6, "female", None, 1944)
    assert first.as_json()["born_year"] == 1944
    assert "born_on" not in first.as_json()
    assert (first.told["ethnic_group"], first.admitted_on, first.standing) == ("Mông", date(2023, 5, 1), "exempt")
    assert {person.standing for person in roster.people if person.name == "Phạm Minh Hùng"} == {"probationary"}
