"""Sheets as provinces write them, loaded as files: each checked, applied by its page, and meetings scored by hand beside it."""

from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.assessments import queries, services
from nennep.assessments.rules import MeetingFacts, NoSheetForKind, find_total, may_be_given, propose
from nennep.assessments.services import Decision
from nennep.core.answers import SEAL
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.importers.sheet_files import check_file
from nennep.policies.queries import rules_for
from nennep.policies.rules import ScoreSheetTemplate, say_line
from tests.assessments.test_load_sheet_page import field, send
from tests.assessments.test_rules import FACTS, GOOD
from tests.assessments.test_shipped_sheets import KNOWN
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_held_meeting, make_secretary

FILES = sorted((Path(__file__).parent / "sheets").glob("*.toml"))
READ = {sheet.code: sheet for file in FILES for sheet in check_file(file)[0]}


def points_of(sheet: str, line: str, facts: MeetingFacts) -> Decimal | None:
    found = next(item for item in READ[sheet].items if item.code == line)
    return propose(found, facts).points


def score(sheet: ScoreSheetTemplate, facts: MeetingFacts, people: dict[str, str]) -> tuple[dict[str, Decimal], Decimal]:
    """Points line by line, those of `people` where only they can judge, and the total."""
    points = {item.code: propose(item, facts).points for item in sheet.items}
    given_by_people = {code: Decimal(number) for code, number in people.items()}
    assert {code for code, found in points.items() if found is None} == set(given_by_people)
    whole = {code: given_by_people[code] if found is None else found for code, found in points.items()}
    return whole, find_total(sheet, list(whole.values()))


WELL = replace(KNOWN, praises=2, reminders=1)  # 23 of 25 there, 112 of 90 minutes, 12 of 23 spoke, 7 of 9 tasks
BADLY = replace(
    WELL,
    present=20,
    attending=20,
    unexcused=5,
    committee_met=False,
    papers_on_time=False,
    papers_early=0,
    filed_on_time=False,
    minutes_long=59,
    last_duties_done=9,
    speakers=10,
)


@pytest.mark.parametrize(
    ("sheet", "facts", "people", "points", "total"),
    [
        ("danh-muc-2026", WELL, {"C3": "1"}, "1 1 1 1 1 1 1 1 1 1", "100"),
        # 80 % there, somebody unexcused, 59 minutes, exactly half spoke, no committee, papers and filing late: three of ten.
        ("danh-muc-2026", BADLY, {"C3": "1"}, "0 0 0 0 0 0 1 1 0 1", "30"),
        # 7/9 of 25,5 is 19,83: to half a point 20.
        ("hai-cot-2026", WELL, {"II.2": "30"}, "12.5 8.5 17.5 30 20 4.5", "93"),
        # 31 minutes short: by the share (65,6 %); somebody unexcused: the lowest band; two of three parts.
        ("hai-cot-2026", BADLY, {"II.2": "20.5"}, "2.5 0 17.5 20.5 25.5 3", "69"),
        ("tru-diem-2026", WELL, {"3.2": "0"}, "0 0 0 0 0 -25 0", "75"),
        # 15 + 2,5 of attendance, of which the group takes 12; 10, 6, 5 and 20 besides.
        ("tru-diem-2026", BADLY, {"3.2": "-20"}, "-15 -2.5 -10 -6 -5 0 -20", "47"),
        # 30 + 20 + 39 (7/9 of 50), and 1,5 + 2 of bonus.
        ("thuong-phat-2026", WELL, {"2.3": "2"}, "30 20 39 0 1.5 2 0 0", "92.5"),
        # Everything full and 3 + 2 + 2 of bonus: never more than a hundred.
        (
            "thuong-phat-2026",
            replace(WELL, present=25, attending=25, speakers=13, last_duties_done=9, praises=9),
            {"2.3": "2"},
            "30 20 50 3 2 2 0 0",
            "100",
        ),
        # 24 + 12 + 50 + 1,5; five unexcused and late are 20 + 4, of which the group takes 10.
        ("thuong-phat-2026", BADLY, {"2.3": "0"}, "24 12 50 0 1.5 0 -20 -4", "77.5"),
        ("nhieu-tang-2026", WELL, {"B.3": "17.5"}, "10 10 5 15 20 20 17.5", "97.5"),
        ("nhieu-tang-2026", BADLY, {"B.3": "10"}, "0 0 5 0 10 20 10", "45"),
        ("chuyen-diem-2026", WELL, {}, "20 40 31", "91"),
        ("bieu-1", WELL, {"1.2": "25"}, "20 25 39", "84"),
        ("bieu-2", WELL, {}, "40 60", "100"),
        # Two groups of -10 below a group that takes 10, two of a bonus of 3 below one that gives 3.
        (
            "tran-nhom-ngoai",
            replace(WELL, window_kept=False, concluded=False, praises=0, reminders=0),
            {},
            "-10 -10 0 3",
            "93",
        ),
        ("tran-nhom-ngoai", replace(WELL, window_kept=False), {}, "-10 0 3 3", "93"),
        ("tran-nhom-ngoai", WELL, {}, "0 0 3 3", "100"),
    ],
)
def test_meetings_get_what_was_reckoned_by_hand(
    sheet: str, facts: MeetingFacts, people: dict[str, str], points: str, total: str
) -> None:
    found, reached = score(READ[sheet], facts, people)
    assert list(found.values()) == [Decimal(one) for one in points.split()]
    assert reached == Decimal(total)


