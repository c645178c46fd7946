"""Whether the official came: from the roll call itself; by hand only where the cell keeps its roll call on paper.

And what meetings do to visits: called later than the plan, moved, called off.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, for_records, say_date
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.visits.choices import OPEN_STATES, Verb, VisitState
from nennep.visits.models import Visit
from nennep.visits.queries import facts
from nennep.visits.queries.doors import lock_visit, target_of
from nennep.visits.services.carrying import carry
from nennep.visits.services.notices import tell_official, tell_rivalry, tell_secretary
from nennep.visits.services.visits import (
    OfficialBusy,
    expect,
    not_open,
    settle,
    tell_changed,
    unexpect,
)

FROM_ROLL_CALL = (*OPEN_STATES, VisitState.ATTENDED, VisitState.MISSED)


class CellDidNotMeet(DomainError):
    code = "cell_did_not_meet"
    message = _("%(cell)s không họp ngày %(day)s. Hãy ghi đúng ngày chi bộ đã họp.")
    field = "attended_on"


class VisitInFuture(DomainError):
    code = "visit_in_future"
    message = _("Chưa đến ngày %(day)s nên chưa ghi đã dự được.")
    field = "attended_on"


def take_roll_call(*, actor: Actor, visit: Visit, meeting: Meeting, present: bool, now: datetime) -> Visit:
    """The room said whether the official came: attended on the day the meeting was held, or missed. No second entry.

    A later mark overrides an earlier one; a reason that was told stays. A visit that went to somebody else or was
    cancelled is left as it is; so is one whose day another visit of the official has taken since: official and planners
    are told, for the room is not to be held up by a plan. Called by the handler of `OfficialMarked`, for the program.
    """
    actor.require(Permission.MEETINGS_HOLD, visit.cell.path)
    with transaction.atomic():
        locked = lock_visit(visit)
        if locked.state not in FROM_ROLL_CALL:
            return locked
        if present and _find_rival(locked):
            tell_rivalry(locked, actor, now)
            return locked
        if present:
            _attend(locked, meeting.held_on, now)
        else:
            settle(locked, VisitState.MISSED, now, reason=locked.missed_reason)
        verb = Verb.ATTENDED if present else Verb.MISSED
        record(verb, actor=actor, target=target_of(locked), now=now, details={"roll_call": True})
        if not present and not locked.missed_reason:
            tell_official(locked, actor, now, _("Chi bộ ghi đồng chí không dự: %(cell)s, %(day)s. Hãy ghi lý do."))
    return locked


def attend_by_hand(*, actor: Actor, visit: Visit, attended_on: date, now: datetime) -> Visit:
    """A planner of visits notes that the official came, for a cell that keeps its roll call on paper.

    Raises VisitInFuture, CellDidNotMeet (no meeting of the cell that day), OfficialBusy, VisitNotOpen, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, visit.cell.path)
    if attended_on > localdate(now):
        raise VisitInFuture(day=say_date(attended_on))
    with transaction.atomic():
        locked = lock_visit(visit)
        if locked.state not in FROM_ROLL_CALL:
            raise not_open(locked)
        meeting = facts.meetings_on(locked.cell, attended_on).first()
        if meeting is None:
            raise CellDidNotMeet(cell=locked.cell.name, day=say_date(attended_on))
        locked.meeting = meeting
        locked.save(update_fields=["meeting"])
        _attend(locked, attended_on, now)
        record(Verb.ATTENDED, actor=actor, target=target_of(locked), now=now, details={"on": str(attended_on)})
    return locked


def _find_rival(visit: Visit) -> Visit | None:
    """Another visit that has taken the official's day."""
    others = facts.live_visits_on(visit.official, visit.planned_on).exclude(pk=visit.pk)
    return others.select_related("cell").first()


def _attend(visit: Visit, on: date, now: datetime) -> None:
    rival = _find_rival(visit)
    if rival:
        raise OfficialBusy(name=str(visit.official), cell=rival.cell.name, day=say_date(visit.planned_on))
    visit.state, visit.attended_on, visit.attended_at = VisitState.ATTENDED, on, now
    visit.settled_on, visit.missed_reason, visit.updated_at = on, "", now
    visit.save(update_fields=["state", "attended_on", "attended_at", "settled_on", "missed_reason", "updated_at"])
    tell_changed(visit)


