"""Small values of a score sheet from a file that nobody here trusts: each is taken, or what is wrong with it is noted."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from nennep.core.errors import DomainError
from nennep.core.typed import take_line
from nennep.core.wording import say_points
from nennep.policies.choices import ScoreEvidence
from nennep.policies.rules.sheets import Maximum, SheetCondition

LONGEST = 480  # minutes of a meeting, and more than anything that is counted


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One thing that is wrong with a sheet: where (codes of sheet, group or line), and what."""

    where: str
    words: str
    nth: int = field(default=1, compare=False)  # how often its code was read by then: sheets of a file may share codes
    line: int | None = field(default=None, compare=False)  # in the file, from 1 on, where it could be found there
    column: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        said = f"{self.where}: {self.words}" if self.where else self.words
        if self.line is None:
            return said
        return _("dòng %(line)s, cột %(column)s: %(said)s") % {"line": self.line, "column": self.column, "said": said}


class ValueReader:
    """Notes problems with their place and goes on."""

    def __init__(self) -> None:
        self.problems: list[SheetProblem] = []
        self.is_checklist = False
        self.is_sum_known = True
        self.read_codes: Counter[str] = Counter()

    def say(self, where: str, words: str) -> None:
        self.problems.append(SheetProblem(where, words, max(1, self.read_codes[where.split(" ", maxsplit=1)[0]])))

    def table(self, value: Any, where: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.say(where, _("phải là một bảng"))
        return {}

    def tables(self, value: Any, where: str) -> list[Mapping[str, Any]]:
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            return value
        self.say(where, _("phải là một danh sách bảng, không rỗng"))
        return []

    def words(self, value: Any, where: str) -> list[str]:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        self.say(where, _("phải là một danh sách từ"))
        return []

    def text(self, table: Mapping[str, Any], name: str, where: str) -> str:
        value = table.get(name)
        if isinstance(value, str) and value.strip() and len(value) <= 300:
            return self.clean(value, name, where)
        self.say(where, _("thiếu “%(name)s”, hoặc không phải chữ, hoặc quá dài") % {"name": name})
        return ""

    def clean(self, value: str, name: str, where: str) -> str:
        """As people type one line: nothing invisible in it, no secrecy stamp, composed."""
        try:
            return take_line(value, limit=300)
        except DomainError as error:
            self.say(where, f"{name}: {error}")
            return ""

    def code(self, table: Mapping[str, Any], where: str) -> str:
        """A word that may stand in an address."""
        found = self.text(table, "code", where)
        self.read_codes[found] += 1
        if found and not _CODE.fullmatch(found):
            self.say(found.strip(), _("mã chỉ gồm chữ, số, dấu chấm, dấu gạch"))
        return found

    def whole(self, value: Any, where: str, *, low: int, high: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.say(where, _("phải là số nguyên từ %(low)s đến %(high)s") % {"low": low, "high": high})
        return low

    def halves(self, value: Any, where: str, *, high: float, low: float | Decimal = 0.5) -> Maximum | None:
        """Whole or half points; a whole number stays one. None where they are none: no sum can be said then."""
        found = None if isinstance(value, str) else _to_fraction(value)
        if _has_comma(value):
            self.say_comma(value, where)
            return None
        if found is not None and low <= found <= high and not found * 2 % 1:
            return int(found) if found.denominator == 1 else Decimal(found.numerator) / Decimal(found.denominator)
        words = {"low": say_points(low), "high": say_points(high)}
        self.say(where, _("phải là số từ %(low)s đến %(high)s, chẵn nửa điểm") % words)
        return None

    def limit(self, value: Any, where: str, *, rising: bool) -> tuple[Fraction, bool] | None:
        """A number, or a fraction such as "200/3"; and whether it stands outside its band, as in "> 90" or "< 15".

        `rising`: limits are upper ones. A sign that points the other way is refused; "50 %" is 50.
        """
        if _has_comma(value):
            self.say_comma(value, where)
            return None
        sign, number = _split_sign(value)
        found = _to_fraction(number)
        if found is None or not 0 <= found <= LONGEST:
            self.say(
                where,
                _("mốc %(value)s không phải số từ 0 đến %(high)s") % {"value": _say_written(value), "high": LONGEST},
            )
            return None
        if sign and (sign in _UPPER) != rising:
            fitting = "“<”, “<=”" if rising else "“>”, “>=”"
            self.say(where, _("mốc %(value)s: ở thang này chỉ dùng dấu %(signs)s") % {"value": value, "signs": fitting})
            return None
        return found, sign in _STRICT

    def say_comma(self, value: str, where: str) -> None:
        """`"7,5"`: as one writes it, and not as the file takes it."""
        words = {"value": value, "number": value.strip().replace(",", ".")}
        self.say(where, _("“%(value)s”: trong tệp số lẻ viết %(number)s, dấu chấm, không để trong dấu nháy") % words)

    def points(self, value: Any, maximum: Maximum, where: str, *, low: Maximum = 0) -> Decimal:
        found = None if isinstance(value, str) else _to_fraction(value)
        words = {"value": _say_written(value), "low": say_points(low), "maximum": say_points(maximum)}
        if value is None:
            self.say(where, _("thiếu số điểm"))
        elif _has_comma(value):
            self.say_comma(value, where)
        elif found is None:
            self.say(where, _("điểm %(value)s không phải là số") % words)
        elif not low <= found <= maximum:
            self.say(where, _("điểm %(value)s ngoài khoảng %(low)s đến %(maximum)s") % words)
        elif found * 2 % 1:
            self.say(where, _("điểm %(value)s không chẵn nửa điểm") % words)
        elif self.is_checklist and found not in {0, 1}:
            self.say(where, _("bảng kiểm chỉ có đạt (1) hoặc không (0), không có %(value)s điểm") % words)
        else:
            return Decimal(found.numerator) / Decimal(found.denominator)
        return Decimal(0)

    def evidence(self, value: Any, where: str) -> ScoreEvidence | None:
        if value is None:
            self.say(where, _("thiếu tên số liệu"))
            return None
        try:
            return ScoreEvidence(value)
        except ValueError:
            self.say(where, _("không có số liệu nào tên “%(name)s”") % {"name": value})
            return None

    def condition(self, value: Any, where: str) -> SheetCondition | None:
        """`conclusion`, or with a no before it `not on_the_day`."""
        name = value if isinstance(value, str) else ""
        found = self.evidence(name.removeprefix("not ") if name else value, where)
        if found and not found.kind.is_condition:
            self.say(where, _("“%(name)s” không trả lời có hay không") % {"name": found.value})
        return SheetCondition(found, name.startswith("not ")) if found else None

    def known(self, table: Mapping[str, Any], keys: Collection[str], where: str) -> None:
        for name in sorted(set(table) - set(keys)):
            self.say(where, _("không hiểu “%(name)s”") % {"name": name})

    def one_of(self, value: Any, known: Iterable[str], where: str) -> str:
        names = list(known)
        if value in names:
            return str(value)
        self.say(where, _("“%(value)s” không phải một trong: %(known)s") % {"value": value, "known": ", ".join(names)})
        return names[0]

    def some_of(
        self, table: Mapping[str, Any], name: str, known: Iterable[str], *, where: str, default: list[str]
    ) -> list[str]:
        names = list(known)
        values = self.words(table.get(name, default), where)
        if not values or len(set(values)) != len(values):
            self.say(where, _("phải có ít nhất một, không lặp"))
        return [self.one_of(value, names, where) for value in values]


_STRICT, _UPPER = frozenset("<>"), frozenset(["<", "<=", "≤"])
_SIGNED = re.compile(r"\s*(?P<sign>[<>]=?|[≤≥])?\s*(?P<number>[\d./]+)\s*%?\s*")


def _split_sign(value: Any) -> tuple[str, Any]:
    found = _SIGNED.fullmatch(value) if isinstance(value, str) and len(value) <= 100 else None
    return (found["sign"] or "", found["number"]) if found else ("", value)


_COMMA = re.compile(r"\s*-?\d{1,40},\d{1,40}\s*")


def _has_comma(value: Any) -> bool:
    return isinstance(value, str) and _COMMA.fullmatch(value) is not None


def _say_written(value: Any) -> str:
    """A number as one says it, `7,3`, with all its digits; anything else as it stands in the file."""
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


_CODE = re.compile(r"[\w.\-]+")
_WRITTEN = re.compile(r"\d{1,40}(\.\d{1,40}|/\d{1,40})?")  # no powers: "1e99999999" would be reckoned out for hours


def _to_fraction(value: Any) -> Fraction | None:
    """Exact, whether it was written 50, 66.5 or "200/3"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        return None
    try:
        return Fraction(Decimal(str(value))) if isinstance(value, float) else Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError, InvalidOperation):
        return None
