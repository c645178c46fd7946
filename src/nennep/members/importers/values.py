"""Values of the other columns: sex, numbers, ethnic groups, posts, standing. Each returns what was understood and a problem code."""

import re
from typing import NamedTuple

from nennep.core.phones import PHONE_LIMIT, find_phone
from nennep.core.sheets.cells import Cell
from nennep.core.text import fold
from nennep.members.choices import PostKind, Sex, Standing
from nennep.members.importers.names import clean

_MARKS = frozenset({"x", "v", "+", "1", "*", "co", "true", "√", "✓", "✔", "●"})
_MALE = frozenset({"nam", "male", "m", "trai", "ong", "na"})
_FEMALE = frozenset({"nu", "female", "f", "gai", "ba", "nư"})
_NONE = frozenset(
    {"", "-", "–", "0", "/", ".", "khong co", "chua co", "chua", "k", "ko", "khong", "null", "none", "n/a"}
)
_NOT_A_DIGIT = re.compile(r"\D+")
_EMPTY_FRACTION = re.compile(r"(?<=\d{7})[.,]0{1,2}$")  # a program wrote a number as `38578093.0`
_CARD_WORD = re.compile(r"^(?:số thẻ|thẻ số|số|thẻ|so the|the so|so|no)\b[\s:.]*(?=\d)", re.IGNORECASE)

ETHNIC_GROUPS = (
    "Kinh", "Tày", "Thái", "Mường", "Khmer", "Hoa", "Nùng", "Mông", "Dao", "Gia Rai", "Ê Đê", "Ba Na", "Sán Chay", "Chăm", "Cơ Ho",
    "Xơ Đăng", "Sán Dìu", "Hrê", "Ra Glai", "Mnông", "Thổ", "Xtiêng", "Khơ Mú", "Bru - Vân Kiều", "Cơ Tu", "Giáy", "Tà Ôi", "Mạ",
    "Gié - Triêng", "Co", "Chơ Ro", "Xinh Mun", "Hà Nhì", "Chu Ru", "Lào", "La Chí", "Kháng", "Phù Lá", "La Hủ", "La Ha", "Pà Thẻn",
    "Lự", "Ngái", "Chứt", "Lô Lô", "Mảng", "Cơ Lao", "Bố Y", "Cống", "Si La", "Pu Péo", "Rơ Măm", "Brâu", "Ơ Đu",
)  # fmt: skip
# Names of branches and older spellings (list of ethnic groups of the General Statistics Office, Decision 121-TCTK/PPCĐ of 1979).
_BRANCHES = {
    "Sán Chay": "cao lan, san chi, cao lan san chi, san chay cao lan", "Mông": "h mong, hmong, h'mong, meo, mong trang, mong hoa",
    "Dao": "man, dao do, dao tien, dao quan chet, dao ao dai, dao thanh y", "Kinh": "viet", "Khmer": "kho me, khơ me, kho mer, cam pu chia",
    "Hoa": "han, trung quoc", "Nùng": "nung an, nung phan sinh", "Thái": "thai den, thai trang, tay thai", "Giáy": "nhang, giay nhang",
    "Khơ Mú": "xa cau, kho mu", "Hà Nhì": "u ni, xa u ni, ha nhi", "Ê Đê": "ra de, e de, ede", "Gia Rai": "jrai, gia lai, j rai",
    "Ba Na": "bahnar, bana", "Xơ Đăng": "sedang, xe dang", "Pà Thẻn": "na e, pa then", "Tày": "tho tay", "Bru - Vân Kiều": "bru, van kieu",
    "Gié - Triêng": "gie trieng, gie, trieng", "Cơ Ho": "k ho, kho", "Mnông": "m nong", "Lự": "lu", "Ra Glai": "raglai, ra glay",
}  # fmt: skip
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def _words(text: str) -> str:
    return _SEPARATORS.sub(" ", fold(text)).strip()


_ETHNIC = {_words(name): name for name in ETHNIC_GROUPS}
_ETHNIC_BRANCH = {_words(spelling): name for name, spellings in _BRANCHES.items() for spelling in spellings.split(",")}
_POSTS: tuple[tuple[PostKind, re.Pattern[str]], ...] = (
    (PostKind.DEPUTY_SECRETARY, re.compile(r"\b(pho bi thu|p bi thu|pbt|pho bt|pbtcb)\b")),
    (PostKind.SECRETARY, re.compile(r"\b(bi thu|bt|btcb)\b(?! (doan|xa doan|huyen))")),
    (PostKind.COMMITTEE_MEMBER, re.compile(r"\b(chi uy vien|chi uy|cuv|cu vien|uy vien( chi uy| cap uy)?|uv)\b")),
    (PostKind.GROUP_HEAD, re.compile(r"\bto truong( to)?( dang)?\b(?! (to dan|dan|khu))")),
)
_STANDINGS: tuple[tuple[Standing, re.Pattern[str]], ...] = (
    (Standing.EXEMPT, re.compile(r"\bmien\b(?! (nhiem|phi|dang phi|nui))|mcts?h|mien (sh|ct)|mct\b")),
    (Standing.SUSPENDED, re.compile(r"dinh chi|\btam dinh chi")),
    (
        Standing.SPECIAL_DUTY,
        re.compile(r"(nhiem vu|cong tac) (dac biet|dac thu)|nghia vu quan su|\bnvqs\b|di bo doi|tai ngu"),
    ),
    (
        Standing.ELSEWHERE,
        re.compile(
            r"(sh|sinh hoat|cong tac|lam an|di lam|hoc tap|hoc) .*(tam thoi|noi khac|xa|vang)|tam thoi|di lam an|sinh hoat noi khac"
        ),
    ),
    (Standing.PROBATIONARY, re.compile(r"\bdu bi\b|^d ?b$|\bdv ?db\b|\bdvdb\b")),
    (Standing.OFFICIAL, re.compile(r"\bchinh thuc\b|^c ?t$|\bdv ?ct\b")),
)
# A note about leaving, unless it only tells what happened before the person came here.
_LEFT = re.compile(
    r"\b(tu tran|da mat|da chet|qua doi|khai tru|xoa ten|xin ra khoi dang|ra khoi dang|da chuyen( sinh hoat)?( di)?|chuyen di"
    r"|chuyen sinh hoat (di|ve|sang|den))\b"
)


