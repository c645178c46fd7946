"""Changes of a later day: written down now, shown and called off until that day, carried out by the day's work."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotAllowed
from nennep.core.events import load_handlers, publish
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.core.wording import for_records
from nennep.organizations.choices import (
    SAID_LIMIT,
    Announcement,
    ChangeAnnounced,
    ChangeKind,
    ChangeState,
    SuccessionKind,
    Verb,
)
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.queries import find_heir, list_concerned, lock_units
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


class TargetGone(Conflict):
    code = "unit_plan_target_gone"
    message = gettext_lazy("Đơn vị nhận đã kết thúc mà không rõ đơn vị nào thay. Hãy hủy hoặc định lại việc này.")


class PlannerNotAllowed(Conflict):
    code = "unit_plan_not_allowed"
    message = gettext_lazy(
        "Người định việc này nay không còn quyền làm việc ấy ở các đơn vị liên quan."
        " Đồng chí có thẩm quyền hãy hủy hoặc định lại."
    )


class PlanBroken(Conflict):
    code = "unit_plan_broken"
    message = gettext_lazy("Chương trình gặp lỗi khi thực hiện việc này; người quản trị xem nhật ký máy chủ.")


_log = logging.getLogger(__name__)
FindActor = Callable[[int, date], Actor]
_find_actor: list[FindActor] = []


def register_find_actor(find: FindActor) -> None:
    """A higher context says what an account may do on a day; nothing when there is none any more."""
    if find not in _find_actor:
        _find_actor.append(find)


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
    change = _bind_target(actor, change)
    with transaction.atomic(), _as_of(change, now, _lock_concerned(change, without=instead_of)) as then:
        preview = foresee_now(actor=actor, change=change, now=then)
    undo = _("Chưa có gì đổi ngay. Việc này có hiệu lực từ %(day)s; trước ngày ấy còn sửa, hủy được ở trang đơn vị.")
    return replace(preview, undo=undo % {"day": f"{change.on:%d/%m/%Y}"}, name="")


def plan_change(*, actor: Actor, change: UnitChange, now: datetime) -> PlannedChange:
    """Write down what will happen on that day, after trying whether it can, with all that is planned until then.

    Raises what `make_change` raises, NotAllowed. Publishes ChangeAnnounced.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    reason = clean_reason(change.reason)
    change = _bind_target(actor, change)
    with transaction.atomic():
        with _as_of(change, now, _lock_concerned(change)) as then:
            said = for_records(lambda: say_change(actor=actor, change=change))
            meant = find_target(actor=actor, change=change)
            make_change(actor=actor, change=change, now=then)
        change = _keep_target(change, meant)
        planned = PlannedChange.objects.create(
            organization=change.unit,
            target=change.target,
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
    """It will not happen; doing it twice changes nothing. Raises PlanSettled, NotAllowed. Publishes ChangeAnnounced."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, planned.organization.path)
    with transaction.atomic():
        locked = _lock(planned.pk)
        if locked.state == ChangeState.CANCELLED:
            return locked
        _require_waiting(locked)
        locked.state, locked.settled_at = ChangeState.CANCELLED, now
        locked.save(update_fields=["state", "settled_at"])
        unit = locked.organization
        record_change(Verb.PLAN_CANCELLED, unit=unit, actor=actor, now=now, on=locked.on, kind=locked.kind)
        _announce(Announcement.CANCELLED, locked, now)
    return locked


def carry_out_planned(*, actor: Actor, now: datetime) -> list[PlannedChange]:
    """Everything whose day has come, in the order of the days: dated as it was planned, however late the program runs.

    In the name of whoever planned it, as far as they may do it on that day. What cannot be done keeps its reason, is told once
    and tried again the next day. Returns what was done.
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
    except NotAllowed:
        return _keep_problem(pk, str(PlannerNotAllowed()), now)
    except DomainError as error:
        return _keep_problem(pk, str(error), now)
    except Exception:  # noqa: BLE001  whatever it is, the other changes have their day too
        _log.exception("planned change %s of a unit could not be carried out", pk)
        return _keep_problem(pk, str(PlanBroken()), now)
    return planned


def _keep_problem(pk: int, problem: str, now: datetime) -> PlannedChange:
    with transaction.atomic():
        planned = PlannedChange.objects.select_related("organization").get(pk=pk)
        problem = problem[:SAID_LIMIT]
        if planned.problem != problem and planned.state == ChangeState.WAITING:
            planned.problem = problem
            planned.save(update_fields=["problem"])
            _announce(Announcement.FAILED, planned, now)
    return planned


def _carry_out(planned: PlannedChange, now: datetime) -> None:
    make_change(actor=_find_planner(planned, now.date()), change=_read(planned), now=now)


def _find_planner(planned: PlannedChange, today: date) -> Actor:
    """Whoever planned it, with what they may do on that day."""
    if planned.user_id is None:
        return Actor.system(planned.user_name)
    load_handlers()
    return _find_actor[0](planned.user_id, today)


def _read(planned: PlannedChange) -> UnitChange:
    """What is planned, with the units as they are now. Raises TargetGone."""
    unit = Organization.objects.get_queryset().get(pk=planned.organization_id)
    kind, target = ChangeKind(planned.kind), _read_target(planned)
    return UnitChange(kind, unit, planned.on, planned.reason, planned.details, target)


def _read_target(planned: PlannedChange) -> Organization | None:
    if planned.target_id is None:
        return None
    target = Organization.objects.get_queryset().get(pk=planned.target_id)
    divided = target.successions.filter(kind=SuccessionKind.SPLIT, happened_on__gte=planned.planned_at.date())
    heir = None if target.closed_on and divided.exists() else find_heir(target)
    if heir is None:
        raise TargetGone
    return heir


@contextmanager
def _as_of(change: UnitChange, now: datetime, coming: Sequence[PlannedChange]) -> Iterator[datetime]:
    """The tree as it will be on the day of the change; whatever is done in it is undone. Raises UnitClosed."""
    then = datetime.combine(change.on, time(12), tzinfo=now.tzinfo)
    with transaction.atomic():
        for planned in coming:
            with suppress(Exception), transaction.atomic():  # told on its own day; here it just does not happen
                _carry_out(planned, then)
        _refresh(change)
        if change.unit.closed_on is not None:
            raise UnitClosed(on=f"{change.unit.closed_on:%d/%m/%Y}")
        yield then
        transaction.set_rollback(True)
    _refresh(change)


def _refresh(change: UnitChange) -> None:
    for unit in filter(None, (change.unit, change.target)):
        unit.refresh_from_db()


def _lock_concerned(change: UnitChange, *, without: PlannedChange | None = None) -> list[PlannedChange]:
    """What is planned until then and bears on the change; its units and those of the change locked at once.

    In one order, the roots by path: two who plan at the same time wait for each other, whatever trees their plans reach.
    """
    units = [unit for unit in (change.unit, change.target) if unit]
    words = [str(change.details[name]) for name in ("parent", "successor") if name in change.details]
    concerned = list_concerned(units=units, words=words, until=change.on)
    touched = (unit for planned in concerned for unit in (planned.organization, planned.target) if unit)
    lock_units(*{unit.pk: unit for unit in (*units, *touched)}.values())
    coming = PlannedChange.objects.waiting().filter(pk__in=[planned.pk for planned in concerned])
    return list(coming.exclude(pk=without.pk) if without else coming)


def _bind_target(actor: Actor, change: UnitChange) -> UnitChange:
    """The change with the unit that its words mean now; as it is when they mean none yet."""
    with suppress(NoSuchUnit):
        return replace(change, target=find_target(actor=actor, change=change))
    return change


def _keep_target(change: UnitChange, meant: Organization | None) -> UnitChange:
    """Bound to the unit meant on that day; by its code where that is only made until then."""
    if meant is None or change.target is not None:
        return change
    name = "parent" if change.kind == ChangeKind.MOVE else "successor"
    existing = Organization.objects.get_queryset().filter(pk=meant.pk).first()
    return replace(change, target=existing, details={**change.details, name: meant.code})


def _lock_waiting(pk: int) -> PlannedChange:
    planned = _lock(pk)
    _require_waiting(planned)
    return planned


def _lock(pk: int) -> PlannedChange:
    rows = PlannedChange.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "target")
    return rows.get(pk=pk)


def _require_waiting(planned: PlannedChange) -> None:
    if planned.state != ChangeState.WAITING:
        raise PlanSettled


def _announce(announcement: Announcement, planned: PlannedChange, now: datetime) -> None:
    touched = tuple(dict.fromkeys(pk for pk in (planned.organization_id, planned.target_id) if pk))
    publish(ChangeAnnounced(announcement, touched, planned.said, planned.on, now, planned.user_id))