@pytest.mark.parametrize(
    ("sheet", "line", "changes", "points"),
    [
        ("danh-muc-2026", "B1", {"counted": 20, "present": 17}, "0"),  # 85 % exactly is not above it
        ("danh-muc-2026", "B1", {"counted": 100, "present": 86}, "1"),
        ("danh-muc-2026", "B3", {"minutes_long": 89}, "0"),
        ("danh-muc-2026", "B3", {"minutes_long": 90}, "1"),
        ("danh-muc-2026", "B4", {"attending": 20, "speakers": 10}, "0"),
        ("danh-muc-2026", "B4", {"attending": 20, "speakers": 11}, "1"),
        ("hai-cot-2026", "I.1", {"minutes_long": 76}, "10"),  # 14 minutes short
        ("hai-cot-2026", "I.1", {"minutes_long": 75}, "7.5"),  # 15: not below 15
        ("hai-cot-2026", "I.1", {"minutes_long": 60}, "7.5"),
        ("hai-cot-2026", "I.1", {"minutes_long": 59}, "2.5"),
        ("hai-cot-2026", "I.1", {"minutes_long": 44}, "0"),
        ("hai-cot-2026", "I.2", {"counted": 20, "present": 19}, "10"),
        ("hai-cot-2026", "I.2", {"counted": 20, "present": 18}, "6.5"),  # 90 % exactly is not above it
        ("hai-cot-2026", "I.2", {"counted": 21, "present": 14}, "3.5"),  # exactly two thirds
        ("hai-cot-2026", "I.2", {"counted": 23, "present": 15}, "0"),
        ("tru-diem-2026", "1.2", {"counted": 10, "present": 9}, "0"),
        ("tru-diem-2026", "1.2", {"counted": 100, "present": 89}, "-2.5"),
        ("tru-diem-2026", "1.2", {"counted": 10, "present": 7}, "-2.5"),
        ("tru-diem-2026", "1.2", {"counted": 100, "present": 69}, "-5"),
        ("tru-diem-2026", "1.1", {"unexcused": 1}, "-3"),
        ("tru-diem-2026", "1.1", {"unexcused": 6}, "-15"),
        ("tru-diem-2026", "2.3", {"minutes_long": 75}, "0"),
        ("tru-diem-2026", "2.3", {"minutes_long": 74}, "-2"),
        ("tru-diem-2026", "2.3", {"minutes_long": 60}, "-2"),
        ("tru-diem-2026", "2.3", {"minutes_long": 59}, "-5"),
        ("nhieu-tang-2026", "A.I.2", {"papers_early": 2}, "0"),
        ("nhieu-tang-2026", "A.I.2", {"papers_early": 3}, "5"),
        ("nhieu-tang-2026", "A.II.b", {"minutes_long": 76}, "10"),
        ("nhieu-tang-2026", "A.II.b", {"minutes_long": 75}, "5"),
        ("nhieu-tang-2026", "A.II.b", {"minutes_long": 60}, "5"),
        ("nhieu-tang-2026", "A.II.b", {"minutes_long": 59}, "0"),
        ("nhieu-tang-2026", "B.2", {"attending": 100, "speakers": 29}, "5"),
        ("nhieu-tang-2026", "B.2", {"attending": 100, "speakers": 30}, "10"),
        ("nhieu-tang-2026", "B.2", {"attending": 100, "speakers": 50}, "20"),
        ("bieu-1", "1.1", {"criticism_minutes": 4}, "0"),
        ("bieu-1", "1.1", {"criticism_minutes": 14}, "10"),
        ("bieu-1", "1.1", {"criticism_minutes": 15}, "20"),
        ("bieu-1", "1.1", {"criticism_minutes": 30}, "20"),
        ("bieu-1", "1.1", {"criticism_minutes": 31}, "10"),
        ("bieu-1", "1.1", {"criticism_minutes": 45}, "10"),
        ("bieu-1", "1.1", {"criticism_minutes": 46}, "5"),
        ("bieu-2", "1.2", {"attending": 20, "speakers": 10}, "30"),
        ("bieu-2", "1.2", {"attending": 4, "speakers": 1}, "30"),
        ("bieu-2", "1.2", {"attending": 5, "speakers": 1}, "10"),
    ],
)
def test_every_border_is_where_the_document_has_it(sheet: str, line: str, changes: dict[str, Any], points: str) -> None:
    assert points_of(sheet, line, replace(WELL, **changes)) == Decimal(points)


