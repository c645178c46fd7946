"""Rosters as communes keep them: the three samples name by name, and every shape we know of."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nennep.core.sheets.cells import Merge, Sheet, Workbook
from nennep.members.importers.columns import Column
from nennep.members.importers.headers import meaning_of
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import Corrections, Roster

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
    rows: Rows = [["STT", "Họ tên", "Năm sinh"], [1, "Ma Văn A", "1950"]]
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
    header: list[Any] = ["STT", "Họ và tên", "Năm sinh"]
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
    header: list[Any] = ["STT", "Họ và tên", "Năm sinh"]
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
    header: list[Any] = ["STT", "Họ tên", "Năm sinh", "Chức vụ"]
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


def test_sections_with_counts_beside_the_name() -> None:
    header: list[Any] = ["STT", "Họ tên", "Năm sinh", "Dân tộc", "Ghi chú"]
    roster = read(
        (
            "DS",
            [
                header,
                ["", "CHI BỘ THÔN 1", "", "", "12 đảng viên"],
                [1, "Ma Văn A", 1960, "Tày", "Miễn SHĐ"],
                ["II", "CHI BỘ THÔN 2", 12, 5, 7],
                [1, "Ma Văn B", 1961, "Tày", ""],
            ],
        )
    )
    assert [(person.name, person.cell) for person in roster.people] == [
        ("Ma Văn A", "Chi bộ thôn 1"),
        ("Ma Văn B", "Chi bộ thôn 2"),
    ]
    assert roster.problems == ()


def test_the_place_of_work_is_no_cell() -> None:
    header = [
        "STT",
        "Họ và tên\n(khai sinh)",
        "Ngày/tháng/\nnăm sinh",
        "Đơn vị công tác",
        "Chi bộ đang sinh hoạt",
        "Ngày vào Đ",
    ]
    roster = read(("DS", [header, [1, "Ma Văn A", "1/1/1960", "UBND xã", "Chi bộ thôn 5", "3/2/85"]]))
    assert roster.cells == ("Chi bộ thôn 5",)
    assert roster.people[0].admitted_on == date(1985, 2, 3)


@pytest.mark.parametrize("merges", [((0, 1, 0, 2),), ()])
def test_one_label_over_family_and_given_name(merges: tuple[Merge, ...]) -> None:
    rows: Rows = [
        ["STT", "Họ và tên", "", "Ngày sinh", "Chi bộ"],
        [1, "Nguyễn Văn", "Thái", "1/1/1960", "Chi bộ thôn 5"],
        [2, "Lường Thị", "Hằng", "1/1/1961", "Chi bộ thôn 5"],
        [3, "Ma Văn", "Ước", "1/1/1962", "Chi bộ thôn 5"],
    ]
    assert names(read(("DS", rows), merges=merges)) == ["Nguyễn Văn Thái", "Lường Thị Hằng", "Ma Văn Ước"]


@pytest.mark.parametrize(
    "beside", [["Tày", "Kinh", "Dao"], ["Nam", "Nữ", "Nam"], ["x", "", "x"], ["Nà Lòa", "Hằng", "Ước"]]
)
def test_an_unnamed_column_beside_the_name_is_left_alone(beside: list[str]) -> None:
    header: list[Any] = ["STT", "Họ và tên", "", "Ngày sinh", "Chi bộ"]
    people = ["Nguyễn Văn Thái", "Lường Thị Hằng", "Ma Văn Ước"]
    rows: Rows = [
        [number, name, text, "1/1/1960", "Chi bộ thôn 5"]
        for number, (name, text) in enumerate(zip(people, beside, strict=True))
    ]
    assert names(read(("DS", [header, *rows]))) == people


def test_sections_behind_a_bullet() -> None:
    roster = read(
        (
            "DS",
            [
                ["STT", "Họ tên", "Năm sinh"],
                ["", "* Chi bộ thôn 1 - 2 đồng chí"],
                [1, "Ma Văn A", 1960],
                ["", "- Chi bộ thôn 2: 1 đ/c"],
                [1, "Ma Văn B", 1961],
            ],
        )
    )
    assert roster.cells == ("Chi bộ thôn 1", "Chi bộ thôn 2")
    assert (names(roster), roster.problems) == (["Ma Văn A", "Ma Văn B"], ())


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("DT", Column.ETHNIC),
        ("ĐT", Column.PHONE),
        ("D.tộc", Column.ETHNIC),
        ("TG", Column.RELIGION),
        ("Thành phần dân tộc", Column.ETHNIC),
        ("Thành phần gia đình", Column.NOTHING),
        ("Theo tôn giáo", Column.RELIGION),
        ("G.tính", Column.SEX),
        ("N.sinh", Column.BORN),
        ("NVĐ", Column.ADMITTED),
        ("NCT", Column.OFFICIAL),
        ("STĐV", Column.CARD),
        ("Số hiệu thẻ ĐV", Column.CARD),
        ("Số hiệu quân nhân", Column.NOTHING),
        ("Số thẻ CCCD", Column.IDENTITY),
        ("Đang sinh hoạt tại chi bộ", Column.CELL),
        ("Đồng chí", Column.NAME),
        ("Ngày chuyển đảng chính thức", Column.OFFICIAL),
        ("Ngày chuyển đến", Column.NOTHING),
        ("Ngày vào Đảng, ngày chính thức", Column.ADMITTED),
        ("Ngày vào Đảng chính thức", Column.OFFICIAL),
    ],
)
def test_labels_that_look_alike(label: str, meaning: Column) -> None:
    assert meaning_of(label) == meaning


def test_birth_in_three_columns_and_letters_below_the_header() -> None:
    header = ["STT", "Họ tên", "Ngày sinh", "Tháng sinh", "Năm sinh", "Chi bộ"]
    roster = read(("DS", [header, list("abcdef"), [1, "Ma Văn A", 5, 9, 1960, "Chi bộ thôn 5"]]))
    assert [(person.name, person.born_on) for person in roster.people] == [("Ma Văn A", date(1960, 9, 5))]
    assert (roster.rows, roster.problems) == (1, ())


@pytest.mark.parametrize("name", ["Hướng dẫn", "HƯỚNG DẪN NHẬP LIỆU", "Danh mục", "Danh mục dân tộc"])
def test_sheets_that_explain_are_no_rosters(name: str) -> None:
    roster = read(
        (name, [["Cột", "Ý nghĩa"], ["Họ và tên", "Năm sinh"], ["Ngày sinh", "dd/mm/yyyy"]]),
        ("Thôn 5", [["STT", "Họ tên", "Năm sinh"], [1, "Ma Văn A", 1960]]),
    )
    assert (names(roster), roster.cells, roster.problems) == (["Ma Văn A"], ("Chi bộ thôn 5",), ())
