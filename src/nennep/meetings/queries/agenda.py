"""The page of the programme: items with their times, length against the rule, suggestions, papers, last month's tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.documents.choices import DOCUMENT_ORIGIN
from nennep.documents.queries import DocumentRow, ReceivedRow, list_documents_of, list_received
from nennep.duties.queries import DutyRow, list_open_duties
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import AgendaItem, FormerAgenda, Premeeting
from nennep.meetings.models import Meeting as Meeting
from nennep.meetings.rules.agenda import (
    AgendaLine,
    CriticismCheck,
    LengthCheck,
    check_criticism,
    check_length,
    depends_on_size,
    find_length_source,
    is_last_months,
    list_suggestions,
)
from nennep.meetings.rules.deadlines import find_committee_day
from nennep.meetings.rules.state import is_before
from nennep.members.queries import CellMember, count_members, list_cell_members
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import RuleBook, Source, rules_for

ORIGIN_KIND = "meetings.meeting"


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One item and the time at which it should begin."""

    item: AgendaItem
    starts_at: datetime
    is_last_month: bool


@dataclass(frozen=True, slots=True)
class AgendaUndo:
    """What can be taken back: `removed` are the items that went; `rebuilt`: the template took the place of them all."""

    removed: tuple[str, ...]
    rebuilt: bool


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """Everything the page of the programme shows.

    `ideas` are usual topics of the type of cell, `unfinished` tasks that go with the item of last month's results.

    `premeeting_last_day`: until when the committee meets, where a policy says so.
    """

    meeting: Meeting
    rows: tuple[AgendaRow, ...]
    length: LengthCheck
    length_source: Source | None
    begins_at: datetime
    ends_at: datetime
    criticism: CriticismCheck | None
    criticism_source: Source | None
    ideas: tuple[AgendaLine, ...]
    unfinished: tuple[DutyRow, ...]
    papers: tuple[DocumentRow, ...]
    premeeting: Premeeting | None
    premeeting_last_day: date | None
    premeeting_is_late: bool
    may_read_premeeting: bool
    may_change: bool
    may_open: bool
    is_notice_sent: bool
    undo: AgendaUndo | None

    @property
    def is_planned(self) -> bool:
        return self.meeting.state == MeetingState.PLANNED


def origin_of(meeting: Meeting) -> Origin:
    """How papers and tasks name the meeting they belong to."""
    return Origin(ORIGIN_KIND, str(meeting.public_id))


def get_agenda_page(*, actor: Actor, meeting: Meeting, today: date) -> AgendaPage:
    """The programme of a meeting that the actor has found through its door. Eight queries, nine where its length depends on who belongs."""
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    items = list(meeting.agenda.select_related("presenter").order_by("position", "pk"))
    may_change = actor.may(Permission.MEETINGS_PREPARE, meeting.organization.path)
    total = sum(item.minutes_planned for item in items)
    premeeting = Premeeting.objects.filter(meeting=meeting).first()
    least, kind, members = rules.committee_days_before, MeetingKind(meeting.kind), count_for_length(meeting, rules)
    last_day = find_committee_day(meeting.day, days_before=least) if least else None
    return AgendaPage(
        meeting=meeting,
        rows=_time_items(items, meeting.opened_at or meeting.planned_for),
        length=check_length(total, kind=kind, rules=rules, members=members),
        length_source=find_length_source(kind, rules, members=members),
        begins_at=meeting.opened_at or meeting.planned_for,
        ends_at=(meeting.opened_at or meeting.planned_for) + timedelta(minutes=total),
        criticism=_check_criticism(items, meeting, rules),
        criticism_source=rules.source(PolicyKey.SELF_CRITICISM_MINUTES),
        ideas=_suggest(meeting, rules, [item.title for item in items]),
        unfinished=_unfinished(actor, meeting, today),
        papers=list_documents_of(actor=actor, organization=meeting.organization, origin=origin_of(meeting)),
        premeeting=premeeting,
        premeeting_last_day=last_day,
        premeeting_is_late=last_day is not None and today > last_day and not (premeeting and premeeting.concluded_at),
        may_read_premeeting=actor.may(Permission.MEMBERS_READ, meeting.organization.path),
        may_change=may_change and MeetingState(meeting.state).is_ahead,
        may_open=is_before(meeting.day, meeting.organization.closed_on)
        and actor.may(Permission.MEETINGS_HOLD, meeting.organization.path),
        is_notice_sent=meeting.notices.exists(),
        undo=_find_undo(meeting, items) if may_change and MeetingState(meeting.state).is_ahead else None,
    )


