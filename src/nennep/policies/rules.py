"""The rules in force for one unit on one day, typed, each with its source; and the shape of every value."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from nennep.organizations.choices import UnitKind
from nennep.policies.choices import Confidence, Office, PolicyKey, ScoreFact, VisitArea


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from. `pack_id` is None for the values that come with the program."""

    document_number: str
    title: str
    article: str
    confidence: Confidence
    pack_id: int | None
    valid_from: date
    organization_id: int | None = None
    organization_name: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ScoreLevels:
    """Lowest total (of 100) of each level; below `average` is poor (rules.md §2.1)."""

    good: int
    fair: int
    average: int


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One line that is scored: 0 to `maximum`. `fact`: what the records can say about it; None where only people judge."""

    code: str
    title: str
    maximum: int
    fact: ScoreFact | None = None


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """Lines that stand under one heading."""

    code: str
    title: str
    items: tuple[SheetItem, ...]

    @property
    def maximum(self) -> int:
        return sum(item.maximum for item in self.items)


@dataclass(frozen=True, slots=True)
class ScoreSheetTemplate:
    """A score sheet as a document prints it; the maxima add up to 100."""

    code: str
    title: str
    groups: tuple[SheetGroup, ...]

    @property
    def items(self) -> tuple[SheetItem, ...]:
        return tuple(item for group in self.groups for item in group.items)


@dataclass(frozen=True, slots=True)
class VoteThreshold:
    """The part of the base that must be in favour: more than it when `strict`, at least it otherwise."""

    part: Fraction
    strict: bool

    def passes(self, *, in_favour: int, base: int) -> bool:
        """False for an empty base."""
        needed = self.part * base
        return base > 0 and (in_favour > needed if self.strict else in_favour >= needed)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the holder of an office owes (rules.md §3.1): visits a year in `area`; None: the document gives no number."""

    office: Office
    min_per_year: int | None
    area: VisitArea
    note: str = ""


@dataclass(frozen=True, slots=True)
class MinutesRange:
    """A part of a meeting should take `least` to `most` minutes."""

    least: int
    most: int

    def holds(self, minutes: int) -> bool:
        return self.least <= minutes <= self.most


@dataclass(frozen=True, slots=True)
class ResponseDays:
    """Working days to answer a petition: at the base, at the upper direct and provincial levels, at the centre."""

    base: int
    upper: int
    central: int

    def of_level(self, kind: UnitKind) -> int:
        """For a unit of this kind that must answer."""
        levels = {UnitKind.CENTRAL: self.central, UnitKind.PROVINCE: self.upper, UnitKind.UPPER_DIRECT: self.upper}
        return levels.get(kind, self.base)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """What applies to one unit on one day. None = no rule. Days and minutes are counts, targets are per cent."""

    fixed_day: int
    window_last_day: int
    minutes_regular: int
    minutes_combined: int
    thematic_per_quarter: int
    papers_days_before: int
    filing_days_after: int
    committee_days_before: int | None
    score_levels: ScoreLevels
    score_sheet: ScoreSheetTemplate
    score_report_working_days: int | None
    attendance_target: int
    excused_streak_max: int
    removal_months: int
    group_meetings_per_year: int
    group_meeting_members: int
    official_members_min: int
    vote_ordinary: VoteThreshold
    self_criticism_minutes: MinutesRange | None
    speakers_share: int
    agenda_template: dict[str, Any]
    paper_template: str
    visit_obligations: tuple[Obligation, ...] | None
    visit_report_working_days: int
    visit_own_cell_counts: bool
    petition_response: ResponseDays
    sources: Mapping[str, Source]

    def source(self, key: str) -> Source | None:
        """Who says so, for a key such as `meeting.fixed_day`; None where no rule is set."""
        return self.sources.get(key)

    def value(self, key: PolicyKey) -> Any:
        """The typed value of a key."""
        return getattr(self, _READERS[key][0])


class InvalidValue(ValueError):
    """A value that does not have the shape of its key."""


