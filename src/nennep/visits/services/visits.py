"""One visit: plan, confirm, move to somebody else, cancel, say why it was missed. Attendance itself: `attendance`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.audit.queries import tell_last_act
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, MovedOn, NotAllowed
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, require_line
from nennep.core.wording import for_reader, say_date
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization
from nennep.room.services.guests import expect_official, withdraw_official
from nennep.visits.choices import OPEN_STATES, REASON_LIMIT, Verb, VisitChanged, VisitState
from nennep.visits.models import Visit
from nennep.visits.queries import facts
from nennep.visits.queries.doors import VISIT_KIND, lock_official, lock_visit, origin_of, target_of
from nennep.visits.rules.ledger import is_own_cell
from nennep.visits.services.notices import tell_missing, tell_official, tell_secretary, tell_substituted


class VisitRefused(DomainError):
    """Something stands against this official visiting this cell on this day; another choice may do."""


class VisitNotToACell(VisitRefused):
    code = "visit_not_to_a_cell"
    message = _("Cấp ủy viên dự sinh hoạt ở chi bộ. Hãy chọn một chi bộ.")
    field = "cell"


class CellDoesNotMeet(VisitRefused):
    code = "cell_does_not_meet"
    message = _("%(cell)s không có buổi sinh hoạt nào ngày %(day)s. Hãy chọn ngày chi bộ họp.")
    field = "planned_on"


class OwnCell(VisitRefused):
    code = "visit_own_cell"
    message = _("Đồng chí %(name)s sinh hoạt ở chính %(cell)s, không tính là dự. Hãy chọn chi bộ khác hoặc người khác.")
    field = "official"


class OfficialBusy(VisitRefused):
    code = "visit_official_busy"
    message = _("Đồng chí %(name)s đã có lịch dự ở %(cell)s ngày %(day)s. Hãy chọn ngày khác hoặc người khác.")
    field = "official"


class MeetingTaken(VisitRefused):
    code = "visit_meeting_taken"
    message = _("Buổi này đã có đồng chí %(name)s dự. Hãy chọn buổi khác, hoặc ghi là cùng dự.")
    field = "official"


class NotInOffice(VisitRefused):
    code = "visit_not_in_office"
    message = _("Đồng chí %(name)s không giữ chức vụ cấp ủy nào vào ngày %(day)s. Hãy chọn người khác.")
    field = "official"


class VisitNotOpen(MovedOn):
    code = "visit_not_open"
    message = _("Lịch dự này đã khép lại (%(state)s; %(last)s), không sửa được nữa.")


def not_open(visit: Visit) -> VisitNotOpen:
    """What is said of a visit that is over: its state, and by whom and when it came to that."""
    last = tell_last_act(kind=VISIT_KIND, target_id=str(visit.public_id))
    return VisitNotOpen(state=visit.get_state_display().lower(), last=last or say_date(visit.settled_on))


class SubstituteIsSame(VisitRefused):
    code = "visit_substitute_is_same"
    message = _("Hãy chọn người dự thay khác với người đang có lịch.")
    field = "official"


@dataclass(frozen=True, slots=True)
class VisitWish:
    """Who attends which cell on which day; `joint`: beside another official."""

    official: User
    cell: Organization
    on: date
    joint: bool = False
    plan: UUID | None = None


def plan_visit(*, actor: Actor, wish: VisitWish, now: datetime, tell: bool = True) -> Visit:
    """Plan one visit; the room expects the official, official and secretary are told. The same one twice is one.

    In order: cell and official locked, the checks, the visit, the guest list of the meeting, the trail, the notices
    (none when `tell` is False: a published plan tells once for all). A day on which the cell has not called its meeting
    yet is taken when nothing is called in that month at all. Raises VisitRefused: VisitNotToACell, CellDoesNotMeet,
    OwnCell, OfficialBusy, MeetingTaken, NotInOffice; NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, wish.cell.path)
    with transaction.atomic():
        cell = lock_organization(wish.cell)
        lock_official(wish.official)
        meeting = require_possible(cell, wish)
        if same := facts.live_visits_on(wish.official, wish.on).filter(cell=cell).first():
            return same
        visit = _create(wish, cell, meeting, now)
        expect(visit, actor, now)
        record(Verb.PLANNED, actor=actor, target=target_of(visit), now=now)
        if tell:
            tell_official(visit, actor, now, _("Lịch dự sinh hoạt: %(cell)s, %(day)s"))
            tell_secretary(visit, actor, now, _("Đồng chí %(name)s sẽ dự sinh hoạt ngày %(day)s"))
    return visit


