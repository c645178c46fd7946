"""What no longer fits: lines that the records say otherwise since, of a sheet in work and of one that was agreed; what is unsettled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.assessments.choices import NOTE_LIMIT, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries.facts import ChooseSheet, Gathered, gather_one, template_of
from nennep.assessments.rules import find_report_day, propose
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_decimal
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.choices import ScoreEvidence
from nennep.policies.queries import SheetItem
from nennep.records.models import MinutesVersion
from nennep.room.queries.outcome import rules_of

SAID_FOR = timedelta(days=31)  # for so long the home page names a score that corrected minutes moved


@dataclass(frozen=True, slots=True)
class MovedFact:
    """A line of an agreed sheet whose records say something else since the minutes were corrected."""

    title: str
    before: str
    after: str


def choose_begun(sheet: ScoreSheet | None, items: Sequence[ScoreItem]) -> ChooseSheet:
    """By which sheet a meeting is scored whose own was begun with these lines."""
    codes = [item.code for item in items]
    return lambda meeting, rules: template_of(meeting, rules, sheet, codes)


# What the minutes say: what a correction of them may change after the cell has scored.
_OF_MINUTES = {
    ScoreEvidence.ON_THE_DAY,
    ScoreEvidence.MINUTES_LONG,
    ScoreEvidence.MINUTES_SHORT,
    ScoreEvidence.LENGTH_SHARE,
    ScoreEvidence.ATTENDANCE_SHARE,
    ScoreEvidence.UNEXCUSED,
    ScoreEvidence.SPEAKERS_SHARE,
    ScoreEvidence.DISCUSSION,
}
ENDING = {  # what is done after the cell began to score
    ScoreEvidence.CONCLUSION,
    ScoreEvidence.RESOLUTION_PASSED,
    ScoreEvidence.MINUTES_APPROVED,
    ScoreEvidence.MINUTES_READ,
    ScoreEvidence.FILED_IN_TIME,
}


def list_moved(*, meeting: Meeting, sheet: ScoreSheet) -> tuple[MovedFact, ...]:
    """Lines of an agreed sheet for which corrected minutes say something else. One query where none were corrected since."""
    if sheet.agreed_at is None:
        return ()
    since = meeting.minutes_versions.filter(number__gt=1, approved_at__gt=sheet.agreed_at)
    return _compare_facts(meeting, sheet, localdate(sheet.agreed_at)) if since.exists() else ()


def list_stale(*, meeting: Meeting, sheet: ScoreSheet, today: date) -> tuple[MovedFact, ...]:
    """Lines of a sheet in work for which the minutes say something else than when they were proposed.

    A line for which nothing was proposed was scored by nothing that could move.
    """
    return tuple(fact for fact in _compare_facts(meeting, sheet, today) if fact.before)


def list_changed(*, meeting: Meeting, sheet: ScoreSheet, today: date) -> tuple[MovedFact, ...]:
    """Lines of a sheet in work that the records say otherwise since they were proposed, with the points.

    None of an agreed sheet.
    """
    if sheet.state == SheetState.AGREED:
        return ()
    items = list(sheet.items.order_by("position"))
    return compare_proposals(gather_one(meeting, today, choose_begun(sheet, items)), items)


def compare_proposals(gathered: Gathered, items: Sequence[ScoreItem]) -> tuple[MovedFact, ...]:
    """`list_changed` where the facts are at hand. No query."""
    lines = {line.code: line for line in gathered.template.items}
    found = []
    for item in items:
        with translation.override("vi"):
            now = propose(lines.get(item.code), gathered.facts)
        if item.code in lines and (now.fact[:NOTE_LIMIT], now.points) != (item.fact, item.proposed):
            before, after = (_say_proposal(*one) for one in ((item.fact, item.proposed), (now.fact, now.points)))
            found.append(MovedFact(lines[item.code].title, before, after))
    return tuple(found)


def _say_proposal(fact: str, points: Decimal | None) -> str:
    return fact if points is None else _("%(fact)s: gợi ý %(points)s") % {"fact": fact, "points": say_decimal(points)}


def _compare_facts(meeting: Meeting, sheet: ScoreSheet, today: date) -> tuple[MovedFact, ...]:
    items = list(sheet.items.order_by("position"))
    scored = {item.code: item.fact for item in items}
    gathered = gather_one(meeting, today, choose_begun(sheet, items))
    lines = [one for one in gathered.template.items if one.code in scored and _OF_MINUTES & set(one.evidence)]
    with translation.override("vi"):
        moved = [MovedFact(line.title, scored[line.code], propose(line, gathered.facts).fact) for line in lines]
    return tuple(fact for fact in moved if fact.before != fact.after)


@dataclass(frozen=True, slots=True)
class UnsettledScore:
    """A meeting whose papers went out and whose score does not stand; `is_reopened`: the cell is scoring once more.

    `is_begun` False: nobody has scored it; `due_on` then is the last day on which its score is reported, where a rule says so.
    """

    meeting_id: UUID
    held_on: date
    is_agreed: bool
    is_reopened: bool
    is_begun: bool = True
    due_on: date | None = None

    @property
    def label(self) -> str:
        if not self.is_begun:
            return _("Đã gửi hồ sơ, chưa chấm điểm")
        if self.is_agreed:
            return _("Biên bản đã đính chính, chưa chấm lại")
        return _("Đang chấm lại, chưa thống nhất") if self.is_reopened else _("Chưa thống nhất điểm")


def list_unsettled_scores(*, actor: Actor, cell: Organization, today: date) -> tuple[UnsettledScore, ...]:
    """What was not begun, not ended, or moved after the papers went out, the earliest first. Two queries where there is none.

    A correction is named for SAID_FOR only: whether the cell scores again is its own to decide; what nobody began, until the day
    on which its score is reported, and where no rule has one for SAID_FOR too.
    """
    found = (*_list_begun(actor, cell, today), *_list_unscored(actor, cell, today))
    return tuple(sorted(found, key=lambda one: one.held_on))


def _list_unscored(actor: Actor, cell: Organization, today: date) -> Iterator[UnsettledScore]:
    """Meetings that a sheet is for and that nobody has scored, neither the cell nor anybody above."""
    if not actor.may(Permission.SCORES_WRITE, cell.path):
        return
    unscored = Meeting.objects.held().filter(
        organization=cell,
        filed_at__isnull=False,
        score_sheet=None,
        side_scores=None,
        planned_for__date__gt=today - SAID_FOR,
    )
    for meeting in unscored.select_related("organization").order_by("planned_for", "pk"):
        rules = rules_of(meeting)
        template = template_of(meeting, rules)
        due_on = find_report_day(meeting.held_on, rules, template)
        if template.groups and (due_on is None or today <= due_on):
            yield UnsettledScore(
                meeting.public_id, meeting.held_on, is_agreed=False, is_reopened=False, is_begun=False, due_on=due_on
            )


def _list_begun(actor: Actor, cell: Organization, today: date) -> tuple[UnsettledScore, ...]:
    lately = Q(number__gt=1, approved_at__gt=OuterRef("agreed_at"), approved_at__date__gt=today - SAID_FOR)
    corrected = Exists(MinutesVersion.objects.filter(lately, meeting=OuterRef("meeting")))
    filed = ScoreSheet.objects.visible_to(actor).filter(meeting__organization=cell, meeting__filed_at__isnull=False)
    sheets = filed.filter(Q(state=SheetState.DRAFT) | corrected).select_related("meeting__organization")
    return tuple(
        UnsettledScore(
            meeting_id=sheet.meeting.public_id,
            held_on=sheet.meeting.held_on,
            is_agreed=sheet.state == SheetState.AGREED,
            is_reopened=bool(sheet.reason),
        )
        for sheet in sheets.order_by("meeting__planned_for", "pk")
        if sheet.state == SheetState.DRAFT or list_moved(meeting=sheet.meeting, sheet=sheet)
    )


def lines_of(meeting: Meeting, sheet: ScoreSheet | None = None) -> tuple[SheetItem, ...]:
    """The lines that the meeting is scored by. At most two queries."""
    return template_of(meeting, rules_of(meeting), sheet).items