def _count(value: Any, *, low: int = 0, high: int = 1000) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidValue(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _day_of_month(value: Any) -> int:
    return _count(value, low=1, high=28)


def _per_cent(value: Any) -> int:
    return _count(value, high=100)


def _levels(value: Any) -> ScoreLevels:
    """{"good": 90, "fair": 70, "average": 50}, falling, each 1 to 100."""
    if not isinstance(value, dict) or set(value) != {"good", "fair", "average"}:
        raise InvalidValue("score levels need good, fair and average")
    good, fair, average = (_count(value[name], low=1, high=100) for name in ("good", "fair", "average"))
    if not good > fair > average:
        raise InvalidValue("score levels must fall from good to average")
    return ScoreLevels(good, fair, average)


def _response_days(value: Any) -> ResponseDays:
    """{"base": 30, "upper": 60, "central": 90}: working days by the level that answers."""
    levels = ("base", "upper", "central")
    if not isinstance(value, dict) or set(value) != set(levels):
        raise InvalidValue("response days need base, upper and central")
    return ResponseDays(*(_count(value[level], low=1, high=250) for level in levels))


def _sheet(value: Any) -> ScoreSheetTemplate:
    """{"code", "title", "groups": [{"code", "title", "items": [{"code", "title", "max", "fact"?}]}]}: maxima add up to 100."""
    try:
        groups = tuple(_sheet_group(group) for group in value["groups"])
        sheet = ScoreSheetTemplate(str(value["code"]), str(value["title"]), groups)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidValue("a score sheet needs code, title and groups of items") from error
    codes = [item.code for item in sheet.items]
    if sum(item.maximum for item in sheet.items) != 100 or len(set(codes)) != len(codes):
        raise InvalidValue("the maxima of a score sheet add up to 100 and its codes differ")
    return sheet


def _sheet_group(value: Any) -> SheetGroup:
    return SheetGroup(str(value["code"]), str(value["title"]), tuple(_sheet_item(item) for item in value["items"]))


def _sheet_item(value: Any) -> SheetItem:
    about, maximum = value.get("fact"), _count(value["max"], low=1, high=100)
    try:
        return SheetItem(str(value["code"]), str(value["title"]), maximum, ScoreFact(about) if about else None)
    except ValueError as error:
        raise InvalidValue(f"{about!r} is no fact of a meeting") from error


def _threshold(value: Any) -> VoteThreshold:
    """{"part": "1/2", "strict": true}."""
    try:
        part = Fraction(str(value["part"]))
        strict = value["strict"]
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InvalidValue("a vote threshold needs part (such as 1/2) and strict") from error
    if not 0 < part <= 1 or not isinstance(strict, bool):
        raise InvalidValue("the part of a vote threshold lies between 0 and 1")
    return VoteThreshold(part, strict)


_AGENDA_LINE = {"topic": str, "title": str, "minutes": int}


def _agenda(value: Any) -> dict[str, Any]:
    """{"code", "kinds": {kind: [line]}, "topics": {cell type or "every": [line]}}; a line has topic, title, minutes, phase.

    Optional: "types": {cell type: [line with kinds]} for what differs by type, "coverage": {every, work, building: [topic]}.
    The words for kinds, topics and phases are those of meetings, which reads it (`meetings/rules/agenda.py`).
    """
    try:
        parts = (value["kinds"], value["topics"], value.get("types", {}))
        lines = [line for part in parts for rows in part.values() for line in rows]
        wrong = [line for line in lines for name, kind in _AGENDA_LINE.items() if not isinstance(line[name], kind)]
        complete = "regular" in value["kinds"] and "every" in value["topics"] and isinstance(value["code"], str)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidValue(
            "an agenda template needs code, kinds and topics, each line topic, title and minutes"
        ) from error
    if wrong or not complete:
        raise InvalidValue("an agenda template needs a regular programme and topics for every cell")
    return dict(value)


def _minutes_range(value: Any) -> MinutesRange:
    """{"least": 15, "most": 30}."""
    if not isinstance(value, dict) or set(value) != {"least", "most"}:
        raise InvalidValue("a range of minutes needs least and most")
    least, most = _count(value["least"], high=480), _count(value["most"], high=480)
    if least > most:
        raise InvalidValue("least is not above most")
    return MinutesRange(least, most)


def _template_name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 60:
        raise InvalidValue("a paper template has a name of at most 60 letters")
    return value


def _obligations(value: Any) -> tuple[Obligation, ...]:
    """[{"office", "area", "min_per_year"?, "note"?}]: an office once; no number where the document gives none."""
    try:
        found = tuple(_obligation(line) for line in value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidValue("an obligation needs office, area and perhaps min_per_year and note") from error
    offices = [item.office for item in found]
    if not found or len(set(offices)) != len(offices):
        raise InvalidValue("obligations name each office once")
    return found


def _obligation(line: Any) -> Obligation:
    minimum = line.get("min_per_year")
    return Obligation(
        office=Office(line["office"]),
        min_per_year=None if minimum is None else _count(minimum, low=1, high=60),
        area=VisitArea(line["area"]),
        note=str(line.get("note", "")),
    )


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(f"{value!r} is neither true nor false")
    return value


_READERS: dict[PolicyKey, tuple[str, Any]] = {
    PolicyKey.FIXED_DAY: ("fixed_day", _day_of_month),
    PolicyKey.WINDOW_LAST_DAY: ("window_last_day", _day_of_month),
    PolicyKey.MINUTES_REGULAR: ("minutes_regular", _count),
    PolicyKey.MINUTES_COMBINED: ("minutes_combined", _count),
    PolicyKey.THEMATIC_PER_QUARTER: ("thematic_per_quarter", _count),
    PolicyKey.PAPERS_DAYS_BEFORE: ("papers_days_before", _count),
    PolicyKey.FILING_DAYS_AFTER: ("filing_days_after", _count),
    PolicyKey.COMMITTEE_DAYS_BEFORE: ("committee_days_before", _count),
    PolicyKey.SCORE_LEVELS: ("score_levels", _levels),
    PolicyKey.SCORE_SHEET: ("score_sheet", _sheet),
    PolicyKey.SCORE_REPORT_WORKING_DAYS: ("score_report_working_days", _count),
    PolicyKey.ATTENDANCE_TARGET: ("attendance_target", _per_cent),
    PolicyKey.EXCUSED_STREAK: ("excused_streak_max", _count),
    PolicyKey.REMOVAL_MONTHS: ("removal_months", _count),
    PolicyKey.GROUP_MEETINGS_PER_YEAR: ("group_meetings_per_year", _count),
    PolicyKey.GROUP_MEETING_MEMBERS: ("group_meeting_members", _count),
    PolicyKey.OFFICIAL_MEMBERS_MIN: ("official_members_min", _count),
    PolicyKey.VOTE_ORDINARY: ("vote_ordinary", _threshold),
    PolicyKey.SELF_CRITICISM_MINUTES: ("self_criticism_minutes", _minutes_range),
    PolicyKey.SPEAKERS_SHARE: ("speakers_share", _per_cent),
    PolicyKey.AGENDA_TEMPLATE: ("agenda_template", _agenda),
    PolicyKey.PAPER_TEMPLATE: ("paper_template", _template_name),
    PolicyKey.VISIT_OBLIGATIONS: ("visit_obligations", _obligations),
    PolicyKey.VISIT_REPORT_WORKING_DAYS: ("visit_report_working_days", _count),
    PolicyKey.VISIT_OWN_CELL_COUNTS: ("visit_own_cell_counts", _yes_or_no),
    PolicyKey.PETITION_RESPONSE: ("petition_response", _response_days),
}
_OPTIONAL = {"committee_days_before", "self_criticism_minutes", "score_report_working_days", "visit_obligations"}


def read_value(key: PolicyKey, value: Any) -> Any:
    """The typed value of a rule; raises InvalidValue when `value` does not have the key's shape."""
    return _READERS[key][1](value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as stored. `depth` of the unit whose pack it is: 0 for central packs, 1 for a root unit."""

    key: str
    value: Any
    depth: int
    source: Source


def build_rule_book(rules: Iterable[Rule], defaults: Iterable[Rule]) -> RuleBook:
    """The book from all rules in force for a unit on a day: the nearest unit wins, then the newest pack.

    `defaults` (what comes with the program) fill keys that no pack in force sets. Keys nobody knows are left out.
    """
    chosen = _choose(rules)
    chosen = {**_choose(defaults), **chosen}
    typed: dict[str, Any] = dict.fromkeys(_OPTIONAL)
    for key, rule in chosen.items():
        name, read = _READERS[key]
        typed[name] = read(rule.value)
    return RuleBook(**typed, sources={str(key): rule.source for key, rule in chosen.items()})


def _choose(rules: Iterable[Rule]) -> dict[PolicyKey, Rule]:
    known = set(PolicyKey.values)
    ordered = sorted(rules, key=lambda rule: (rule.depth, rule.source.valid_from, rule.source.pack_id or 0))
    return {PolicyKey(rule.key): rule for rule in ordered if rule.key in known}


def say_value(key: PolicyKey, value: Any) -> str:
    """A typed value (`read_value`) as people read it; None is no rule."""
    if value is None:
        return _("không quy định")
    if isinstance(value, ScoreLevels):
        return _("Tốt từ %(good)s, Khá từ %(fair)s, Trung bình từ %(average)s điểm") % {
            "good": value.good,
            "fair": value.fair,
            "average": value.average,
        }
    if isinstance(value, ScoreSheetTemplate):
        return _("%(title)s: %(groups)s nhóm, 100 điểm") % {"title": value.title, "groups": len(value.groups)}
    if isinstance(value, ResponseDays):
        words = _("%(base)s ở cơ sở, %(upper)s ở cấp trên trực tiếp và tỉnh, %(central)s ở Trung ương")
        return words % asdict(value)
    if isinstance(value, VoteThreshold):
        return (_("trên %(part)s") if value.strict else _("ít nhất %(part)s")) % {"part": value.part}
    return _say_plain(key, value)


def _say_plain(key: PolicyKey, value: Any) -> str:
    if isinstance(value, MinutesRange):
        return _("từ %(least)s đến %(most)s phút") % {"least": value.least, "most": value.most}
    if key == PolicyKey.AGENDA_TEMPLATE:
        return _("theo từng loại hình chi bộ")
    if key == PolicyKey.VISIT_OBLIGATIONS:
        return "; ".join(say_obligation(item) for item in value)
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return str(value)


def say_obligation(item: Obligation) -> str:
    """`Tỉnh ủy viên: ít nhất 3 lần`; where the document gives no number, that it gives none."""
    if item.min_per_year is None:
        return _("%(office)s: không quy định số lần") % {"office": item.office.label}
    return _("%(office)s: ít nhất %(count)s lần") % {"office": item.office.label, "count": item.min_per_year}
