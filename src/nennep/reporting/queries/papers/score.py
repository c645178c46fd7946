"""Phiếu tự chấm điểm (forms.md §5): the cell's own score line by line, or the empty sheet to write on."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries import GivenScore, find_sheet, read_sides, say_levels, template_of
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.policies.choices import PolicyKey, SheetSide
from nennep.policies.queries import RuleBook, ScoreSheetTemplate, SheetItem, rules_for
from nennep.policies.rules import ScoreLevels, SheetGroup, SheetHeading
from nennep.records.queries.minutes import get_minutes
from nennep.records.rules.corrections import number_places
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness
from nennep.reporting.queries.papers.minutes import build_sitting, find_leaders, renew_sitting
from nennep.reporting.renderers.papers import Letterhead, Revision, SelfScore, Signature, Sitting
from nennep.reporting.renderers.wording import format_number
from nennep.reporting.rules.papers import name_document


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A line of the score sheet, or the heading of a group; `points` None where nobody has scored it yet."""

    code: str
    title: str
    maximum: Decimal
    points: Decimal | None = None
    note: str = ""
    heading: bool = False
    upper: Decimal | None = None
    # Their codes in the sheet; empty in papers kept before there were two columns, and `item` of a heading.
    item: str = ""
    group: str = ""
    minimum: Decimal = Decimal(0)  # below 0 where it deducts

    @property
    def most(self) -> str:
        """Of the column of maxima: how much a line may deduct where it can do nothing else."""
        if self.maximum or not self.minimum:
            return str(format_number(self.maximum))
        return f"trừ {format_number(-self.minimum)}"


@dataclass(frozen=True, slots=True)
class UpperScore:
    """The column of the upper committee: what it confirmed, or what its official gave who attended; all empty to write in."""

    title: str = ""
    total: Decimal | None = None
    level: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScorePaper:
    """Phiếu tự chấm điểm (forms.md §5); empty points leave room to write. `levels` such as `Tốt: từ 90 điểm`."""

    template: ClassVar = "score"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[ScoreRow, ...] = ()
    maximum: Decimal = Decimal(100)
    total: Decimal | None = None
    level: str = ""
    levels: tuple[str, ...] = ()
    source: str = ""
    to_mend: str = ""
    scorer: str = ""
    signature: Signature = field(default_factory=Signature)
    # Why the records no longer say what the cell agreed on.
    outdated: str = ""
    agreed_at: datetime | None = None  # what the records said is as of then
    self_score: SelfScore | None = None  # as the other papers print it; None while it is not agreed
    revisions: tuple[Revision, ...] = ()
    upper: UpperScore | None = None  # None: the sheet has no such column, and nobody from above has scored
    scored_by: str = ""
    level_texts: tuple[str, ...] = ()


def build_score_paper(request: PaperRequest) -> ScorePaper:
    """The agreed sheet (for those who score, the one being scored); otherwise the empty sheet of the rules of that day.

    Raises NotFound for whoever `may_read_lines` leaves out.
    """
    actor, meeting = request.actor, request.meeting
    if not may_read_lines(actor, meeting):
        raise NotFound
    rules = rules_for(organization=meeting.organization, on=parts.day_of(meeting))
    sheet = _find_readable(actor, meeting)
    template = template_of(meeting, rules, sheet)
    items = {item.code: item for item in sheet.items.order_by("position")} if sheet else {}
    head = parts.build_letterhead(meeting, parts.day_of(meeting))
    paper = ScorePaper(
        letterhead=head,
        subject=f"kỳ {parts.say_subject(meeting)}",
        sitting=build_sitting(meeting, head.issuer),
        rows=_build_rows(template, items),
        maximum=Decimal(100),
        total=sheet.total if sheet else None,
        level=str(Grade(sheet.grade).label) if sheet and sheet.grade else "",
        levels=_say_levels(template.levels or rules.score_levels),
        source=_say_source(rules),
        to_mend=sheet.to_mend if sheet else "",
        scorer=sheet.scored_by_name if sheet else "",
        signature=parts.build_signature(find_leaders(meeting)),
        agreed_at=localtime(sheet.agreed_at) if sheet and sheet.agreed_at else None,
        self_score=parts.read_score(meeting),
        upper=UpperScore() if SheetSide.UPPER in template.sides else None,
        scored_by=template.scored_by,
        level_texts=tuple(f"{name}: {text}" for name, text in say_levels(template)),
        outdated="" if template.groups else _NO_SHEET,
    )
    return add_upper(paper, request)


