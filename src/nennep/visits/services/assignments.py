"""Who follows which cells and areas: assign, end, hand over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.previews import Preview, list_named, rehearse
from nennep.core.typed import take_line
from nennep.core.wording import for_reader, say_date
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.visits.choices import REASON_LIMIT, AssignmentKind, Verb
from nennep.visits.models import Assignment, Visit
from nennep.visits.queries.doors import lock_assignment, lock_official
from nennep.visits.queries.facts import (
    find_assigned,
    is_in_office,
    name_followers,
    open_visits_of,
    own_cells_of,
)
from nennep.visits.rules.ledger import is_own_cell
from nennep.visits.services.visits import VisitRefused, give_to


class OwnCellAssigned(DomainError):
    code = "own_cell_assigned"
    message = _("Đồng chí %(name)s sinh hoạt ở chính chi bộ này. Hãy phân công chi bộ khác.")
    field = "organization"


class OfficialNotInOffice(DomainError):
    code = "official_not_in_office"
    message = _(
        "Đồng chí %(name)s không giữ chức vụ cấp ủy nào vào ngày %(day)s. Hãy ghi chức vụ trước, hoặc chọn người khác."
    )
    field = "official"


class AssignedAlready(DomainError):
    code = "assigned_already"
    message = _("Đồng chí %(name)s đang được phân công nơi này từ ngày %(since)s.")
    field = "organization"


class NobodyNewAssigned(DomainError):
    code = "nobody_new_assigned"
    message = _("Đồng chí %(name)s đang theo dõi hết các chi bộ đã chọn. Hãy chọn chi bộ khác.")
    field = "to"


class AssignmentEndsBeforeStart(DomainError):
    code = "assignment_ends_before_start"
    message = _("Ngày thôi phân công phải sau ngày bắt đầu %(since)s.")
    field = "valid_to"


class AssignmentEnded(DomainError):
    code = "assignment_ended"
    message = _("Việc phân công này đã thôi từ ngày %(since)s.")
    field = "valid_to"


class HandedToSamePerson(DomainError):
    code = "handed_to_same_person"
    message = _("Hãy chọn người nhận khác với người bàn giao.")
    field = "official"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What came of a hand-over: the new assignment, the visits that went along, those that could not and why."""

    assignment: Assignment
    visits: tuple[Visit, ...]
    left: tuple[tuple[Visit, str], ...]


def assign(
    *, actor: Actor, official: User, organization: Organization, valid_from: date, reason: str = "", now: datetime
) -> Assignment:
    """The official attends that cell, or the cells below that unit, from that day on, and is told so.

    Raises UnitClosed, OwnCellAssigned, OfficialNotInOffice, AssignedAlready, TextTooLong, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, organization.path)
    with transaction.atomic():
        assignment = _create(official, organization, valid_from, reason)
        _record(Verb.ASSIGNED, assignment, actor, now, valid_from=str(valid_from))
        _tell(assignment, actor, now)
    return assignment


def assign_many(
    *,
    actor: Actor,
    official: User,
    organizations: Sequence[Organization],
    valid_from: date,
    reason: str = "",
    now: datetime,
) -> list[Assignment]:
    """The official attends all these cells from that day on, or none; told once. Those followed already stay as they are.

    The own cell is left out. Raises NobodyNewAssigned, UnitClosed, OfficialNotInOffice, TextTooLong, NotAllowed.
    """
    for organization in organizations:
        actor.require(Permission.VISITS_PLAN, organization.path)
    with transaction.atomic():
        for organization in sorted(
            organizations, key=lambda one: one.pk
        ):  # units before the person, everybody in one order
            lock_existing(organization, on=valid_from)
        lock_official(official)
        chosen, _left = _part(official, organizations, valid_from)
        if not chosen:
            raise NobodyNewAssigned(name=str(official))
        made = [_create(official, organization, valid_from, reason) for organization in chosen]
        for assignment in made:
            _record(Verb.ASSIGNED, assignment, actor, now, valid_from=str(valid_from))
        _tell_many(made, actor, now)
    return made


def foresee_many(
    *, actor: Actor, official: User, organizations: Sequence[Organization], valid_from: date, act: Callable[[], object]
) -> Preview:
    """Which cells the official is given, which stay as they are, and who follows them besides; nothing is done.

    Raises what `act`, the assigning, refuses.
    """
    for organization in organizations:
        actor.require(Permission.VISITS_PLAN, organization.path)
    chosen, left = _part(official, organizations, valid_from)
    others = name_followers(chosen, on=valid_from)
    rehearse(act)
    effects = (
        *list_named(gettext("Chi bộ được phân công"), [cell.name for cell in chosen]),
        *list_named(gettext("Đang có đồng chí khác cùng theo dõi"), [f"{cell}: {name}" for cell, name in others]),
        *list_named(gettext("Để nguyên: đã theo dõi, hoặc là chi bộ của đồng chí ấy"), [cell.name for cell in left]),
    )
    values = {"name": official, "day": say_date(valid_from)}
    asked = gettext("Phân công đồng chí %(name)s theo dõi các chi bộ này từ ngày %(day)s.") % values
    return Preview(
        asked, effects, undo=gettext("Thôi phân công, bàn giao từng chi bộ ở trang của đồng chí ấy, bất cứ lúc nào.")
    )


def _part(
    official: User, organizations: Sequence[Organization], on: date
) -> tuple[list[Organization], list[Organization]]:
    """Those that are new to the official, and those that are followed already or are the official's own."""
    own = own_cells_of([official.pk]).get(official.pk, ())
    known = set(Assignment.objects.filter(official=official, valid_to=None).values_list("organization_id", flat=True))
    chosen = [one for one in organizations if one.pk not in known and not is_own_cell(own, one.pk, on)]
    return chosen, [one for one in organizations if one not in chosen]


