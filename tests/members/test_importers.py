"""Rosters as communes keep them: the three samples name by name, and every shape we know of."""

import csv
import io
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.core.sheets.cells import Cell, Merge, Sheet, Workbook
from nennep.core.sheets.reader import read_bytes, read_file
from nennep.members.importers import values
from nennep.members.importers.dates import DateReader, split_pair
from nennep.members.importers.names import cell_key, cell_name, loose_cell_key, split_person_name
from nennep.members.importers.problems import MESSAGES, message_of
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import Column, Corrections, Roster

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 22)
Rows = list[list[Any]]


def read(*sheets: tuple[str, Rows], merges: tuple[Merge, ...] = (), corrections: Corrections | None = None) -> Roster:
    """A workbook of `sheets` as understood."""
    book = Workbook("xlsx", tuple(Sheet(name, [list(row) for row in rows], merges) for name, rows in sheets))
    return understand(book, today=TODAY, corrections=corrections)


def codes(roster: Roster) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


def names(roster: Roster) -> list[str]:
    return [person.name for person in roster.people]


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
        assert (person.ethnic_group, person.religion) == (row["Dân tộc"], row["Tôn giáo"])
        assert (person.born_on, person.born_year) == (iso(row["Ngày sinh"]), None)
        assert (person.admitted_on, person.official_on) == (iso(row["Ngày kết nạp"]), iso(row["Ngày chính thức"]))
        assert (person.card_number, person.identity_number) == (row["Số thẻ"], row["CCCD"])
        assert (person.phone, person.education, person.note) == (row["SĐT"], row["Trình độ"], row["Ghi chú"])
        recent = person.admitted_on and person.admitted_on > date(2025, 6, 1) and not person.official_on
        assert person.standing == ("exempt" if row["Ghi chú"] else "probationary" if recent else "")


HUOI_SET = """Nguyễn Thị Kim Lan, Sùng Thị Thu Thảo, Sùng Ngọc Hương, Quan Quang Tâm, Giàng Minh Sơn, Nông Xuân Tỉnh,
Sùng Thị Thu Mai, Phạm Đức Thắng, Triệu Minh Dũng, Lê Thúy Ưng, Phạm Hữu Tỉnh, Nông Minh Ước, Vì Đức Bình, Sùng Đức Dũng,
Triệu Công Sơn, Ma Thị Thanh Lan, Triệu Thị Kim Ánh, Lê Đức Ước, Trần Thúy Yến, Trần Công Tuấn, Lò Minh Hùng, Vàng Quang Phong,
Nguyễn Thị Thanh Ưng, Lê Công Ơn, Giàng Hữu Dũng, Hà Xuân Thắng, Quan Thúy Yến, Lò Xuân Tỉnh, Quan Thị Kim Ỷ, Bàn Công Thắng,
Vàng Quang Phong, Triệu Hữu Tỉnh, Lò Công Dũng, Chẩu Xuân Ơn, Triệu Thị Kim Hoa, Quàng Xuân Thắng"""


def test_cell_xlsx() -> None:
    roster = understand(read_file(DATA / "chi-bo-huoi-set.xlsx"), today=TODAY)
    assert names(roster) == HUOI_SET.replace("\n", " ").split(", ")
    assert (roster.rows, roster.problems, roster.cells) == (36, (), ("Chi bộ bản Huổi Sét",))
    assert (roster.totals_skipped, roster.signatures_skipped) == (1, 2)
    table = roster.tables[0]
    assert (table.sheet, table.first_row, table.last_row) == ("DSĐV", 7, 8)
    first = roster.people[0]
    assert first.as_json() == {
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
        "identity_number": "027143000000",
        "post": "Bí thư",
    }
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
    assert (first.ethnic_group, first.admitted_on, first.standing) == ("Mông", date(2023, 5, 1), "exempt")
    assert {person.standing for person in roster.people if person.name == "Phạm Minh Hùng"} == {"probationary"}


# ── shapes ────────────────────────────────────────────────────────────────────


