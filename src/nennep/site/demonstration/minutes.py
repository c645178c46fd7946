"""The approved minutes of every filed meeting, in the very form that the service stores, from the rows in memory.

The service builds one paper with ten queries; here are eighteen hundred papers. A test compares the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.utils.timezone import localdate, localtime

from nennep.core.frozen import hash_content
from nennep.core.periods import Month
from nennep.duties.choices import DutyCategory, DutyState
from nennep.duties.models import Duty, DutyReport
from nennep.duties.queries import DutyRow, make_row
from nennep.duties.rules import MeetingBefore, count_days_late, is_last_months_duty, is_silent_standing_duty
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.models import Member
from nennep.members.queries import posts_of_units
from nennep.organizations.models import Organization
from nennep.records.models import MinutesVersion
from nennep.records.queries.leaders import make_leaders
from nennep.records.queries.minutes_paper import (
    Names,
    make_attendance,
    make_duty_part,
    make_item_part,
    make_last_duty_part,
    make_vote_part,
    name_people,
)
from nennep.records.rules.minutes import ItemPart, LastDutyPart, MinutesContent, RemarkPart
from nennep.room.models import Remark, RollCallEntry, Speech
from nennep.site.demonstration.duties import DutyWriter
from nennep.site.demonstration.months import WrittenRows
from nennep.site.demonstration.preparation import LASTED


@dataclass(frozen=True, slots=True)
class LastDutyCount:
    """Of last month's tasks with a date: how many there were, how many were done by the meeting."""

    dated: int
    done: int


Key = TypeVar("Key")
Row = TypeVar("Row")


