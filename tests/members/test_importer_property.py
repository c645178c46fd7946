"""Any roster, in any order of columns, format of dates and encoding of the file, reads back the same."""

import csv
import io
import unicodedata
from datetime import date, timedelta
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.core.sheets.cells import Sheet, Workbook
from nennep.core.sheets.reader import read_bytes
from nennep.members.importers.rosters import understand
from nennep.members.importers.shapes import Roster

TODAY = date(2026, 11, 22)
Rows = list[list[Any]]

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