def test_split_name_and_birth_columns_numbering_row_and_signatures() -> None:
    roster = read(
        (
            "Sheet1",
            [
                ["ĐẢNG BỘ XÃ A", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"],
                ["DANH SÁCH ĐẢNG VIÊN CHI BỘ THÔN NẶM CHÁ NĂM 2026"],
                ["TT", "Họ đệm", "Tên", "Sinh ngày", "", "", "Ngày vào Đảng", ""],
                ["", "", "", "Ngày", "Tháng", "Năm", "Dự bị", "Chính thức"],
                ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
                [1, "NGUYỄN VĂN", "AN", 5, 9, 1960, "3/2/90", "3-2-91"],
                [2, "Lò Thị", "Mai", "", "", 1971, "03.02.1995", "03 / 02 / 1996"],
                [3, "Tống Văn", "Công", "", "", 1971, "ngày 3 tháng 2 năm 1995", "3/2/1996 00:00:00"],
                ["", "Tổng cộng: 3 đồng chí"],
                ["", "", "", "", "", "Nặm Chá, ngày 5 tháng 11 năm 2026"],
                ["", "NGƯỜI LẬP BIỂU", "", "", "", "BÍ THƯ"],
                ["", "(Ký, ghi rõ họ tên)"],
                ["", "Nguyễn Văn An", "", "", "", "Lò Thị Mai"],
            ],
        )
    )
    assert names(roster) == ["Nguyễn Văn An", "Lò Thị Mai", "Tống Văn Công"]
    assert roster.problems == ()
    assert roster.cells == ("Chi bộ thôn Nặm Chá",)
    assert [(person.born_on, person.born_year) for person in roster.people] == [
        (date(1960, 9, 5), None),
        (None, 1971),
        (None, 1971),
    ]
    assert [person.admitted_on for person in roster.people] == [date(1990, 2, 3), date(1995, 2, 3), date(1995, 2, 3)]
    assert [person.official_on for person in roster.people] == [date(1991, 2, 3), date(1996, 2, 3), date(1996, 2, 3)]


def test_crosses_for_sex_and_standing_under_headers_without_marks() -> None:
    roster = read(
        (
            "DS",
            [
                ["STT", "HO VA TEN", "GIOI TINH", "", "NGAY SINH", "DANG VIEN", "", "SO THE", "CMND/CCCD", "GHI CHU"],
                ["", "", "NAM", "NU", "", "CHINH THUC", "DU BI"],
                ["1", "Lò Văn A", "x", "", "12051968", "x", "", "38.123.456", "8168000123", ""],
                ["2", "Lò Thị B", "", "X", 25000, "", "x", "38 123 457", "", ""],
                ["3", "Đ/c Lò Thị C (nữ)", "", "", "00/00/1952", "x", "", "38123458", "111222333", "SH tạm thời"],
            ],
        )
    )
    assert names(roster) == ["Lò Văn A", "Lò Thị B", "Lò Thị C"]
    assert [person.sex for person in roster.people] == ["male", "female", "female"]
    assert [person.standing for person in roster.people] == ["official", "probationary", "elsewhere"]
    assert [person.born_on or person.born_year for person in roster.people] == [
        date(1968, 5, 12),
        date(1968, 6, 11),
        1952,
    ]
    assert [person.card_number for person in roster.people] == ["38123456", "38123457", "38123458"]
    assert roster.people[0].identity_number == "008168000123"
    assert codes(roster) == [(3, "I", "identity_zero_restored")]


def test_sheets_name_cells() -> None:
    header: list[Any] = ["STT", "Họ tên", "Năm sinh"]
    roster = read(
        ("Nặm Chá", [header, [1, "Ma A", "1950"]]),
        ("CB Pác Bó", [header, [1, "Ma Văn C", 1951]]),
        ("Tổng hợp", [["STT", "Chi bộ", "Số đảng viên"], [1, "Nặm Chá", 1]]),
    )
    assert [(person.sheet, person.cell) for person in roster.people] == [
        ("Nặm Chá", "Chi bộ Nặm Chá"),
        ("CB Pác Bó", "Chi bộ Pác Bó"),
    ]
    assert roster.problems == ()


@pytest.mark.parametrize("name", ["Sheet1", "Trang tính1", "DS", "DSĐV", "Danh sách 2026", "Tổng hợp", "2026", "Mẫu 2"])
def test_general_sheet_names_are_no_cells(name: str) -> None:
    rows = [["STT", "Họ tên", "Năm sinh"], [1, "Ma Văn A", "1950"]]
    assert read((name, rows), ("Sheet9", rows)).people[0].cell == ""


def test_sections_with_or_without_the_word_cell() -> None:
    roster = read(
        (
            "DS",
            [
                ["TT", "Họ và tên", "Ngày, tháng, năm sinh", "Quê quán", "Ngày kết nạp", "Chức vụ", "", ""],
                ["", "", "", "", "", "Chính quyền", "Đảng", "Đoàn thể"],
                ["I", "Thôn Nà Lòa (12 đ/c)"],
                [1, "H'HEN NIÊ", "12/5/1968", "x", "1/1/1990", "CT", "Bí thư", "x"],
                ["II.", "Bản Huổi Sét"],
                [1, "Y BHĂM", "12/5/1969", "x", "1/1/1991", "", "Phó BT", "x"],
                ["*", "Cộng: 1 đ/c"],
                ["III", "TRƯỜNG THCS SỐ 1"],
                [1, "nguyễn văn a", "12/5/1970", "x", "1/1/1992"],
                ["", "4. Chi bộ Công an xã: 7 đảng viên"],
                [1, "NGUYỄN THỊ ÁNH", "12/5/1971", "x", "1/1/1993"],
            ],
        )
    )
    assert [(person.name, person.cell, person.post) for person in roster.people] == [
        ("H'Hen Niê", "Chi bộ thôn Nà Lòa", "Bí thư"),
        ("Y Bhăm", "Chi bộ bản Huổi Sét", "Phó BT"),
        ("Nguyễn Văn A", "Chi bộ Trường THCS số 1", ""),
        ("Nguyễn Thị Ánh", "Chi bộ Công an xã", ""),
    ]
    assert roster.problems == ()


def test_headings_of_kinds_of_members_are_no_cells() -> None:
    roster = read(
        (
            "DS",
            [
                ["Chi bộ: thôn Pác Bó"],
                ["STT", "Họ tên", "Năm sinh"],
                ["A", "Đảng viên chính thức"],
                [1, "Ma Văn A", 1950],
                ["B", "Đảng viên dự bị"],
                [1, "Ma Văn B", 2000],
                ["C", "Đảng viên miễn công tác và sinh hoạt"],
                [1, "Ma Văn C", 1940],
            ],
        )
    )
    assert [(person.cell, person.standing) for person in roster.people] == [
        ("Chi bộ thôn Pác Bó", "official"),
        ("Chi bộ thôn Pác Bó", "probationary"),
        ("Chi bộ thôn Pác Bó", "exempt"),
    ]


def test_cell_column_written_once_for_the_rows_below() -> None:
    rows: Rows = [["Chi bộ", "Họ và tên đảng viên", "Giới tính", "Ngày sinh", "Ngày vào Đảng (dự bị, chính thức)"]]
    rows += [["Nặm Chá", "Nguyễn Văn A", "Nam", "1990-05-12", "03/02/2010 - 03/02/2011"]]
    rows += [["", "Nguyễn Thị B", "Nữ", "1991-05-12", "03/02/2012\n03/02/2013"]]
    rows += [["", "Nguyễn Thị C", "Nữ", "1992-05-12", ""]]
    roster = read(("DS", rows))
    assert [person.cell for person in roster.people] == ["Chi bộ Nặm Chá"] * 3
    assert roster.people[1].admitted_on == date(2012, 2, 3)
    assert roster.people[1].official_on == date(2013, 2, 3)
    assert roster.problems == ()


def test_one_empty_cell_name_among_many_is_doubtful_unless_merged() -> None:
    rows: Rows = [["Chi bộ", "Họ tên", "Năm sinh"]]
    rows += [[cell, f"Ma Văn {letter}", 1950] for cell, letter in zip(["A", "A", "", "B", "B"], "abcde", strict=True)]
    assert codes(read(("DS", rows))) == [(4, "A", "cell_carried")]
    assert read(("DS", rows), merges=((2, 0, 3, 0),)).problems == ()


def test_two_tables_in_one_sheet() -> None:
    header = ["STT", "Họ và tên", "Năm sinh"]
    roster = read(
        (
            "DS",
            [
                ["Chi bộ thôn 1"],
                header,
                [1, "Ma Văn C", 1990],
                ["Tổng", 1],
                [],
                ["Chi bộ thôn 2"],
                ["STT", "Năm sinh", "Họ và tên"],
                [1, 1991, "Ma Văn D"],
                ["", "", "Cộng: 1"],
            ],
        )
    )
    assert [(person.name, person.cell, person.born_year) for person in roster.people] == [
        ("Ma Văn C", "Chi bộ thôn 1", 1990),
        ("Ma Văn D", "Chi bộ thôn 2", 1991),
    ]


def test_header_repeated_on_every_printed_page() -> None:
    header = ["STT", "Họ và tên", "Năm sinh"]
    roster = read(("DS", [header, [1, "Ma Văn C", 1990], header, [2, "Ma Văn D", 1991]]))
    assert names(roster) == ["Ma Văn C", "Ma Văn D"]
    assert len(roster.tables) == 2


def test_people_without_numbers_in_front() -> None:
    roster = read(
        (
            "DS",
            [["Họ tên", "Chức vụ", "Năm sinh"], ["Ma Văn A", "Bí thư", 1960], ["Ma Văn B", "", 1961], [], ["Ma Văn A"]],
        )
    )
    assert names(roster) == ["Ma Văn A", "Ma Văn B"]


def test_secretary_signing_below_is_not_a_person() -> None:
    header = ["STT", "Họ tên", "Năm sinh", "Chức vụ"]
    ends: Rows = [["", "T/M CHI BỘ"], ["", "BÍ THƯ"], [], ["", "Ma Văn A"]]
    roster = read(("DS", [header, [1, "Ma Văn A", 1960, "Bí thư"], [], *ends]))
    assert names(roster) == ["Ma Văn A"]
    assert roster.signatures_skipped == 3


def test_no_header_is_one_problem() -> None:
    assert codes(read(("DS", [["a", "b"], [1, 2]]))) == [(0, "", "header_missing")]


def test_columns_and_values_corrected_by_hand() -> None:
    rows: Rows = [
        ["STT", "Họ tên", "Ngày", "Số"],
        [1, "Ma Văn A", "31/02/1960", "38123456"],
        [2, "Ma Văn B", "1/2/1961", ""],
    ]
    columns = {("DS", 2): Column.BORN, ("DS", 3): Column.CARD}
    roster = read(("DS", rows), corrections=Corrections(columns=columns))
    assert codes(roster) == [(2, "C", "date_impossible")]
    assert names(roster) == ["Ma Văn B"]
    mended = Corrections(columns=columns, values={("DS", 2, 2): "28/02/1960"}, skipped=frozenset({("DS", 3)}))
    person = read(("DS", rows), corrections=mended).people[0]
    assert (person.name, person.born_on, person.card_number) == ("Ma Văn A", date(1960, 2, 28), "38123456")


# ── problems ──────────────────────────────────────────────────────────────────

HEADER = [
    "STT",
    "Họ tên",
    "Giới tính",
    "Ngày sinh",
    "Dân tộc",
    "Ngày kết nạp",
    "Ngày chính thức",
    "Số thẻ",
    "CCCD",
    "Ghi chú",
]
GOOD = [1, "Ma Văn A", "Nam", "1/2/1960", "Tày", "3/2/1990", "3/2/1991", "38123456", "008060000123", ""]


@pytest.mark.parametrize(
    ("column", "value", "code", "accepted"),
    [
        (1, "", "name_missing", 0),
        (1, "12345", "name_invalid", 0),
        (1, "Ma", "name_single", 1),
        (2, "không rõ", "sex_unknown", 1),
        (3, "", "birth_missing", 1),
        (3, "31/02/1960", "date_impossible", 0),
        (3, "12/25/1960", "month_impossible", 0),
        (3, "năm Tý", "date_unreadable", 0),
        (3, "1/1/2030", "date_in_future", 0),
        (3, "5/1960", "date_incomplete", 1),
        (3, "60", "two_digit_year", 1),
        (4, "Cao Lan", "ethnic_renamed", 1),
        (4, "Xá", "ethnic_unknown", 1),
        (5, "3/2/1970", "too_young", 1),
        (5, "1990", "date_incomplete", 1),
        (6, "3/2/1989", "official_before_admitted", 0),
        (7, "AB123", "card_number_odd", 1),
        (8, "8060000123", "identity_zero_restored", 1),
        (8, "8.06E+09", "identity_lost_digits", 0),
        (8, "12345", "identity_invalid", 0),
        (8, "008061000123", "identity_disagrees", 1),
        (9, "Đã từ trần", "no_longer_member", 0),
        (9, "Chuyển sinh hoạt đi nơi khác", "no_longer_member", 0),
    ],
)
def test_each_problem_with_its_place_and_sentence(column: int, value: str, code: str, accepted: int) -> None:
    row: list[Any] = [*GOOD]
    row[column] = value
    roster = read(("DS", [HEADER, row]))
    found = next(problem for problem in roster.problems if problem.code == code)
    assert (found.sheet, found.row, found.column) == ("DS", 2, "ABCDEFGHIJ"[column])
    assert message_of(found).endswith((".", "?"))
    assert "%(" not in message_of(found)
    assert (roster.rows, len(roster.people)) == (1, accepted)


def test_good_rows_have_no_problems() -> None:
    assert read(("DS", [HEADER, GOOD])).problems == ()


def test_duplicates_in_one_file() -> None:
    twin = [2, "Ma Văn B", "Nam", "1/2/1961", "Tày", "", "", "38123456", "", ""]
    same = [3, "MA VĂN A", "Nam", "1-2-1960", "Tày", "", "", "", "", ""]
    other = [4, "Ma Văn A", "Nam", "1/2/1960", "Tày", "", "", "38999999", "008060999999", ""]
    roster = read(("DS", [HEADER, GOOD, twin, same, other]))
    assert [(problem.row, problem.code) for problem in roster.problems] == [
        (3, "duplicate_in_file"),
        (4, "duplicate_in_file"),
    ]
    assert message_of(roster.problems[0]) == "Trùng số thẻ với dòng 2. Một người hay hai người?"
    assert [person.row for person in roster.people] == [2, 5]
    kept = read(("DS", [HEADER, GOOD, same]), corrections=Corrections(distinct=frozenset({("DS", 3)})))
    assert len(kept.people) == 2


def test_every_message_is_one_vietnamese_sentence() -> None:
    for code, message in MESSAGES.items():
        assert str(message).rstrip().endswith((".", "?")), code
        assert len(str(message)) < 130, code


# ── values ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("19/05/1990", date(1990, 5, 19)),
        ("19-5-90", date(1990, 5, 19)),
        ("19.5.1990", date(1990, 5, 19)),
        (" 19 / 05 / 1990 ", date(1990, 5, 19)),
        ("'19/05/1990", date(1990, 5, 19)),
        ("ngày 19 tháng 5 năm 1990", date(1990, 5, 19)),
        ("1990-05-19", date(1990, 5, 19)),
        ("1990/5/19 00:00:00", date(1990, 5, 19)),
        ("19051990", date(1990, 5, 19)),
        ("19900519", date(1990, 5, 19)),
        (5051990, date(1990, 5, 5)),
        ("190590", date(1990, 5, 19)),
        (33012, date(1990, 5, 19)),
        ("33012", date(1990, 5, 19)),
        ("29/02/2000", date(2000, 2, 29)),
        ("1952", 1952),
        (1952, 1952),
        ("năm 1952", 1952),
        ("5/1990", 1990),
        ("05-1990", 1990),
        (5.199, 1990),
        ("00/00/1952", 1952),
        ("52", 1952),
        ("", None),
        ("-", None),
        ("29/02/1999", "date_impossible"),
        ("19/05", "month_impossible"),
        ("x y", "date_unreadable"),
        ("1/2/3/4", "date_unreadable"),
        ("19/05/199", "date_unreadable"),
        ("23/11/2026", "date_in_future"),
        (True, "date_unreadable"),
    ],
)
def test_dates(cell: Cell, expected: date | int | str | None) -> None:
    found = DateReader(TODAY, birth=True).read(cell)
    if isinstance(expected, str):
        assert found.code == expected
    else:
        assert (found.on or found.year) == expected


