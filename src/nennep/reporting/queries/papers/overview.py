"""Which papers of a meeting are there for somebody, and why the others are not; what goes into the zip of the meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
from nennep.reporting.queries.papers import AFTER, BEFORE
from nennep.reporting.queries.papers.issued import VersionLine, list_versions
from nennep.reporting.queries.papers.kinds import PaperFacts, PaperKind, PaperRequest, is_taken_back
from nennep.reporting.queries.papers.score import SCORE, may_read_lines


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of the meeting: `ready` to be taken, `final` when it may go out; `note` says which one, or what is missing."""

    kind: PaperKind
    ready: bool
    final: bool
    note: str
    versions: tuple[VersionLine, ...] = ()

    @property
    def is_changed(self) -> bool:
        """A version of it is not what went out any more: somebody changed it past the program."""
        return not all(version.is_intact for version in self.versions)


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


def get_papers_page(*, actor: Actor, meeting: Meeting) -> PapersPage:
    """The papers of a meeting that has passed its door. About twelve queries."""
    facts, versions = _read_facts(actor, meeting), _list_open(actor, meeting)
    return PapersPage(
        meeting=meeting,
        before=tuple(_describe(kind, facts, versions) for kind in _list_before(facts)),
        after=tuple(
            _describe(kind, facts, {} if is_taken_back(kind, meeting) else versions) for kind in _list_after(facts)
        ),
        printed=_list_printed(meeting) if facts.may_prepare else (),
        deadline=filing_deadline(meeting) if facts.held else None,
    )


def list_final(meeting: Meeting) -> set[PaperKind]:
    """The papers of a meeting that may go out: before it those that can be taken at all. About eight queries."""
    facts = _read_facts(Actor.system(), meeting)
    before = {kind for kind in BEFORE if kind.describe(facts).ready}
    return before | {kind for kind in AFTER if kind.describe(facts).final}


def _list_before(facts: PaperFacts) -> list[PaperKind]:
    """What the committee says is not every member's; the empty score sheet is printed before the meeting."""
    kinds = [kind for kind in BEFORE if facts.may_read_members or not kind.for_leaders]
    return kinds if facts.held else [*kinds, SCORE]


def _list_after(facts: PaperFacts) -> list[PaperKind]:
    """The score sheet is named to those alone who may read it."""
    return [kind for kind in AFTER if kind != SCORE or facts.may_read_lines]


def _read_facts(actor: Actor, meeting: Meeting) -> PaperFacts:
    path = meeting.organization.path
    version, resolution = newest_version(meeting), find_resolution(meeting)
    sheet = ScoreSheet.objects.visible_to(actor).filter(meeting=meeting).first()
    return PaperFacts(
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
        may_read_lines=may_read_lines(actor, meeting),
    )


def _list_open(actor: Actor, meeting: Meeting) -> dict[str, tuple[VersionLine, ...]]:
    """The versions that are this reader's, by the address of the paper. One query."""
    request, versions = PaperRequest(actor, meeting), list_versions(meeting, (*BEFORE, *AFTER))
    mine = (kind for kind in (*BEFORE, *AFTER) if kind.keeping and kind.keeping.opens(request))
    return {kind.address: versions[kind.address] for kind in mine if kind.address in versions}


def _describe(kind: PaperKind, facts: PaperFacts, versions: Mapping[str, tuple[VersionLine, ...]]) -> PaperRow:
    return PaperRow(kind, *kind.describe(facts), versions.get(kind.address, ()))


def _list_printed(meeting: Meeting) -> tuple[CellMember, ...]:
    return tuple(member for member in list_called(meeting) if member.reach == Reach.PRINT)