class MinutesWriter:
    """Builds the papers from what the months and the tasks wrote."""

    def __init__(self, rows: WrittenRows, duties: DutyWriter) -> None:
        self.meetings = rows.meetings
        self.agenda: dict[int, list[AgendaItem]] = group((item.meeting_id, item) for item in rows.agenda)
        self.entries: dict[int, list[RollCallEntry]] = group((entry.meeting_id, entry) for entry in rows.roll_call)
        self.speeches: dict[int, list[Speech]] = group((speech.item_id, speech) for speech in rows.speeches)
        self.votes = group((vote.meeting_id, vote) for vote in rows.votes)
        self.remarks: dict[int, list[Remark]] = group((remark.meeting_id, remark) for remark in duties.remarks)
        self.duties: dict[int, list[Duty]] = group((duty.organization_id, duty) for duty in duties.duties)
        self.helpers: dict[int, list[Member]] = group((duty.pk, member) for duty, member in duties.helping)
        self.given: dict[str, list[Duty]] = group((duty.origin_id, duty) for duty in duties.duties)
        self.reports: dict[int, list[DutyReport]] = group((report.duty_id, report) for report in duties.reports)
        self.last_duty_counts: dict[int, LastDutyCount] = {}
        units = {meeting.organization_id for meeting in self.meetings}
        last_day = max((localdate(meeting.planned_for) for meeting in self.meetings), default=date.min)
        self.posts = posts_of_units(units, last_day)  # nobody's changed
        self.names = dict(Organization.objects.values_list("path", "name"))

    def write_all(self) -> None:
        """Version 1 of the minutes of each filed meeting, approved at its closing by its chair."""
        MinutesVersion.objects.bulk_create(self._versions(), batch_size=500)

    def _versions(self) -> Iterator[MinutesVersion]:
        last: dict[int, MeetingBefore] = {}
        for meeting in sorted(self.meetings, key=lambda meeting: meeting.planned_for):
            if meeting.opened_at is None or meeting.closed_at is None:
                continue
            none = MeetingBefore(Month.of(meeting.month).plus(-1).first_day)
            before = last.get(meeting.organization_id, none)
            last[meeting.organization_id] = MeetingBefore(localdate(meeting.opened_at), meeting.closed_at)
            if meeting.filed_at is None:
                continue
            content = self.build(meeting, before, meeting.opened_at, meeting.closed_at).to_content()
            yield MinutesVersion(
                meeting=meeting,
                number=1,
                content=content,
                sha256=hash_content(content),
                approved_at=meeting.closed_at,
                approved_by_name=meeting.chair.full_name if meeting.chair else "",
            )

    def build(
        self, meeting: Meeting, before: MeetingBefore, opened_at: datetime, closed_at: datetime
    ) -> MinutesContent:
        """The paper as it was on the evening of the meeting; `before` is the meeting before."""
        day = localdate(opened_at)
        entries = sorted(self.entries[meeting.pk], key=lambda entry: (entry.member.name_key, entry.member_id))
        names = name_people(entry.member for entry in entries)
        given = self.given.get(str(meeting.public_id), [])
        return MinutesContent(
            cell=meeting.organization.name,
            upper=self.names[meeting.organization.path[: -Organization.steplen]],
            kind=meeting.get_kind_display(),
            mode=meeting.get_mode_display(),
            month=str(Month.of(meeting.month)),
            opened_at=localtime(opened_at).isoformat(timespec="minutes"),
            closed_at=localtime(closed_at).isoformat(timespec="minutes"),
            place=meeting.place,
            chair=meeting.chair.full_name if meeting.chair else "",
            minute_taker=meeting.minute_taker.full_name if meeting.minute_taker else "",
            upper_guest=meeting.upper_guest,
            guests=meeting.guests,
            fee_note=meeting.fee_note,
            attendance=make_attendance(entries),
            conclusion=meeting.conclusion,
            items=tuple(self._item(item, names) for item in self.agenda.get(meeting.pk, [])),
            last_duties=tuple(self._last_duties(meeting, before, day, names)),
            remarks=tuple(_remark_part(remark, names) for remark in self.remarks.get(meeting.pk, [])),
            votes=tuple(make_vote_part(vote) for vote in self.votes.get(meeting.pk, [])),
            duties=tuple(make_duty_part(self._make_row(duty, before.day, day), names) for duty in given),
            leaders=make_leaders(self.posts[meeting.organization_id], chair_id=meeting.chair_id),
            premeeting_on=localdate(meeting.prepared_at - LASTED).isoformat() if meeting.prepared_at else "",
        )

    def _item(self, item: AgendaItem, names: Names) -> ItemPart:
        speeches = sorted(self.speeches.get(item.pk, []), key=lambda speech: (speech.first_at, speech.pk))
        return make_item_part(item, speeches, names, opened=item.started_at is not None)

    def _last_duties(self, meeting: Meeting, before: MeetingBefore, day: date, names: Names) -> Iterator[LastDutyPart]:
        """The table of last month's tasks (duties.queries.list_month_table) as it stood on that day."""
        found = [
            self._row(duty, before.day, day)
            for duty in self.duties.get(meeting.organization_id, [])
            if duty.given_on < day and self._is_last_months(duty, before) and not self._is_silent(duty, before)
        ]
        dated = [row for row in found if row.due_on is not None]
        self.last_duty_counts[meeting.pk] = LastDutyCount(len(dated), sum(row.state == DutyState.DONE for row in dated))
        for row in sorted(found, key=_by_due):
            yield make_last_duty_part(row, names)

    def _is_last_months(self, duty: Duty, before: MeetingBefore) -> bool:
        said = [report.at for report in self.reports.get(duty.pk, []) if report.state == duty.state]
        at = next((moment for moment in said if localdate(moment) == duty.settled_on), None)
        return is_last_months_duty(given_on=duty.given_on, settled_on=duty.settled_on, settled_at=at, before=before)

    def _is_silent(self, duty: Duty, before: MeetingBefore) -> bool:
        said = [report.at for report in self.reports.get(duty.pk, [])]
        return is_silent_standing_duty(
            DutyCategory(duty.category),
            due_on=duty.due_on,
            settled_on=duty.settled_on,
            given_before=duty.given_on < before.day,
            reported=not all(before.knew_of(told_at=moment, told_on=localdate(moment)) for moment in said),
        )

    def _make_row(self, duty: Duty, since: date, day: date) -> DutyRow:
        helpers = sorted(self.helpers.get(duty.pk, ()), key=lambda member: (member.name_key, member.pk))
        return make_row(duty, since=since, today=day, helpers=helpers, reported=self._is_reported(duty, day))

    def _is_reported(self, duty: Duty, day: date) -> bool:
        return any(localdate(report.at) <= day for report in self.reports.get(duty.pk, []))

    def _row(self, duty: Duty, since: date, day: date) -> DutyRow:
        row = self._make_row(duty, since, day)
        reports = [report for report in self.reports.get(duty.pk, []) if localdate(report.at) <= day]
        if duty.settled_on is not None and duty.settled_on > day:
            late = count_days_late(duty.due_on, DutyState.ONGOING, None, day)
            row = replace(row, state=DutyState.ONGOING, percent=0, note="", settled_on=None, days_late=late)
        if row.is_open:
            last = reports[-1] if reports else None
            row = replace(row, percent=last.percent if last else 0, note=last.note if last else "")
        return row


def _by_due(row: DutyRow) -> tuple[bool, date, date, object]:
    return (row.due_on is None, row.due_on or row.given_on, row.given_on, row.public_id)


def group(pairs: Iterable[tuple[Key, Row]]) -> dict[Key, list[Row]]:
    """Lists by key, in the order in which they came."""
    found: dict[Key, list[Row]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


def _remark_part(remark: Remark, names: Names) -> RemarkPart:
    return RemarkPart(remark.get_kind_display(), names[remark.member.public_id], remark.text)