def find_former(meeting: Meeting) -> FormerAgenda | None:
    """The programme that can be brought back: nothing was changed since items were taken off. One query."""
    return FormerAgenda.objects.filter(meeting=meeting, revision=meeting.revision).first()


def _find_undo(meeting: Meeting, items: Sequence[AgendaItem]) -> AgendaUndo | None:
    former = find_former(meeting)
    if former is None:
        return None
    here = {str(item.public_id) for item in items}
    gone = [row for row in former.items if row["public_id"] not in here]
    rebuilt = bool(here - {row["public_id"] for row in former.items})
    titles = {item.title for item in items} if rebuilt else set()
    return AgendaUndo(tuple(row["title"] for row in gone if row["title"] not in titles), rebuilt)


def list_items(meeting: Meeting) -> tuple[AgendaItem, ...]:
    """The programme in its order. One query. The caller has passed the meeting's door."""
    return tuple(meeting.agenda.order_by("position", "pk"))


def list_day_members(meeting: Meeting) -> list[CellMember]:
    """Everybody who belongs to the cell on the day of the meeting: who may present, chair, take minutes. Two queries."""
    return list_cell_members(organization_id=meeting.organization_id, on=meeting.day)


def list_leading_members(meeting: Meeting) -> list[CellMember]:
    """Who may chair or take minutes: called on the day of the meeting, and who was chosen already. Three queries."""
    rules, chosen = (
        rules_for(organization=meeting.organization, on=meeting.day),
        {meeting.chair_id, meeting.minute_taker_id},
    )
    return [one for one in list_day_members(meeting) if one.is_counted(rules) or one.member_id in chosen]


def _time_items(items: Sequence[AgendaItem], begins_at: datetime) -> tuple[AgendaRow, ...]:
    rows = []
    for item in items:
        rows.append(AgendaRow(item, begins_at, is_last_month=item.topic == Topic.LAST_MONTH))
        begins_at += timedelta(minutes=item.minutes_planned)
    return tuple(rows)


def count_for_length(meeting: Meeting, rules: RuleBook) -> int:
    """How many are on the cell's rolls on the day of the meeting, where its length depends on that; else 0. One query, or none."""
    if not depends_on_size(MeetingKind(meeting.kind), rules):
        return 0
    counted = count_members(path=meeting.organization.path, on=meeting.held_on)
    return counted[meeting.organization_id].total if meeting.organization_id in counted else 0


def _check_criticism(items: Sequence[AgendaItem], meeting: Meeting, rules: RuleBook) -> CriticismCheck | None:
    asked = rules.self_criticism_minutes
    if asked is None or not items:
        return None
    lines = [(item.topic, item.minutes_planned) for item in items]
    return check_criticism(lines, kind=MeetingKind(meeting.kind), least=asked.least, most=asked.most)


def _suggest(meeting: Meeting, rules: RuleBook, taken: list[str]) -> tuple[AgendaLine, ...]:
    cell_type = meeting.organization.cell_type
    month = Month.of(meeting.month)
    return tuple(list_suggestions(rules.agenda_template, cell_type=cell_type, month=month, taken=taken))


def _unfinished(actor: Actor, meeting: Meeting, today: date) -> tuple[DutyRow, ...]:
    """Nothing once the meeting is over: the minutes have them then."""
    if meeting.state == MeetingState.HELD:
        return ()
    rows = list_open_duties(actor=actor, organization=meeting.organization, today=today)
    return pick_last_months(rows, day=meeting.day)


def pick_last_months(rows: Sequence[DutyRow], *, day: date) -> tuple[DutyRow, ...]:
    """Open tasks given before the meeting of `day` that its item on last month's results is about."""
    return tuple(
        row
        for row in rows
        if row.given_on < day
        and is_last_months(
            dated=row.due_on is not None,
            due_by_then=row.due_on is not None and row.due_on <= day,
            category=row.category.value,
        )
    )


RECEIVED_DAYS = 180  # a paper that came longer ago is not new any more


def list_undiscussed_papers(meeting: Meeting, *, today: date) -> tuple[ReceivedRow, ...]:
    """Papers from above that came in the last half year and stand on no programme of the cell yet, oldest first. Two queries."""
    since = today - timedelta(days=RECEIVED_DAYS)
    received = list_received(organization_id=meeting.organization_id, since=since)
    items = AgendaItem.objects.filter(meeting__organization_id=meeting.organization_id, origin_kind=DOCUMENT_ORIGIN)
    on_a_programme = set(
        items.exclude(meeting__state=MeetingState.CANCELLED).order_by("pk").values_list("origin_id", flat=True)
    )
    return tuple(row for row in received if str(row.public_id) not in on_a_programme)
