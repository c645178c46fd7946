"""The minutes as values: stored and read again, by later programs too."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.frozen import hash_content, read_content
from nennep.records.rules.minutes import (
    AbsentPart,
    AdvicePart,
    AttendancePart,
    DeparturePart,
    GuestPart,
    ItemPart,
    ItemTexts,
    LastDutyPart,
    LeadersPart,
    MinutesContent,
    NewDutyPart,
    PetitionPart,
    RemarkPart,
    ReservedPart,
    SpeechPart,
    VotePart,
    put_texts,
    split_guests,
)
from nennep.room.choices import AttendanceState

PAPER = MinutesContent(
    cell="Chi bộ thôn Nặm Chá",
    upper="Đảng bộ xã Lăng Can",
    kind="Sinh hoạt thường kỳ",
    mode="Trực tiếp",
    month="2026-11",
    opened_at="2026-11-03T19:30+07:00",
    closed_at="2026-11-03T21:22+07:00",
    place="Nhà văn hóa thôn",
    chair="Ma Công Lập",
    minute_taker="Hoàng Thị Ngọc Trâm",
    upper_guest="Lương Quốc Hưng",
    guests="",
    fee_note="Đã nộp đủ",
    attendance=AttendancePart(
        called=28,
        counted=25,
        present=22,
        excused=2,
        unexcused=1,
        exempt=2,
        elsewhere=1,
        absent=(AbsentPart("Quan Thị Biên", "Vắng có lý do", "việc gia đình"),),
        late=("Quan Văn Hoạch",),
        left_early=("Ma Thị Sen",),
        online=("Lý A Dủ",),
    ),
    conclusion="Làm xong mương.",
    items=(
        ItemPart(
            "a",
            "Tiến hành",
            "last_month",
            "Kết quả tháng 10",
            "",
            "Ghi",
            "",
            (SpeechPart("Ma Đình Phúc", "Xin xi măng", 2),),
        ),
    ),
    last_duties=(LastDutyPart("Làm mương", "Ma Đình Phúc", "Đang triển khai", "Đang làm, 60%"),),
    remarks=(RemarkPart("Biểu dương", "Lý Thị Mỷ", "Trực đủ"),),
    votes=(VotePart("Nghị quyết tháng 11", "Biểu quyết giơ tay", 23, 20, 0, 1, passed=True),),
    duties=(NewDutyPart("Làm 120 m còn lại", "Ma Đình Phúc", "Hoàng Văn Oanh", "2026-11-20"),),
    departures=(DeparturePart("meeting.fixed_day", "Lũ"),),
    guest_list=(GuestPart("Lương Quốc Hưng", "Cán bộ cấp trên về dự"),),
    reserved=(ReservedPart("Ma Thị Sen", "Nên làm sau vụ gặt.", "Nghị quyết tháng 11"),),
    advice=(AdvicePart("Ghi rõ ai làm", "Lương Quốc Hưng", "Đã làm"),),
    petitions=(PetitionPart("Cầu Nà Khà hỏng", "Quan Văn Hoạch", "Đảng bộ xã Lăng Can"),),
    premeeting_on="2026-10-31",
    leaders=LeadersPart("Ma Công Lập", "Triệu Văn Sính", has_committee=True, chair_post="Bí thư Chi bộ"),
)
# What version 0.1 did not know of: minutes approved then are read for ever.
NEWER = ("guest_list", "reserved", "advice", "petitions", "premeeting_on", "leaders")


def test_minutes_survive_being_stored() -> None:
    content = PAPER.to_content()
    assert read_content(MinutesContent, content) == PAPER
    assert hash_content(content) == hash_content(dict(reversed(content.items())))
    assert PAPER.minutes_long == 112
    assert PAPER.attendance.percent == 88.0
    assert PAPER.premeeting == date(2026, 10, 31)


def test_keys_of_stored_minutes_stay_when_a_field_is_renamed() -> None:
    """The hash of minutes approved long ago is over these keys."""
    stored = PAPER.to_content()["tasks"]
    assert [(row["title"], row["result"]) for row in stored] == [("Làm mương", "Đang làm, 60%")]
    assert "last_duties" not in PAPER.to_content()


def test_minutes_of_an_older_program_are_still_read() -> None:
    content = {key: value for key, value in PAPER.to_content().items() if key not in NEWER}
    for name in ("left_early", "online"):
        del content["attendance"][name]
    for name in ("majority", "issued", "invalid"):
        del content["votes"][0][name]
    paper = read_content(MinutesContent, content)
    assert (paper.attendance.late, paper.attendance.left_early) == (("Quan Văn Hoạch",), ())
    assert (paper.votes[0].issued, paper.votes[0].valid, paper.premeeting, paper.petitions) == (None, 21, None, ())
    assert paper.leaders is None


@given(note=st.text(max_size=50), conclusion=st.text(max_size=50))
def test_other_words_give_another_hash_and_leave_the_rest(note: str, conclusion: str) -> None:
    changed = put_texts(PAPER, {"a": ItemTexts(note, conclusion), "unknown": ItemTexts("x")})
    assert (changed.items[0].note, changed.items[0].conclusion) == (note, conclusion)
    assert changed.votes == PAPER.votes
    same = changed == PAPER
    assert (hash_content(changed.to_content()) == hash_content(PAPER.to_content())) == same


def test_who_spoke_is_told_with_words_or_by_name_once() -> None:
    spoken = (SpeechPart("A", "Xin xi măng", 1), SpeechPart("B", "", 1), SpeechPart("B", "", 2), SpeechPart("C", "", 1))
    item = replace(PAPER.items[0], speeches=spoken)
    assert (item.opinions, item.others) == (spoken[:1], ("B", "C"))
    bare = replace(item, note=" ", conclusion="", speeches=())
    assert [one.is_noted for one in (item, bare, replace(bare, conclusion="Xong"), replace(bare, note="x"))] == [
        True,
        False,
        True,
        True,
    ]


def test_figures_of_a_vote_and_of_the_roll_call() -> None:
    vote = VotePart("Việc", "", 4, 1, 2, 3, passed=False)
    assert (vote.valid, vote.percent, replace(vote, base=0).percent) == (6, 25.0, 0.0)
    assert (replace(PAPER.attendance, counted=0).percent, replace(PAPER.attendance, present=0).percent) == (None, 0.0)
    assert [replace(PAPER, closed_at=f"2026-11-03T{at}+07:00").minutes_long for at in ("19:30", "19:31")] == [0, 1]


@pytest.mark.parametrize(
    ("state", "excused", "marked"),
    [
        (AttendanceState.EXCUSED, True, True),
        (AttendanceState.UNEXCUSED, False, True),
        (AttendanceState.UNMARKED, False, False),
    ],
)
def test_of_the_absent_some_were_marked_and_some_excused(
    state: AttendanceState, *, excused: bool, marked: bool
) -> None:
    absent = AbsentPart("Quan Thị Biên", str(state.label))
    assert (absent.is_excused, absent.is_marked) == (excused, marked)


def test_praise_and_reminders_are_told_apart() -> None:
    praise, reminder = RemarkPart("Biểu dương", "Mơ", "Trực đủ"), RemarkPart("Nhắc nhở", "Biên", "Đến muộn")
    other = RemarkPart("Đề nghị", "Sính", "Khác")
    paper = replace(PAPER, remarks=(reminder, praise, other, replace(praise, name="Phúc")))
    assert [row.name for row in paper.praised] == ["Mơ", "Phúc"]
    assert [row.name for row in paper.reminded] == ["Biên"]


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("", ()),
        (" ; \n ", ()),
        ("Lương Quốc Hưng", ("Lương Quốc Hưng",)),
        (" Trưởng thôn ;Bí thư chi đoàn\n\n Chi hội trưởng", ("Trưởng thôn", "Bí thư chi đoàn", "Chi hội trưởng")),
    ],
)
def test_guests_stand_one_a_line_or_between_semicolons(text: str, guests: tuple[str, ...]) -> None:
    assert split_guests(text) == guests


def test_a_guest_is_named_once() -> None:
    paper = replace(PAPER, guests="Trưởng thôn; Lương Quốc Hưng", guest_list=(GuestPart("Trưởng thôn", ""),))
    assert paper.guest_names == ("đồng chí Lương Quốc Hưng", "Trưởng thôn")


def test_officials_are_comrades_and_other_guests_are_called_as_written() -> None:
    list_of_room = (
        GuestPart("Bế Văn Hưng, Phó bí thư", "Cán bộ cấp trên về dự"),
        GuestPart("Ông Vàng A Sủ", "Khách mời"),
    )
    paper = replace(PAPER, upper_guest="Đồng chí Lương Quốc Hưng", guests="Trưởng thôn", guest_list=list_of_room)
    assert paper.guest_names == (
        "Đồng chí Lương Quốc Hưng",
        "đồng chí Bế Văn Hưng, Phó bí thư",
        "Trưởng thôn",
        "Ông Vàng A Sủ",
    )


def _item(title: str, *, opened: bool | None, note: str = "") -> ItemPart:
    return ItemPart(title, "Tiến hành", "other", title, "", note, "", (), opened)


@pytest.mark.parametrize(
    ("items", "discussed"),
    [
        ([("a", True, ""), ("b", True, ""), ("c", False, "")], "ab"),
        ([("a", True, ""), ("b", False, "Ghi sau"), ("c", False, "")], "ab"),
        ([("a", True, ""), ("b", False, ""), ("c", False, "")], "abc"),
        ([("a", None, ""), ("b", None, ""), ("c", None, "Bàn")], "abc"),
        ([("a", True, ""), ("b", True, ""), ("c", None, "Thông qua")], "abc"),
        ([], ""),
    ],
    ids=["came-to", "noted-afterwards", "kept-on-paper", "older-program", "after-the-closing", "no-programme"],
)
def test_what_was_discussed_is_told_from_what_was_only_planned(
    items: list[tuple[str, bool | None, str]], discussed: str
) -> None:
    made = tuple(_item(title, opened=opened, note=note) for title, opened, note in items)
    paper = replace(PAPER, items=made)
    assert "".join(item.title for item in paper.discussed) == discussed
    assert [item for item in made if item not in paper.discussed] == list(paper.left)


@pytest.mark.parametrize("opened", [True, False])
def test_what_comes_after_the_closing_was_neither_talked_about_nor_left(opened: bool) -> None:
    made = (_item("a", opened=True), _item("b", opened=opened, note="Bàn"), _item("c", opened=None))
    paper = replace(PAPER, items=made)
    assert (paper.discussed, paper.left) == (made[:2], ())


@pytest.mark.parametrize(
    ("answer", "decision", "asked"),
    [
        ("", "", True),
        ("Đã cấp 2 tấn.", "", False),
        ("Đã cấp 2 tấn.", "Chi bộ xác nhận đã giải quyết xong", False),
        ("Đã cấp 2 tấn.", "Chi bộ đề nghị giải quyết tiếp: còn thiếu", True),
    ],
)
def test_only_what_is_still_asked_goes_up(answer: str, decision: str, *, asked: bool) -> None:
    assert PetitionPart("Cấp xi măng", "", "Đảng bộ xã", answer, decision).is_asked is asked