def _tell_many(made: Sequence[Assignment], actor: Actor, now: datetime) -> None:
    if len(made) == 1:
        _tell(made[0], actor, now)
        return
    values = {"count": len(made), "day": say_date(made[0].valid_from)}
    notify(
        actor=actor,
        user_ids=[made[0].official_id],
        kind="visits.assigned",
        title=for_reader(lambda: gettext("Đồng chí được phân công theo dõi %(count)s chi bộ từ ngày %(day)s") % values),
        body=for_reader(lambda: "; ".join(assignment.organization.name for assignment in made)),
        page=Destination(reverse("home")),
        now=now,
    )


def end_assignment(*, actor: Actor, assignment: Assignment, valid_to: date, now: datetime) -> Assignment:
    """`valid_to` is the first day on which the official no longer follows the unit. Visits still to come stay: see hand_over.

    Raises AssignmentEndsBeforeStart, AssignmentEnded, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, assignment.organization.path)
    with transaction.atomic():
        locked = lock_assignment(assignment)
        _end(locked, valid_to)
        _record(Verb.ASSIGNMENT_ENDED, locked, actor, now, valid_to=str(valid_to))
    return locked


def hand_over(
    *, actor: Actor, assignment: Assignment, official: User, on: date, reason: str = "", now: datetime
) -> HandOver:
    """Another official follows the unit from that day on, and takes over the visits still to come there.

    In order: the former assignment ends, the new one begins, each open visit goes to the new official where nothing
    stands against it (own cell, another visit that day); the others stay and are named with the reason. Both are told.
    Raises HandedToSamePerson and what `assign` and `end_assignment` raise.
    """
    actor.require(Permission.VISITS_PLAN, assignment.organization.path)
    if official.pk == assignment.official_id:
        raise HandedToSamePerson
    with transaction.atomic():
        lock_existing(assignment.organization, on=on)
        former = lock_assignment(assignment)
        if former.valid_to is None or former.valid_to > on:
            _end(former, on)
        new = _create(official, former.organization, on, reason, handed_over_from=former)
        _record(Verb.HANDED_OVER, new, actor, now, handed_over_by=str(former.official), valid_from=str(on))
        taken, left = _pass_visits(former, new, actor, now)
        _tell(new, actor, now)
    return HandOver(new, tuple(taken), tuple(left))


def _create(
    official: User, organization: Organization, on: date, reason: str, *, handed_over_from: Assignment | None = None
) -> Assignment:
    lock_existing(organization, on=on)
    lock_official(official)
    words = take_line(reason, limit=REASON_LIMIT, field="reason")
    if not is_in_office(official, on):
        raise OfficialNotInOffice(name=str(official), day=say_date(on))
    if organization.is_cell and is_own_cell(own_cells_of([official.pk]).get(official.pk, ()), organization.pk, on):
        raise OwnCellAssigned(name=str(official))
    if known := find_assigned(official=official, organization=organization):
        raise AssignedAlready(name=str(official), since=say_date(known.valid_from))
    return Assignment.objects.create(
        official=official,
        organization=organization,
        kind=AssignmentKind.FOLLOW if organization.is_cell else AssignmentKind.AREA,
        valid_from=on,
        reason=words,
        handed_over_from=handed_over_from,
    )


def _end(assignment: Assignment, valid_to: date) -> None:
    if assignment.valid_to is not None and assignment.valid_to <= valid_to:
        raise AssignmentEnded(since=say_date(assignment.valid_to))
    if valid_to <= assignment.valid_from:
        raise AssignmentEndsBeforeStart(since=say_date(assignment.valid_from))
    assignment.valid_to = valid_to
    assignment.save(update_fields=["valid_to"])


def _pass_visits(
    former: Assignment, new: Assignment, actor: Actor, now: datetime
) -> tuple[list[Visit], list[tuple[Visit, str]]]:
    taken, left = [], []
    for visit in open_visits_of(former.official, since=new.valid_from):
        if not visit.cell.path.startswith(former.organization.path):
            continue
        try:
            taken.append(give_to(actor=actor, visit=visit, official=new.official, now=now))
        except VisitRefused as error:
            left.append((visit, str(error)))
    return taken, left


def _tell(assignment: Assignment, actor: Actor, now: datetime) -> None:
    values = {"unit": assignment.organization.name, "day": say_date(assignment.valid_from)}
    title = for_reader(lambda: gettext("Đồng chí được phân công theo dõi %(unit)s từ ngày %(day)s") % values)
    notify(
        actor=actor,
        user_ids=[assignment.official_id],
        kind="visits.assigned",
        title=title,
        page=Destination(reverse("home")),
        now=now,
    )


def _record(verb: Verb, assignment: Assignment, actor: Actor, now: datetime, **details: str) -> None:
    unit = assignment.organization
    target = Target("visits.assignment", str(assignment.public_id), f"{assignment.official}: {unit}", unit.path)
    record(verb, actor=actor, target=target, now=now, details=details)
