"""A secrecy stamp in what people type is refused; words about secrecy are not."""

import pytest
from django.core.exceptions import ValidationError

from nennep.core.stamps import StampFound, take_line, take_lines, validate_no_stamp


@pytest.mark.parametrize("text", ["MẬT", "Ghi chép\nTỐI MẬT\nđiều khác", "TUYỆT MẬT: số liệu", "toi\nTUYET MAT"])
def test_stamps_are_refused(text: str) -> None:
    for take in (take_line, take_lines):
        with pytest.raises(StampFound):
            take(text)
    with pytest.raises(ValidationError):
        validate_no_stamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "Học Luật Bảo vệ bí mật nhà nước",
        "công tác bảo mật",
        "mật độ dân số",
        "nuôi ong lấy mật",
        "CÔNG TÁC BẢO MẬT",
        "mặt ruộng",
    ],
)
def test_plain_words_are_kept(text: str) -> None:
    assert (take_line(text), take_lines(text)) == (text, text)
    validate_no_stamp(text)