def require_possible(cell: Organization, wish: VisitWish, *, besides: Visit | None = None) -> Meeting | None:
    """The meeting of the wish's day, None before it is called. Raises VisitRefused as plan_visit.

    The visit `besides` does not count: it is the one that gives way.
    """
    name, day = str(wish.official), say_date(wish.on)
    if not cell.is_cell:
        raise VisitNotToACell
    meeting = facts.meetings_on(cell, wish.on).first()
    if meeting is None and facts.has_schedule(cell, wish.on):
        raise CellDoesNotMeet(cell=cell.name, day=day)
    if is_own_cell(facts.own_cells_of([wish.official.pk]).get(wish.official.pk, ()), cell.pk, wish.on):
        raise OwnCell(name=name, cell=cell.name)
    if not facts.is_in_office(wish.official, wish.on):
        raise NotInOffice(name=name, day=day)
    _require_free(cell, wish, meeting, besides.pk if besides else 0)
    return meeting


def _require_free(cell: Organization, wish: VisitWish, meeting: Meeting | None, besides: int) -> None:
    """Nobody else has the meeting (unless joint), and the official nothing else that day."""
    day = say_date(wish.on)
    others = facts.live_visits_on(wish.official, wish.on).exclude(cell=cell)
    if busy := others.select_related("cell").first():
        raise OfficialBusy(name=str(wish.official), cell=busy.cell.name, day=day)
    taken = facts.live_visits_of_place(cell, wish.on, meeting).exclude(pk=besides).exclude(official=wish.official)
    if not wish.joint and (other := taken.select_related("official").first()):
        raise MeetingTaken(name=str(other.official))


def _create(wish: VisitWish, cell: Organization, meeting: Meeting | None, now: datetime) -> Visit:
    visit = Visit.objects.create(
        official=wish.official,
        cell=cell,
        meeting=meeting,
        planned_on=wish.on,
        joint=wish.joint,
        plan=wish.plan,
        created_at=now,
        updated_at=now,
    )
    tell_changed(visit)
    return visit


def confirm_visit(*, actor: Actor, visit: Visit, now: datetime) -> Visit:
    """The cell has seen that the official comes; once confirmed, confirming again changes nothing.

    Done by those who prepare the cell's meetings. The official is told. Raises VisitNotOpen, NotAllowed.
    """
    actor.require(Permission.MEETINGS_PREPARE, visit.cell.path)
    with transaction.atomic():
        locked = lock_open(visit)
        if locked.state == VisitState.CONFIRMED:
            return locked
        locked.state, locked.confirmed_at, locked.confirmed_by_id = VisitState.CONFIRMED, now, actor.user_id
        locked.updated_at = now
        locked.save(update_fields=["state", "confirmed_at", "confirmed_by", "updated_at"])
        record(Verb.CONFIRMED, actor=actor, target=target_of(locked), now=now)
        tell_official(locked, actor, now, _("%(cell)s đã nhận lịch dự ngày %(day)s"))
    return locked


def miss_visit(*, actor: Actor, visit: Visit, reason: str, now: datetime) -> Visit:
    """Say why a visit cannot be made, beforehand or afterwards: the official, or those who plan the visits there.

    Beforehand: the room expects nobody any more, planners and secretary are told. A missed visit without a reason gets
    it. Raises ReasonMissing, TextTooLong, VisitNotOpen (attended, substituted, cancelled), NotAllowed.
    """
    require_own_or_planner(actor, visit)
    words = check_reason(reason)
    with transaction.atomic():
        locked = lock_visit(visit)
        if locked.state not in (*OPEN_STATES, VisitState.MISSED):
            raise not_open(locked)
        was_open = locked.state in OPEN_STATES
        settle(locked, VisitState.MISSED, now, reason=words)
        record(Verb.MISSED, actor=actor, target=target_of(locked), now=now)
        if was_open:
            unexpect(locked, now)
            tell_missing(locked, actor, now)
    return locked


def cancel_visit(*, actor: Actor, visit: Visit, reason: str, now: datetime) -> Visit:
    """The visit is no longer wanted (another plan, the cell does not meet): it counts neither as made nor as missed.

    Official and secretary are told. Raises ReasonMissing, VisitNotOpen, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, visit.cell.path)
    words = check_reason(reason)
    with transaction.atomic():
        locked = lock_open(visit)
        settle(locked, VisitState.CANCELLED, now, reason=words)
        unexpect(locked, now)
        record(Verb.CANCELLED, actor=actor, target=target_of(locked), now=now)
        tell_official(locked, actor, now, _("Thôi lịch dự sinh hoạt: %(cell)s, %(day)s"))
        tell_secretary(locked, actor, now, _("Đồng chí %(name)s không dự sinh hoạt ngày %(day)s"))
    return locked


def substitute_visit(*, actor: Actor, visit: Visit, official: User, reason: str, now: datetime) -> Visit:
    """Somebody else goes instead; returns the substitute's visit.

    Of a visit still to come, or one whose official said beforehand that it cannot be made. In order: the checks for the
    substitute, the former visit closed, the new one on the same meeting, the room's list, the trail, the notices.
    Raises SubstituteIsSame, VisitRefused as plan_visit, ReasonMissing, VisitNotOpen, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, visit.cell.path)
    if official.pk == visit.official_id:
        raise SubstituteIsSame
    with transaction.atomic():
        former = lock_visit(visit)
        words = check_reason(reason or former.missed_reason)
        _require_substitutable(former, localdate(now))
        wish = VisitWish(lock_official(official), former.cell, former.planned_on, former.joint, former.plan)
        meeting = require_possible(former.cell, wish, besides=former)
        settle(former, VisitState.SUBSTITUTED, now, reason=words)
        unexpect(former, now)
        new = _create(wish, former.cell, meeting, now)
        new.substitute_for = former
        new.save(update_fields=["substitute_for"])
        expect(new, actor, now)
        record(Verb.SUBSTITUTED, actor=actor, target=target_of(former), now=now, details={"by": str(official)})
        tell_substituted(former, new, actor, now)
    return new


