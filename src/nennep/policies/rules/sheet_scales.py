"""Reading the scales of a line from a file: how its evidence becomes points, and what is wrong with that."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from nennep.core.wording import say_points
from nennep.policies.choices import FULL_AT, EvidenceKind, PolicyKey, ScoreEvidence
from nennep.policies.rules.sheet_values import ValueReader
from nennep.policies.rules.sheets import Band, Maximum, Part, Scale, ScaleKind

SCALE_KEYS = {"evidence", "bands", "at_most", "within", "share", "yes", "parts", "all", "full_at"}
_OF_MAXIMUM = {ScaleKind.WITHIN, ScaleKind.SHARE, ScaleKind.YES, ScaleKind.PARTS, ScaleKind.ALL}


class ScaleReader(ValueReader):
    """What a line is judged by and what it tells; `least` are the fewest points of the line that is read."""

    least: Maximum = 0

    def told(self, written: Mapping[str, Any], code: str) -> tuple[ScoreEvidence, ...]:
        """A list of names, or `told = true` beside one `evidence`."""
        value = written.get("told", [])
        names = [written.get("evidence")] if value is True else self.words(value, f"{code} told")
        return tuple(found for name in names if (found := self.evidence(name, code)))

    def parts(self, written: Mapping[str, Any], name: str, code: str) -> list[Any]:
        value = written.get(name, [])
        if isinstance(value, list):
            return value
        self.say(code, _("“%(name)s” phải là một danh sách") % {"name": name})
        return []

    def part(self, value: Any, maximum: Maximum, code: str, *, low: Maximum = 0, key: str = "evidence") -> Part | None:
        """A name alone where points may be left out, or a table with its points."""
        if isinstance(value, str) and key == "evidence":
            found = self.condition(value, code)
            return Part(found) if found else None
        table = self.table(value, code)
        self.known(table, {"evidence", "when", "points", "each"}, code)
        found = self.condition(table.get("when", table.get("evidence")), code)
        points = self.points(table.get("points"), maximum, code, low=low)
        each = table.get("each", False)
        if not isinstance(each, bool) or (each and found and found.evidence.kind != EvidenceKind.COUNT):
            self.say(code, _("“each” chỉ dùng cho số đếm"))
        return Part(found, points, each is True) if found else None

    def scales(self, written: Mapping[str, Any], maximum: Maximum, code: str) -> tuple[Scale, ...]:
        """Those of `scales`, or the one that is written into the line itself."""
        own = {name: written[name] for name in SCALE_KEYS if name in written}
        if written.get("told") is True:
            own.pop("evidence", None)
        several = self.tables(written["scales"], f"{code} scales") if "scales" in written else []
        if own and several:
            self.say(code, _("thang ghi ở dòng, hoặc ở “scales”, không cả hai"))
        tables = several or ([own] if own else [])
        return tuple(filter(None, (self.scale(one, maximum, code) for one in tables)))

    def scale(self, table: Mapping[str, Any], maximum: Maximum, code: str) -> Scale | None:
        self.known(table, SCALE_KEYS, code)
        kinds = [kind for kind in ScaleKind if kind.value in table]
        if len(kinds) != 1:
            self.say(
                code,
                _("mỗi thang cần đúng một trong: %(kinds)s") % {"kinds": ", ".join(one.value for one in ScaleKind)},
            )
            return None
        kind = kinds[0]
        if not maximum and kind in _OF_MAXIMUM:
            self.say(code, _("dòng chỉ trừ điểm thì ghi “additions” hoặc bậc, không “%(kind)s”") % {"kind": kind.value})
        if self.is_checklist and kind in {ScaleKind.SHARE, ScaleKind.PARTS}:
            self.say(code, _("bảng kiểm chỉ có đạt hoặc không: không dùng thang “%(kind)s”") % {"kind": kind.value})
        if kind in {ScaleKind.PARTS, ScaleKind.ALL}:
            return self.yes_scale(kind, table, maximum, code)
        name = table.get("evidence")
        negated = kind == ScaleKind.YES and isinstance(name, str) and name.startswith("not ")
        found = self.evidence(name.removeprefix("not ") if negated and isinstance(name, str) else name, code)
        if found is None or not self.fits(kind, found, code):
            return None
        if kind in {ScaleKind.SHARE, ScaleKind.YES} and table[kind.value] is not True:
            self.say(code, _("ghi %(kind)s = true") % {"kind": kind.value})
        bands = () if kind in {ScaleKind.SHARE, ScaleKind.YES} else self.bands(kind, table[kind.value], maximum, code)
        self.order(kind, bands, found, code)
        if bands and found.kind != EvidenceKind.SHARE and "%" in str(table[kind.value]):
            self.say(code, _("chỉ mốc của một tỷ lệ mới ghi “%”"))
        return Scale(kind, found, bands, full_at=self.full_at(table, found, code), negated=negated)

    def fits(self, kind: ScaleKind, evidence: ScoreEvidence, code: str) -> bool:
        fitting = {
            ScaleKind.BANDS: evidence.kind.is_amount,
            ScaleKind.AT_MOST: evidence.kind.is_amount,
            ScaleKind.WITHIN: evidence.kind.is_amount,
            ScaleKind.SHARE: evidence.kind == EvidenceKind.SHARE,
            ScaleKind.YES: evidence.kind.is_condition,
        }[kind]
        if not fitting:
            self.say(
                code,
                _("thang “%(kind)s” không dùng được cho “%(name)s”") % {"kind": kind.value, "name": evidence.value},
            )
        return fitting

    def full_at(self, table: Mapping[str, Any], evidence: ScoreEvidence, code: str) -> PolicyKey | None:
        value = table.get("full_at")
        if value is None:
            return None
        if evidence.kind != EvidenceKind.SHARE or "bands" not in table:
            self.say(code, _("“full_at” chỉ dùng cho bậc của một tỷ lệ"))
        return PolicyKey(self.one_of(value, [key.value for key in FULL_AT], f"{code} full_at"))

    def yes_scale(self, kind: ScaleKind, table: Mapping[str, Any], maximum: Maximum, code: str) -> Scale | None:
        parts = tuple(filter(None, (self.part(one, maximum, code) for one in self.parts(table, kind.value, code))))
        if "evidence" in table or "full_at" in table:
            self.say(code, _("thang “%(kind)s” kể số liệu trong danh sách của nó") % {"kind": kind.value})
        given = [part.points for part in parts if part.points is not None]
        if not parts or (given and len(given) != len(parts)):
            self.say(code, _("các phần đều có điểm, hoặc không phần nào có"))
        elif given and (kind == ScaleKind.ALL or sum(given) != maximum):
            self.say(code, _("điểm các phần cộng lại phải là %(maximum)s") % {"maximum": say_points(maximum)})
        return Scale(kind, parts=parts) if parts else None

    def bands(self, kind: ScaleKind, written: Any, maximum: Maximum, code: str) -> tuple[Band, ...]:
        if kind == ScaleKind.WITHIN:
            pair = written if isinstance(written, list) and len(written) == 2 else []
            written = [[limit, maximum] for limit in pair]
        if (
            not isinstance(written, list)
            or not all(isinstance(one, list) and len(one) == 2 for one in written)
            or not written
        ):
            self.say(code, _("“%(kind)s” là danh sách những cặp [mốc, điểm]") % {"kind": kind.value})
            return ()
        upper = [
            kind == ScaleKind.AT_MOST or (kind == ScaleKind.WITHIN and place == 1) for place in range(len(written))
        ]
        found = [
            (self.limit(limit, code, rising=rising), self.points(points, maximum, code, low=self.least))
            for (limit, points), rising in zip(written, upper, strict=True)
        ]
        bands = tuple(Band(limit[0], points, limit[1]) for limit, points in found if limit is not None)
        return bands if len(bands) == len(found) else ()

    def order(self, kind: ScaleKind, bands: tuple[Band, ...], evidence: ScoreEvidence, code: str) -> None:
        """Bands fall to 0, limits of `at_most` rise, without a value that two of them claim; points rise and fall once at most."""
        if not bands:
            return
        falling = kind == ScaleKind.BANDS
        # “> 90” begins above “90”, “< 90” ends below it; a span may be a single value.
        limits = [(band.limit, kind != ScaleKind.WITHIN and band.strict == falling) for band in bands]
        if len(set(limits)) != len(limits) and kind != ScaleKind.WITHIN:
            self.say(code, _("hai bậc cùng một mốc"))
        elif limits != sorted(limits, reverse=falling):
            self.say(code, _("mốc phải giảm dần") if falling else _("mốc phải tăng dần"))
        if falling and bands[-1].limit != 0:
            self.say(code, _("còn trống dưới mốc %(limit)s: bậc cuối phải từ 0") % {"limit": bands[-1].limit})
        elif falling and bands[-1].strict:
            self.say(code, _("còn trống ở mốc 0: bậc cuối phải từ 0"))
        if _has_valley([band.points for band in bands]):
            self.say(code, _("điểm giảm rồi lại tăng"))
        if evidence.is_part and any(
            band.limit > 100 or (band.limit == 100 and band.strict and falling) for band in bands
        ):
            self.say(code, _("không tỷ lệ nào quá 100"))


def _has_valley(points: list[Decimal]) -> bool:
    """Points may rise to a peak and fall again (15 to 30 minutes are best); a second rise is a slip of the hand."""
    steps = [later - former for former, later in pairwise(points) if later != former]
    return any(former < 0 < later for former, later in pairwise(steps))
