"""What people type, as it is stored: one way in for forms, services, the interface for programs and the database.

A text comes out composed (`core.text`), within its limit, without a secrecy stamp (`core.stamps`) and without characters
that nobody sees or that turn the direction of reading: those can make a paper say something else than what is stored.
"""

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.stamps import find_stamp, find_stamp_beside_names
from nennep.core.text import compose, compose_lines, compose_note

# Control characters except white space; the blocks that Unicode reads from right to left; what formats unseen; halves of pairs.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u0590-\u08ff\u180e\u200e\u200f\u202a-\u202e\u2061-\u206f\ud800-\udfff"
    "\ufb1d-\ufdff\ufe70-\ufefe\ufff9-\ufffb\U00010800-\U00010fff\U0001e800-\U0001efff\U000e0000-\U000e007f]"
)
_AROUND = 12  # letters shown on either side of a character that cannot be seen


class StampFound(DomainError):
    code = "text_marked_secret"
    message = _("Có dòng mang dấu “%(marking)s”. Không ghi nội dung mật vào đây; hãy bỏ phần đó rồi ghi lại.")


class UnfitCharacter(DomainError):
    """A control character, or one that turns the direction of reading; `near` is what stands around it."""

    code = "text_with_unfit_character"
    message = _("Có ký tự lạ, thường không nhìn thấy, ở chỗ “%(near)s”. Hãy xóa chỗ đó rồi gõ lại, đừng dán.")


class TextTooLong(DomainError):
    code = "text_too_long"
    message = _("Dài quá %(limit)s chữ. Hãy viết gọn lại.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Hãy ghi lý do.")
    field = "reason"


def take_line(text: str, *, limit: int | None = None, field: str = "") -> str:
    """What was typed as one line, as it is stored (`compose`), of at most `limit` characters.

    Raises UnfitCharacter, StampFound, TextTooLong, each with `field`. What it returns, it takes unchanged.
    """
    return _check(text, compose(text), limit=limit, field=field)


def take_name(text: str, *, limit: int | None = None, field: str = "") -> str:
    """The name of a person: Mật is one, also in capitals at the end of a line (`LÒ THỊ MẬT`). Otherwise as `take_line`."""
    return _check(text, compose(text), limit=limit, field=field, find=find_stamp_beside_names)


def take_lines(text: str, *, limit: int | None = None, field: str = "") -> str:
    """What was typed in several lines, as it is stored (`compose_lines`). Otherwise as `take_line`."""
    return _check(text, compose_lines(text), limit=limit, field=field)


def take_note(text: str, *, limit: int | None = None, field: str = "") -> str:
    """What somebody is still typing: its spaces stay (`compose_note`). Otherwise as `take_line`."""
    return _check(text, compose_note(text), limit=limit, field=field)


def require_line(text: str, missing: type[DomainError], *, limit: int | None = None, field: str = "") -> str:
    """`take_line` for a text that must be there; raises `missing` when nothing is left, and what `take_line` raises."""
    words = take_line(text, limit=limit, field=field)
    if not words:
        raise missing(field=field)
    return words


def require_name(name: str, missing: type[DomainError], *, limit: int | None = None, field: str = "") -> str:
    """`take_name` for a name that must be there; raises `missing` when nothing is left, and what `take_name` raises."""
    words = take_name(name, limit=limit, field=field)
    if not words:
        raise missing(field=field)
    return words


def find_fault(text: str, *, limit: int | None = None) -> str:
    """The code of the refusal that `take_line` would raise; empty for a text that it takes."""
    try:
        take_line(text, limit=limit)
    except DomainError as error:
        return error.code
    return ""


def _check(
    text: str,
    words: str,
    *,
    limit: int | None,
    field: str,
    find: Callable[[Iterable[str]], str] = find_stamp,
) -> str:
    """Stamps are looked for in both: lines that end up as one can hide a stamp, and can make one."""
    _refuse_unfit(text, field)
    marking = find(_lines(text, words))
    if marking:
        raise StampFound(field=field, marking=marking)
    if limit is not None and len(words) > limit:
        raise TextTooLong(field=field, limit=limit)
    return words


def _lines(text: str, words: str) -> Iterable[str]:
    return text.splitlines() if text == words else (*text.splitlines(), *words.splitlines())


def _refuse_unfit(text: str, field: str) -> None:
    found = _UNFIT.search(text)
    if found:
        around = text[max(found.start() - _AROUND, 0) : found.end() + _AROUND]
        raise UnfitCharacter(field=field, near=compose(_UNFIT.sub("", around)))
