"""Members of a cell that will be split: to which part each goes is chosen before, and done after the split (docs/adr/0027)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.queries import find_actor
from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, say_date
from nennep.members.choices import MembershipKind, Verb
from nennep.members.models import Member, Membership, PlannedTransfer
from nennep.members.queries import get_units
from nennep.members.services.memberships import transfer
from nennep.members.services.planned import find_problem, keep_problem, settle
from nennep.organizations.choices import ChangeState
from nennep.organizations.models import Organization
from nennep.organizations.queries import SplitPart, find_coming_split, list_split_parts, lock_existing
from nennep.organizations.services import TARGET_KIND


class NoSplitPlanned(DomainError):
    code = "no_split_planned"
    message = _("Chi bộ này không có việc chia tách nào đang chờ.")


class PartUnknown(DomainError):
    code = "part_unknown"
    message = _("Hãy chọn một chi bộ sẽ lập khi chia tách, hoặc ở lại.")
    field = "code"


class NotOfThisCell(DomainError):
    code = "not_of_this_cell"
    message = _("Có đồng chí không còn trong danh sách chính thức của chi bộ. Hãy mở lại trang rồi chọn.")
    field = "chosen"


class TransferPlannerNotAllowed(DomainError):
    code = "transfer_planner_not_allowed"
    message = _(
        "Người chọn trước không còn quyền chuyển sinh hoạt ở đây. Người có quyền hãy chuyển ở danh sách đảng viên."
    )


def choose_part(
    *, actor: Actor, organization: Organization, members: Sequence[Member], code: str, now: datetime
) -> int:
    """These members of a cell go to the part of that code once it is split; without a code they stay. How many were chosen.

    What was chosen for them before is replaced. Raises NoSplitPlanned, PartUnknown, NotOfThisCell, UnitClosed, NotAllowed.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    with transaction.atomic():
        cell = lock_existing(organization)
        coming = find_coming_split(cell)
        if coming is None:
            raise NoSplitPlanned
        if code and code not in coming.codes:
            raise PartUnknown
        _require_official(cell, members)
        PlannedTransfer.objects.waiting().filter(organization=cell, member__in=members).delete()
        if code:
            facts = {"code": code, "user_id": actor.user_id, "user_name": actor.name, "planned_at": now}
            rows = [PlannedTransfer(member=member, organization=cell, **facts) for member in members]
            PlannedTransfer.objects.bulk_create(rows)
        target = Target(TARGET_KIND, str(cell.public_id), cell.name, cell.path)
        details = {"code": code, "count": len(members), "on": coming.on.isoformat()}
        record(Verb.PARTS_CHOSEN, actor=actor, target=target, now=now, details=details)
    return len(members)


def _require_official(cell: Organization, members: Sequence[Member]) -> None:
    running = Membership.objects.filter(
        organization=cell, kind=MembershipKind.OFFICIAL, valid_to=None, member__in=members
    )
    if running.count() != len(members):
        raise NotOfThisCell


def carry_out_planned_transfers(*, actor: Actor, now: datetime) -> int:
    """Transfer whoever was chosen for a part that exists now, dated as the split; how many were.

    In the name of whoever chose, as far as they may today. What is no longer true keeps its reason, is told to its planner once and
    tried again the next day. What waits for a split that was called off is called off too.
    """
    actor.require_program()
    done = 0
    waiting = PlannedTransfer.objects.waiting()
    for cell in get_units(waiting.order_by().values_list("organization_id", flat=True)).values():
        parts, coming = list_split_parts(cell), find_coming_split(cell)
        for row in waiting.filter(organization=cell):
            if row.code in parts:
                done += _try(row.pk, parts[row.code], now)
            elif coming is None or row.code not in coming.codes:
                settle(row, now, done=False)
    return done


def _try(pk: int, part: SplitPart, now: datetime) -> bool:
    def act() -> None:
        row = PlannedTransfer.objects.select_for_update(of=("self",)).select_related("member").get(pk=pk)
        if row.state != ChangeState.WAITING:
            return
        planner = find_actor(row.user_id, localdate(now)) if row.user_id else Actor.system(row.user_name)
        transfer(actor=planner, member=row.member, to=part.unit, on=part.on, now=now)
        settle(row, now, done=True)

    problem = find_problem(act, pk, not_allowed=TransferPlannerNotAllowed.message)
    if problem:
        _keep_problem(pk, part, problem, now)
    return not problem


def _keep_problem(pk: int, part: SplitPart, problem: str, now: datetime) -> None:
    with transaction.atomic():
        rows = PlannedTransfer.objects.select_for_update(of=("self",)).select_related("organization")
        words = {"unit": part.unit.name, "day": say_date(part.on)}
        title = for_reader(lambda: gettext("Chưa chuyển được đồng chí chọn sang %(unit)s từ ngày %(day)s") % words)
        keep_problem(rows.get(pk=pk), problem, kind="members.transfer_failed", title=title, now=now)
