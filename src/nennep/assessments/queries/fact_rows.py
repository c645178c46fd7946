"""The rows behind the facts of one meeting, evidence by evidence: the very ones that are counted, in Vietnamese, to be kept.

Nothing here looks at an actor: who may read which of them is decided where they are shown (`rows`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils import translation
from django.utils.translation import gettext as _

from nennep.assessments.queries.facts import Gathered
from nennep.core.periods import day_of
from nennep.core.wording import say_date, say_moment, say_time
from nennep.documents.queries import list_paper_titles
from nennep.duties.choices import DutyState
from nennep.meetings.choices import AdviceState, Topic
from nennep.meetings.models import AgendaItem
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.queries.agenda import ORIGIN_KIND, origin_of
from nennep.meetings.rules.deadlines import find_filing_day, find_papers_day
from nennep.members.models import Member
from nennep.petitions.queries import list_due_answers
from nennep.policies.choices import ScoreEvidence
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry, Speech, Vote
from nennep.room.queries.absences import list_streaks
from nennep.room.queries.outcome import list_given_duties
from nennep.room.rules.room import minutes_between
from nennep.visits.queries.facts import list_told


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row behind a figure: what it is, what is said of it, whether it counts as done (None: it is only told)."""

    title: str
    said: str = ""
    counts: bool | None = None


_Read: TypeAlias = Callable[[Gathered], Iterable[EvidenceRow]]
_READERS: dict[ScoreEvidence, _Read] = {}


def list_fact_rows(gathered: Gathered) -> dict[ScoreEvidence, tuple[EvidenceRow, ...]]:
    """Of everything that the meeting's sheet names. About one query for each kind of rows, however many there are."""
    with translation.override("vi"):
        return {one: tuple(_READERS[one](gathered)) for one in ScoreEvidence if one in gathered.template.evidence}


def _of(*evidence: ScoreEvidence) -> Callable[[_Read], _Read]:
    def register(read: _Read) -> _Read:
        for one in evidence:
            _READERS[one] = read
        return read

    return register


# ── day, length, who came ─────────────────────────────────────────────────────


@_of(ScoreEvidence.ON_THE_DAY, ScoreEvidence.MINUTES_LONG, ScoreEvidence.MINUTES_SHORT, ScoreEvidence.LENGTH_SHARE)
def _hours(gathered: Gathered) -> Iterator[EvidenceRow]:
    meeting = gathered.meeting
    yield EvidenceRow(_("Khai mạc"), say_moment(meeting.opened_at))
    yield EvidenceRow(_("Bế mạc"), say_moment(meeting.closed_at))


@_of(ScoreEvidence.ATTENDANCE_SHARE)
def _attendance(gathered: Gathered) -> list[EvidenceRow]:
    """Those who had to come, whoever stayed away first."""
    found = [_mark(entry) for entry in _roll(gathered).filter(counted=True)]
    return sorted(found, key=lambda row: bool(row.counts))


@_of(ScoreEvidence.UNEXCUSED)
def _unexcused(gathered: Gathered) -> list[EvidenceRow]:
    return [_mark(entry) for entry in _roll(gathered).filter(counted=True, state=AttendanceState.UNEXCUSED)]


def _roll(gathered: Gathered) -> Any:
    entries = RollCallEntry.objects.filter(meeting=gathered.meeting).select_related("member")
    return entries.only("state", "member__full_name").order_by("member__name_key", "pk")


def _mark(entry: RollCallEntry) -> EvidenceRow:
    state = AttendanceState(entry.state)
    return EvidenceRow(entry.member.full_name, str(state.label), state.is_there)


@_of(ScoreEvidence.EXCUSED_STREAK)
def _streaks(gathered: Gathered) -> list[EvidenceRow]:
    facts, meeting = gathered.facts, gathered.meeting
    names = list_streaks(cell=meeting.organization, on=meeting.held_on, most=facts.streak_max)
    said = _("vắng có lý do quá %(most)s lần liên tiếp") % {"most": facts.streak_max}
    return [EvidenceRow(name, said, counts=False) for name in names]


# ── preparation ───────────────────────────────────────────────────────────────


@_of(ScoreEvidence.ITEMS)
def _items(gathered: Gathered) -> list[EvidenceRow]:
    counted = gathered.course.reached | gathered.course.others
    return [EvidenceRow(item.title) for item in _programme(gathered) if item.pk in counted]


def _programme(gathered: Gathered) -> list[AgendaItem]:
    return list(AgendaItem.objects.filter(meeting=gathered.meeting).order_by("position", "pk"))


