"""Biên bản sinh hoạt (forms.md §2): the newest approved version, word for word; before, a draft for its writers."""

from collections.abc import Iterable
from datetime import date, datetime

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion
from nennep.records.queries.minutes import MinutesPaper as Kept
from nennep.records.queries.minutes import build_minutes as build_draft
from nennep.records.queries.minutes import newest_version
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import (
    Absence,
    AdviceLine,
    Attendance,
    CourseItem,
    DutyRow,
    MinutesPaper,
    NewDuty,
    Opinion,
    PetitionLine,
    Reserved,
    Sitting,
    Vote,
)
from nennep.room.choices import AttendanceState, RemarkKind


def build_minutes(*, actor: Actor, meeting: Meeting) -> MinutesPaper:
    """The minutes of a held meeting. Raises NotFound for a draft that the actor does not write.

    The words come from the locked version, so that a paper printed years later says what was read out; the head and the
    posts are those of the meeting's day. The number of queries does not grow with items, speakers or members.
    """
    version = newest_version(meeting)
    may_hold = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or not (version or may_hold):
        raise NotFound
    return compose_minutes(meeting=meeting, version=version)


def compose_minutes(*, meeting: Meeting, version: MinutesVersion | None) -> MinutesPaper:
    """The paper of one approved version, or of the draft (None). The caller has passed the door."""
    kept = Kept.from_content(version.content) if version else build_draft(actor=Actor.system(), meeting=meeting)
    head = parts.build_letterhead(meeting, parts.day_of(meeting))
    return MinutesPaper(
        letterhead=head,
        subject=f"{_lower(kept.kind)} {parts.say_month(Month.parse(kept.month))}",
        sitting=_read_sitting(meeting, kept),
        items=tuple(
            CourseItem(
                item.title,
                item.note,
                _read_opinions((speech.name, speech.opinion) for speech in item.speeches),
                item.conclusion,
            )
            for item in kept.items
        ),
        duty_rows=tuple(DutyRow(task.title, task.opening, task.result) for task in kept.tasks),
        praised=_say_remarks(kept, RemarkKind.PRAISE),
        reminded=_say_remarks(kept, RemarkKind.REMINDER),
        conclusion=kept.conclusion,
        extra=kept.extra,
        votes=_read_votes(kept),
        petitions=_read_petitions(kept),
        new_duties=_read_duties(kept),
        score=parts.build_score(meeting),
        reserved=tuple(Reserved(row.name, row.text, row.subject) for row in kept.reserved),
        advice=_read_advice(kept),
        departures=tuple(f"{row.rule}: {row.reason}" for row in kept.departures),
        prepared_on=kept.premeeting,
        read_aloud=version is not None,
        version=version.number if version else 1,
        correction_reason=version.reason if version else "",
    )


def _read_opinions(speeches: Iterable[tuple[str, str]]) -> tuple[Opinion, ...]:
    """What each said, from names and words; who spoke without their words being noted is named in one line at the end."""
    noted, unnoted = [], []
    for name, words in speeches:
        if words:
            noted.append(Opinion(name, words))
        else:
            unnoted.append(name)
    if unnoted:
        noted.append(Opinion("", f"Phát biểu: {', '.join(dict.fromkeys(unnoted))}."))
    return tuple(noted)


def _read_votes(kept: Kept) -> tuple[Vote, ...]:
    return tuple(
        Vote(row.subject, row.in_favour, row.base, row.against, row.other, row.majority, row.issued, row.invalid)
        for row in kept.votes
    )


def _read_petitions(kept: Kept) -> tuple[PetitionLine, ...]:
    """What was answered on the spot says so; the others name who is to answer."""
    return tuple(
        PetitionLine(row.text, row.raised_by, row.answer or (f"{row.holder} trả lời" if row.holder else ""))
        for row in kept.petitions
    )


def _read_advice(kept: Kept) -> tuple[AdviceLine, ...]:
    said = ((row, ". ".join(filter(None, [row.state, row.answer]))) for row in kept.advice)
    return tuple(AdviceLine(row.text, row.given_by, outcome) for row, outcome in said)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _read_sitting(meeting: Meeting, kept: Kept) -> Sitting:
    posts = parts.read_posts(meeting)
    return Sitting(
        cell=kept.cell,
        kind=f"{_lower(kept.kind)} {parts.say_month(Month.parse(kept.month))}",
        started_at=parts.local_time(datetime.fromisoformat(kept.opened_at)),
        place=kept.place,
        ended_at=parts.local_time(datetime.fromisoformat(kept.closed_at)),
        minutes_long=kept.minutes_long,
        chair=kept.chair or parts.name_secretary(posts),
        chair_post=parts.say_post(posts, kept.chair),
        minute_taker=kept.minute_taker,
        fee_note=kept.fee_note,
        mode=parts.say_mode(kept.mode),
        attendance=_read_attendance(kept),
    )


def _read_attendance(kept: Kept) -> Attendance:
    roll = kept.attendance
    excused, unexcused = str(AttendanceState.EXCUSED.label), str(AttendanceState.UNEXCUSED.label)
    return Attendance(
        called=roll.counted,
        present=roll.present,
        excused=roll.excused,
        unexcused=roll.unexcused,
        exempt=roll.exempt,
        absences=tuple(
            Absence(row.name, row.reason, excused=row.state == excused)
            for row in roll.absent
            if row.state in {excused, unexcused}
        ),
        late=roll.late,
        left_early=roll.left_early,
        online=roll.online,
        guests=_name_guests(kept),
    )


def _name_guests(kept: Kept) -> tuple[str, ...]:
    """Each once, whether written in words or in the list of guests."""
    listed = (guest.name for guest in kept.guest_list)
    return tuple(dict.fromkeys([*parts.split_guests(f"{kept.upper_guest}\n{kept.guests}"), *listed]))


def _say_remarks(kept: Kept, kind: RemarkKind) -> tuple[str, ...]:
    rows = [row for row in kept.remarks if row.kind == str(kind.label)]
    return tuple(f"đồng chí {row.name}{', ' if row.text else ''}{row.text}" for row in rows)


def _read_duties(kept: Kept) -> tuple[NewDuty, ...]:
    return tuple(
        NewDuty(
            duty.title,
            duty.assignee,
            (duty.helper,) if duty.helper else (),
            date.fromisoformat(duty.due_on) if duty.due_on else None,
        )
        for duty in kept.duties
    )
