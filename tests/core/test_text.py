import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.text import compose, fold, name_sort_key, strip_diacritics, to_ascii

# Vietnamese letters as one sign and as several, what else stands in names and titles, a letter without a plain form.
TEXTS = st.text(st.sampled_from("aAđĐêỆưự ô̂̉-–œ"), max_size=6)


def test_compose_gives_one_form_with_single_spaces() -> None:
    assert compose("  Nguye\u0302\u0303n  Thi\u0323  Hoa ") == "Nguyễn Thị Hoa"


def test_fold_drops_marks_and_case() -> None:
    assert fold("ĐẶNG Thị  Lự") == "dang thi lu"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_only_marks_go(form: Literal["NFC", "NFD"]) -> None:
    """Capitals, signs and spaces stay where they are, however the letters are composed."""
    assert strip_diacritics(unicodedata.normalize(form, "Đỗ  Ẩn – “Ưu”")) == "Do  An – “Uu”"


def test_ascii_drops_what_has_no_plain_letter() -> None:
    assert to_ascii("Đỗ Ẩn – œ, ả") == "Do An  , a"


@given(TEXTS)
def test_folding_is_stripping_in_small_letters(text: str) -> None:
    assert fold(text) == " ".join(strip_diacritics(text).lower().split())
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(fold(text))


def test_keys_to_sort_by_are_those_that_databases_hold() -> None:
    """They are stored: another numbering would mix with the old one."""
    assert name_sort_key("Aă Z") == "093 001007"
    assert (name_sort_key("Æ"), name_sort_key("")) == ("999", "")


def test_names_sort_by_given_name_in_vietnamese_order() -> None:
    names = ["Vàng A Tủa", "Lò Văn Ánh", "Giàng Thị Đông", "Bùi Văn An", "Lò Thị Dung"]
    assert sorted(names, key=name_sort_key) == [
        "Bùi Văn An",
        "Lò Văn Ánh",
        "Lò Thị Dung",
        "Giàng Thị Đông",
        "Vàng A Tủa",
    ]
