"""Frozen content: what was approved, agreed or issued, as JSON that a checksum holds and plain values can be read from.

A paper or a part of one is a frozen dataclass of plain values; `write_content` and `read_content` take it there and back.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError

Frozen = TypeVar("Frozen")


class ContentChanged(DomainError):
    """Somebody changed it past the program: what it says now is nobody's word, and nothing is built on it."""

    code = "content_changed"
    message = _(
        "%(paper)s: bản lưu không còn khớp mã kiểm nên không mở được. Hãy báo người quản trị phục hồi từ bản sao lưu."
    )


class ContentUnreadable(DomainError):
    """It lacks what every program that wrote it wrote down, or was written by one that is newer than this."""

    code = "content_unreadable"
    message = _("Bản lưu của văn bản này thiếu nội dung nên không mở được. Hãy báo người quản trị.")


def to_canonical(content: Mapping[str, Any]) -> str:
    """The one way to write a content down: sorted keys, no spaces, plain Unicode."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, as hexadecimal."""
    return hashlib.sha256(to_canonical(content).encode()).hexdigest()


def write_content(value: Any) -> Any:
    """JSON values of a dataclass, or of what stands in one: days, moments and decimals as text, texts of any sort as such."""
    if is_dataclass(value):
        return {field.name: write_content(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [write_content(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def read_content(kind: type[Frozen], content: Mapping[str, Any]) -> Frozen:
    """The value that was written, by whichever program: every shape that was ever kept is read for ever.

    A field that an older program did not write takes its default, one that is gone is passed over, one that was renamed
    is found under what `old_keys` of its dataclass says. Raises ContentUnreadable.
    """
    try:
        value: Frozen = _read(kind, content)
    except _NOT_ITS_SHAPE as error:
        raise ContentUnreadable from error
    return value


_NOT_ITS_SHAPE = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


def _read(kind: Any, content: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        kinds, old_keys = _kinds_of(kind), getattr(kind, "old_keys", {})
        keys = {name: name if name in content else old_keys.get(name) for name in kinds}
        return kind(**{name: _read(kinds[name], content[key]) for name, key in keys.items() if key in content})
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in content)
    if get_origin(kind) in {Union, UnionType}:
        inner = next(one for one in get_args(kind) if one is not type(None))
        return None if content is None else _read(inner, content)
    reader = _READERS.get(kind)
    return reader(content) if reader else content


# A moment is a day too: the order of `isinstance` does not matter here, the annotation says which is meant.
_READERS: Mapping[Any, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}


@cache
def _kinds_of(kind: type) -> dict[str, Any]:
    """The fields of a dataclass with what their annotations mean."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
