"""Biên bản sinh hoạt (forms.md §2): the newest approved version, word for word; before, a draft for its writers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import ClassVar

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion
from nennep.records.queries.leaders import leaders_of, read_leaders
from nennep.records.queries.minutes import build_minutes as build_draft
from nennep.records.queries.minutes import get_minutes, newest_version
from nennep.records.rules.corrections import compare_papers, say_paper
from nennep.records.rules.minutes import LeadersPart, MinutesContent
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness, is_filed
from nennep.reporting.renderers.papers import Letterhead, Revision, SelfScore, Sitting
from nennep.reporting.rules.revisions import say_changes


@dataclass(frozen=True, slots=True)
class MinutesPaper:
    """Biên bản sinh hoạt chi bộ (forms.md §2): the very content that was approved, and what corrections changed in it."""

    template: ClassVar = "minutes"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    minutes: MinutesContent
    score: SelfScore | None = None
    # When the cell agreed on a score that was not there yet when it approved the minutes.
    score_added_on: date | None = None
    read_aloud: bool = True
    revisions: tuple[Revision, ...] = ()


def build_minutes(request: PaperRequest) -> MinutesPaper:
    """The minutes of a held meeting. Raises NotFound for a draft that the actor does not write.

    The words come from the locked version, so that a paper printed years later says what was read out; the head and the
    posts are those of the meeting's day. The number of queries does not grow with items, speakers or members.
    """
    actor, meeting = request.actor, request.meeting
    version = newest_version(meeting)
    may_hold = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or not (version or may_hold):
        raise NotFound
    return compose_minutes(meeting=meeting, version=version)


def compose_minutes(*, meeting: Meeting, version: MinutesVersion | None) -> MinutesPaper:
    """The paper of one approved version, or of the draft (None). The caller has passed the door."""
    content = read_content(meeting, version)
    score, agreed_at = parts.read_agreement(meeting)
    return MinutesPaper(
        letterhead=parts.build_letterhead(meeting, parts.day_of(meeting)),
        subject=say_sitting(content),
        sitting=read_sitting(meeting, content),
        minutes=content,
        score=score,
        score_added_on=_find_added_day(meeting, version, agreed_at),
        read_aloud=version is not None,
        revisions=_list_revisions(meeting, version) if version else (),
    )


def _find_added_day(meeting: Meeting, version: MinutesVersion | None, agreed_at: datetime | None) -> date | None:
    """The day of a score that is younger than the approval: that of the first version, which later ones only correct."""
    if version is None or agreed_at is None:
        return None
    first = version if version.number == 1 else meeting.minutes_versions.get(number=1)
    return localdate(agreed_at) if agreed_at > first.approved_at else None


def _list_revisions(meeting: Meeting, newest: MinutesVersion) -> tuple[Revision, ...]:
    """What each correction up to this version changed. No query for a first version."""
    if newest.number == 1:
        return ()
    versions = sorted(meeting.minutes_versions.all(), key=lambda version: version.number)
    return tuple(_make_revision(*pair) for pair in pairwise(versions[: newest.number]))


def _make_revision(before: MinutesVersion, after: MinutesVersion) -> Revision:
    old, new = (version.read_minutes() for version in (before, after))
    changes = say_changes(compare_papers(old, new))
    return Revision(before.number, localdate(after.approved_at), after.reason, changes)


def read_content(meeting: Meeting, version: MinutesVersion | None) -> MinutesContent:
    """What every paper of a held meeting prints: what was approved, or the draft from the records (None)."""
    if version:
        return version.read_minutes()
    return build_draft(actor=Actor.system(), meeting=meeting)


def say_sitting(content: MinutesContent) -> str:
    """`sinh hoạt thường kỳ tháng 11 năm 2026`."""
    kind = content.kind
    return f"{kind[:1].lower()}{kind[1:]} {parts.say_month(Month.parse(content.month))}"


def say_next_sitting(content: MinutesContent) -> str:
    """`kỳ sinh hoạt tháng 12 năm 2026`: where the tasks given at this meeting are reported."""
    return f"kỳ sinh hoạt {parts.say_month(Month.parse(content.month).plus(1))}"


def read_sitting(meeting: Meeting, content: MinutesContent) -> Sitting:
    """When, where, under whom, with whom. Without a named chair, the secretary presides."""
    leaders = leaders_of(meeting, content)
    return Sitting(
        cell=content.cell,
        kind=say_sitting(content),
        started_at=localtime(datetime.fromisoformat(content.opened_at)),
        place=content.place,
        ended_at=localtime(datetime.fromisoformat(content.closed_at)),
        minutes_long=content.minutes_long,
        chair=content.chair or leaders.default_chair,
        chair_post=leaders.chair_post,
        minute_taker=content.minute_taker,
        fee_note=content.fee_note,
        mode=parts.say_mode(content.mode),
        attendance=content.attendance,
        guests=content.guest_names,
    )


def renew_sitting(sitting: Sitting, content: MinutesContent) -> Sitting:
    """A sitting as it was printed, with what corrections of the minutes may change: hours, attendance, party fees."""
    return replace(
        sitting,
        started_at=localtime(content.opened),
        ended_at=localtime(content.closed),
        minutes_long=content.minutes_long,
        fee_note=content.fee_note,
        attendance=content.attendance,
    )


def build_sitting(meeting: Meeting, cell: str) -> Sitting:
    """Of a held meeting what its minutes say; before that, as the records stand."""
    if meeting.state == MeetingState.HELD:
        return read_sitting(meeting, get_minutes(actor=Actor.system(), meeting=meeting))
    return parts.build_open_sitting(meeting, cell, read_leaders(meeting))


def find_leaders(meeting: Meeting) -> LeadersPart:
    """Who led the cell: as the approved minutes keep it; before that, as the records stand."""
    version = newest_version(meeting)
    return leaders_of(meeting, read_content(meeting, version)) if version else read_leaders(meeting)


def _renew_minutes(paper: MinutesPaper, meeting: Meeting) -> MinutesPaper:
    """The newest version of the words, below the head of the day."""
    version = newest_version(meeting)
    if version is None:
        return paper
    content = read_content(meeting, version)
    score, agreed_at = parts.read_agreement(meeting)
    return replace(
        paper,
        sitting=renew_sitting(paper.sitting, content),
        minutes=content,
        score=score or paper.score,
        score_added_on=_find_added_day(meeting, version, agreed_at) if score else paper.score_added_on,
    )


def _say_places(paper: MinutesPaper) -> Iterator[tuple[str, str]]:
    yield from say_paper(paper.minutes)
    yield from parts.say_score_places(paper.score)


def _describe_minutes(facts: PaperFacts) -> Readiness:
    if facts.version:
        return Readiness(
            ready=facts.held, final=facts.held, note=_("Bản %(number)s, đã thông qua.") % {"number": facts.version}
        )
    return Readiness(ready=facts.held and facts.may_hold, final=False, note=_("Biên bản chưa được thông qua."))


MINUTES = PaperKind(
    "bien-ban",
    gettext_lazy("Biên bản"),
    build_minutes,
    _describe_minutes,
    keeping=Keeping(MinutesPaper, _say_places, _renew_minutes, is_filed),
)
