"""What people type comes out composed; a secrecy stamp, an unseen character and a text too long are refused."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.errors import DomainError
from nennep.core.text import compose_letters
from nennep.core.typed import (
    ReasonMissing,
    StampFound,
    TextTooLong,
    UnfitCharacter,
    find_fault,
    require_line,
    require_name,
    take_line,
    take_lines,
    take_name,
    take_note,
)

TAKES = (take_line, take_lines, take_note)
# Few letters that matter to each other: words of a stamp, spaces of all kinds, ends of lines, invisible and unfit ones.
WRITTEN = st.lists(
    st.sampled_from(["MẬT", "TUYỆT", "BẢO", "a", "e\u0302", "\u0301", " ", "  ", "\t", "\u00a0", "\x0b", "\r\n", "\n", "\u200b", "\x07"]),
    max_size=8,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize("text", ["MẬT", "Ghi chép\nTỐI MẬT\nđiều khác", "TUYỆT MẬT: số liệu", "toi\nTUYET MAT"])
def test_stamps_are_refused(take: Callable[..., str], text: str) -> None:
    with pytest.raises(StampFound):
        take(text)


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize(
    "text", ["TUYỆT\u200b MẬT", "MẬ\u00adT", unicodedata.normalize("NFD", "TỐI MẬT"), "TUYỆT\u00a0MẬT"]
)
def test_stamps_that_only_look_like_others_are_refused(take: Callable[..., str], text: str) -> None:
    with pytest.raises(StampFound):
        take(text)


def test_a_stamp_broken_over_lines_is_one_when_the_lines_become_one() -> None:
    with pytest.raises(StampFound):
        take_line("TUYỆT\nMẬT: số liệu")


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize(
    "text",
    [
        "Học Luật Bảo vệ bí mật nhà nước",
        "công tác bảo mật",
        "mật độ dân số",
        "nuôi ong lấy mật",
        "CÔNG TÁC BẢO MẬT",
        "mặt ruộng",
        "H'Hen Niê Kđăm, Đinh Y-Bhiao",
        "Đã đóng 24/25 (96 %) – còn “một” đồng chí… ❤️",
    ],
)
def test_plain_words_are_kept(take: Callable[..., str], text: str) -> None:
    assert take(text) == text


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize(
    "code", [0x00, 0x07, 0x1B, 0x7F, 0x9F, 0x5D0, 0x61C, 0x645, 0x200E, 0x200F, 0x202E, 0x2066, 0xD800]
)
def test_characters_that_deceive_are_refused(take: Callable[..., str], code: int) -> None:
    with pytest.raises(UnfitCharacter) as refused:
        take(f"Đồng chí Hà{chr(code)} có mặt ở đây rồi", field="reason")
    assert (refused.value.details, refused.value.field) == ({"near": "Đồng chí Hà có mặt ở đâ"}, "reason")


def test_every_control_and_every_right_to_left_character_is_unfit() -> None:
    unfit = [letter for letter in map(chr, range(sys.maxunicode + 1)) if _is_control(letter) or _turns(letter)]
    assert [f"U+{ord(letter):04X}" for letter in unfit if not _is_refused(letter)] == []


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} and not letter.isspace()


def _turns(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in {
        *["R", "AL", "AN", "LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"]
    }


def _is_refused(letter: str) -> bool:
    try:
        take_line(letter)
    except UnfitCharacter:
        return True
    return False


@pytest.mark.parametrize(
    ("take", "text", "stored"),
    [
        (take_line, "  Bí\u0323  thư\r\nchi\u00a0bộ\u200b ", "Bị́ thư chi bộ"),
        (take_line, unicodedata.normalize("NFD", "Nguyễn Thị Mẩy"), "Nguyễn Thị Mẩy"),
        (take_line, "\u200b\ufeff", ""),
        (take_lines, "\n Một  điều \r\n\r\nhai\x0bđiều\n", "Một điều\n\nhai điều"),
        (take_note, " Một  điều \r\nhai\x0bđiều\t", " Một  điều \nhai điều\t"),
    ],
)
def test_texts_are_composed(take: Callable[..., str], text: str, stored: str) -> None:
    assert take(text) == unicodedata.normalize("NFC", stored)


@given(WRITTEN)
def test_taken_twice_is_the_same(text: str) -> None:
    for take in TAKES:
        try:
            words = take(text)
        except DomainError:
            continue
        assert (take(words), words) == (words, compose_letters(words))


@pytest.mark.parametrize("take", TAKES)
def test_the_limit_counts_what_is_stored(take: Callable[..., str]) -> None:
    decomposed = unicodedata.normalize("NFD", "ệệệ")
    assert take(decomposed, limit=3) == "ệệệ"
    with pytest.raises(TextTooLong) as refused:
        take("ệệệệ", limit=3, field="title")
    assert (refused.value.field, refused.value.details) == ("title", {"limit": 3})


def test_a_line_that_must_be_there_names_its_field() -> None:
    assert require_line(" có ", ReasonMissing, limit=2) == "có"
    with pytest.raises(ReasonMissing) as missing:
        require_line(" \u200b ", ReasonMissing, field="note")
    assert (missing.value.field, ReasonMissing().field) == ("note", "reason")


def test_sentence_says_where_the_character_stands() -> None:
    with pytest.raises(UnfitCharacter, match="ở chỗ “số 12”"):
        take_line("số 12\u202e")


@pytest.mark.parametrize("name", ["LÒ THỊ MẬT", "Lò Thị Mật", "H'Hen Niê Kđăm", "Đinh Y-Bhiao"])
def test_a_name_may_be_mat(name: str) -> None:
    assert take_name(name) == name


@pytest.mark.parametrize("name", ["MẬT", "TUYỆT MẬT", "LÒ THỊ TỐI MẬT"])
def test_a_stamp_is_no_name(name: str) -> None:
    with pytest.raises(StampFound):
        take_name(name)


def test_a_name_that_must_be_there_names_its_field() -> None:
    assert require_name(" Lò  Thị MẬT ", ReasonMissing, limit=10) == "Lò Thị MẬT"
    with pytest.raises(ReasonMissing) as missing:
        require_name(" ", ReasonMissing, field="full_name")
    with pytest.raises(TextTooLong) as long:
        require_name("Lò Thị Mật", ReasonMissing, limit=9, field="full_name")
    with pytest.raises(TextTooLong) as long_line:
        require_line("Lò Thị Mật", ReasonMissing, limit=9, field="title")
    assert [error.value.field for error in (missing, long, long_line)] == ["full_name", "full_name", "title"]


@pytest.mark.parametrize("take", [*TAKES, take_name])
def test_a_stamp_is_refused_with_its_field_and_its_words(take: Callable[..., str]) -> None:
    with pytest.raises(StampFound) as refused:
        take("TUYET MAT", field="title")
    assert (refused.value.field, refused.value.details) == ("title", {"marking": "TUYỆT MẬT"})


@pytest.mark.parametrize(("text", "code"), [("bảo mật", ""), ("MẬT", "text_marked_secret"), ("dài", "text_too_long")])
def test_a_fault_is_the_code_of_the_refusal(text: str, code: str) -> None:
    assert find_fault(text, limit=2 if code == "text_too_long" else None) == code
