"""The programme of a meeting: from the template of the cell's type, its length, its order (forms.md §4, §6; HD 42-HD/BTCTW)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from nennep.core.periods import Month
from nennep.core.wording import format_month, lower_start
from nennep.meetings.choices import MeetingKind, Phase, Topic
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import RuleBook, Source

STUDIED = {
    "Chỉ thị",
    "Nghị quyết",
    "Kết luận",
    "Quy định",
    "Hướng dẫn",
    "Kế hoạch",
    "Thông báo",
    "Công văn",
    "Quyết định",
}
SHORT_TITLE = 100  # letters: a line of a programme, not the whole of what somebody wrote
_LAST = frozenset({Topic.NEXT_MONTH, Topic.SELF_CRITICISM, Topic.PRAISE, Topic.UPPER_WORDS})


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One item as a template proposes it; `minutes` planned."""

    phase: Phase
    topic: Topic
    title: str
    minutes: int

    @property
    def address(self) -> str:
        """The query string with which the page that adds an item is filled in."""
        return urlencode({"title": self.title, "topic": self.topic, "minutes": self.minutes}, quote_via=quote)


def build_agenda(
    template: Mapping[str, Any], *, kind: MeetingKind, month: Month, theme: str = "", cell_type: str = ""
) -> list[AgendaLine]:
    """The items of the template for a meeting of `kind`, in order.

    `template` is the value of the policy key `agenda.template`: for each kind a list of `{phase, topic, title, minutes}`.
    A title may name `{month}` and `{last_month}` (numbers) and `{theme}`. What differs for cells of `cell_type` replaces
    the line of the same topic, or comes before the tasks of the month.
    """
    rows = list(template["kinds"][kind.value])
    for row in template.get("types", {}).get(cell_type, []):
        if kind.value in row["kinds"]:
            _put_row(rows, row)
    return [_read_line(row, month=month, theme=theme) for row in rows]


def _put_row(rows: list[Mapping[str, Any]], row: Mapping[str, Any]) -> None:
    topics = [known["topic"] for known in rows]
    placed = {"phase": Phase.PROCEEDINGS, **row}
    if row["topic"] in topics:
        rows[topics.index(row["topic"])] = placed
    else:
        rows.insert(topics.index(Topic.NEXT_MONTH) if Topic.NEXT_MONTH in topics else len(rows), placed)


def find_place(items: Sequence[tuple[Phase, Topic]], phase: Phase, topic: Topic) -> int:
    """How many of the items, in order, stand before a new one of this phase and topic.

    Behind its kin; else, among the proceedings, before the tasks of the next month and what follows on them (self-criticism,
    praise), of which the new one may become a part; else at the end of its phase.
    """
    order = list(Phase)
    ends = sum(order.index(known) <= order.index(phase) for known, _topic in items)
    kin = [place for place, item in enumerate(items, start=1) if item == (phase, topic)]
    last = [place for place, item in enumerate(items) if item[0] == phase and item[1] in _LAST]
    return kin[-1] if kin else min(last, default=ends) if topic not in _LAST else ends


def list_suggestions(
    template: Mapping[str, Any], *, cell_type: str, month: Month, taken: Sequence[str] = ()
) -> list[AgendaLine]:
    """What a cell of this type is expected to talk about besides (forms.md §6), without the titles already `taken`.

    A cell whose type is not known gets what is expected of every type.
    """
    rows = [*template["topics"].get(cell_type, []), *template["topics"]["every"]]
    lines = [_read_line({"phase": Phase.PROCEEDINGS, **row}, month=month, theme="") for row in rows]
    return [line for line in lines if line.title not in taken]


def _read_line(row: Mapping[str, Any], *, month: Month, theme: str) -> AgendaLine:
    title = str(row["title"]).format(
        month=format_month(month.number), last_month=format_month(month.plus(-1).number), theme=theme
    )
    return AgendaLine(Phase(row["phase"]), Topic(row["topic"]), title.rstrip(": "), int(row["minutes"]))


@dataclass(frozen=True, slots=True)
class LengthCheck:
    """The planned minutes against what the rule asks; `short_by` 0 when all is well or no rule applies."""

    total: int
    minimum: int

    @property
    def short_by(self) -> int:
        return max(0, self.minimum - self.total)


def find_length_key(kind: MeetingKind) -> PolicyKey | None:
    """The rule on how long a meeting of this kind lasts at least; None where no length is set."""
    keys = {MeetingKind.REGULAR: PolicyKey.MINUTES_REGULAR, MeetingKind.COMBINED: PolicyKey.MINUTES_COMBINED}
    return keys.get(kind)


def minutes_required(kind: MeetingKind, rules: RuleBook, *, members: int) -> int:
    """How many minutes a meeting of this kind lasts at least in a cell with so many on its rolls; 0 where no length is set.

    What the unit's plan asks of large cells stands with its score sheet (`large_cell`): it holds for whoever plans, closes or scores.
    """
    key = find_length_key(kind)
    by_kind = int(rules.value(key)) if key else 0
    return rules.score_sheet.for_kind(kind).minutes_required(by_kind, members=members)