def test_the_century_of_two_digit_years() -> None:
    assert DateReader(TODAY, birth=True).read("1/1/09").on == date(2009, 1, 1)
    assert DateReader(TODAY, birth=True).read("1/1/10").on == date(1910, 1, 1)
    assert DateReader(TODAY, birth=False).read("1/1/26").on == date(2026, 1, 1)
    assert DateReader(TODAY, birth=False).read("1/1/27").on == date(1927, 1, 1)


def test_two_dates_in_one_cell() -> None:
    assert split_pair("03/02/1990 - 03/02/1991") == ("03/02/1990", "03/02/1991")
    assert split_pair("03/02/1990\n(03/02/1991)") == ("03/02/1990", "03/02/1991")
    assert split_pair("03-02-1990") is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("  Nguyễn\u00a0Văn  An ", "Nguyễn Văn An"),
        ("1. Đ/c Nguyễn Văn An", "Nguyễn Văn An"),
        ("Đồng chí Lò Thị Ỷ", "Lò Thị Ỷ"),
        ("NGUYễN VăN AN", "Nguyễn Văn An"),
        ("NguyỄn Văn An", "Nguyễn Văn An"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("K’BRÔI", "K’Brôi"),
        ("Điểu KRông", "Điểu KRông"),
        ("Ông Văn Bà", "Ông Văn Bà"),
        ("Bà Lò Thị Hoa", "Lò Thị Hoa"),
        ("Lò Văn Anh.", "Lò Văn Anh"),
        (unicodedata.normalize("NFD", "ĐẶNG HỒNG ƯỚC"), "Đặng Hồng Ước"),
    ],
)
def test_names_in_normal_capitals(typed: str, name: str) -> None:
    assert split_person_name(typed)[0] == name


