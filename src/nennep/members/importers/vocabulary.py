"""The words of headers. All compared without marks, in small letters, with punctuation as spaces."""

import re

from nennep.core.text import fold
from nennep.members.importers.shapes import Column

_NOT_A_LETTER = re.compile(r"[^a-z0-9#]+")

# First match wins. The first group names columns that look like ours and are not.
_PATTERNS: tuple[tuple[Column, str], ...] = (
    (
        Column.NOTHING,
        (
            r"ho (va )?ten (bo|cha|me|vo|chong|con|nguoi|bi danh)|ten (goi|khac|thuong)|bi danh|noi (cap|sinh$|cong tac|ket nap|vao dang"
            r"|cong nhan|o\b|cu tru)|don vi cong tac|ngay (cap|mien|den|chuyen(?! .*chinh thuc)|di|ve|tham gia|nhap|xuat|vao (doan|lam))"
            r"|tuoi|que|thuong tru"
            r"|tam tru|dia chi|cho o|so (quyet dinh|nghi quyet|qd|nq|ly lich|ho so|bhyt|bhxh|hieu(?! the)|tai khoan)"
            r"|chi bo (ket nap|cu|moi|chuyen)"
            r"|nguoi gioi thieu|huy hieu|nghe nghiep|dang phi|xep loai|khen thuong|ky luat|ket qua|ky (ten|nhan)|ket nap tai"
            r"|chinh quyen|doan the|kiem nhiem|cong viec|ngoai ngu|tin hoc|ly luan|lltc|llct|chuyen mon|suc khoe|thanh phan(?! dan toc)"
        ),
    ),
    (Column.INDEX, r"(s ?t ?t|t ?t|so tt|so thu tu|thu tu|no|#)\b"),
    (Column.FAMILY, r"(ho|ho dem|ho lot|ho va|ho va (chu |ten )?(dem|lot)|ho (chu |ten )?(dem|lot)|ho ten dem)$"),
    (Column.GIVEN, r"ten$"),
    (
        Column.NAME,
        (
            r"(ho (va |va chu dem va |dem va |chu dem va )?ten|ho va|ten dang vien|ten (d v|dv)|hoten|full ?name|dang vien$"
            r"|ten khai sinh|dong chi$)"
        ),
    ),
    (Column.MALE, r"((ngay|nam|ngay thang nam) sinh |gioi tinh )?nam$"),
    (Column.FEMALE, r"((ngay|nam|ngay thang nam) sinh |gioi tinh )?nu$"),
    (Column.SEX, r"(gioi tinh|gioi|g tinh|phai|nam nu|gt|nu nam|sex)\b"),
    (
        Column.BORN,
        (
            r"((ngay|thang|nam|va|de) )*sinh( (ngay|thang|nam|nhat))*$|((ngay|thang|nam|va) )+sinh\b(?! hoat)|sinh (ngay|nam)|"
            r"ntns|n t n s|ns$|n sinh$|ngaysinh|namsinh"
        ),
    ),
    (Column.ETHNIC, r"(thanh phan )?(dan toc|d toc)"),
    (Column.RELIGION, r"(dan toc |theo )?(ton giao|t giao)|t ?g$"),
    (Column.ADMITTED, r".*\b(du bi|vao dang\b.*\b(ngay|va))\b.*chinh thuc|.*ket nap.*\b(va|cong nhan)\b.*chinh thuc"),
    (Column.OFFICIAL, r".*(chinh thuc|\bc thuc)|(ngay )?ct$|nct$|ngay (duoc )?cong nhan|.*vao dang ct$"),
    (
        Column.ADMITTED,
        r".*(vao dang|vao dcs|ket nap|nhap dang)|ngay (kn|vd|du bi|db|vao d$)|(ngay )?du bi$|(ngay )?kn$|v d$|nvd$",
    ),
    (
        Column.CARD,
        r"(?!.*(cccd|cmnd|can cuoc)).*(so the|the dang|the dv|so tdv|stdv|ma the|ma dang vien|so hieu dang vien)|the$",
    ),
    (Column.IDENTITY, r".*(cccd|cmnd|cmtnd|\bcmt\b|can cuoc|dinh danh|dd?cn\b|chung minh|ma ca nhan)"),
    (Column.PHONE, r".*(dien thoai|\bsdt|so dt|di dong|phone|\btel\b)|dt$|so may"),
    (Column.POST, r"(chuc vu|chuc danh|chuc trach|cv dang|cap uy)"),
    (Column.EDUCATION, r"(trinh do|hoc van|van hoa|td hoc van)"),
    (Column.STANDING, r"(tinh trang|dien|loai dang vien|tu cach|trang thai|hinh thuc sinh hoat)"),
    (
        Column.CELL,
        (
            r"(ten |thuoc |(dang )?sinh hoat (tai |o )?|noi sinh hoat |dang bo )?(chi bo|cb\b)|(ten )?(don vi|to chuc dang)|noi sinh hoat"
            r"|chi dang bo|thon\b|ban$|to dan pho"
        ),
    ),
    (Column.NOTE, r"(ghi chu|chu thich|gc$|g chu)"),
)
_COMPILED = tuple((meaning, re.compile(pattern)) for meaning, pattern in _PATTERNS)
_ETHNIC_SHORT = frozenset({"dt", "d t"})  # `ĐT` is a telephone
_POST_PARTS = {"dang": Column.POST, "trong dang": Column.POST, "chi bo": Column.POST, "cap uy": Column.POST}


def words_of(text: str) -> str:
    """A label as it is compared."""
    return _NOT_A_LETTER.sub(" ", fold(text)).strip()


def meaning_of(label: str) -> Column:
    """What a single label stands for; NOTHING when it is no known one."""
    words = words_of(label)
    if words in _ETHNIC_SHORT and "đ" not in label.casefold():
        return Column.ETHNIC
    for meaning, pattern in _COMPILED:
        if pattern.match(words):
            return meaning
    return Column.NOTHING


def meaning_under(parent: str, child: str, siblings: frozenset[str]) -> Column:
    """What a label below a merged one stands for; `siblings` are the words of all labels under the same parent."""
    above, words = meaning_of(parent), words_of(child)
    if words in {"nam", "nu"} and above in {Column.BORN, Column.SEX, Column.NOTHING}:
        return _male_female_or_year(words, siblings)
    if above == Column.BORN:
        return {"ngay": Column.BORN_DAY, "thang": Column.BORN_MONTH}.get(words, Column.BORN)
    if above == Column.POST:
        return _POST_PARTS.get(words, Column.NOTHING)
    if words_of(parent) in {"dang vien", "tu cach", "loai dang vien"}:
        marks = {"du bi": Column.PROBATIONARY_MARK, "chinh thuc": Column.OFFICIAL_MARK}
        return marks.get(words, meaning_of(child))
    if above in {Column.ADMITTED, Column.OFFICIAL} and words.startswith(("ngay", "thang", "nam", "lan")):
        return meaning_of(f"{parent} {child}")
    return meaning_of(child) or meaning_of(f"{parent} {child}")


def _male_female_or_year(words: str, siblings: frozenset[str]) -> Column:
    """Without marks "Năm" (year) and "Nam" (man) are one word: the labels beside it decide."""
    if words == "nu":
        return Column.FEMALE
    return Column.BORN_YEAR if siblings & {"ngay", "thang"} else Column.MALE