def add_upper(paper: ScorePaper, request: PaperRequest) -> ScorePaper:
    """The paper with what was scored from above, which comes after the cell has agreed; the cell's part stays as it is.

    Three queries. Only for those who read scores: before the meeting nobody has given any.
    """
    sides = read_sides([request.meeting.pk]).get(request.meeting.pk)
    given = sides.upper if sides else None
    if given is None:
        return paper
    upper = UpperScore(
        title=str(given.label),
        total=given.total,
        level=str(given.grade.label),
        reason=given.reason,
        by=given.by_name,
        at=localtime(given.at) if given.at else None,
    )
    return replace(paper, upper=upper, rows=tuple(_add_points(paper.rows, given)))


def _add_points(rows: Sequence[ScoreRow], given: GivenScore) -> Iterator[ScoreRow]:
    """Line by line; a group of several lines has what they have together, or what it got as a whole."""
    codes: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if not row.heading:
            codes[row.group].append(row.item)
    for row in rows:
        mine = codes[row.group]
        points = given.of_group(row.group, mine) if row.heading else given.of_lines(row.group, mine).get(row.item)
        yield replace(row, upper=points)


_NO_SHEET = "Khung chấm điểm đang áp dụng không dùng cho loại buổi này; buổi này không chấm điểm."
_OUTDATED = "Biên bản đã đính chính sau khi chi bộ thống nhất điểm; chi bộ chưa chấm lại."


def _renew_score(paper: ScorePaper, meeting: Meeting) -> ScorePaper:
    """The points stay as the cell agreed on them; where the minutes say something else now, the paper says so."""
    content = get_minutes(actor=Actor.system(), meeting=meeting)
    sitting = renew_sitting(paper.sitting, content)
    return replace(paper, sitting=sitting, outdated=paper.outdated if sitting == paper.sitting else _OUTDATED)