@_of(ScoreEvidence.PROGRAMME_AGREED)
def _prepared(gathered: Gathered) -> Iterator[EvidenceRow]:
    meeting, facts = gathered.meeting, gathered.facts
    is_agreed = facts.prepared and not facts.prepared_after
    yield EvidenceRow(_("Thống nhất chương trình"), say_moment(meeting.prepared_at), is_agreed)
    yield EvidenceRow(_("Khai mạc"), say_moment(meeting.opened_at))


@_of(ScoreEvidence.MEMBERS_TOLD)
def _called(gathered: Gathered) -> Iterator[EvidenceRow]:
    meeting, facts = gathered.meeting, gathered.facts
    is_told = facts.announced and not facts.announced_after
    yield EvidenceRow(_("Báo đảng viên"), say_moment(meeting.announced_at), is_told)
    yield EvidenceRow(_("Khai mạc"), say_moment(meeting.opened_at))


@_of(ScoreEvidence.NOTICE_IN_TIME)
def _announced(gathered: Gathered) -> Iterator[EvidenceRow]:
    said = say_moment(gathered.meeting.announced_at)
    yield EvidenceRow(_("Báo đảng viên"), said, gathered.facts.announced_in_time)
    yield EvidenceRow(_("Hạn báo"), say_date(_papers_day(gathered)))


@_of(ScoreEvidence.COMMITTEE_MET)
def _committee(gathered: Gathered) -> Iterator[EvidenceRow]:
    row: Any = gathered.meeting
    yield EvidenceRow(_("Họp chi ủy"), say_moment(row.premeeting_at), gathered.facts.committee_met)
    yield EvidenceRow(_("Kết luận, ký biên bản họp chi ủy"), say_moment(row.premeeting_closed))


@_of(ScoreEvidence.FOLLOWER_TOLD)
def _told(gathered: Gathered) -> list[EvidenceRow]:
    return [EvidenceRow(name, "", counts=True) for name in list_told(gathered.meeting)]


@_of(ScoreEvidence.PAPERS, ScoreEvidence.PAPERS_IN_TIME, ScoreEvidence.PAPERS_IN_TIME_SHARE)
def _papers(gathered: Gathered) -> list[EvidenceRow]:
    meeting, last_day = gathered.meeting, _papers_day(gathered)
    found = list_paper_titles(kind=ORIGIN_KIND, origin=origin_of(meeting).id, unit=meeting.organization_id)
    return [EvidenceRow(title, say_moment(at), day_of(at) <= last_day) for title, at in found]


def _papers_day(gathered: Gathered) -> Any:
    return find_papers_day(gathered.meeting.day, days_before=gathered.rules.papers_days_before)


# ── in the room ───────────────────────────────────────────────────────────────


@_of(ScoreEvidence.STEPS_DONE_SHARE)
def _steps(gathered: Gathered) -> list[EvidenceRow]:
    """Each item of the programme; what comes after the closing is no step of the meeting."""
    course = gathered.course
    known = course.reached | course.others
    found = [item for item in _programme(gathered) if item.pk in known]
    return [EvidenceRow(item.title, "", item.pk in course.reached if course.followed else None) for item in found]


@_of(ScoreEvidence.STEPS_IN_ORDER)
def _order(gathered: Gathered) -> list[EvidenceRow]:
    """In the order of the programme, each with when it was begun; what began before something above it is out of its place."""
    found, latest = [], None
    for item in _programme(gathered):
        if item.started_at:
            is_kept = latest is None or latest <= item.started_at
            found.append(EvidenceRow(item.title, say_time(item.started_at), is_kept))
            latest = item.started_at if is_kept else latest
    return found


@_of(ScoreEvidence.SPEAKERS_SHARE)
def _speakers(gathered: Gathered) -> list[EvidenceRow]:
    """Those who were there, whoever spoke first."""
    spoke = set(Speech.objects.filter(item__meeting=gathered.meeting).order_by().values_list("member_id", flat=True))
    there = [entry.member for entry in _roll(gathered).filter(state__in=AttendanceState.there())]
    others = Member.objects.filter(pk__in=spoke - {one.pk for one in there}).only("full_name").order_by("name_key")
    people = [*there, *others]
    return [
        EvidenceRow(one.full_name, "", one.pk in spoke) for one in sorted(people, key=lambda one: one.pk not in spoke)
    ]


@_of(ScoreEvidence.DISCUSSION)
def _discussion(gathered: Gathered) -> list[EvidenceRow]:
    return [*_speakers(gathered), *_remarks(gathered)]