@pytest.mark.parametrize(("taken", "points"), [(10, "60"), (8, "45"), (7, "22.5"), (5, "22.5"), (4, "7.5")])
def test_the_line_that_takes_the_points_of_the_theme_reaches_its_new_maximum(taken: int, points: str) -> None:
    """40 becomes 60: every band is worth half as much again."""
    sheet = READ["chuyen-diem-2026"].without_theme()
    line = next(item for item in sheet.items if item.code == "1.2")
    assert (line.maximum, sheet.maximum, [item.code for item in sheet.items]) == (60, 100, ["1.2", "2.1"])
    facts = replace(GOOD, has_theme=False, items=10, items_taken=taken)
    assert propose(line, facts).points == Decimal(points)


def test_a_month_without_a_theme_comes_to_a_hundred_too() -> None:
    found, total = score(READ["chuyen-diem-2026"].without_theme(), replace(WELL, has_theme=False), {})
    assert (found, total) == ({"1.2": Decimal(60), "2.1": Decimal(31)}, Decimal(91))


@given(facts=FACTS, sheet=st.sampled_from(list(READ.values())))
def test_points_stay_within_their_line_and_the_total_within_a_hundred(
    facts: MeetingFacts, sheet: ScoreSheetTemplate
) -> None:
    points = [propose(item, facts).points for item in sheet.items]
    for item, one in zip(sheet.items, points, strict=True):
        assert one is None or may_be_given(one, minimum=item.minimum, maximum=item.maximum)
    assert (
        0
        <= find_total(
            sheet,
            [Decimal(item.minimum) if one is None else one for item, one in zip(sheet.items, points, strict=True)],
        )
        <= 100
    )