def depends_on_size(kind: MeetingKind, rules: RuleBook) -> bool:
    """Whether the length of such a meeting differs in a large cell: only then its members need to be counted."""
    return find_length_key(kind) is not None and rules.score_sheet.for_kind(kind).large_cell is not None


def find_length_source(kind: MeetingKind, rules: RuleBook, *, members: int) -> Source | None:
    """Who asks for that length: the rule on the kind of meeting, or the plan that asks more of large cells."""
    key = find_length_key(kind)
    if key is None:
        return None
    asks_more = minutes_required(kind, rules, members=members) > minutes_required(kind, rules, members=0)
    return rules.source(PolicyKey.SCORE_SHEET if asks_more else key)


def name_item(kind: str, about: str) -> str:
    """`Trả lời kiến nghị: lắp đèn ngõ xóm Nà Khà`: what is done, then in short about what: the first sentence of a long text."""
    words = " ".join(about.split())
    if len(words) > SHORT_TITLE:
        words = re.split(r"(?<=[.!?;]) ", words)[0]
    if len(words) > SHORT_TITLE:
        words = f"{words[:SHORT_TITLE].rsplit(' ', 1)[0].rstrip(' .,;:')}…"
    asked = re.sub(r"^(?:đề nghị|kiến nghị)\b[ :,]*", "", words.rstrip(" .;,"), flags=re.IGNORECASE)
    return f"{kind}: {lower_start(asked[:1].upper() + asked[1:])}"


def name_study(number: str, title: str) -> str:
    """`Quán triệt Kế hoạch số 12-KH/ĐU nâng cao …`: the number behind the word for what kind of paper it is."""
    found = re.match(r"(?P<kind>\w+ \w+) (?P<rest>.+)", title) if "-" in number else None
    if found and found["kind"].capitalize() in STUDIED:
        return f"Quán triệt {found['kind'].capitalize()} số {number} {lower_start(found['rest'])}"
    return f"Quán triệt {f'{number} {title}'.strip()}"


def check_length(total: int, *, kind: MeetingKind, rules: RuleBook, members: int) -> LengthCheck:
    """The planned minutes of a meeting of this kind against its rules."""
    return LengthCheck(total, minutes_required(kind, rules, members=members))


@dataclass(frozen=True, slots=True)
class CriticismCheck:
    """Minutes planned for thinking, criticism and self-criticism against the range that is asked for."""

    minutes: int
    least: int
    most: int

    @property
    def is_off(self) -> bool:
        return not self.least <= self.minutes <= self.most


def check_criticism(
    lines: Sequence[tuple[str, int]], *, kind: MeetingKind, least: int, most: int
) -> CriticismCheck | None:
    """`lines` are (topic, minutes). Only the monthly meetings owe it: None for the others."""
    if not kind.is_monthly:
        return None
    return CriticismCheck(sum(minutes for topic, minutes in lines if topic == Topic.SELF_CRITICISM), least, most)


def order_by_numbers(numbers: Sequence[int | None]) -> list[int]:
    """Indexes of rows in the order of the numbers typed beside them; a row without a number stays where it stands.

    Of equal numbers a row that goes up comes before the one that stands there, a row that goes down after it.
    """
    wanted = [index + 1 if number is None else number for index, number in enumerate(numbers)]
    step = [(number > index + 1) - (number < index + 1) for index, number in enumerate(wanted)]
    return sorted(range(len(wanted)), key=lambda index: (wanted[index], step[index], index))


def may_change_kind(before: MeetingKind, after: MeetingKind, *, month_has_regular: bool) -> bool:
    """A theme never replaces the month's regular meeting (HD 42): that one may only take the theme on.

    `month_has_regular` tells whether another meeting of the month is its regular one.
    """
    if before.is_monthly:
        return after.is_monthly
    return not after.is_monthly or not month_has_regular


def kind_with_theme(kind: str) -> MeetingKind:
    """What a meeting of this kind becomes when it takes a theme on."""
    return MeetingKind.COMBINED if MeetingKind(kind).is_monthly else MeetingKind.THEMATIC


def move_position(order: Sequence[int], index: int, step: int) -> list[int]:
    """`order` with the element at `index` one place earlier (`step` -1) or later (+1); unchanged at either end."""
    target = index + step
    changed = list(order)
    if 0 <= index < len(changed) and 0 <= target < len(changed):
        changed[index], changed[target] = changed[target], changed[index]
    return changed


def place_at(order: Sequence[int], index: int, position: int) -> list[int]:
    """`order` with the element at `index` put at `position` (1 is first); beyond either end means that end."""
    changed = list(order)
    moved = changed.pop(index)
    changed.insert(min(max(position, 1), len(order)) - 1, moved)
    return changed


def is_last_months(*, dated: bool, due_by_then: bool, category: str) -> bool:
    """Whether an open task belongs to the item on last month's results.

    Those due by the day of the meeting do, and of those without a date the single ones ("chưa xác định mốc"); regular
    duties and households looked after go on from month to month and are not unfinished (forms.md §1).
    """
    return due_by_then if dated else category in {"ad_hoc", "supervision"}
