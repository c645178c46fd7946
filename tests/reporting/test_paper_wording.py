"""What every paper says in the same way: months, days by which, persons, how a sentence goes on; what it says once only."""

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest

from nennep.core.periods import Month
from nennep.core.wording import format_month, lower_start
from nennep.records.rules.minutes import PetitionPart, RemarkPart
from nennep.records.rules.resolution import say_title
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.wording import end_line, format_long_day, hold_name, say_comrades, say_person
from nennep.reporting.rules.papers import fit_lines, name_document, say_time_left

WORDS = sorted((Path(__file__).parents[2] / "tools" / "papers").glob("*.txt"))
IDS = [path.stem for path in WORDS]


@pytest.mark.parametrize(("number", "written"), [(1, "01"), (2, "02"), (3, "3"), (9, "9"), (12, "12")])
def test_months_one_and_two_take_a_zero_wherever_papers_name_a_month(number: int, written: str) -> None:
    assert format_month(number) == written
    assert parts.say_month(Month(2027, number)) == f"tháng {written} năm 2027"
    assert say_title(Month(2027, number)).endswith(f" tháng {written} năm 2027")
    assert format_long_day(date(2027, number, 3)) == f"ngày 03 tháng {written} năm 2027"


@pytest.mark.parametrize(
    ("text", "behind_a_comma"),
    [
        ("Vận động hiến đất", "vận động hiến đất"),
        ("Ở thôn còn rác", "ở thôn còn rác"),
        ("Thứ Năm", "thứ Năm"),
        ("Chủ nhật", "Chủ nhật"),
        ("Làm 300 m mương", "làm 300 m mương"),
        ("Nhà đồng chí bí thư", "nhà đồng chí bí thư"),
        ("Nhà Văn hóa thôn", "nhà Văn hóa thôn"),
        ("Đồng chí Đặng Văn Loan còn vắng", "đồng chí Đặng Văn Loan còn vắng"),
        ("Đảng viên còn vắng", "đảng viên còn vắng"),
        ("Ủy ban nhân dân xã", "Ủy ban nhân dân xã"),
        ("Chi bộ chưa họp", "Chi bộ chưa họp"),
        ("Nhà nước hỗ trợ", "Nhà nước hỗ trợ"),
        ("Lý Thị Mỷ vắng", "Lý Thị Mỷ vắng"),
        ("UBND xã", "UBND xã"),
        ("12 hộ", "12 hộ"),
        ("", ""),
    ],
)
def test_a_sentence_goes_on_in_small_letters_but_names_stay(text: str, behind_a_comma: str) -> None:
    assert lower_start(text) == behind_a_comma


def test_a_remark_goes_on_in_small_letters() -> None:
    assert str(RemarkPart("Biểu dương", "Lý Thị Mỷ", "Vận động hiến đất")) == "đồng chí Lý Thị Mỷ, vận động hiến đất"


@pytest.mark.parametrize("typed", ["Đặng Văn Loan", "đồng chí Đặng Văn Loan", "Đồng chí Đặng Văn Loan"])
def test_comrade_is_said_once_whatever_was_typed(typed: str) -> None:
    assert say_person(typed) == "Đặng Văn Loan"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Đặng Văn Loan", "đồng chí Đặng Văn Loan"),
        ("đồng chí Đặng Văn Loan", "đồng chí Đặng Văn Loan"),
        ("Đặng Văn Loan, Ma Đình Phúc", "các đồng chí Đặng Văn Loan, Ma Đình Phúc"),
    ],
)
def test_helpers_are_comrades_too(names: str, said: str) -> None:
    assert say_comrades(names) == said


@pytest.mark.parametrize("path", WORDS, ids=IDS)
def test_no_paper_says_comrade_before_a_name_as_typed(path: Path) -> None:
    """`approved_by` is an account's name, `committee` no person."""
    said = re.findall(r"[đĐ]ồng chí (?:\*\*)?\{\{ ([^}]+) \}\}", path.read_text())
    assert [
        value for value in said if "|person" not in value and value not in {"version.approved_by", "paper.committee"}
    ] == []


@pytest.mark.parametrize("path", WORDS, ids=IDS)
def test_a_last_day_is_never_said_as_a_day_before(path: Path) -> None:
    """A task due on the 31st may be done on the 31st."""
    assert "trước ngày" not in path.read_text()