def test_what_stands_in_brackets_beside_a_name() -> None:
    assert split_person_name("Lò Thị A (Bí thư)") == ("Lò Thị A", "Bí thư")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CHI BỘ BẢN HUỔI SÉT", "Chi bộ bản Huổi Sét"),
        ("Chi bộ thôn Pác Bó", "Chi bộ thôn Pác Bó"),
        ("I. CHI BỘ THÔN NÀ LÒA", "Chi bộ thôn Nà Lòa"),
        ("II - Chi bộ Cơ quan xã (14 đ/c)", "Chi bộ Cơ quan xã"),
        ("CHI BỘ QUÂN SỰ XÃ: 7 ĐẢNG VIÊN", "Chi bộ Quân sự xã"),
        ("CHI BỘ TRẠM Y TẾ XÃ", "Chi bộ Trạm Y tế xã"),
        ("CHI BỘ TRƯỜNG PTDTBT THCS SỐ 2", "Chi bộ Trường PTDTBT THCS số 2"),
        ("CHI BỘ TỔ DÂN PHỐ 3", "Chi bộ tổ dân phố 3"),
        ("Danh sách đảng viên Chi bộ thôn 5 năm 2026", "Chi bộ thôn 5"),
        ("Đơn vị: Chi bộ: Thôn Nặm Chá", "Chi bộ Thôn Nặm Chá"),
        ("Thôn Nặm Chá", "Chi bộ thôn Nặm Chá"),
        ("CB Nặm Chá", "Chi bộ Nặm Chá"),
        ("Chi bộ 1", "Chi bộ 1"),
        ("Chi bộ:", ""),
    ],
)
def test_names_of_cells(text: str, name: str) -> None:
    assert cell_name(text) == name


