"""Posts that take effect on a later day: prepared in December for January (docs/adr/0027)."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.queries import find_actor
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.previews import rehearse
from nennep.core.wording import for_reader, say_date
from nennep.members.choices import AHEAD_LIMIT_DAYS, PostKind, Verb
from nennep.members.models import Member, PlannedPost, Post
from nennep.members.queries import target_of
from nennep.members.services.planned import find_problem, keep_problem, settle
from nennep.members.services.posts import give_post
from nennep.organizations.choices import ChangeState
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing
from nennep.organizations.rules import UnitClosed


class PostPlanned(DomainError):
    code = "post_planned"
    message = _("Đã định trước: đồng chí %(name)s, từ %(day)s. Muốn đổi thì hủy việc ấy ở danh sách đảng viên trước.")
    field = "on"


class PostPlannedTooFar(DomainError):
    code = "post_planned_too_far"
    message = _("Chỉ định trước chức vụ đến hết ngày %(day)s.")
    field = "on"


class PostPlanSettled(DomainError):
    code = "post_plan_settled"
    message = _("Việc này không còn chờ nữa: đã thực hiện hoặc đã hủy.")


class PostPlannerNotAllowed(DomainError):
    code = "post_planner_not_allowed"
    message = _("Người định việc này không còn quyền ghi chức vụ ở đơn vị. Người có quyền hãy giao lại.")


def ask_post(
    *, actor: Actor, member: Member, organization: Organization, kind: PostKind, on: date, now: datetime
) -> Post | PlannedPost:
    """Give the post, or plan it when its day has not come. Raises what `give_post` and `plan_post` raise."""
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    give = plan_post if on > localdate(now) else give_post
    return give(actor=actor, member=member, organization=organization, kind=kind, on=on, now=now)


def plan_post(
    *, actor: Actor, member: Member, organization: Organization, kind: PostKind, on: date, now: datetime
) -> PlannedPost:
    """Write down that the member holds the post from a later day on, after trying whether it can be given then.

    Who holds it now is replaced on that day, not before. Raises NotAllowed, UnitClosed, PostPlannedTooFar, PostPlanned, and
    what `give_post` raises.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    furthest = localdate(now) + timedelta(days=AHEAD_LIMIT_DAYS)
    if on > furthest:
        raise PostPlannedTooFar(day=say_date(furthest))
    then = datetime.combine(on, time(12), tzinfo=now.tzinfo)
    with transaction.atomic():
        unit = lock_existing(organization)
        rehearse(lambda: give_post(actor=actor, member=member, organization=unit, kind=kind, on=on, now=then))
        _refuse_planned(unit, member, kind, on)
        planned = PlannedPost.objects.create(
            member=member,
            organization=unit,
            kind=kind,
            on=on,
            user_id=actor.user_id,
            user_name=actor.name,
            planned_at=now,
        )
        _record(Verb.POST_PLANNED, planned, actor, now)
    return planned


def _refuse_planned(unit: Organization, member: Member, kind: PostKind, on: date) -> None:
    """One plan for one person and post, and one secretary for one day. The caller holds the unit."""
    same = Q(member=member, kind=kind)
    if kind == PostKind.SECRETARY:
        same |= Q(kind=kind, on=on)
    waiting = PlannedPost.objects.waiting().filter(same, organization=unit).select_related("member").first()
    if waiting is not None:
        raise PostPlanned(name=waiting.member.full_name, day=say_date(waiting.on))


def cancel_planned_post(*, actor: Actor, planned: PlannedPost, now: datetime) -> PlannedPost:
    """It will not be given; doing it twice changes nothing. Raises NotAllowed, PostPlanSettled."""
    actor.require(Permission.MEMBERS_WRITE, planned.organization.path)
    with transaction.atomic():
        locked = _lock(planned.pk)
        if locked.state == ChangeState.CANCELLED:
            return locked
        _require_waiting(locked)
        settle(locked, now, done=False)
        _record(Verb.POST_PLAN_CANCELLED, locked, actor, now)
    return locked


def carry_out_planned_posts(*, actor: Actor, now: datetime) -> list[PlannedPost]:
    """Everything whose day has come, by day: dated as planned, however late the program runs. Returns what was done.

    In the name of whoever planned it, as far as they may on that day. What is no longer true keeps its reason, is told to its planner
    once and tried again the next day.
    """
    actor.require_program()
    due = list(PlannedPost.objects.waiting().filter(on__lte=localdate(now)).values_list("pk", flat=True))
    done = [_try(pk, now) for pk in due]
    return [planned for planned in done if planned is not None]


def _try(pk: int, now: datetime) -> PlannedPost | None:
    done: list[PlannedPost] = []

    def act() -> None:
        planned = _lock_waiting(pk)
        _carry_out(planned, now)
        settle(planned, now, done=True)
        done.append(planned)

    problem = find_problem(act, pk, not_allowed=PostPlannerNotAllowed.message)
    if problem:
        _keep_problem(pk, problem, now)
    return None if problem else done[0]


def _carry_out(planned: PlannedPost, now: datetime) -> None:
    unit = planned.organization
    if unit.closed_on is not None:
        raise UnitClosed(on=f"{unit.closed_on:%d/%m/%Y}")
    today = localdate(now)
    planner = find_actor(planned.user_id, today) if planned.user_id else Actor.system(planned.user_name)
    kind = PostKind(planned.kind)
    give_post(actor=planner, member=planned.member, organization=unit, kind=kind, on=planned.on, now=now)


def _keep_problem(pk: int, problem: str, now: datetime) -> None:
    """Nothing for one that somebody has called off or given meanwhile."""
    with transaction.atomic():
        rows = PlannedPost.objects.select_for_update(of=("self",)).select_related("member", "organization")
        planned = rows.get(pk=pk)
        words = {"day": say_date(planned.on)}
        title = for_reader(lambda: gettext("Chưa giao được chức vụ định từ ngày %(day)s") % words)
        keep_problem(planned, problem, kind="members.post_failed", title=title, now=now)


def _lock_waiting(pk: int) -> PlannedPost:
    planned = _lock(pk)
    _require_waiting(planned)
    return planned


def _lock(pk: int) -> PlannedPost:
    rows = PlannedPost.objects.select_for_update(of=("self",)).select_related("member__user", "organization")
    return rows.get(pk=pk)


def _require_waiting(planned: PlannedPost) -> None:
    if planned.state != ChangeState.WAITING:
        raise PostPlanSettled


def _record(verb: Verb, planned: PlannedPost, actor: Actor, now: datetime) -> None:
    details = {"post": planned.kind, "unit": planned.organization.name, "on": planned.on.isoformat()}
    record(verb, actor=actor, target=target_of(planned.member, planned.organization.path), now=now, details=details)