def follow_meeting(*, actor: Actor, meeting: Meeting, now: datetime) -> list[Visit]:
    """A meeting was called, moved or called off: visits go with it; returns those that changed.

    Called off: its visits are cancelled and told; those of a cell that was merged go to the successor where that is possible.
    Called: visits planned for the cell's month before it had called its meeting now belong to it. Moved: the visits move to the
    new day; whoever already has a visit that day keeps the old one and is told to ask for a substitute. Called by the handler of
    `MeetingScheduled`.
    """
    actor.require(Permission.VISITS_PLAN, meeting.organization.path)
    with transaction.atomic():
        if meeting.state == MeetingState.CANCELLED:
            return [_call_off(visit, meeting, actor, now) for visit in facts.open_visits_of_meeting(meeting.pk)]
        if meeting.state != MeetingState.PLANNED:
            return []
        coming = list(facts.open_visits_of_meeting(meeting.pk))
        coming += facts.unlinked_visits(organization_id=meeting.organization_id, month=meeting.month)
        return [visit for visit in coming if _follow(visit, meeting, actor, now)]


def _call_off(visit: Visit, meeting: Meeting, actor: Actor, now: datetime) -> Visit:
    settle(visit, VisitState.CANCELLED, now, reason=for_records(lambda: _("Chi bộ không họp.")))
    unexpect(visit, now)
    record(Verb.CANCELLED, actor=actor, target=target_of(visit), now=now, details={"meeting": str(meeting.public_id)})
    if carry(visit, actor=Actor.system(), now=now) is None:
        tell_official(
            visit,
            actor,
            now,
            _("%(cell)s không họp ngày %(day)s, thôi lịch dự"),
            body=for_reader(lambda: meeting.cancelled_reason),
        )
    return visit


def _follow(visit: Visit, meeting: Meeting, actor: Actor, now: datetime) -> bool:
    """Link the visit to the meeting and move it to its day. True when something changed."""
    linked, day = visit.meeting_id is not None, meeting.day
    if linked and visit.planned_on == day:
        return False
    if not linked and not visit.joint and facts.live_visits_of_place(visit.cell, day, meeting).exists():
        return False
    if facts.live_visits_on(visit.official, day).exclude(pk=visit.pk).exists():
        tell_official(
            visit, actor, now, _("%(cell)s dời ngày họp, trùng lịch khác của đồng chí. Hãy báo để đổi người.")
        )
        return False
    before, visit.planned_on, visit.meeting, visit.updated_at = visit.planned_on, day, meeting, now
    visit.save(update_fields=["planned_on", "meeting", "updated_at"])
    tell_changed(visit, before)
    if not linked:
        expect(visit, actor, now)
    if before != day:
        record(Verb.MOVED, actor=actor, target=target_of(visit), now=now, details={"from": str(before), "to": str(day)})
        tell_official(visit, actor, now, _("Dời lịch dự: %(cell)s họp ngày %(day)s"))
    return True


def reconcile_visits(*, actor: Actor, now: datetime) -> list[Finding]:
    """Visits that did not hear what became of their meeting (an interrupted older version): they hear it now."""
    actor.require_program()
    marked, called_off = facts.list_marked_but_open(), facts.list_called_off_but_open()
    for visit, present in marked:
        if visit.meeting is not None:
            take_roll_call(actor=actor, visit=visit, meeting=visit.meeting, present=present, now=now)
    changed = [visit for meeting in called_off for visit in follow_meeting(actor=actor, meeting=meeting, now=now)]
    found = {"visits.Visit.state": len(marked), "visits.Visit.meeting": len(changed)}
    return [Finding(what, count, mended=True) for what, count in found.items() if count]


def remind_cell_of_visit(*, actor: Actor, visit: Visit, now: datetime) -> None:
    """Ask the cell's secretary to confirm a visit that is planned. Raises VisitNotOpen, NotAllowed."""
    actor.require(Permission.VISITS_PLAN, visit.cell.path)
    if visit.state != VisitState.PLANNED:
        raise not_open(visit)
    tell_secretary(visit, actor, now, _("Hãy nhận lịch: đồng chí %(name)s sẽ dự sinh hoạt ngày %(day)s"))