def test_two_spellings_of_one_cell() -> None:
    assert cell_key("CHI BỘ THÔN NẶM CHÁ") == cell_key("Chi bo thon Nam Cha") == "thon nam cha"
    assert loose_cell_key("Chi bộ thôn Nặm Chá") == loose_cell_key("CB Nặm Chá") == "nam cha"


def test_other_values() -> None:
    assert [values.read_sex(text).text for text in ("Nam", "NỮ", "nu", "N", "")] == [
        "male",
        "female",
        "female",
        "female",
        "",
    ]
    assert [values.read_ethnic_group(text).text for text in ("tày", "H'Mông", "Mông", "DAO", "Cao Lan")] == [
        "Tày",
        "Mông",
        "Mông",
        "Dao",
        "Sán Chay",
    ]
    assert [values.read_identity(cell).text for cell in ("001 060 000 123", 1060000123, 8060000123.0, 12345678, 0, "")] == [
        "001060000123", "001060000123", "008060000123", "012345678", "", "",
    ]  # fmt: skip
    assert [values.read_card(cell).text for cell in ("38.578.093", 8578093, "", "-")] == [
        "38578093",
        "08578093",
        "",
        "",
    ]
    posts = [
        "Bí thư",
        "Phó Bí thư chi bộ",
        "PBT",
        "Chi uỷ viên",
        "Tổ trưởng tổ đảng",
        "Bí thư Đoàn xã",
        "Trưởng thôn",
        "Đảng ủy viên, BT",
    ]
    expected = [
        "secretary",
        "deputy_secretary",
        "deputy_secretary",
        "committee_member",
        "group_head",
        "",
        "",
        "secretary",
    ]
    assert [values.read_post(text) for text in posts] == expected
    notes = [
        "Miễn công tác và SHĐ",
        "Miễn SH",
        "Dự bị",
        "ĐVDB",
        "SH tạm thời",
        "Đi làm ăn xa",
        "Đình chỉ SH",
        "Nghĩa vụ quân sự",
        "Miễn nhiệm 2020",
        "Hộ nghèo",
    ]
    standings = [
        "exempt",
        "exempt",
        "probationary",
        "probationary",
        "elsewhere",
        "elsewhere",
        "suspended",
        "special_duty",
        "",
        "",
    ]
    assert [values.read_standing(text) for text in notes] == standings


