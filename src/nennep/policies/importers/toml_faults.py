"""What is wrong with a text that is no TOML, in words for whoever wrote it; the library says it in English."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_PLACE = re.compile(r"^(?P<fault>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)
_TWICE = gettext_lazy("tên này đã ghi ở trên")
_QUOTES = gettext_lazy("thiếu dấu nháy khép lại")
_CHARACTER = gettext_lazy("có ký tự không được phép")
_CODE = gettext_lazy("mã ký tự sau dấu \\ không đúng")
_FAULTS: tuple[tuple[str, str | Promise], ...] = (  # by how the library's sentence begins
    ("Invalid statement", gettext_lazy("dòng này không có dạng tên = giá trị")),
    ("Expected newline", gettext_lazy("sau giá trị còn thừa chữ; số lẻ viết dấu chấm, như 7.5")),
    ("Cannot ", _TWICE),
    ("Duplicate ", _TWICE),
    ("Expected '='", gettext_lazy("sau tên thiếu dấu =")),
    ("Expected ']", gettext_lazy("thiếu dấu ] khép lại")),
    ("Unclosed array", gettext_lazy("thiếu dấu ] khép lại")),
    ("Unclosed inline table", gettext_lazy("thiếu dấu } khép lại")),
    ("Unterminated string", _QUOTES),
    ("Expected ", _QUOTES),
    ("Unescaped ", gettext_lazy("dấu \\ trong chữ phải viết đôi")),
    ("Invalid hex value", _CODE),
    ("Escaped character", _CODE),
    ("Illegal character", _CHARACTER),
    ("Found invalid character", _CHARACTER),
    ("Invalid date", gettext_lazy("ngày, giờ này không có trong lịch")),
    ("Invalid initial character", gettext_lazy("tên phải bắt đầu bằng chữ không dấu hoặc số")),
    ("Invalid value", gettext_lazy("giá trị viết không đúng; chữ phải để trong dấu nháy")),
    ("RecursionError", gettext_lazy("lồng nhau quá sâu")),
    ("UnicodeDecodeError", gettext_lazy("tệp không phải chữ UTF-8")),
)


def say_fault(said: str) -> str:
    """Of what `tomllib` said, or the name of what it raised: the fault, and its line and column where it names them."""
    found = _PLACE.match(said)
    fault = _translate(found["fault"] if found else said)
    if found is None:
        return fault
    if found["line"] is None:
        return _("%(fault)s (cuối tệp)") % {"fault": fault}
    return _("%(fault)s (dòng %(line)s, cột %(column)s)") % (found.groupdict() | {"fault": fault})


def _translate(fault: str) -> str:
    known = (words for start, words in _FAULTS if fault.startswith(start))
    return str(next(known, gettext_lazy("viết sai cú pháp")))
