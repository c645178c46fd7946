"""Báo cáo kết quả sinh hoạt chi bộ, to the committee above the cell (HD 42: after every meeting)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.records.queries.leaders import leaders_of
from nennep.records.queries.minutes import newest_version
from nennep.records.queries.resolution import find_resolution, number_of
from nennep.records.rules.corrections import number_places, say_vote
from nennep.records.rules.minutes import DeparturePart, ItemPart, LastDutyPart, NewDutyPart, PetitionPart, VotePart
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness, is_filed
from nennep.reporting.queries.papers.minutes import read_content, read_sitting, renew_sitting, say_next_sitting
from nennep.reporting.renderers.papers import Letterhead, Revision, SelfScore, Signature, Sitting
from nennep.reporting.renderers.wording import format_symbol


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Báo cáo kết quả sinh hoạt, to the committee above. what the minutes say, in short."""

    template: ClassVar = "report"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    addressee: str = ""
    theme: str = ""
    items: tuple[ItemPart, ...] = ()
    left: tuple[ItemPart, ...] = ()
    last_duties: tuple[LastDutyPart, ...] = ()
    resolution: str = ""
    vote: VotePart | None = None
    conclusion: str = ""
    duties: tuple[NewDutyPart, ...] = ()
    reported_at: str = ""
    score: SelfScore | None = None
    petitions: tuple[PetitionPart, ...] = ()
    departures: tuple[DeparturePart, ...] = ()
    signature: Signature = field(default_factory=Signature)
    revisions: tuple[Revision, ...] = ()

    @property
    def not_due(self) -> int:
        """Tasks of last month under way whose day, perhaps a later one, was still to come: the score does not count them (HD 42)."""
        day = self.sitting.started_at.date()
        return sum(row.goes_on and (row.due is None or row.due > day) for row in self.last_duties)


def build_report(request: PaperRequest) -> ReportPaper:
    """What the minutes of a held meeting say, in short; before the approval only for their writers. Raises NotFound."""
    actor, meeting = request.actor, request.meeting
    version = newest_version(meeting)
    may_hold = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or not (version or may_hold):
        raise NotFound
    day = localdate(version.approved_at) if version else parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day, format_symbol(None, "BC"))
    content, resolution = read_content(meeting, version), find_resolution(meeting)
    return ReportPaper(
        letterhead=head,
        subject=f"kết quả {parts.say_subject(meeting)}",
        sitting=read_sitting(meeting, content),
        addressee=head.upper,
        theme=meeting.theme,
        items=content.discussed,
        left=content.left,
        last_duties=content.last_duties,
        resolution=f"số {number_of(resolution)}" if resolution else "",
        vote=content.resolution_vote,
        conclusion=content.conclusion,
        duties=content.duties,
        reported_at=say_next_sitting(content),
        score=parts.build_score(meeting),
        petitions=tuple(petition for petition in content.petitions if petition.is_asked),
        departures=content.departures,
        signature=parts.build_signature(leaders_of(meeting, content)),
    )


def _renew_report(paper: ReportPaper, meeting: Meeting) -> ReportPaper:
    """Head, addressee and signature stay as the paper went out."""
    content = read_content(meeting, newest_version(meeting))
    return replace(
        paper,
        sitting=renew_sitting(paper.sitting, content),
        items=content.discussed,
        left=content.left,
        last_duties=content.last_duties,
        vote=content.resolution_vote,
        conclusion=content.conclusion,
        duties=content.duties,
        score=parts.build_score(meeting) or paper.score,
        petitions=tuple(petition for petition in content.petitions if petition.is_asked),
        departures=content.departures,
    )


def _say_places(paper: ReportPaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_sitting_places(paper.sitting)
    yield from number_places((item.title, item.conclusion or item.note) for item in paper.items)
    yield "Biểu quyết nghị quyết", say_vote(paper.vote) if paper.vote else ""
    yield from parts.say_duty_places(paper.duties, paper.last_duties)
    yield "Kết luận của người chủ trì", paper.conclusion
    yield from parts.say_score_places(paper.score)


def _describe_report(facts: PaperFacts) -> Readiness:
    ready = facts.held and (facts.version > 0 or facts.may_hold)
    note = "" if facts.version else _("Biên bản chưa được thông qua.")
    return Readiness(ready=ready, final=ready and facts.version > 0, note=note)


REPORT = PaperKind(
    "bao-cao",
    gettext_lazy("Báo cáo kết quả sinh hoạt"),
    build_report,
    _describe_report,
    keeping=Keeping(ReportPaper, _say_places, _renew_report, is_filed),
)