# ── any roster, in any order, format and encoding ─────────────────────────────

FAMILY = ["Nguyễn", "Lường", "Đặng", "Vàng", "Ưng", "Giàng", "Chẩu", "Tống", "Công"]
MIDDLE = ["Thị Thu", "Văn", "Hữu", "Ngọc", "Xuân"]
GIVEN = ["Ỷ", "Ước", "Hằng", "Sơn", "Ơn", "Nữ", "Năm", "Mười"]
PEOPLE: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.builds(
                "{} {} {}".format, st.sampled_from(FAMILY), st.sampled_from(MIDDLE), st.sampled_from(GIVEN)
            ),
            "sex": st.sampled_from(["male", "female"]),
            "born": st.dates(date(1930, 1, 1), date(2005, 12, 31)),
            "cell": st.sampled_from(["Chi bộ thôn Nặm Chá", "Chi bộ Cơ quan xã", "Chi bộ tổ dân phố 3"]),
            "admitted": st.integers(19 * 366, 20 * 365 + 200),
        }
    ),
    min_size=1,
    max_size=12,
)
DATE_FORMATS = [
    "{0:%d/%m/%Y}",
    "{0.day}/{0.month}/{0.year}",
    "{0:%d-%m-%Y}",
    "{0:%d.%m.%Y}",
    "{0:%Y-%m-%d}",
    "{0:%d / %m / %Y}",
]
LABELS = {
    "index": ["STT", "TT", "Số TT"],
    "name": ["Họ và tên", "HỌ TÊN ĐẢNG VIÊN", "Ho va ten", "Họ tên"],
    "sex": ["Giới tính", "GIỚI TÍNH", "Nam/Nữ", "Gioi tinh"],
    "born": ["Ngày sinh", "Ngày, tháng, năm sinh", "NGÀY THÁNG NĂM SINH", "Ngay sinh"],
    "cell": ["Chi bộ", "CHI BỘ", "Tên chi bộ", "Chi bộ sinh hoạt"],
    "admitted": ["Ngày vào Đảng", "Ngày kết nạp", "NGÀY KẾT NẠP ĐẢNG", "Ngay vao Dang"],
    "card": ["Số thẻ", "Số thẻ đảng viên", "SỐ THẺ ĐẢNG", "Số thẻ ĐV"],
}


