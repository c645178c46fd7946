"""Reading a score sheet from a file: everything that is wrong with it, each with its place (docs/how-to/add-a-score-sheet.md).

Nothing here trusts its input: a file of somebody else is read as well as what lies in the database.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from nennep.core.wording import say_points
from nennep.policies.choices import FULL_AT, SCORED_KINDS, EvidenceKind, PolicyKey, ScoreEvidence, SheetKind, SheetSide
from nennep.policies.rules.former_sheets import find_former_problem, is_former, translate_line
from nennep.policies.rules.sheet_values import SheetProblem, ValueReader
from nennep.policies.rules.sheets import (
    Band,
    LargeCell,
    Maximum,
    Part,
    Scale,
    ScaleKind,
    ScoreSheetTemplate,
    SheetGroup,
    SheetItem,
)
from nennep.policies.rules.values import ScoreLevels

HIGHEST = 100  # points of a line, a group, a sheet
CODE_LIMIT = 20  # of a line, as it is kept with its points
_SHEET_KEYS = {
    "code",
    "title",
    "groups",
    "kind",
    "applies_to",
    "sides",
    "scored_by",
    "reported_within_working_days",
    "levels",
    "level_texts",
    "sources",
    "large_cell",
}
_GROUP_KEYS = {"code", "title", "max", "items"}
_SCALE_KEYS = {"evidence", "bands", "at_most", "within", "share", "yes", "parts", "all", "full_at"}
_LINE_KEYS = {
    "code",
    "title",
    "max",
    "scales",
    "told",
    "starts_at",
    "lowest_if",
    "additions",
    "at_most_if",
    "without_theme",
}
_LEVELS = ("good", "fair", "average")


def read_sheet(value: Any) -> tuple[ScoreSheetTemplate | None, tuple[SheetProblem, ...]]:
    """The sheet (or several, each for its kinds of meeting, under `sheets`), None where something is wrong, and all of that."""
    reader = _SheetReader()
    several = value.get("sheets") if isinstance(value, Mapping) else None
    read = [reader.read(one) for one in (reader.tables(several, "sheets") if several is not None else [value])]
    if several is not None:
        reader.check_kinds(read)
    if reader.problems:
        return None, tuple(reader.problems)
    return replace(read[0], others=tuple(read[1:])), ()


class _SheetReader(ValueReader):
    """Goes on after a problem, so that all of them are said at once; what it hands back then is not to be used."""

    # ── the sheet ─────────────────────────────────────────────────────────────

    def read(self, value: Any) -> ScoreSheetTemplate:
        table = self.table(value, "")
        code = self.code(table, "")
        self.known(table, _SHEET_KEYS, code)
        kind = self.one_of(table.get("kind", "points"), [one.value for one in SheetKind], f"{code} kind")
        self.is_checklist, self.is_sum_known = kind == SheetKind.CHECKLIST, True
        groups = tuple(self.group(one) for one in self.tables(table.get("groups"), f"{code} groups"))
        days = table.get("reported_within_working_days")
        sheet = ScoreSheetTemplate(
            code=code,
            title=self.text(table, "title", code),
            groups=groups,
            kind=SheetKind(kind),
            applies_to=frozenset(self.kinds(table, code)),
            sides=tuple(SheetSide(one) for one in self.sides(table, code)),
            scored_by=self.text(table, "scored_by", code) if "scored_by" in table else "",
            reported_within_working_days=None if days is None else self.whole(days, f"{code} days", low=0, high=60),
            levels=self.levels(table["levels"], f"{code} levels") if "levels" in table else None,
            level_texts=self.level_texts(table.get("level_texts", {}), f"{code} level_texts"),
            sources=tuple(self.words(table.get("sources", []), f"{code} sources")),
            large_cell=self.large_cell(table["large_cell"], f"{code} large_cell") if "large_cell" in table else None,
        )
        self.check(sheet)
        return sheet

    def kinds(self, table: Mapping[str, Any], code: str) -> list[str]:
        kinds = list(SCORED_KINDS)
        return self.some_of(table, "applies_to", kinds, where=f"{code} applies_to", default=kinds)

    def sides(self, table: Mapping[str, Any], code: str) -> list[str]:
        sides = [one.value for one in SheetSide]
        return self.some_of(table, "sides", sides, where=f"{code} sides", default=[SheetSide.CELL.value])

    def levels(self, value: Any, where: str) -> ScoreLevels:
        table = self.table(value, where)
        if set(table) != set(_LEVELS):
            self.say(where, _("cần đủ good, fair, average"))
            return ScoreLevels(3, 2, 1)
        good, fair, average = (self.whole(table[name], where, low=1, high=100) for name in _LEVELS)
        if not good > fair > average:
            self.say(where, _("ngưỡng phải giảm dần từ good đến average"))
        return ScoreLevels(good, fair, average)

    def large_cell(self, value: Any, where: str) -> LargeCell:
        """{ members = 30, minutes = 120 }."""
        table = self.table(value, where)
        self.known(table, {"members", "minutes"}, where)
        members = self.whole(table.get("members"), where, low=1, high=1000)
        return LargeCell(members, self.whole(table.get("minutes"), where, low=1, high=480))

    def level_texts(self, value: Any, where: str) -> tuple[tuple[str, str], ...]:
        table = self.table(value, where)
        self.known(table, {*_LEVELS, "poor"}, where)
        return tuple((name, self.text(table, name, where)) for name in table)

    def check(self, sheet: ScoreSheetTemplate) -> None:
        """What only the whole sheet shows: its sum, its codes, where points move to."""
        total = sum(item.maximum for item in sheet.items)
        if self.is_sum_known and not sheet.is_checklist and total != HIGHEST:
            self.say(sheet.code, _("điểm tối đa cộng lại là %(total)s, phải là 100") % {"total": say_points(total)})
        codes = [item.code for item in sheet.items]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.say(code, _("mã này có ở hai dòng"))
        groups = [group.code for group in sheet.groups]
        for code in sorted({code for code in groups if groups.count(code) > 1}):
            self.say(code, _("mã này có ở hai nhóm"))
        moving = {item.code: item.moves_to for item in sheet.items if item.moves_to}
        for code, target in moving.items():
            if target not in codes:
                self.say(code, _("điểm chuyển sang “%(target)s”, nhưng không có dòng ấy") % {"target": target})
            elif target == code or target in moving:
                self.say(code, _("điểm chuyển vòng: “%(target)s” không giữ được điểm") % {"target": target})

    def check_kinds(self, sheets: list[ScoreSheetTemplate]) -> None:
        """No two sheets of a unit are for the same kind of meeting."""
        for place, sheet in enumerate(sheets):
            taken = {kind for other in sheets[:place] for kind in other.applies_to}
            if both := sorted(taken & sheet.applies_to):
                self.say(sheet.code, _("đã có khung khác cho: %(kinds)s") % {"kinds": ", ".join(both)})
            if any(sheet.code == other.code for other in sheets[:place]):
                self.say(sheet.code, _("hai khung cùng một mã"))

    # ── groups and lines ──────────────────────────────────────────────────────

    def group(self, table: Mapping[str, Any]) -> SheetGroup:
        code = self.code(table, _("nhóm"))
        self.known(table, _GROUP_KEYS, code)
        items = tuple(self.line(one) for one in self.tables(table.get("items"), f"{code} items"))
        group = SheetGroup(code, self.text(table, "title", code), items)
        limit = self.halves(table["max"], f"{code} max", high=HIGHEST) if "max" in table else None
        if limit is not None and self.is_sum_known:
            for item in (one for one in items if one.maximum > limit):
                words = {"one": say_points(item.maximum), "limit": say_points(limit)}
                self.say(item.code, _("tối đa %(one)s, hơn cả nhóm (%(limit)s)") % words)
            if group.maximum != limit:
                words = {"total": say_points(group.maximum), "limit": say_points(limit)}
                self.say(code, _("các dòng cộng lại là %(total)s, nhóm ghi %(limit)s") % words)
        return group

    def line(self, written: Mapping[str, Any]) -> SheetItem:
        code = self.code(written, _("dòng"))
        if len(code) > CODE_LIMIT:
            self.say(code, _("mã dài quá %(most)s chữ") % {"most": CODE_LIMIT})
        if is_former(written):
            written = self.former(written, code)
        self.known(written, _LINE_KEYS | _SCALE_KEYS, code)
        maximum = self.maximum(written, code)
        told, scales = self.told(written, code), self.scales(written, maximum, code)
        parts = {
            name: tuple(self.part(one, maximum, code, low=low, key="when") for one in self.parts(written, name, code))
            for name, low in (("additions", -maximum), ("at_most_if", 0))
        }
        starts_at = self.points(written["starts_at"], maximum, code) if "starts_at" in written else None
        item = SheetItem(
            code=code,
            title=self.text(written, "title", code),
            maximum=maximum,
            scales=scales,
            told=told,
            starts_at=Decimal(0) if starts_at is None and parts["additions"] and not scales else starts_at,
            lowest_if=tuple(
                filter(None, (self.condition(one, code) for one in self.parts(written, "lowest_if", code)))
            ),
            additions=tuple(filter(None, parts["additions"])),
            at_most_if=tuple(filter(None, parts["at_most_if"])),
            moves_to=self.target(written, code),
        )
        self.check_line(item)
        return item

    def former(self, written: Mapping[str, Any], code: str) -> Mapping[str, Any]:
        """A line in the words of before; a broken one loses them."""
        try:
            problem = find_former_problem(written)
        except (KeyError, TypeError, ValueError, AttributeError):
            problem = "bands are lists of a limit and its points"
        if not problem:
            return translate_line(written)
        self.say(code, problem)
        return {name: written.get(name) for name in ("code", "title", "max")}

    def maximum(self, written: Mapping[str, Any], code: str) -> Maximum:
        if self.is_checklist:
            return self.whole(written.get("max", 1), f"{code} max", low=1, high=1)
        maximum = self.halves(written.get("max"), f"{code} max", high=HIGHEST)
        self.is_sum_known = self.is_sum_known and maximum is not None
        return HIGHEST if maximum is None else maximum

    def target(self, written: Mapping[str, Any], code: str) -> str:
        if "without_theme" not in written:
            return ""
        table = self.table(written["without_theme"], f"{code} without_theme")
        self.known(table, {"moves_to"}, f"{code} without_theme")
        return self.text(table, "moves_to", f"{code} without_theme")

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

    def check_line(self, item: SheetItem) -> None:
        if item.lowest_if and not any(scale.bands for scale in item.scales):
            self.say(item.code, _("“lowest_if” cần một thang có bậc"))
        if (item.at_most_if or item.additions) and not item.is_judged:
            self.say(item.code, _("chỉ thêm, bớt được khi dòng có thang hoặc “starts_at”"))
        if item.scales and item.starts_at is not None:
            self.say(item.code, _("“starts_at” và thang loại trừ nhau"))
        if item.scales and item.scales[-1].kind == ScaleKind.AT_MOST:
            self.say(item.code, _("sau “at_most” cần một thang cho những giá trị lớn hơn"))
        for scale in item.scales[:-1]:
            if scale.kind != ScaleKind.AT_MOST:
                self.say(
                    item.code,
                    _("chỉ “at_most” mới có thang kế tiếp; thang sau “%(kind)s” không bao giờ dùng")
                    % {"kind": scale.kind.value},
                )

    # ── scales ────────────────────────────────────────────────────────────────

    def scales(self, written: Mapping[str, Any], maximum: Maximum, code: str) -> tuple[Scale, ...]:
        """Those of `scales`, or the one that is written into the line itself."""
        own = {name: written[name] for name in _SCALE_KEYS if name in written}
        if written.get("told") is True:
            own.pop("evidence", None)
        several = self.tables(written["scales"], f"{code} scales") if "scales" in written else []
        if own and several:
            self.say(code, _("thang ghi ở dòng, hoặc ở “scales”, không cả hai"))
        tables = several or ([own] if own else [])
        return tuple(filter(None, (self.scale(one, maximum, code) for one in tables)))

    def scale(self, table: Mapping[str, Any], maximum: Maximum, code: str) -> Scale | None:
        self.known(table, _SCALE_KEYS, code)
        kinds = [kind for kind in ScaleKind if kind.value in table]
        if len(kinds) != 1:
            self.say(
                code,
                _("mỗi thang cần đúng một trong: %(kinds)s") % {"kinds": ", ".join(one.value for one in ScaleKind)},
            )
            return None
        kind = kinds[0]
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
            self.say(code, _("điểm các phần cộng lại phải là %(maximum)s") % {"maximum": maximum})
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
        found = [(self.limit(limit, code), self.points(points, maximum, code)) for limit, points in written]
        bands = tuple(Band(limit, points) for limit, points in found if limit is not None)
        return bands if len(bands) == len(found) else ()

    def order(self, kind: ScaleKind, bands: tuple[Band, ...], evidence: ScoreEvidence, code: str) -> None:
        """Bands fall to 0, limits of `at_most` rise, without a value that two of them claim; points always fall."""
        limits, points = [band.limit for band in bands], [band.points for band in bands]
        if not bands:
            return
        falling = kind == ScaleKind.BANDS
        if len(set(limits)) != len(limits) and kind != ScaleKind.WITHIN:
            self.say(code, _("hai bậc cùng một mốc"))
        elif limits != sorted(limits, reverse=falling):
            self.say(code, _("mốc phải giảm dần") if falling else _("mốc phải tăng dần"))
        if falling and limits[-1] != 0:
            self.say(code, _("còn trống dưới mốc %(limit)s: bậc cuối phải từ 0") % {"limit": limits[-1]})
        if points != sorted(points, reverse=True):
            self.say(code, _("điểm phải giảm dần"))
        if evidence.kind == EvidenceKind.SHARE and evidence != ScoreEvidence.LENGTH_SHARE and max(limits) > 100:
            self.say(code, _("không tỷ lệ nào quá 100"))