def test_what_deducts_gives_and_nests_is_said_in_words() -> None:
    lines = {code: {item.code: say_line(item) for item in sheet.items} for code, sheet in READ.items()}
    assert lines["tru-diem-2026"]["1.2"] == (
        "tỷ lệ dự: dưới 70% trừ 5; dưới 90% trừ 2,5; đến 100% được 0",
        "Trừ nhiều nhất 5 điểm",
    )
    assert lines["thuong-phat-2026"]["2.1"] == (
        "tỷ lệ dự: từ 100% được 3; thấp hơn được 0",
        "Điểm thưởng: cộng ngoài 100 điểm, cả phiếu không quá 100",
    )
    assert lines["nhieu-tang-2026"]["B.1"] == ("tỷ lệ dự: trên 90% được 20; từ 75% được 10; thấp hơn được 0",)
    assert lines["nhieu-tang-2026"]["A.II.b"][0] == (
        "số phút thiếu so với quy định: 0 phút được 15; dưới 15 phút được 10; đến 30 phút được 5"
    )


# ── as files, and by their page ───────────────────────────────────────────────


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_command_finds_nothing_wrong(file: Path) -> None:
    out = StringIO()
    call_command("sheets", "check", str(file), stdout=out)
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == [sheet.code for sheet in check_file(file)[0]]


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def officer(client: Client, cell: Organization) -> Client:
    user = make_user("can-bo")
    grant_role(user, Role.COMMUNE_OFFICER, Organization.objects.get_parent(cell), subtree=True)
    client.force_login(user)
    return client


def apply(officer: Client, cell: Organization, content: bytes) -> str:
    """By the page: the example first, then the confirmation. What the example showed."""
    page: str = send(officer, cell, content).content.decode()
    done = send(officer, cell, more={"text": field(page, "text"), SEAL: field(page, SEAL)})
    assert done.status_code == 302, done.content.decode()
    return page


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_meeting_is_scored_by_what_the_page_applied(
    officer: Client, cell: Organization, file: Path, encoding: str
) -> None:
    """Every line begins with what the facts propose; what people add is agreed, and the total is that of the rules."""
    apply(officer, cell, file.read_text(encoding="utf-8").encode(encoding))
    assert [one.code for one in rules_for(organization=cell, on=TODAY).score_sheet.all] == [
        one.code for one in check_file(file)[0]
    ]
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    template = queries.template_of(meeting, rules_for(organization=cell, on=TODAY), sheet)
    facts = queries.gather_facts(meeting=meeting, today=TODAY, sheet=sheet)
    kept = {item.code: item.points for item in sheet.items.order_by("position")}
    assert kept == {item.code: propose(item, facts).points for item in template.items}
    open_lines = {item.code: Decimal(item.minimum) for item in template.items if kept[item.code] is None}
    decisions = {code: Decision(points) for code, points in open_lines.items()}
    services.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
    agreed = services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    whole = [open_lines[code] if points is None else points for code, points in kept.items()]
    assert agreed.total == find_total(template, whole)
    page = queries.get_sheet_page(actor=actor, meeting_id=meeting.public_id, today=TODAY)
    assert page.is_checklist or page.total == agreed.total


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_a_meeting_that_no_sheet_is_for_is_told_so_and_scored_by_none(officer: Client, cell: Organization) -> None:
    """`bieu-2` is for thematic meetings, `bieu-1` for those of the month: an extraordinary one is not scored."""
    apply(officer, cell, (Path(__file__).parent / "sheets" / "theo-loai-buoi.toml").read_bytes())
    meeting, actor = make_held_meeting(cell), make_secretary(cell)
    words = "Khung chấm điểm đang áp dụng không dùng cho sinh hoạt bất thường, nên buổi này không chấm điểm."
    found = []
    for kind in (MeetingKind.REGULAR, MeetingKind.THEMATIC, MeetingKind.EXTRAORDINARY):
        Meeting.objects.filter(pk=meeting.pk).update(kind=kind)
        page = queries.get_sheet_page(actor=actor, meeting_id=meeting.public_id, today=TODAY)
        found.append((page.title, page.no_sheet))
    assert found == [
        ("Biểu 1: sinh hoạt thường kỳ", ""),
        ("Biểu 2: sinh hoạt chuyên đề", ""),
        ("", words),
    ]
    with pytest.raises(NoSheetForKind) as refused:
        services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    assert str(refused.value) == words