@st.composite
def written_rosters(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Rows]:
    people = draw(PEOPLE)
    for number, person in enumerate(people):
        person["card"] = str(38_000_000 + number)
        person["admitted"] = person["born"] + timedelta(days=person["admitted"])
    order = draw(st.permutations(list(LABELS)))
    shown = draw(st.sampled_from(DATE_FORMATS))
    capitals = draw(st.booleans())
    header = [draw(st.sampled_from(LABELS[column])) for column in order]
    titles: Rows = draw(
        st.sampled_from([[], [["ĐẢNG BỘ XÃ LĂNG CAN"], [], ["DANH SÁCH ĐẢNG VIÊN"], ["(Tính đến ngày 01/11/2026)"]]])
    )
    rows = []
    for number, person in enumerate(people, start=1):
        written = {
            "index": str(number),
            "name": person["name"].upper() if capitals else person["name"],
            "sex": {"male": "Nam", "female": "Nữ"}[person["sex"]],
            "born": shown.format(person["born"]),
            "cell": person["cell"],
            "admitted": shown.format(person["admitted"]),
            "card": person["card"],
        }
        rows.append([written[column] for column in order])
    ends: Rows = draw(
        st.sampled_from([[], [[], [f"Tổng số: {len(people)} đảng viên"], ["", "T/M ĐẢNG ỦY"], ["", "BÍ THƯ"]]])
    )
    return people, [*titles, header, *rows, *ends]