class TextRead(NamedTuple):
    """What was understood; `code` names a problem, '' when there is none; `details` fill its sentence."""

    text: str = ""
    code: str = ""
    details: tuple[tuple[str, str], ...] = ()


_NOTHING = TextRead()


def as_text(cell: Cell) -> str:
    """Any cell as clean text; a whole number without `.0`."""
    if isinstance(cell, str):
        return cell if cell.isalnum() and cell.isascii() else clean(cell)
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_mark(cell: Cell) -> bool:
    """A cross, tick or 1 that says yes."""
    return cell is True or fold(as_text(cell)) in _MARKS


def read_sex(cell: Cell) -> TextRead:
    words = fold(as_text(cell)).strip(" .")
    if words in _MALE:
        return TextRead(Sex.MALE)
    if words in _FEMALE or words == "n":  # `N` beside `Nam` is how a woman is marked
        return TextRead(Sex.FEMALE)
    return _NOTHING if words in _NONE else TextRead(code="sex_unknown")


def read_identity(cell: Cell) -> TextRead:
    """12 digits, or 9 of the old card.

    A spreadsheet that took them for a number dropped the zeros in front: every province's code begins with 0
    (Circular 59/2021/TT-BCA, annex), so 10 and 11 digits are told from 9.
    """
    text = as_text(cell)
    if len(text) == 12 and _is_digits(text):
        return TextRead(text)
    text = _EMPTY_FRACTION.sub("", text)
    if "e+" in text.lower():
        return TextRead(code="identity_lost_digits")
    digits = _NOT_A_DIGIT.sub("", text)
    if fold(text) in _NONE or (digits and not digits.strip("0")):
        return _NOTHING
    return TextRead(code="identity_invalid") if any(map(str.isalpha, text)) else _identity_of(digits)


def _identity_of(digits: str) -> TextRead:
    if len(digits) in {12, 9}:
        return TextRead(digits)
    if len(digits) in {8, 10, 11}:
        restored = digits.zfill(9 if len(digits) == 8 else 12)
        return TextRead(restored, "identity_zero_restored", (("digits", str(len(digits))), ("understood", restored)))
    return TextRead(code="identity_invalid")


def read_card(cell: Cell) -> TextRead:
    """Digits without spaces and dots; what is not a number stays as written."""
    text = as_text(cell)
    if len(text) == 8 and _is_digits(text):
        return TextRead(text)
    text = _CARD_WORD.sub("", _EMPTY_FRACTION.sub("", text))
    if fold(text) in _NONE:
        return _NOTHING
    digits = _NOT_A_DIGIT.sub("", text)
    if digits and not any(letter.isalpha() for letter in text):
        if len(digits) == 7 and not isinstance(cell, str):
            digits = digits.zfill(8)
        return TextRead(digits, "" if len(digits) == 8 else "card_number_odd")
    return TextRead(text, "card_number_odd") if digits else _NOTHING


def read_phone(cell: Cell) -> TextRead:
    """The first number in the cell as it is stored, with the zero that a spreadsheet dropped.

    Eight and more digits that are no number are kept, for somebody to mend; fewer, and words, are nothing.
    """
    text = as_text(cell)
    number = find_phone(text)
    if not number and len(digits := _NOT_A_DIGIT.sub("", text)) >= 8:
        number = digits[:PHONE_LIMIT]
    return TextRead(number)


def read_plain(cell: Cell) -> TextRead:
    """As written; a stroke or a zero for none is nothing."""
    text = as_text(cell)
    return TextRead("" if text in {"-", "–", "0", "/"} else text)


def read_ethnic_group(cell: Cell) -> TextRead:
    text = as_text(cell)
    words = _words(text)
    if words in _NONE:
        return _NOTHING
    if words in _ETHNIC:
        return TextRead(_ETHNIC[words])
    if words in _ETHNIC_BRANCH:
        name = _ETHNIC_BRANCH[words]
        return TextRead(name, "ethnic_renamed", (("understood", name),))
    return TextRead(text, "ethnic_unknown")


def read_religion(cell: Cell) -> TextRead:
    """As written; crosses and zeros for none become the word."""
    text = as_text(cell)
    if not text:
        return _NOTHING
    return TextRead("Không" if fold(text) in _NONE or fold(text) == "khong theo dao nao" else text)


def read_post(text: str) -> str:
    """The PostKind a text names, '' when it names none of a cell."""
    words = _words(text)
    for kind, pattern in _POSTS:
        if pattern.search(words):
            return kind
    return ""


def read_standing(text: str) -> str:
    """The Standing that a note tells, '' when it tells none."""
    words = _words(text)
    for standing, pattern in _STANDINGS:
        if pattern.search(words):
            return standing
    return ""


def tells_of_leaving(text: str) -> bool:
    """The note says that the person is no longer a member here."""
    return bool(_LEFT.search(_words(text)))
