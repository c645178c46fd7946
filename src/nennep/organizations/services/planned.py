"""Changes of a later day: written down now, shown and called off until that day, carried out by the day's work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.organizations.choices import SAID_LIMIT, Announcement, ChangeAnnounced, ChangeKind, ChangeState, Verb
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.queries import lock_units
from nennep.organizations.rules import UnitClosed, clean_reason
from nennep.organizations.services.changing import (
    NoSuchUnit,
    UnitChange,
    find_target,
    foresee_now,
    make_change,
    say_change,
)
from nennep.organizations.services.history import record_change


class PlanSettled(Conflict):
    code = "unit_plan_settled"
    message = gettext_lazy("Việc định trước này đã thực hiện hoặc đã hủy rồi.")


def ask_change(
    *, actor: Actor, change: UnitChange, now: datetime, instead_of: PlannedChange | None = None
) -> Organization:
    """Make the change, or plan it when its day has not come; the unit to show afterwards.

    `instead_of`: what was planned before and is called off, in the same transaction. Raises what `make_change` and
    `cancel_planned` raise.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    with transaction.atomic():
        if instead_of is not None:
            cancel_planned(actor=actor, planned=instead_of, now=now)
        if change.on <= now.date():
            return make_change(actor=actor, change=change, now=now)
        plan_change(actor=actor, change=change, now=now)
    return change.unit


def foresee_change(
    *, actor: Actor, change: UnitChange, now: datetime, instead_of: PlannedChange | None = None
) -> Preview:
    """What the change would bring; of a later day, after what is planned until then. Raises what `make_change` raises."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    if change.on <= now.date():
        return foresee_now(actor=actor, change=change, now=now)
    with _as_of(change, now, without=instead_of) as then:
        preview = foresee_now(actor=actor, change=change, now=then)
    undo = _("Chưa có gì đổi ngay. Việc này có hiệu lực từ %(day)s; trước ngày ấy còn sửa, hủy được ở trang đơn vị.")
    return replace(preview, undo=undo % {"day": f"{change.on:%d/%m/%Y}"}, name="")


def plan_change(*, actor: Actor, change: UnitChange, now: datetime) -> PlannedChange:
    """Write down what will happen on that day, after trying whether it can, with all that is planned until then.

    Raises what `make_change` raises, NotAllowed. Publishes ChangeAnnounced.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    reason = clean_reason(change.reason)
    with transaction.atomic():
        lock_units(change.unit)
        with _as_of(change, now) as then:
            said = say_change(actor=actor, change=change)
            make_change(actor=actor, change=change, now=then)
        planned = PlannedChange.objects.create(
            organization=change.unit,
            target=_find_now(actor, change),
            kind=change.kind,
            on=change.on,
            reason=reason,
            details=dict(change.details),
            said=said[:SAID_LIMIT],
            user_id=actor.user_id,
            user_name=actor.name,
            planned_at=now,
        )
        record_change(Verb.PLANNED, unit=change.unit, actor=actor, now=now, on=change.on, kind=change.kind)
        _announce(Announcement.PLANNED, planned, now)
    return planned


def cancel_planned(*, actor: Actor, planned: PlannedChange, now: datetime) -> PlannedChange:
    """It will not happen. Raises PlanSettled, NotAllowed. Publishes ChangeAnnounced."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, planned.organization.path)
    with transaction.atomic():
        locked = _lock_waiting(planned.pk)
        locked.state, locked.settled_at = ChangeState.CANCELLED, now
        locked.save(update_fields=["state", "settled_at"])
        unit = locked.organization
        record_change(Verb.PLAN_CANCELLED, unit=unit, actor=actor, now=now, on=locked.on, kind=locked.kind)
        _announce(Announcement.CANCELLED, locked, now)
    return locked


def carry_out_planned(*, actor: Actor, now: datetime) -> list[PlannedChange]:
    """Everything whose day has come, in the order of the days: dated as it was planned, however late the program runs.

    In the name of whoever planned it. What cannot be done keeps its reason, is told once and tried again the next day.
    Returns what was done.
    """
    actor.require_program()
    due = PlannedChange.objects.waiting().filter(on__lte=now.date())
    return [
        planned for pk in list(due.values_list("pk", flat=True)) if (planned := _try(pk, now)).state == ChangeState.DONE
    ]


def _try(pk: int, now: datetime) -> PlannedChange:
    try:
        with transaction.atomic():
            planned = _lock_waiting(pk)
            _carry_out(planned, now)
            planned.state, planned.settled_at, planned.problem = ChangeState.DONE, now, ""
            planned.save(update_fields=["state", "settled_at", "problem"])
    except DomainError as error:
        return _keep_problem(pk, str(error), now)
    return planned


def _keep_problem(pk: int, problem: str, now: datetime) -> PlannedChange:
    with transaction.atomic():
        planned = PlannedChange.objects.select_related("organization").get(pk=pk)
        if planned.problem != problem and planned.state == ChangeState.WAITING:
            planned.problem = problem[:SAID_LIMIT]
            planned.save(update_fields=["problem"])
            _announce(Announcement.FAILED, planned, now)
    return planned


def _carry_out(planned: PlannedChange, now: datetime) -> None:
    planner = replace(Actor.system(planned.user_name), user_id=planned.user_id)
    make_change(actor=planner, change=_read(planned), now=now)


def _read(planned: PlannedChange) -> UnitChange:
    """What is planned, with the unit as it is now."""
    unit = Organization.objects.get_queryset().get(pk=planned.organization_id)
    return UnitChange(ChangeKind(planned.kind), unit, planned.on, planned.reason, planned.details)


@contextmanager
def _as_of(change: UnitChange, now: datetime, *, without: PlannedChange | None = None) -> Iterator[datetime]:
    """The tree as it will be on the day of the change; whatever is done in it is undone. Raises UnitClosed."""
    then = datetime.combine(change.on, time(12), tzinfo=now.tzinfo)
    with transaction.atomic():
        coming = PlannedChange.objects.waiting().filter(on__lte=change.on)
        for planned in coming.exclude(pk=without.pk) if without else coming:
            with suppress(DomainError), transaction.atomic():
                _carry_out(planned, then)
        change.unit.refresh_from_db()
        if change.unit.closed_on is not None:
            raise UnitClosed(on=f"{change.unit.closed_on:%d/%m/%Y}")
        yield then
        transaction.set_rollback(True)
    change.unit.refresh_from_db()


def _find_now(actor: Actor, change: UnitChange) -> Organization | None:
    """The unit it goes to, unless that will only be made until then."""
    try:
        return find_target(actor=actor, change=change)
    except NoSuchUnit:
        return None


def _lock_waiting(pk: int) -> PlannedChange:
    rows = PlannedChange.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "target")
    planned = rows.get(pk=pk)
    if planned.state != ChangeState.WAITING:
        raise PlanSettled
    return planned


def _announce(announcement: Announcement, planned: PlannedChange, now: datetime) -> None:
    touched = tuple({pk for pk in (planned.organization_id, planned.target_id) if pk})
    publish(ChangeAnnounced(announcement, touched, planned.said, planned.on, now, planned.user_id))