def give_to(*, actor: Actor, visit: Visit, official: User, now: datetime) -> Visit:
    """The visit goes to another official as it is (hand-over of an assignment); the cell confirms anew.

    Raises VisitRefused as plan_visit, VisitNotOpen, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, visit.cell.path)
    with transaction.atomic():
        locked = lock_open(visit)
        wish = VisitWish(lock_official(official), locked.cell, locked.planned_on, locked.joint, locked.plan)
        locked.meeting = require_possible(locked.cell, wish, besides=locked)
        unexpect(locked, now)
        before, locked.official, locked.state = str(locked.official), official, VisitState.PLANNED
        locked.confirmed_at, locked.confirmed_by, locked.updated_at = None, None, now
        locked.save(update_fields=["official", "meeting", "state", "confirmed_at", "confirmed_by", "updated_at"])
        expect(locked, actor, now)
        record(Verb.MOVED, actor=actor, target=target_of(locked), now=now, details={"handed_over_by": before})
        tell_official(locked, actor, now, _("Lịch dự sinh hoạt: %(cell)s, %(day)s"))
        instead = for_reader(lambda: gettext("Thay đồng chí %(before)s.") % {"before": before})
        tell_secretary(locked, actor, now, _("Đồng chí %(name)s sẽ dự sinh hoạt ngày %(day)s"), body=instead)
    return locked


# ── parts that the other services of visits share ─────────────────────────────


def lock_open(visit: Visit) -> Visit:
    """The row locked; raises VisitNotOpen unless it is still to come."""
    locked = lock_visit(visit)
    if locked.state not in OPEN_STATES:
        raise not_open(locked)
    return locked


def settle(visit: Visit, state: VisitState, now: datetime, *, reason: str = "") -> None:
    """Write how the visit ended; the day it was first known stays."""
    visit.state, visit.missed_reason, visit.updated_at = state, reason, now
    visit.attended_on, visit.attended_at = None, None
    visit.settled_on = visit.settled_on or localdate(now)
    visit.save(update_fields=["state", "missed_reason", "updated_at", "attended_on", "attended_at", "settled_on"])
    tell_changed(visit)


def tell_changed(visit: Visit, *former: date) -> None:
    """Publish VisitChanged: it counts otherwise for the month of its day, and for those of `former` days."""
    publish(VisitChanged(visit.cell_id, frozenset({visit.planned_on, *former})))


def expect(visit: Visit, actor: Actor, now: datetime) -> None:
    """The room of the meeting expects the official, unless the meeting is over."""
    meeting = visit.meeting
    if meeting is None or meeting.state == MeetingState.HELD:
        return
    guest = expect_official(
        actor=actor,
        meeting=meeting,
        user_id=visit.official_id,
        name=facts.name_with_office(visit.official, visit.planned_on),
        origin=origin_of(visit),
        now=now,
    )
    visit.guest_id = guest.pk
    visit.save(update_fields=["guest_id"])


def unexpect(visit: Visit, now: datetime) -> None:
    """The room no longer expects the official; written by the program: the caller has passed the visit's own check."""
    if visit.guest_id is not None:
        withdraw_official(actor=Actor.system(), origin=origin_of(visit), now=now)
        visit.guest_id = None
        visit.save(update_fields=["guest_id"])


def require_own_or_planner(actor: Actor, visit: Visit) -> None:
    """The official themselves, or those who plan the visits of that cell. Raises NotAllowed."""
    if actor.user_id != visit.official_id and not actor.may(Permission.VISITS_PLAN, visit.cell.path):
        raise NotAllowed


def check_reason(reason: str) -> str:
    """The reason as it is stored. Raises ReasonMissing and what `take_line` raises."""
    return require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")


def _require_substitutable(visit: Visit, today: date) -> None:
    told_beforehand = visit.state == VisitState.MISSED and visit.planned_on >= today
    if visit.state not in OPEN_STATES and not told_beforehand:
        raise not_open(visit)
