"""Reading a score sheet from a file: everything that is wrong with it, each with its place (docs/how-to/add-a-score-sheet.md).

Nothing here trusts its input: a file of somebody else is read as well as what lies in the database.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from nennep.core.wording import say_points
from nennep.policies.choices import SCORED_KINDS, SheetKind, SheetSide
from nennep.policies.rules.former_sheets import find_former_problem, is_former, translate_line
from nennep.policies.rules.sheet_scales import SCALE_KEYS, ScaleReader
from nennep.policies.rules.sheet_values import SheetProblem
from nennep.policies.rules.sheets import (
    LargeCell,
    Maximum,
    ScaleKind,
    ScoreSheetTemplate,
    SheetGroup,
    SheetHeading,
    SheetItem,
)
from nennep.policies.rules.values import ScoreLevels

HIGHEST = 100  # points of a line, a group, a sheet
CODE_LIMIT = 20  # of a line or a group, as it is kept with its points
SHEET_CODE_LIMIT = 60  # as it is kept with a score
DEEPEST = 3  # groups within groups
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
    "starts_at",
}
_GROUP_KEYS = {"code", "title", "max", "min", "items", "groups"}
_LINE_KEYS = {
    "code",
    "title",
    "max",
    "min",
    "bonus",
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


class _SheetReader(ScaleReader):
    """Goes on after a problem, so that all of them are said at once; what it hands back then is not to be used."""

    # ── the sheet ─────────────────────────────────────────────────────────────

    def read(self, value: Any) -> ScoreSheetTemplate:
        table = self.table(value, "")
        code = self.code(table, "")
        self.known(table, _SHEET_KEYS, code)
        kind = self.one_of(table.get("kind", "points"), [one.value for one in SheetKind], f"{code} kind")
        self.is_checklist, self.is_sum_known, self.group_codes = kind == SheetKind.CHECKLIST, True, Counter[str]()
        self.length(code, SHEET_CODE_LIMIT)
        groups = self.groups(table.get("groups"), f"{code} groups")
        sheet = ScoreSheetTemplate(
            code=code,
            title=self.text(table, "title", code),
            groups=groups,
            kind=SheetKind(kind),
            applies_to=frozenset(self.kinds(table, code)),
            sides=tuple(SheetSide(one) for one in self.sides(table, code)),
            scored_by=self.text(table, "scored_by", code) if "scored_by" in table else "",
            reported_within_working_days=self.working_days(table, code),
            levels=self.levels(table["levels"], f"{code} levels") if "levels" in table else None,
            level_texts=self.level_texts(table.get("level_texts", {}), f"{code} level_texts"),
            sources=tuple(self.words(table.get("sources", []), f"{code} sources")),
            large_cell=self.large_cell(table["large_cell"], f"{code} large_cell") if "large_cell" in table else None,
            starts_at=self.beginning(table, code),
        )
        self.check(sheet)
        return sheet

    def beginning(self, table: Mapping[str, Any], code: str) -> Maximum:
        """What a sheet has before anything is scored: one that only deducts begins at 100."""
        if "starts_at" not in table:
            return 0
        if self.is_checklist:
            self.say(f"{code} starts_at", _("bảng kiểm chỉ có đạt hoặc không: không có điểm thưởng, điểm trừ"))
            return 0
        found = self.halves(table["starts_at"], f"{code} starts_at", high=HIGHEST)
        self.is_sum_known = self.is_sum_known and found is not None
        return found or 0

    def kinds(self, table: Mapping[str, Any], code: str) -> list[str]:
        kinds = list(SCORED_KINDS)
        return self.some_of(table, "applies_to", kinds, where=f"{code} applies_to", default=kinds)

    def sides(self, table: Mapping[str, Any], code: str) -> list[str]:
        sides = [one.value for one in SheetSide]
        return self.some_of(table, "sides", sides, where=f"{code} sides", default=[SheetSide.CELL.value])

    def working_days(self, table: Mapping[str, Any], code: str) -> int | None:
        """By when a score is reported; None: the rules of the place say."""
        name = "reported_within_working_days"
        return self.whole(table[name], f"{code} {name}", low=0, high=60) if name in table else None

    def levels(self, value: Any, where: str) -> ScoreLevels:
        table = self.table(value, where)
        if set(table) != set(_LEVELS):
            self.say(where, _("cần đủ good, fair, average"))
            return ScoreLevels(3, 2, 1)
        known = len(self.problems)
        good, fair, average = (self.whole(table[name], where, low=1, high=100) for name in _LEVELS)
        if len(self.problems) == known and not good > fair > average:  # of what is no limit no order can be said
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
        total = sheet.maximum
        if self.is_sum_known and not sheet.is_checklist and total != HIGHEST:
            self.say(sheet.code, _("điểm tối đa cộng lại là %(total)s, phải là 100") % {"total": say_points(total)})
        taken = Counter(item.code.replace(".", "_") for item in sheet.items)  # as fields of a form are named
        for code in sorted({item.code for item in sheet.items if taken[item.code.replace(".", "_")] > 1}):
            self.say(code, _("mã này có ở hai dòng"))
        for code in sorted(code for code, times in self.group_codes.items() if times > 1):
            self.say(code, _("mã này có ở hai nhóm"))
        self.check_moving(sheet)

    def check_moving(self, sheet: ScoreSheetTemplate) -> None:
        """Points move between lines of the hundred, to one that keeps them."""
        lines = {item.code: item for item in sheet.items}
        moving = {item.code: item.moves_to for item in sheet.items if item.moves_to}
        for code, target in moving.items():
            if target in lines and any(one.is_bonus or not one.maximum for one in (lines[code], lines[target])):
                self.say(code, _("điểm thưởng, điểm trừ không chuyển được"))
            elif target not in lines:
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

    def groups(self, value: Any, where: str, above: tuple[SheetHeading, ...] = ()) -> tuple[SheetGroup, ...]:
        """Groups in the order of the file; those within others come one after the other, under their headings."""
        return tuple(one for table in self.tables(value, where) for one in self.group(table, above))

    def group(self, table: Mapping[str, Any], above: tuple[SheetHeading, ...]) -> tuple[SheetGroup, ...]:
        code = self.code(table, _("nhóm"))
        self.known(table, _GROUP_KEYS, code)
        self.length(code, CODE_LIMIT)
        self.group_codes[code] += 1
        heading = SheetHeading(code, self.text(table, "title", code))
        groups: tuple[SheetGroup, ...] = ()
        if "items" in table or "groups" not in table:
            items = tuple(self.line(one) for one in self.tables(table.get("items"), f"{code} items"))
            groups = (SheetGroup(code, heading.title, items, above),)
        if "groups" in table and len(above) >= DEEPEST - 1:
            self.say(code, _("nhóm lồng trong nhóm nhiều nhất %(most)s tầng") % {"most": DEEPEST})
        elif "groups" in table:
            groups += self.groups(table["groups"], f"{code} groups", (*above, heading))
        self.check_group(table, groups, code)
        return self.capped(groups, heading, table, depth=len(above))

    def capped(
        self, groups: tuple[SheetGroup, ...], heading: SheetHeading, table: Mapping[str, Any], *, depth: int
    ) -> tuple[SheetGroup, ...]:
        """With what all its lines come to at most where some are a bonus, and at least where they deduct.

        A group of lines alone keeps its limits itself; one that holds groups keeps them as their heading, its own lines below it too.
        """
        most, least = table.get("max"), None
        if "min" in table:
            low = sum(group.minimum for group in groups)
            least = self.halves(table["min"], f"{heading.code} min", low=low, high=-0.5)
        has_bonus = any(item.is_bonus for group in groups for item in group.items)
        most = self.halves(most, f"{heading.code} max", high=HIGHEST) if has_bonus and most is not None else None
        if most is None and least is None:
            return groups
        if "groups" not in table:
            return tuple(replace(group, most=most, least=least) for group in groups)
        held = heading._replace(most=most, least=least)
        return tuple(replace(group, above=(*group.above[:depth], held, *group.above[depth + 1 :])) for group in groups)

    def check_group(self, table: Mapping[str, Any], groups: tuple[SheetGroup, ...], code: str) -> None:
        """What a group says of its sum is what its lines come to; bonus lines alone come to that at most."""
        items = [item for group in groups for item in group.items]
        counted = [item for item in items if not item.is_bonus]
        if "max" not in table or (items and not counted):
            return
        low = 0 if any(item.minimum for item in items) else 0.5
        limit = self.halves(table["max"], f"{code} max", low=low, high=HIGHEST)
        if limit is None or not self.is_sum_known:
            return
        for item in (one for one in counted if one.maximum > limit):
            words = {"one": say_points(item.maximum), "limit": say_points(limit)}
            self.say(item.code, _("tối đa %(one)s, hơn cả nhóm (%(limit)s)") % words)
        total = sum(item.maximum for item in counted)
        if total != limit:
            words = {"total": say_points(total), "limit": say_points(limit)}
            self.say(code, _("các dòng cộng lại là %(total)s, nhóm ghi %(limit)s") % words)

    def length(self, code: str, most: int) -> None:
        if len(code) > most:
            self.say(code, _("mã dài quá %(most)s chữ") % {"most": most})

    def line(self, written: Mapping[str, Any]) -> SheetItem:
        code = self.code(written, _("dòng"))
        self.length(code, CODE_LIMIT)
        if is_former(written):
            written = self.former(written, code)
        self.known(written, _LINE_KEYS | SCALE_KEYS, code)
        minimum, is_bonus = self.minimum(written, code), self.bonus(written, code)
        maximum, self.least = self.maximum(written, code), minimum
        told, scales = self.told(written, code), self.scales(written, maximum, code)
        parts = {
            name: tuple(self.part(one, maximum, code, low=low, key="when") for one in self.parts(written, name, code))
            for name, low in (("additions", minimum - maximum), ("at_most_if", minimum))
        }
        starts_at = self.points(written["starts_at"], maximum, code, low=minimum) if "starts_at" in written else None
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
            minimum=minimum,
            is_bonus=is_bonus,
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
            if written.get("max", 1) != 1:
                self.say(f"{code} max", _("bảng kiểm chỉ có đạt (1) hoặc không (0): mỗi dòng 1 điểm, không ghi “max”"))
            return 1
        low = 0 if "min" in written else 0.5
        maximum = self.halves(written.get("max"), f"{code} max", low=low, high=HIGHEST)
        self.is_sum_known = self.is_sum_known and maximum is not None
        return HIGHEST if maximum is None else maximum

    def minimum(self, written: Mapping[str, Any], code: str) -> Maximum:
        """0, or below it what a line may deduct."""
        if "min" not in written:
            return 0
        if self.is_checklist:
            self.say(f"{code} min", _("bảng kiểm chỉ có đạt hoặc không: không có điểm thưởng, điểm trừ"))
            return 0
        return self.halves(written["min"], f"{code} min", low=-HIGHEST, high=-0.5) or 0

    def bonus(self, written: Mapping[str, Any], code: str) -> bool:
        value = written.get("bonus", False)
        if not isinstance(value, bool):
            self.say(f"{code} bonus", _("ghi bonus = true"))
        elif value and self.is_checklist:
            self.say(f"{code} bonus", _("bảng kiểm chỉ có đạt hoặc không: không có điểm thưởng, điểm trừ"))
        return value is True and not self.is_checklist

    def target(self, written: Mapping[str, Any], code: str) -> str:
        if "without_theme" not in written:
            return ""
        table = self.table(written["without_theme"], f"{code} without_theme")
        self.known(table, {"moves_to"}, f"{code} without_theme")
        return self.text(table, "moves_to", f"{code} without_theme")

    def check_line(self, item: SheetItem) -> None:
        if item.lowest_if and not any(scale.bands for scale in item.scales):
            self.say(item.code, _("“lowest_if” cần một thang có bậc"))
        if (item.at_most_if or item.additions) and not item.is_judged:
            self.say(item.code, _("chỉ thêm, bớt được khi dòng có thang hoặc “starts_at”"))
        if item.scales and item.starts_at is not None:
            self.say(item.code, _("“starts_at” và thang loại trừ nhau"))
        if item.scales and item.scales[-1].is_open:
            self.say(item.code, _("sau “at_most” cần một thang cho những giá trị lớn hơn"))
        for scale in item.scales[:-1]:
            if scale.kind != ScaleKind.AT_MOST:
                self.say(
                    item.code,
                    _("chỉ “at_most” mới có thang kế tiếp; thang sau “%(kind)s” không bao giờ dùng")
                    % {"kind": scale.kind.value},
                )
