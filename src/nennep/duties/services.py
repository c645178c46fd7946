"""Writing tasks: give, change, hand over, report, drop. The order of every service: ARCHITECTURE.md, recipes."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, MovedOn
from nennep.core.events import publish
from nennep.core.fields import TypedField
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, require_line, take_line
from nennep.duties import queries
from nennep.duties.choices import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    DutyCategory,
    DutyChanged,
    DutyState,
    Verb,
)
from nennep.duties.models import Duty, DutyReport, FormerDueDate
from nennep.duties.rules import find_months, is_left_over
from nennep.members.models import Member
from nennep.members.queries import member_target
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization

_SENT_TWICE = timedelta(minutes=1)


class DutyTitleMissing(DomainError):
    code = "duty_title_missing"
    message = _("Chưa ghi nhiệm vụ. Hãy ghi một việc cụ thể, tốt nhất là có số đo được.")
    field = "title"


class DueBeforeGiven(DomainError):
    code = "duty_due_before_given"
    message = _("Hạn hoàn thành %(due)s sớm hơn ngày giao %(given)s. Hãy chọn ngày muộn hơn.")
    field = "due_on"


class AssigneeOfAnotherCell(DomainError):
    code = "duty_not_of_this_cell"
    message = _("Đồng chí %(name)s không sinh hoạt ở chi bộ này vào ngày giao. Hãy chọn người khác.")
    field = "assignee"


class HelperNotOfThisCell(AssigneeOfAnotherCell):
    code = "duty_helper_not_of_this_cell"
    field = "helpers"


class HelperIsAssignee(DomainError):
    code = "duty_helper_is_assignee"
    message = _("Người giúp phải khác người chịu trách nhiệm chính.")
    field = "helpers"


class DutyDropped(MovedOn):
    code = "duty_dropped"
    message = _("Nhiệm vụ này đã thôi giao (%(last)s). Nếu còn làm, hãy giao thành nhiệm vụ mới.")


class DutySettled(MovedOn):
    code = "duty_settled"
    message = _("Nhiệm vụ này đã có kết quả cuối (%(last)s). Muốn làm tiếp, hãy báo lại là đang làm.")


class StateNotReportable(DomainError):
    code = "duty_state_not_reportable"
    message = _("Chỉ báo được: đang làm, hoàn thành, không hoàn thành.")
    field = "state"


@dataclass(frozen=True, slots=True)
class DutyDetails:
    """What is given to whom: one concrete thing, who answers for it, who helps, by when (None: no date set).

    Each field is the column of the same name of Duty and the field of the same name of the form: it is written, compared
    and kept in the trail by its name alone.
    """

    title: str
    assignee: Member
    helpers: tuple[Member, ...] = ()
    due_on: date | None = None
    category: DutyCategory = DutyCategory.AD_HOC


@dataclass(frozen=True, slots=True)
class DutyProgress:
    """How a task goes: `percent` 0 to 100 (a done one has 100), `note` in words, `exceeded` more than was asked."""

    state: DutyState
    percent: int = 0
    note: str = ""
    exceeded: bool = False


def give_duty(
    *, actor: Actor, organization: Organization, details: DutyDetails, now: datetime, origin: Origin | None = None
) -> Duty:
    """Give a member of this cell a task, dated today. The very same given again that day (a button tapped twice) is one task.

    Raises DutyTitleMissing, DueBeforeGiven, AssigneeOfAnotherCell, HelperIsAssignee, NotAllowed. Publishes DutyChanged.
    """
    actor.require(Permission.DUTIES_WRITE, organization.path)
    with transaction.atomic():
        _check(details, organization, given_on=now.date(), today=now.date())
        facts = _facts_of(details, lock_organization(organization), origin or Origin(), now.date())
        if same := _find_same(facts, details.helpers):
            return same
        duty = Duty.objects.create(**facts)
        duty.helpers.set(details.helpers)
        _record(Verb.GIVEN, duty, actor, now, assignee=str(details.assignee.public_id))
        _publish(duty, duty.due_on)
    return duty


def _facts_of(details: DutyDetails, organization: Organization, origin: Origin, given_on: date) -> dict[str, Any]:
    return {
        "organization": organization,
        "origin_kind": origin.kind,
        "origin_id": origin.id,
        "given_on": given_on,
        **_columns_of(details),
    }


def _columns_of(details: DutyDetails) -> dict[str, Any]:
    """Everything but the helpers, who are rows of their own; texts as they are stored."""
    values = {field.name: getattr(details, field.name) for field in fields(details) if field.name != "helpers"}
    return {name: _take(name, value) for name, value in values.items()}


def _take(name: str, value: Any) -> Any:
    column = Duty._meta.get_field(name)  # noqa: SLF001  Django's own way
    return column.take(value) if isinstance(column, TypedField) else value


def _is_text(value: object) -> bool:
    """A category is a str too, but nobody types it."""
    return type(value) is str


def _find_same(facts: dict[str, Any], helpers: tuple[Member, ...]) -> Duty | None:
    wanted = {helper.pk for helper in helpers}
    given = Duty.objects.filter(**facts, state=DutyState.ONGOING).prefetch_related("helpers").order_by("pk")
    return next((duty for duty in given if {helper.pk for helper in duty.helpers.all()} == wanted), None)


def change_duty(*, actor: Actor, duty: Duty, details: DutyDetails, now: datetime) -> Duty:
    """Write a running task anew (words, people, date, kind); what was reported of it stays, and its date in its month.

    Raises as give_duty, and DutySettled when the task is no longer running.
    """
    with transaction.atomic():
        locked = _lock_to_write(actor, duty)
        _check(details, locked.organization, given_on=locked.given_on, today=now.date())
        columns, old_due = _columns_of(details), locked.due_on
        before = {name: _trace(getattr(locked, name)) for name, value in columns.items() if not _is_text(value)}
        _keep_date(locked, details.due_on, now.date())
        for name, value in columns.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(columns))
        locked.helpers.set(details.helpers)
        _record(Verb.CHANGED, locked, actor, now, before=before)
        _publish(locked, old_due, locked.due_on)
    return locked


def _keep_date(duty: Duty, due_on: date | None, today: date) -> None:
    """A date that stood for a day at least stays in its month; one set today is corrected."""
    last = duty.former_due_dates.last()
    since = last.until if last else duty.given_on
    if duty.due_on is not None and duty.due_on != due_on and since < today:
        duty.former_due_dates.create(organization_id=duty.organization_id, due_on=duty.due_on, until=today)


def _trace(value: object) -> str:
    """A value as the trail keeps it: people by their public id, never by name."""
    return str(value.public_id) if isinstance(value, Member) else str(value or "")


def hand_over_duty(*, actor: Actor, duty: Duty, assignee: Member, now: datetime) -> Duty:
    """Another member of the cell answers for the task from now on; the one who had it does not become the helper.

    Raises AssigneeOfAnotherCell, DutySettled, NotAllowed.
    """
    with transaction.atomic():
        locked = _lock_to_write(actor, duty)
        _require_member(assignee, locked.organization, now.date(), AssigneeOfAnotherCell)
        before = locked.assignee
        locked.assignee = assignee
        locked.save(update_fields=["assignee"])
        locked.helpers.remove(assignee)
        _record(Verb.HANDED_OVER, locked, actor, now, before=str(before.public_id), after=str(assignee.public_id))
        _publish(locked, locked.due_on)
    return locked


def report_duty(*, actor: Actor, duty: Duty, progress: DutyProgress, now: datetime) -> Duty:
    """Write down how a task goes: by the one who does it or helps, or by the cell on behalf (G5, with attribution).

    A later report overrides an earlier one, also from done back to running. Raises DutyDropped, StateNotReportable,
    ReasonMissing (not done without a reason), TextTooLong, NotAllowed. Publishes DutyChanged.
    """
    with transaction.atomic():
        locked = queries.lock_duty(duty)
        own = queries.is_own(actor, locked)
        if not own:
            actor.require(Permission.DUTIES_WRITE, locked.organization.path)
        _check_progress(locked, progress)
        _write_progress(locked, progress, now.date())
        _append_report(locked, actor, now, on_behalf=not own)
        _record(Verb.REPORTED, locked, actor, now, on_behalf=None if own else locked.assignee, state=locked.state)
        _publish(locked, locked.due_on, now.date())
    return locked


def drop_duty(*, actor: Actor, duty: Duty, reason: str, now: datetime, mistaken: bool = False) -> Duty:
    """The task is no longer asked for, from this month on; a `mistaken` one was never given and leaves all counts.

    Raises ReasonMissing, DutySettled, NotAllowed.
    """
    with transaction.atomic():
        locked = _lock_to_write(actor, duty)
        words = require_line(reason, ReasonMissing, limit=TEXT_LIMIT, field="reason")
        locked.state, locked.result, locked.settled_on = DutyState.DROPPED, words, now.date()
        locked.mistaken = mistaken
        locked.save(update_fields=["state", "result", "settled_on", "mistaken"])
        _append_report(locked, actor, now, on_behalf=False)
        _record(Verb.DROPPED, locked, actor, now)
        _publish(locked, locked.due_on)
    return locked


def _lock_to_write(actor: Actor, duty: Duty) -> Duty:
    locked = queries.lock_duty(duty)
    actor.require(Permission.DUTIES_WRITE, locked.organization.path)
    if locked.state == DutyState.DROPPED:
        raise DutyDropped(last=queries.tell_last(locked))
    if locked.state != DutyState.ONGOING:
        raise DutySettled(last=queries.tell_last(locked))
    return locked


def _check(details: DutyDetails, organization: Organization, *, given_on: date, today: date) -> None:
    require_line(details.title, DutyTitleMissing, limit=TITLE_LIMIT, field="title")
    if details.due_on and details.due_on < given_on:
        raise DueBeforeGiven(due=f"{details.due_on:%d/%m/%Y}", given=f"{given_on:%d/%m/%Y}")
    _require_member(details.assignee, organization, today, AssigneeOfAnotherCell)
    for helper in details.helpers:
        if helper == details.assignee:
            raise HelperIsAssignee
        _require_member(helper, organization, today, HelperNotOfThisCell)


def _require_member(member: Member, organization: Organization, on: date, refusal: type[AssigneeOfAnotherCell]) -> None:
    if not queries.list_members(organization=organization, on=on).filter(pk=member.pk).exists():
        raise refusal(name=member.full_name)


def _check_progress(duty: Duty, progress: DutyProgress) -> None:
    if duty.state == DutyState.DROPPED:
        raise DutyDropped(last=queries.tell_last(duty))
    if not progress.state.is_reportable or not 0 <= progress.percent <= 100:
        raise StateNotReportable
    if not _take_note(progress) and progress.state == DutyState.NOT_DONE:
        raise ReasonMissing(field="note")


def _take_note(progress: DutyProgress) -> str:
    return take_line(progress.note, limit=TEXT_LIMIT, field="note")


def _write_progress(duty: Duty, progress: DutyProgress, today: date) -> None:
    note, was_settled = _take_note(progress), duty.state == progress.state and duty.settled_on is not None
    duty.result = "" if is_left_over(note, duty.result, was=DutyState(duty.state), state=progress.state) else note
    duty.state = progress.state
    duty.percent = 100 if progress.state == DutyState.DONE else progress.percent
    duty.exceeded = progress.exceeded and progress.state == DutyState.DONE
    if not was_settled:  # other words about what was settled do not settle it again
        duty.settled_on = None if progress.state == DutyState.ONGOING else today
    duty.save(update_fields=["state", "percent", "result", "exceeded", "settled_on"])


def _append_report(duty: Duty, actor: Actor, now: datetime, *, on_behalf: bool) -> None:
    """The same words of the same person within a minute are a form sent twice: nothing is added."""
    said = {
        "by_id": actor.user_id,
        "by_name": actor.name,
        "on_behalf": on_behalf,
        "state": duty.state,
        "percent": duty.percent,
        "note": duty.result,
    }
    if not duty.reports.filter(at__gt=now - _SENT_TWICE, at__lte=now, **said).exists():
        DutyReport.objects.create(duty=duty, at=now, **said)


def _record(
    verb: Verb, duty: Duty, actor: Actor, now: datetime, *, on_behalf: Member | None = None, **details: object
) -> None:
    target = audit.Target(queries.TARGET_KIND, str(duty.public_id), unit_path=duty.organization.path)
    behalf = member_target(on_behalf.public_id) if on_behalf else None
    audit.record(verb, actor=actor, target=target, now=now, details=details, on_behalf_of=behalf)


def _publish(duty: Duty, *days: date | None) -> None:
    publish(DutyChanged(duty.organization_id, duty.pk, find_months(days)))


def follow_member_merge(*, actor: Actor, kept_id: int, dropped_id: int) -> int:
    """Tasks of a duplicate record become the kept one's; one who would be both helper and assignee stays the assignee alone.

    Merging was allowed; nobody is asked again. Doing it twice changes nothing. Returns how many tasks moved.
    """
    actor.require_program()
    with transaction.atomic():
        moved = Duty.objects.filter(assignee_id=dropped_id).update(assignee_id=kept_id)
        links = Duty.helpers.through.objects
        held = links.filter(member_id=kept_id).values("duty_id")
        moved += links.filter(member_id=dropped_id).exclude(duty_id__in=held).update(member_id=kept_id)
        links.filter(member_id=dropped_id).delete()
        links.filter(member_id=kept_id, duty__assignee_id=kept_id).delete()
    return moved


def follow_unit_merge(*, actor: Actor, predecessor_id: int, successor_id: int, on: date, now: datetime) -> int:
    """Unfinished tasks of a cell that went on in another are the other's from `on` on; how many moved.

    A date before `on` is kept as the ended cell's, so that the figures of its months do not change: the task is overdue in
    the other cell and was missed in this one. Merging was allowed; nobody is asked again. Doing it twice changes nothing.
    The merger itself tells whoever counts tasks.
    """
    actor.require_program()
    with transaction.atomic():
        running = Duty.objects.select_for_update(of=("self",), no_key=True).filter(state=DutyState.ONGOING)
        every = list(running.filter(organization_id=predecessor_id).order_by("pk"))
        missed = [
            FormerDueDate(duty=duty, organization_id=predecessor_id, due_on=duty.due_on, until=on)
            for duty in every
            if duty.due_on is not None and duty.due_on < on
        ]
        FormerDueDate.objects.bulk_create(missed, ignore_conflicts=True)
        ids = [duty.pk for duty in every]
        Duty.objects.filter(pk__in=ids).update(organization_id=successor_id)
        for duty in Duty.objects.filter(pk__in=ids).select_related("organization").order_by("pk"):
            _record(Verb.CHANGED, duty, actor, now, cell=duty.organization.name)
    return len(ids)