def as_csv(rows: Rows, delimiter: str) -> str:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue()


def as_xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def assert_same(roster: Roster, people: list[dict[str, Any]]) -> None:
    found = [
        {
            "name": person.name,
            "sex": person.sex,
            "born": person.born_on,
            "cell": person.cell,
            "admitted": person.admitted_on,
            "card": person.card_number,
        }
        for person in roster.people
    ]
    assert found == people
    assert {problem.code for problem in roster.problems} <= {"too_young"}


@settings(max_examples=150, deadline=None)
@given(written_rosters())
def test_any_written_roster_is_understood(written: tuple[list[dict[str, Any]], Rows]) -> None:
    people, rows = written
    assume_no_twins = {(person["name"], person["born"]) for person in people}
    if len(assume_no_twins) == len(people):
        assert_same(understand(Workbook("csv", (Sheet("", rows),)), today=TODAY), people)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    written_rosters(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "nfd", "xlsx"]),
    st.sampled_from(";,\t"),
)
def test_any_file_of_it_reads_back_the_same(
    written: tuple[list[dict[str, Any]], Rows], encoding: str, delimiter: str
) -> None:
    people, rows = written
    if len({(person["name"], person["born"]) for person in people}) < len(people):
        return
    if encoding == "xlsx":
        content = as_xlsx(rows)
    elif encoding == "nfd":
        content = unicodedata.normalize("NFD", as_csv(rows, delimiter)).encode()
    else:
        content = as_csv(rows, delimiter).encode(encoding)
    assert_same(understand(read_bytes(content), today=TODAY), people)
