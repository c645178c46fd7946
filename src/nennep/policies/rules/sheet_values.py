"""Small values of a score sheet from a file that nobody here trusts: each is taken, or what is wrong with it is noted."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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

    def __str__(self) -> str:
        return f"{self.where}: {self.words}" if self.where else self.words


class ValueReader:
    """Notes problems with their place and goes on."""

    def __init__(self) -> None:
        self.problems: list[SheetProblem] = []
        self.is_checklist = False
        self.is_sum_known = True

    def say(self, where: str, words: str) -> None:
        self.problems.append(SheetProblem(where, words))

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
        if found and not _CODE.fullmatch(found):
            self.say(found.strip(), _("mã chỉ gồm chữ, số, dấu chấm, dấu gạch"))
        return found

    def whole(self, value: Any, where: str, *, low: int, high: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.say(where, _("phải là số nguyên từ %(low)s đến %(high)s") % {"low": low, "high": high})
        return low

    def halves(self, value: Any, where: str, *, high: int) -> Maximum | None:
        """Points from half of one on; a whole number stays one. None where they are none: no sum can be said then."""
        found = None if isinstance(value, str) else _to_fraction(value)
        if found is not None and 0 < found <= high and not found * 2 % 1:
            return int(found) if found.denominator == 1 else Decimal(found.numerator) / Decimal(found.denominator)
        self.say(where, _("phải là số từ 0,5 đến %(high)s, chẵn nửa điểm") % {"high": high})
        return None

    def limit(self, value: Any, where: str) -> Fraction | None:
        """A number, or a fraction such as "200/3"."""
        found = _to_fraction(value)
        if found is None or not 0 <= found <= LONGEST:
            self.say(where, _("mốc %(value)s không phải số từ 0 đến %(high)s") % {"value": value, "high": LONGEST})
            return None
        return found

    def points(self, value: Any, maximum: Maximum, where: str, *, low: Maximum = 0) -> Decimal:
        found = None if isinstance(value, str) else _to_fraction(value)
        words = {"value": value, "low": say_points(low), "maximum": say_points(maximum)}
        if found is None:
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