# ── what is wrong is said where it stands ─────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "before", "after", "at", "said"),
    [
        (
            "chi-tru-diem",
            "starts_at = 100",
            "starts_at = 90",
            'code = "tru-diem-2026"',
            "tru-diem-2026: điểm tối đa cộng lại là 90, phải là 100",
        ),
        (
            "chi-tru-diem",
            "max = 0, min = -20 }",
            "max = 0 }",
            "max = 0 }",
            "3.2 max: phải là số từ 0,5 đến 100, chẵn nửa điểm",
        ),
        ("chi-tru-diem", "min = -12", "min = -25", "min = -25", "1 min: phải là số từ -20 đến -0,5, chẵn nửa điểm"),
        ("chi-tru-diem", "points = -10 }] }", "points = -11 }] }", "-11 }] }", "2.1: điểm -11 ngoài khoảng -10 đến 0"),
        (
            "co-diem-thuong",
            "bonus = true, additions",
            "bonus = 1, additions",
            "bonus = 1,",
            "2.2 bonus: ghi bonus = true",
        ),
        (
            "nhom-trong-nhom",
            '["> 90", 20]',
            '["< 90", 20]',
            '< 90", 20]',
            "B.1: mốc < 90: ở thang này chỉ dùng dấu “>”, “>=”",
        ),
        (
            "nhom-trong-nhom",
            '["< 30", 5]',
            '["> 30", 5]',
            '> 30", 5]',
            "B.2: mốc > 30: ở thang này chỉ dùng dấu “<”, “<=”",
        ),
        ("nhom-trong-nhom", "max = 40", "max = 41", 'code = "A"', "A: các dòng cộng lại là 40, nhóm ghi 41"),
        (
            "tran-nhom-ngoai",
            "min = -10\n\n",
            'min = "mười"\n\n',
            'min = "mười"',
            "1 min: phải là số từ -20 đến -0,5, chẵn nửa điểm",
        ),
        (
            "tran-nhom-ngoai",
            "max = 3\n\n",
            'max = "ba"\n\n',
            'max = "ba"',
            "2 max: phải là số từ 0,5 đến 100, chẵn nửa điểm",
        ),
        ("theo-loai-buoi", "[0, 10]]", "[0, 70]]", "70]]", "1.2: điểm 70 ngoài khoảng 0 đến 60"),
        (
            "theo-loai-buoi",
            "good = 90",
            "good = 60",
            'key = "score.levels"',
            "score.levels: giá trị của “Ngưỡng điểm các mức Tốt, Khá, Trung bình” không đúng",
        ),
        (
            "theo-loai-buoi",
            'title = "Ý kiến thảo luận", max = 60',
            'title = "Ý kiến thảo luận", max = 60, hue = 1',
            "hue = 1",
            "1.2: không hiểu “hue”",
        ),
        (
            "kiem-danh-muc",
            "[0, 0]] },",
            "[0, 0]], min = -1 },",
            "min = -1",
            "B1 min: bảng kiểm chỉ có đạt hoặc không: không có điểm thưởng, điểm trừ",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_column(
    tmp_path: Path, file: str, before: str, after: str, at: str, said: str
) -> None:
    """Also where two sheets of a file have lines of the same code."""
    text = (Path(__file__).parent / "sheets" / f"{file}.toml").read_text(encoding="utf-8")
    wrong = text.replace(before, after, 1)
    (place := tmp_path / "x.toml").write_text(wrong, encoding="utf-8")
    line, column = next((row, words.index(at) + 1) for row, words in enumerate(wrong.splitlines(), 1) if at in words)
    assert f"dòng {line}, cột {column}: {said}" in [str(problem) for problem in check_file(place)[1]]
