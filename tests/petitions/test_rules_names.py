"""How somebody is called: a title and the given name, as it is typed; everyday words are nobody."""

import unicodedata
from typing import Literal

import pytest

from nennep.petitions.rules import is_called, is_spelled

Form = Literal["NFC", "NFD"]
MY, SUA, HOA, AN = "Lý Thị Mỷ", "Bà Súa", "Ma Thị Hòa", "Nông Văn An"
CALLED = [
    *((MY, "Nhà chị Mỷ bị sạt"), (MY, "nhà chi my bi sat"), (MY, "CHỊ MỶ"), (MY, "chị My"), (MY, "(bà: Mỷ)")),
    *((MY, "đồng chí Mỷ"), (MY, "dong chi My"), (MY, "đ/c Mỷ"), (MY, "đc Mỷ"), (MY, "thím Mỷ"), (MY, "chị\nMỷ")),
    *((MY, "chị Thị Mỷ"), (MY, "bà Lý Mỷ"), (SUA, "cụ Súa"), (SUA, "Ba Sua noi"), (SUA, "cô Súa")),
    *(
        (HOA, "em Hoà"),
        (HOA, "em Hòa"),
        (HOA, "chi hoa"),
        (HOA, "bà Hòa giải thích"),
        (AN, "anh An"),
        (AN, "anh an nói"),
    ),
    *((AN, "cháu An toàn quyền"), ("Giàng H'Lan", "chị H’Lan"), ("Hà Tuấn Anh", "Chị Anh"), ("Mỷ", "chị Mỷ")),
    *(("Đinh Đào", "bác Đào"), ("Đinh Đào", "bac dao")),
    *((MY, f"cạnh {word} Mỷ") for word in (
        *("Lý", "Thị", "nhà", "Nhà", "gia đình", "hộ Lý", "vợ chồng", "đảng viên", "mẹ", "bà ngoại", "con", "bố", "vợ"),
        *("nhà Thị", "Nhà Lý", "Gia đình", "vợ"),
    )),
    *((MY, "Hỏi Lý Mỷ"), (MY, "chị_Mỷ"), (MY, "chịMỷ"), (MY, "chị\u200bMỷ"), (MY, "chị M\u200bỷ"), (MY, "chị.Mỷ")),
    *((MY, "Nhà Ly My"), (MY, "canh nha My"), (MY, "Gia dinh My")),
    *(("Bà Lý Mỷ", "Lý Mỷ nói"), ("hộ ông Lý Mỷ (hộ nghèo)", "ông Mỷ"), ("A Páo và Lý Mỷ", "nhà Mỷ")),
]  # fmt: skip
NOT_CALLED = [
    *((MY, "Mỷ"), (MY, "chị Mỹ"), (MY, "chị Lý"), (MY, "chị Lò Thị Mỷ"), (MY, "chỉ Mỷ"), (MY, "chi Mỷ"), (MY, "anh Mỷm")),
    *((HOA, "có hòa giải"), (HOA, "có hoa"), (HOA, "bà hòa giải"), (HOA, "trồng hoa"), (HOA, "chị Hoả"), (HOA, "")),
    *((AN, "các cháu an toàn"), (AN, "CÁC CHÁU AN TOÀN"), (AN, "cac chau an toan"), (AN, "công an xã, anh")),
    *((AN, "bắc An"), ("Nông Văn Bộ", "chi bo"), ("Nông Văn Bộ", "Chi bộ"), ("Hà Văn Trường", "chu truong")),
    *(("Hà Tuấn Anh", "các chị anh em"), ("bà con", "bà con thôn"), ("Hà Văn Em", "anh em"), ("Lò Hồng", "cầu hỏng")),
    *(("Lò Hồng", "cau hong"), ("", "chị Mỷ"), (" ", "chị Mỷ"), ("Ông", "ông Ba")),
    *((HOA, "gia đình hòa thuận"), (HOA, "GIA ĐÌNH HÒA THUẬN"), (AN, "nhà an toàn"), (MY, "Lò Thị Mỷ nói")),
    *(("Lò Văn Hóa", "Nhà văn hóa"), ("Lò Văn Hóa", "nhà Văn hóa"), ("Lò Văn Hòa", "nha van hoa"), (MY, "thị mỷ")),
    *(("Hà Văn Đường", "con đường"), ("Hà Thị Giang", "tỉnh Hà Giang"), ("Ma Thị Hương", "Quê Lò Thị Hương")),
    *(("Ma An", "Chi bo An Khang"), ("Giàng A Páo (hộ nghèo)", "các hộ nghèo"), ("bà con", "Bà con Nà Khà")),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "text"), CALLED)
def test_somebody_is_called_by_title_and_given_name(name: str, text: str, form: Form) -> None:
    assert is_called(name, unicodedata.normalize(form, text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "text"), NOT_CALLED)
def test_everyday_words_and_other_names_call_nobody(name: str, text: str, form: Form) -> None:
    assert not is_called(name, unicodedata.normalize(form, text))


TYPED = [
    *("Bà Sùng Thị Dợ", "hộ Sùng Thị Dợ", "Ông Sùng Thị Dợ (hộ nghèo)", "Sùng Thị Dợ - 70 tuổi", "Sùng Thị Dợ, trưởng thôn"),
    *("Giàng A Páo và Sùng Thị Dợ", "Giàng A Páo / Sùng Thị Dợ", "giàng a páo và sùng thị dợ", "Đ/c Sùng Thị Dợ [xóm trên]"),
    *("hộ gia đình ông Sùng Thị Dợ", "Giàng A Páo; bà Sùng Thị Dợ", "ông Giàng A Páo, Sùng Thị Dợ, xóm Nà Khà"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", ["Sùng Thị Dợ nói", "nha sung thi do", "Sùng_Thị_Dợ", "SùngThịDợ", "SÙNG-THỊ-DỢ"])
@pytest.mark.parametrize("typed", TYPED)
def test_whoever_is_typed_with_title_note_or_others_is_found_by_name(typed: str, text: str, form: Form) -> None:
    assert is_spelled(unicodedata.normalize(form, typed), text)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize(
    "text", ["Các hộ nghèo", "người 70 tuổi", "Trưởng thôn", "Xóm Nà Khà", "Thị trường", "Lò Thị Dợ"]
)
def test_titles_and_notes_beside_a_name_are_nobody(typed: str, text: str) -> None:
    assert not is_spelled(typed, text)
    assert not is_called(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"), [("ông Văn Hòa", "nhà văn hóa"), ("Bà Súa", "sửa cầu"), ("Giàng A Và", "A và B")]
)
def test_a_short_name_without_its_title_is_no_everyday_word(typed: str, text: str) -> None:
    assert not is_spelled(typed, text)
    assert not is_called(typed, text)