@_of(ScoreEvidence.REMARKS)
def _remarks(gathered: Gathered) -> list[EvidenceRow]:
    """Who was praised or reminded; for what stands in the minutes."""
    found = Remark.objects.filter(meeting=gathered.meeting).select_related("member").order_by("pk")
    return [EvidenceRow(one.member.full_name, str(RemarkKind(one.kind).label)) for one in found]


@_of(ScoreEvidence.CRITICISM_MINUTES)
def _criticism(gathered: Gathered) -> list[EvidenceRow]:
    found = [item for item in _programme(gathered) if item.topic == Topic.SELF_CRITICISM and item.started_at]
    until = gathered.meeting.closed_at
    return [
        EvidenceRow(item.title, _("%(long)s phút") % {"long": minutes_between(item.started_at, item.ended_at or until)})
        for item in found
    ]


@_of(ScoreEvidence.THEMED)
def _themes(gathered: Gathered) -> list[EvidenceRow]:
    reached = gathered.course.reached
    found = [item for item in _programme(gathered) if item.topic == Topic.THEME]
    theme = gathered.meeting.theme.strip()
    named = [EvidenceRow(_("Chuyên đề: %(theme)s") % {"theme": theme})] if theme else []
    return [*named, *(EvidenceRow(item.title, "", item.pk in reached) for item in found)]


# ── the end of the meeting, what went before ──────────────────────────────────


@_of(ScoreEvidence.CONCLUSION)
def _conclusion(gathered: Gathered) -> list[EvidenceRow]:
    text = gathered.meeting.conclusion.strip()
    return [EvidenceRow(text, "", counts=True)] if text else []


@_of(ScoreEvidence.RESOLUTION_PASSED)
def _resolution(gathered: Gathered) -> list[EvidenceRow]:
    row: Any = gathered.meeting
    votes = Vote.objects.filter(meeting=row).order_by("at", "pk")
    found = [
        EvidenceRow(vote.subject, _("biểu quyết, %(count)s tán thành") % {"count": vote.in_favour}, vote.passed)
        for vote in votes
    ]
    return [*found, *([EvidenceRow(_("Đã ban hành nghị quyết"), "", counts=True)] if row.has_resolution else [])]


@_of(ScoreEvidence.MINUTES_APPROVED, ScoreEvidence.MINUTES_READ)
def _minutes(gathered: Gathered) -> Iterator[EvidenceRow]:
    row: Any = gathered.meeting
    if row.first_approved:
        yield EvidenceRow(_("Thông qua biên bản"), say_moment(row.first_approved), counts=True)


@_of(ScoreEvidence.DUTIES_GIVEN)
def _given(gathered: Gathered) -> list[EvidenceRow]:
    return [EvidenceRow(duty.title, duty.assignee) for duty in list_given_duties(gathered.meeting)]


@_of(ScoreEvidence.FILED_IN_TIME)
def _filed(gathered: Gathered) -> Iterator[EvidenceRow]:
    meeting = gathered.meeting
    yield EvidenceRow(_("Gửi, lưu"), say_moment(meeting.filed_at), gathered.facts.filed_on_time)
    deadline = find_filing_day(meeting.held_on, days_after=gathered.rules.filing_days_after)
    yield EvidenceRow(_("Hạn gửi, lưu"), say_date(deadline))


@_of(ScoreEvidence.LAST_DUTIES_DONE_SHARE)
def _last_duties(gathered: Gathered) -> list[EvidenceRow]:
    def say(duty: Any) -> str:
        return (
            f"{duty.state.label}, {_('hạn %(day)s') % {'day': say_date(duty.due_then)}}"
            if duty.due_then
            else str(duty.state.label)
        )

    return [EvidenceRow(duty.title, say(duty), duty.state == DutyState.DONE) for duty in gathered.due]


@_of(ScoreEvidence.PETITIONS_ANSWERED)
def _petitions(gathered: Gathered) -> list[EvidenceRow]:
    meeting = gathered.meeting
    found = list_due_answers(holder=meeting.organization_id, on=meeting.held_on)
    return [EvidenceRow(text, "", answered) for text, answered in found]


@_of(ScoreEvidence.ADVICE_TAKEN_UP)
def _advice(gathered: Gathered) -> list[EvidenceRow]:
    found = list_meeting_advice(gathered.meeting)
    return [EvidenceRow(one.text, str(one.state.label), one.state == AdviceState.TAKEN_UP) for one in found]
