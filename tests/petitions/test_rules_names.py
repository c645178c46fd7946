"""How somebody is called: a title and the given name, as it is typed; everyday words are nobody."""

import unicodedata
from typing import Literal

import pytest

from nennep.petitions.rules import is_called

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
]
NOT_CALLED = [
    *((MY, "Mỷ"), (MY, "chị Mỹ"), (MY, "chị Lý"), (MY, "chị Lò Thị Mỷ"), (MY, "chỉ Mỷ"), (MY, "chi Mỷ"), (MY, "anh Mỷm")),
    *((HOA, "có hòa giải"), (HOA, "có hoa"), (HOA, "bà hòa giải"), (HOA, "trồng hoa"), (HOA, "chị Hoả"), (HOA, "")),
    *((AN, "các cháu an toàn"), (AN, "CÁC CHÁU AN TOÀN"), (AN, "cac chau an toan"), (AN, "công an xã, anh")),
    *((AN, "bắc An"), ("Nông Văn Bộ", "chi bo"), ("Nông Văn Bộ", "Chi bộ"), ("Hà Văn Trường", "chu truong")),
    *(("Hà Tuấn Anh", "các chị anh em"), ("bà con", "bà con thôn"), ("Hà Văn Em", "anh em"), ("Lò Hồng", "cầu hỏng")),
    *(("Lò Hồng", "cau hong"), ("", "chị Mỷ"), (" ", "chị Mỷ"), ("Ông", "ông Ba")),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "text"), CALLED)
def test_somebody_is_called_by_title_and_given_name(name: str, text: str, form: Form) -> None:
    assert is_called(name, unicodedata.normalize(form, text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "text"), NOT_CALLED)
def test_everyday_words_and_other_names_call_nobody(name: str, text: str, form: Form) -> None:
    assert not is_called(name, unicodedata.normalize(form, text))
