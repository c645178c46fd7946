"""Everything that can be wrong with a row, each with its place and its sentence."""

from typing import Any

import pytest

from nennep.members.importers.problems import MESSAGES, message_of
from nennep.members.importers.shapes import Corrections
from tests.members.test_importers import read

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
        (1, "Ông Cao Thắng Lợi", "title_dropped", 1),
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
        (5, "31/1/1978", "too_young", 1),
        (3, "1/1/2021", "under_age", 0),
        (3, "2021", "under_age", 0),
        (5, "1990", "date_incomplete", 1),
        (6, "3/2/1989", "official_before_admitted", 0),
        (7, "AB123", "card_number_odd", 1),
        (8, "8060000123", "identity_zero_restored", 1),
        (8, "8.06E+09", "identity_lost_digits", 0),
        (8, "12345", "identity_invalid", 0),
        (8, "008061000123", "identity_disagrees", 1),
        (1, "Ma Văn \u05d0", "name_invalid", 0),
        (9, "TUYỆT MẬT", "text_marked_secret", 0),
        (9, "Chức vụ\u202e", "text_with_unfit_character", 0),
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
        (5, "namesake"),
    ]
    assert message_of(roster.problems[0]) == "Trùng số thẻ với dòng 2. Một người hay hai người?"
    assert [person.row for person in roster.people] == [2, 5]
    kept = read(("DS", [HEADER, GOOD, same]), corrections=Corrections(distinct=frozenset({("DS", 3)})))
    assert len(kept.people) == 2


def test_every_message_is_one_vietnamese_sentence() -> None:
    for code, message in MESSAGES.items():
        assert str(message).rstrip().endswith((".", "?")), code
        assert len(str(message)) < 130, code


def test_a_stamp_in_the_name_of_a_cell_keeps_the_row_out() -> None:
    roster = read(
        ("DS", [[*HEADER[:2], "Chi bộ"], [1, "Ma Văn A", "Chi bộ TUYỆT MẬT"], [2, "Ma Văn B", "Chi bộ Bản Mật"]])
    )
    assert [
        (problem.row, problem.column, problem.code) for problem in roster.problems if problem.code.startswith("text")
    ] == [(2, "C", "text_marked_secret")]
    assert [person.name for person in roster.people] == ["Ma Văn B"]
