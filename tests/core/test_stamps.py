"""A stamp of a state secret is told from a word, in texts and in names of files."""

import unicodedata

import pytest

from nennep.core.stamps import find_stamp, find_stamp_beside_names, find_stamp_in_name


@pytest.mark.parametrize(
    ("line", "marking"),
    [
        ("MẬT", "MẬT"),
        ("  TỐI MẬT ", "TỐI MẬT"),
        ("Độ mật: MẬT", "MẬT"),
        ("ĐỘ MẬT: TUYỆT MẬT", "TUYỆT MẬT"),
        ("TUYET MAT", "TUYỆT MẬT"),
        ("TOI MAT", "TỐI MẬT"),
        ("MAT", "MẬT"),
        ("[MẬT]", "MẬT"),
        ("Số 05-BC/ĐU    MẬT", "MẬT"),
        ("ĐẢNG ỦY XÃ TỐI MẬT", "TỐI MẬT"),
        (unicodedata.normalize("NFD", "MẬT"), "MẬT"),
        ("TỐI\u200bMẬT", "TỐI MẬT"),
        ("TUYỆT\u2060MẬT: số liệu", "TUYỆT MẬT"),
        ("Độ mật: Mật", "MẬT"),
        ("Công văn 05, độ mật: tối mật.", "TỐI MẬT"),
        ("Dấu mật: Tuyệt mật", "TUYỆT MẬT"),
        ("(Mật)", "MẬT"),
        ("Công văn 05 (tối mật) của Đảng ủy", "TỐI MẬT"),
        ("T Ố I M Ậ T", "TỐI MẬT"),
        ("T Ố I   M Ậ T", "TỐI MẬT"),
        ("M Ậ T", "MẬT"),
        ("Bảo vệ bí mật (bí mật nhà nước)", ""),
        ("Mật độ dân cư (mật độ cao)", ""),
        ("Giữ mật ong (mật ong rừng) và độ mật của tài liệu", ""),
        ("Nhóm A B C: mật độ", ""),
        ("LUẬT BẢO VỆ BÍ MẬT", ""),
        ("Bảo vệ bí mật nhà nước", ""),
        ("Ba độ mật: tuyệt mật, tối mật, mật", ""),
        ("MẬT ONG RỪNG", ""),
        ("MẶT TRẬN TỔ QUỐC", ""),
        ("Có mặt 22 đồng chí", ""),
        ("", ""),
    ],
)
def test_a_stamp_is_told_from_a_word(line: str, marking: str) -> None:
    assert find_stamp(["Kính gửi", line]) == marking


@pytest.mark.parametrize(
    ("name", "marking"),
    [
        ("Báo cáo (MẬT).docx", "MẬT"),
        ("bao_cao_toi_mat.pdf", "TỐI MẬT"),
        ("Công văn tuyệt mật 05.pdf", "TUYỆT MẬT"),
        ("BC-05-MAT.pdf", "MẬT"),
        ("[mat] ke hoach.docx", "MẬT"),
        ("Công văn mật", "MẬT"),
        ("Luật Bảo vệ bí mật nhà nước.pdf", ""),
        ("Kế hoạch nuôi ong lấy mật ong.docx", ""),
        ("Mật độ xây dựng.xlsx", ""),
        ("BAO CAO MAT TRAN.docx", ""),
        ("DANH SACH VANG MAT.docx", ""),
        ("hop mat dau xuan.docx", ""),
        ("Bản tin tháng 11.pdf", ""),
        ("Quyết định số 5. Tối mật", "TỐI MẬT"),
        ("TÀI LIỆU MẬT.docx", "MẬT"),
        ("Tài liệu mật khẩu và mật.docx", "MẬT"),
        ("TAI LIEU MAT.docx", "MẬT"),
        ("MAT MAT.docx", "MẬT"),
        ("MAT TRAN MAT.docx", "MẬT"),
        ("tai lieu mat.docx", ""),
        ("(mat ong).docx", ""),
        ("Bản tin.MAT", "MẬT"),
        ("BAN TIN.MAT", "MẬT"),
        ("Bản tin MAT.docx", "MẬT"),
        ("Bản tin toi mat.docx", "TỐI MẬT"),
        ("Danh sách vắng MAT.docx", ""),
        ("BÁO CÁO MẶT TRẬN.docx", ""),
        ("so lieu.mat", ""),
    ],
)
def test_a_marking_in_a_name(name: str, marking: str) -> None:
    assert find_stamp_in_name(name) == marking


# Words that go along with "mật": two syllables that are a plain word, as every dictionary has it.
WORDS_THAT_END = ["bí", "bảo", "cơ", "thư"]
WORDS_THAT_BEGIN = ["ong", "độ", "khẩu", "thiết", "mã", "mía", "gấu", "tập", "danh", "nghị"]
# Without diacritics MAT is also mặt, mắt and mất.
PLAIN_WORDS_THAT_END = ["BI", "BAO", "CO", "THU", "RA", "VANG", "HOP", "BE", "TIEN", "GAP", "GUONG", "DOI", "DONG"]
PLAIN_WORDS_THAT_BEGIN = ["TRAN", "BANG", "ONG", "DO", "KHAU", "THIET", "MA", "NUOC", "TAP", "HANG"]


@pytest.mark.parametrize("name", [f"Tài liệu {word} mật" for word in WORDS_THAT_END])
def test_a_word_that_ends_so_is_no_stamp_in_a_name(name: str) -> None:
    assert find_stamp_in_name(f"{name}.docx") == ""
    assert find_stamp_in_name(f"{name} khác.docx") == ""


@pytest.mark.parametrize("name", [f"Mật {word}" for word in WORDS_THAT_BEGIN])
def test_a_word_that_begins_so_is_no_stamp_in_a_name(name: str) -> None:
    assert find_stamp_in_name(f"{name}.docx") == ""
    assert find_stamp_in_name(f"Tài liệu {name}.docx") == ""


@pytest.mark.parametrize("name", [f"{word} MAT" for word in PLAIN_WORDS_THAT_END])
def test_a_word_without_marks_that_ends_so_is_no_stamp_in_a_name(name: str) -> None:
    assert find_stamp_in_name(f"{name}.docx") == ""


@pytest.mark.parametrize("name", [f"MAT {word}" for word in PLAIN_WORDS_THAT_BEGIN])
def test_a_word_without_marks_that_begins_so_is_no_stamp_in_a_name(name: str) -> None:
    assert find_stamp_in_name(f"{name}.docx") == ""


@pytest.mark.parametrize("word", ["BÍ", "BẢO", "CƠ", "THƯ"])
def test_a_heading_in_capitals_may_end_with_a_word_about_secrets(word: str) -> None:
    assert find_stamp([f"CÔNG TÁC {word} MẬT"]) == ""
    assert find_stamp(["CÔNG TÁC TÀI LIỆU MẬT"]) == "MẬT"


@pytest.mark.parametrize(
    ("line", "marking"),
    [
        ("Số 05 MẬT", ""),
        ("Lò Thị MẬT", ""),
        ("MẬT", "MẬT"),
        ("ĐỘ MẬT: TOI MAT", "TỐI MẬT"),
        ("xã TUYET MAT", "TUYỆT MẬT"),
    ],
)
def test_beside_names_only_what_cannot_be_a_name_is_a_stamp(line: str, marking: str) -> None:
    assert find_stamp_beside_names(["Lò Văn Tú", line]) == marking
