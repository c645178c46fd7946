"""A score sheet is read before it is applied: its scales in words, and what a made-up meeting would get."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from nennep.assessments.queries.templates import show_sheets
from nennep.policies.importers.sheet_files import check_file
from nennep.policies.rules import read_sheet, say_line
from tests.factories.people import People, make_people

pytestmark = pytest.mark.usefixtures("fixed_clock")


@pytest.fixture
def people() -> People:
    return make_people()


def read(people: People, query: str = "") -> tuple[int, str]:
    answer = people.reader.get(reverse("assessments:show_template", args=[people.cell.public_id]) + query)
    return answer.status_code, " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_the_sheet_in_force_with_its_example(people: People) -> None:
    status, text = read(people)
    assert status == 200
    assert "Khung đang áp dụng, theo 42-HD/BTCTW." in text
    assert "Số phút thiếu so với quy định: 0 phút được 5; đến 15 phút được 4; đến 30 phút được 3" in text
    assert "Ví dụ: sổ sách gợi ý 48,0 trên 55 điểm; phần còn lại đến 100 do chi bộ chấm." in text


@pytest.mark.django_db
def test_a_delivered_document_is_read_before_it_is_applied(people: People) -> None:
    status, text = read(people, "?van-ban=an-phu-2025")
    assert status == 200
    assert "Khung trong 08-KH/ĐU, chưa áp dụng ở đây." in text
    assert "Tháng không có chuyên đề: điểm chuyển sang dòng 4.2" in text
    assert read(people, "?van-ban=khong-co")[0] == 404
    assert read(people, "?van-ban=qd-294-2025")[0] == 404


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({}, ()),
        (
            {"evidence": "steps_done_share", "share": True},
            ("tỷ lệ mục của chương trình đã bàn: 5 điểm nhân tỷ lệ, tròn nửa điểm",),
        ),
        (
            {"evidence": "criticism_minutes", "within": [15, 30]},
            ("thời gian tự phê bình và phê bình: từ 15 phút đến 30 phút được 5, ngoài khoảng thì 0",),
        ),
        (
            {"evidence": "speakers_share", "bands": [["200/3", 5], [50, 2.5], [0, 1]]},
            ("tỷ lệ đảng viên có mặt phát biểu: từ 200/3% được 5; từ 50% được 2,5; thấp hơn được 1",),
        ),
        (
            {"starts_at": 5, "additions": [{"when": "unexcused", "points": -0.5, "each": True}]},
            ("Bắt đầu từ 5 điểm", "Mỗi đảng viên vắng không lý do: bớt 0,5 điểm"),
        ),
        (
            {"all": ["conclusion", "not unexcused"]},
            ("có kết luận, không có đảng viên vắng không lý do: đủ cả được 5, thiếu một thì 0",),
        ),
        ({"told": ["items"]}, ("Nêu số liệu: số mục của chương trình",)),
    ],
)
def test_a_line_is_said_in_words(line: dict[str, Any], said: tuple[str, ...]) -> None:
    lines = [{"code": "1", "title": "A", "max": 5} | line, {"code": "2", "title": "B", "max": 95}]
    sheet, problems = read_sheet({"code": "s", "title": "S", "groups": [{"code": "g", "title": "G", "items": lines}]})
    assert sheet is not None, problems
    assert say_line(sheet.items[0]) == said


def test_the_example_keeps_the_limits_of_outer_groups_and_never_passes_a_hundred() -> None:
    file = Path(__file__).parent / "sheets" / "tran-nhom-ngoai.toml"
    (sheet,), _problems = check_file(file)
    (shown,) = show_sheets([sheet])
    assert [int(shown.proposed), int(shown.reached)] == [3, 100]
    assert [heading for group in shown.groups for heading in group.headings] == [
        ("Nền nếp (trừ nhiều nhất 10 điểm)", 0),
        ("Điểm thưởng (nhiều nhất 3 điểm)", 3),
    ]
