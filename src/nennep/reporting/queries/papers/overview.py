"""Which papers of a meeting are there for somebody, and why the others are not; what goes into the zip of the meeting."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreSheet
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.queries.meeting import list_called
from nennep.members.choices import Reach
from nennep.members.queries import CellMember
from nennep.records.queries.filing import filing_deadline
from nennep.records.queries.minutes import newest_version
from nennep.records.queries.resolution import find_resolution, number_of
from nennep.reporting.choices import Paper

BEFORE = (
    Paper.COMMITTEE_PROGRAMME,
    Paper.COMMITTEE_CONCLUSION,
    Paper.PROGRAMME,
    Paper.NOTICE,
    Paper.PACK,
    Paper.ATTENDANCE,
)
COMMITTEE = (Paper.COMMITTEE_PROGRAMME, Paper.COMMITTEE_CONCLUSION)
AFTER = (Paper.MINUTES, Paper.RESOLUTION, Paper.PRESENCE, Paper.SCORE, Paper.REPORT)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of the meeting: `ready` to be taken, `final` when it may go out; `note` says which one, or what is missing."""

    kind: Paper
    ready: bool
    final: bool
    note: str


@dataclass(frozen=True, slots=True)
class PapersPage:
    """Everything that can be printed of one meeting. `deadline` is the last day for posting, None before the meeting is held."""

    meeting: Meeting
    before: tuple[PaperRow, ...]
    after: tuple[PaperRow, ...]
    printed: tuple[CellMember, ...]
    deadline: date | None

    @property
    def has_final(self) -> bool:
        return any(row.final for row in self.after)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What decides over the papers. `version` 0 and `number` empty while there is none; `premeeting` None for who may not read it."""

    held: bool
    opened: bool
    version: int
    number: str
    scored: bool
    scoring: bool
    has_items: bool
    premeeting: Premeeting | None
    may_hold: bool
    may_prepare: bool
    may_read_members: bool


def get_papers_page(*, actor: Actor, meeting: Meeting) -> PapersPage:
    """The papers of a meeting that has passed its door. About twelve queries."""
    facts = _read_facts(actor, meeting)
    return PapersPage(
        meeting=meeting,
        before=tuple(_describe(kind, facts) for kind in _list_before(facts)),
        after=tuple(_describe(kind, facts) for kind in AFTER),
        printed=_list_printed(meeting) if facts.may_prepare else (),
        deadline=filing_deadline(meeting) if facts.held else None,
    )


def _list_before(facts: _Facts) -> list[Paper]:
    """What the committee says is not every member's; the empty score sheet is printed before the meeting."""
    kinds = [kind for kind in BEFORE if facts.may_read_members or kind not in COMMITTEE]
    return kinds if facts.held else [*kinds, Paper.SCORE]


def _read_facts(actor: Actor, meeting: Meeting) -> _Facts:
    path = meeting.organization.path
    version, resolution = newest_version(meeting), find_resolution(meeting)
    sheet = ScoreSheet.objects.visible_to(actor).filter(meeting=meeting).first()
    return _Facts(
        held=meeting.state == MeetingState.HELD,
        opened=meeting.opened_at is not None,
        version=version.number if version else 0,
        number=number_of(resolution) if resolution else "",
        scored=sheet is not None and sheet.state == SheetState.AGREED,
        scoring=sheet is not None and actor.may(Permission.SCORES_WRITE, path),
        has_items=meeting.agenda.exists(),
        premeeting=Premeeting.objects.filter(meeting=meeting).first(),
        may_hold=actor.may(Permission.MEETINGS_HOLD, path),
        may_prepare=actor.may(Permission.MEETINGS_PREPARE, path),
        may_read_members=actor.may(Permission.MEMBERS_READ, path),
    )


def _describe(kind: Paper, facts: _Facts) -> PaperRow:
    """The one place that says when a paper is there; `find_paper` raises NotFound for exactly the others (tested)."""
    ready, final, note = {
        Paper.COMMITTEE_PROGRAMME: _describe_committee_programme,
        Paper.COMMITTEE_CONCLUSION: _describe_committee_conclusion,
        Paper.PROGRAMME: _describe_programme,
        Paper.NOTICE: _describe_open,
        Paper.PACK: _describe_open,
        Paper.ATTENDANCE: _describe_sheet,
        Paper.MINUTES: _describe_minutes,
        Paper.RESOLUTION: _describe_resolution,
        Paper.PRESENCE: _describe_presence,
        Paper.SCORE: _describe_score,
        Paper.REPORT: _describe_report,
    }[kind](facts)
    return PaperRow(kind, ready, final, note)


Described = tuple[bool, bool, str]


def _describe_committee_programme(facts: _Facts) -> Described:
    if facts.premeeting is None:
        return False, False, _("Chưa ghi họp chi ủy.")
    return facts.may_read_members, facts.may_read_members, ""


def _describe_committee_conclusion(facts: _Facts) -> Described:
    if facts.premeeting is None:
        return False, False, _("Chưa ghi họp chi ủy.")
    concluded = facts.premeeting.concluded_at is not None
    note = "" if concluded else _("Bản dự thảo, họp chi ủy chưa kết luận.")
    return facts.may_read_members, facts.may_read_members and concluded, note


def _describe_programme(facts: _Facts) -> Described:
    return facts.has_items, facts.has_items, "" if facts.has_items else _("Chương trình chưa có mục nào.")


def _describe_open(_facts: _Facts) -> Described:
    return True, False, ""


def _describe_sheet(facts: _Facts) -> Described:
    return facts.may_read_members, False, _("Tờ trống để ký, đánh dấu bằng tay.")


def _describe_minutes(facts: _Facts) -> Described:
    if facts.version:
        return facts.held, facts.held, _("Bản %(number)s, đã thông qua.") % {"number": facts.version}
    return facts.held and facts.may_hold, False, _("Biên bản chưa được thông qua.")


def _describe_resolution(facts: _Facts) -> Described:
    issued = bool(facts.number)
    return issued, issued, f"{facts.number}." if issued else _("Chưa ra nghị quyết.")


def _describe_presence(facts: _Facts) -> Described:
    ready = facts.opened and facts.may_read_members
    return ready, ready and facts.held, "" if facts.opened else _("Buổi sinh hoạt chưa khai mạc.")


def _describe_score(facts: _Facts) -> Described:
    if facts.scored:
        return True, True, _("Đã thống nhất điểm.")
    return True, False, _("Đang chấm.") if facts.scoring else _("Tờ trống; chi bộ chưa thống nhất điểm.")


def _describe_report(facts: _Facts) -> Described:
    ready = facts.held and (facts.version > 0 or facts.may_hold)
    note = "" if facts.version else _("Biên bản chưa được thông qua.")
    return ready, ready and facts.version > 0, note


def _list_printed(meeting: Meeting) -> tuple[CellMember, ...]:
    return tuple(member for member in list_called(meeting) if member.reach == Reach.PRINT)