@pytest.mark.parametrize("path", WORDS, ids=IDS)
def test_places_and_weekdays_inside_a_sentence_are_written_small(path: Path) -> None:
    values = re.findall(
        r"(?:tại |, |\{% if paper\.weekday %\})\{\{ (paper\.(?:sitting\.place|weekday)[^}]*) \}\}", path.read_text()
    )
    large = path.stem in {"notice", "pack"}  # there the weekday begins its line
    assert [value for value in values if "|small" not in value and not large] == []


@pytest.mark.parametrize(
    ("answer", "decision", "outcome"),
    [
        ("", "", "Đảng bộ xã sẽ trả lời"),
        ("Đã sửa.", "", "Đã sửa"),
        ("Đã sửa.", "Chi bộ xác nhận đã giải quyết xong", "Đã sửa. Chi bộ xác nhận đã giải quyết xong"),
        ("", "Chi bộ đề nghị giải quyết tiếp", "Chi bộ đề nghị giải quyết tiếp"),
    ],
)
def test_the_outcome_of_a_petition_says_what_happened_and_nothing_else(
    answer: str, decision: str, outcome: str
) -> None:
    assert PetitionPart("Cầu hỏng", "", "Đảng bộ xã", answer, decision).outcome == outcome


@pytest.mark.parametrize(
    ("line", "ended"),
    [
        ("Làm xong mương", "Làm xong mương."),
        ("Xong.", "Xong."),
        ("Gồm:", "Gồm:"),
        ("Một;", "Một;"),
        ("", ""),
        ("Tốt!", "Tốt!"),
        ("Sửa cầu (đang mở, Đảng bộ xã)", "Sửa cầu (đang mở, Đảng bộ xã)."),
        ("(Có ghi riêng.)", "(Có ghi riêng.)"),
        ("Bác nói “xong rồi!”", "Bác nói “xong rồi!”"),
        ("Gồm (xem dưới):", "Gồm (xem dưới):"),
    ],
)
def test_a_line_somebody_wrote_ends_with_a_stop(line: str, ended: str) -> None:
    assert end_line(line) == ended


@pytest.mark.parametrize(
    ("issuer", "lines"),
    [
        ("CHI BỘ THÔN NẶM CHÁ", ["CHI BỘ THÔN NẶM CHÁ"]),
        ("CHI BỘ ỦY BAN NHÂN DÂN XÃ", ["CHI BỘ", "ỦY BAN NHÂN DÂN XÃ"]),
        ("CHI BỘ TRƯỜNG PHỔ THÔNG DÂN TỘC BÁN TRÚ", ["CHI BỘ TRƯỜNG PHỔ THÔNG", "DÂN TỘC BÁN TRÚ"]),
    ],
)
def test_the_name_of_a_cell_breaks_where_it_is_read(issuer: str, lines: list[str]) -> None:
    held = textwrap.wrap(hold_name(issuer).replace("\xa0", "_"), 24)
    assert [line.replace("_", " ") for line in held] == lines


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("42-HD/BTCTW", "Hướng dẫn số 42-HD/BTCTW"),
        ("08-KH/ĐU", "Kế hoạch số 08-KH/ĐU"),
        ("05-QĐ/TU", "văn bản số 05-QĐ/TU"),
        ("Phụ lục 2", "Phụ lục 2"),
    ],
)
def test_a_document_is_called_what_its_number_says(number: str, said: str) -> None:
    assert name_document(number) == said


@pytest.mark.parametrize(("room", "fitting"), [(0, 1), (58, 2), (57.9, 1), (1000, 3)])
def test_large_print_takes_what_fits(room: float, fitting: int) -> None:
    assert fit_lines(["Một dòng"] * 3, room=room) == fitting


@pytest.mark.parametrize(
    ("due", "opening", "said"),
    [
        (date(2026, 11, 3), "Có mốc thời hạn", "chậm nhất ngày 03/11/2026"),
        (date(2026, 11, 2), "Đang triển khai", "đã quá hạn ngày 02/11/2026"),
        (None, "Nhiệm vụ thường xuyên", "nhiệm vụ thường xuyên"),
        (None, "Đang triển khai", "chưa xác định mốc"),
    ],
)
def test_a_task_that_goes_on_says_until_when(due: date | None, opening: str, said: str) -> None:
    assert say_time_left(due, opening, on=date(2026, 11, 3)) == said