def _say_places(paper: ScorePaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_sitting_places(paper.sitting)
    yield from number_places((row.title, _say_row(row)) for row in paper.rows)
    yield from parts.say_score_places(paper.self_score)


def _say_row(row: ScoreRow) -> str:
    points = "" if row.points is None else f"{format_number(row.points)} điểm"
    return "; ".join(filter(None, [points, row.note]))


def _is_settled(request: PaperRequest) -> bool:
    """Whoever is scoring once more reads what is being scored; everybody else what was agreed last."""
    sheet = ScoreSheet.objects.filter(meeting=request.meeting).first()
    is_draft = sheet is not None and sheet.state == SheetState.DRAFT
    return not (is_draft and request.actor.may(Permission.SCORES_WRITE, request.meeting.organization.path))


def _may_read(actor: Actor, meeting: Meeting) -> bool:
    """Line by line the score is for those who may read scores."""
    return actor.may(Permission.SCORES_READ, meeting.organization.path)


def may_read_lines(actor: Actor, meeting: Meeting) -> bool:
    """Before the meeting the empty sheet is everybody's; once it is held, it is for those who may read the score line by line.

    Everybody else reads it in the minutes and the resolution: an empty sheet would tell them that nothing was agreed.
    """
    return meeting.state != MeetingState.HELD or _may_read(actor, meeting)


def _find_readable(actor: Actor, meeting: Meeting) -> ScoreSheet | None:
    sheet = find_sheet(actor=actor, meeting=meeting)
    writer = actor.may(Permission.SCORES_WRITE, meeting.organization.path)
    return sheet if sheet and (sheet.state == SheetState.AGREED or writer) else None


def _build_rows(template: ScoreSheetTemplate, scored: dict[str, ScoreItem]) -> tuple[ScoreRow, ...]:
    """Each group with its sum, and its lines below, counted 1, 1.1, 1.2, 2; a group of a single line is that line.

    Groups that stand under a heading are counted below it: 1, 1.1, 1.1.1.
    """
    rows: list[ScoreRow] = []
    counts: dict[tuple[SheetHeading, ...], int] = defaultdict(int)
    numbers: dict[tuple[SheetHeading, ...], str] = {(): ""}
    for group in template.groups:
        for depth, heading in enumerate(group.above, 1):
            path = group.above[:depth]
            if path not in numbers:
                numbers[path] = _count(counts, numbers, path[:-1])
                rows.append(_build_heading(numbers[path], template, heading, scored))
        rows += _build_group(_count(counts, numbers, group.above), group, scored)
    return tuple(rows)


def _count(
    counts: dict[tuple[SheetHeading, ...], int],
    numbers: dict[tuple[SheetHeading, ...], str],
    above: tuple[SheetHeading, ...],
) -> str:
    """The next number below a heading."""
    counts[above] += 1
    return f"{numbers[above]}.{counts[above]}".lstrip(".")


def _build_heading(
    number: str, template: ScoreSheetTemplate, heading: SheetHeading, scored: dict[str, ScoreItem]
) -> ScoreRow:
    sums = {group.code: _sum(group, scored) for group in template.groups if heading in group.above}
    known = {code: points for code, points in sums.items() if points is not None}
    total = template.hold_under(heading, known) if len(known) == len(sums) else None
    maximum = Decimal(template.maximum_under(heading))
    return ScoreRow(number, heading.title, maximum, total, heading=True, group=heading.code)


def _sum(group: SheetGroup, scored: dict[str, ScoreItem]) -> Decimal | None:
    """What its lines come to, within the group; None while one of them is not scored."""
    points = [scored[item.code].points for item in group.items if item.code in scored]
    known = [one for one in points if one is not None]
    return group.hold(sum(known, Decimal(0))) if len(known) == len(group.items) else None


def _build_group(number: str, group: SheetGroup, scored: dict[str, ScoreItem]) -> list[ScoreRow]:
    lines = [
        replace(_build_row(f"{number}.{place}", item, scored.get(item.code)), group=group.code)
        for place, item in enumerate(group.items, 1)
    ]
    if len(lines) == 1:
        return [replace(lines[0], code=number)]
    head = ScoreRow(
        number,
        group.title,
        Decimal(group.maximum),
        _sum(group, scored),
        heading=True,
        group=group.code,
        minimum=Decimal(group.minimum),
    )
    return [head, *lines]


def _build_row(number: str, item: SheetItem, scored: ScoreItem | None) -> ScoreRow:
    if scored is None:
        return ScoreRow(number, item.title, Decimal(item.maximum), item=item.code, minimum=Decimal(item.minimum))
    # Why the records propose nothing ("nobody ran its clock") is no ground for the points that the cell gave.
    fact = "" if item.is_judged and scored.proposed is None else scored.fact
    note = "; ".join(filter(None, [fact, scored.note]))
    return ScoreRow(number, item.title, scored.maximum, scored.points, note, item=item.code, minimum=scored.minimum)


def _say_levels(levels: ScoreLevels) -> tuple[str, ...]:
    bounds = ((Grade.GOOD, levels.good), (Grade.FAIR, levels.fair), (Grade.AVERAGE, levels.average))
    said = (f"{grade.label}: từ {bound} điểm" for grade, bound in bounds)
    return (*said, f"{Grade.POOR.label}: dưới {levels.average} điểm")


def _say_source(rules: RuleBook) -> str:
    source = rules.source(PolicyKey.SCORE_SHEET)
    return name_document(source.document_number) if source else ""


def _describe_score(facts: PaperFacts) -> Readiness:
    if not facts.may_read_lines:
        return Readiness(ready=False, final=False)
    if facts.scored:
        return Readiness(ready=True, final=True, note=_("Đã thống nhất điểm."))
    return Readiness(
        ready=True, final=False, note=_("Đang chấm.") if facts.scoring else _("Tờ trống; chi bộ chưa thống nhất điểm.")
    )


SCORE = PaperKind(
    parts.SCORE_ADDRESS,
    gettext_lazy("Phiếu tự chấm điểm"),
    build_score_paper,
    _describe_score,
    keeping=Keeping(
        ScorePaper,
        _say_places,
        _renew_score,
        _is_settled,
        pick=add_upper,
        opens=lambda asked: _may_read(asked.actor, asked.meeting),
    ),
)
