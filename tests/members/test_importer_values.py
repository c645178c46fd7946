"""Single values of rosters: dates, names of people and cells, numbers, posts, standing."""

import unicodedata
from datetime import date

import pytest

from nennep.core.sheets.cells import Cell
from nennep.members.importers import values
from nennep.members.importers.dates import DateReader, split_pair
from nennep.members.importers.names import cell_key, cell_name, find_dropped_title, loose_cell_key, split_person_name

TODAY = date(2026, 11, 22)


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
        ("3/2/85 (DB)", date(1985, 2, 3)),
        ("Dự bị 3/2/2025", date(2025, 2, 3)),
        ("19-May-90", date(1990, 5, 19)),
        ("19 SEP 1990", date(1990, 9, 19)),
        ("O3/1O/199O", date(1990, 10, 3)),
        ("12-thg5-1970", date(1970, 5, 12)),
        ("12 thg 5, 1970", date(1970, 5, 12)),
        ("12/05/1970 12:00:00 AM", date(1970, 5, 12)),
        ("12/05/1970 12:00:00 SA", date(1970, 5, 12)),
        ("May 12, 1970", date(1970, 5, 12)),
        ("Sept. 3rd 1970", date(1970, 9, 3)),
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
    assert DateReader(TODAY, birth=False).read("03/02/27").code == "date_in_future"
    assert DateReader(TODAY, birth=False).read("1/1/31").code == "date_in_future"
    assert DateReader(TODAY, birth=False).read("1/1/32").on == date(1932, 1, 1)


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


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Ông Cao Thắng Lợi", "Ông"),
        ("BÀ THỊ MẾN THƯƠNG", "BÀ"),
        ("Ông Văn Bà", ""),
        ("Bàn Thị Mến Thương", ""),
        ("Đồng chí Lò Thị Ỷ", ""),
        ("", ""),
    ],
)
def test_a_title_that_may_be_a_family_name_is_pointed_out(typed: str, title: str) -> None:
    assert find_dropped_title(typed) == title


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


def test_sex_ethnic_group_and_numbers() -> None:
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


def test_numbers_as_programs_and_people_write_them() -> None:
    assert [values.read_identity(text).text for text in ("2061001234.0", "002061001234.00", "002.061.001.234")] == [
        "002061001234"
    ] * 3
    assert [values.read_card(text) for text in ("38578093.0", "38578093,0", "Số 38.578.093", "Thẻ số: 38578093")] == [
        ("38578093", "", ())
    ] * 4


def test_posts_and_standing_from_words() -> None:
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


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0912.345.678", "0912345678"),
        (912345678, "0912345678"),
        (912345678.0, "0912345678"),
        ("2143812345", "02143812345"),
        ("ĐT: 0912 345 678 (con trai)", "0912345678"),
        ("0912345678; 0987654321", "0912345678"),
        ("0123.456.7890", "01234567890"),
        ("0912 345 678 0987 654 321 11", "09123456780987654321"),  # nobody's number: kept for somebody to mend
        ("không có", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_phone_number(cell: Cell, expected: str) -> None:
    assert values.read_phone(cell) == values.TextRead(expected)
