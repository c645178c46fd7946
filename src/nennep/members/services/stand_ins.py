"""The month without its secretary: a deputy or committee member does the work for some weeks."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.accounts.services import end_lent_role, lend_role
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, say_date
from nennep.members.choices import AHEAD_LIMIT_DAYS, PostKind, StandInBegun, Verb
from nennep.members.models import StandIn
from nennep.members.queries import posts_on, target_of
from nennep.members.queries.stand_ins import list_stand_in_choices
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing, lock_organization


class CannotStandIn(DomainError):
    code = "cannot_stand_in"
    message = _("Chỉ giao thay cho phó bí thư hoặc chi ủy viên đang giữ chức vụ ở chi bộ này vào ngày đó.")
    field = "member"


class StandInBegins(DomainError):
    code = "stand_in_begins"
    message = _("Giao thay từ hôm nay trở đi, và ngày cuối không trước ngày đầu.")
    field = "since"


class StandInTooFar(DomainError):
    code = "stand_in_too_far"
    message = _(
        "Giao thay đến hết ngày %(day)s là muộn nhất. Bí thư vắng lâu hơn thì giao chức vụ bí thư cho đồng chí khác."
    )
    field = "last_day"


class StandInTaken(DomainError):
    code = "stand_in_taken"
    message = _("Những ngày này đã giao đồng chí %(name)s thay. Kết thúc lần ấy trước, hoặc chọn ngày khác.")
    field = "since"


class StandInOver(DomainError):
    code = "stand_in_over"
    message = _("Lần thay này đã kết thúc.")


def begin_stand_in(
    *, actor: Actor, organization: Organization, member_id: int, since: date, last_day: date, now: datetime
) -> StandIn:
    """Let a deputy or committee member of the cell do the secretary's work from a day until the end of another.

    The account's role has the same days and ends by itself; whoever has no account yet gets it when one is opened. Tells them.
    Raises NotAllowed, UnitClosed, NotFound for what is no cell; StandInBegins, CannotStandIn (also for the actor: nobody
    raises themselves), StandInTooFar, StandInTaken. Publishes StandInBegun where the cell has a secretary on the first day.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    if not organization.is_cell:
        raise NotFound
    if since < localdate(now) or last_day < since:
        raise StandInBegins
    furthest = localdate(now) + timedelta(days=AHEAD_LIMIT_DAYS)
    if last_day > furthest:
        raise StandInTooFar(day=say_date(furthest))
    with transaction.atomic():
        cell = lock_existing(organization)
        chosen = list_stand_in_choices(organization_id=cell.pk, on=since)
        holder = next((one for one in chosen if one.member_id == member_id), None)
        if holder is None or (holder.user_id is not None and holder.user_id == actor.user_id):
            raise CannotStandIn
        until = last_day + timedelta(days=1)
        _refuse_overlap(cell, since, until)
        row = StandIn.objects.create(member_id=member_id, organization=cell, valid_from=since, valid_to=until)
        give_stand_in_role(actor=actor, row=row, now=now)
        _record(Verb.STAND_IN_BEGUN, row, actor=actor, now=now)
        _tell(row, actor, now)
        _publish(row)
    return row


def _publish(row: StandIn) -> None:
    posts = posts_on(row.organization_id, row.valid_from)
    secretary = next((post.member_id for post in posts if post.kind == PostKind.SECRETARY), None)
    if secretary is not None:
        publish(StandInBegun(row.organization_id, secretary, row.valid_from, row.until))


def _refuse_overlap(cell: Organization, since: date, until: date) -> None:
    others = StandIn.objects.filter(organization=cell, valid_from__lt=until, valid_to__gt=since)
    taken = next((row for row in others.select_related("member") if row.until > row.valid_from), None)
    if taken is not None:
        raise StandInTaken(name=taken.member.full_name)


def give_stand_in_role(*, actor: Actor, row: StandIn, now: datetime) -> None:
    """A step of beginning it, and of opening an account meanwhile, which have asked."""
    if row.member.user_id is not None:
        lend_role(
            actor=actor,
            user_id=row.member.user_id,
            organization=row.organization,
            since=row.valid_from,
            until=row.until,
            now=now,
        )


def end_stand_in(*, actor: Actor, stand_in: StandIn, now: datetime) -> StandIn:
    """The secretary is back: from today on nobody stands in; what was to begin later never begins.

    What was done stays as it was signed. Raises NotAllowed, StandInOver.
    """
    actor.require(Permission.MEMBERS_WRITE, stand_in.organization.path)
    with transaction.atomic():
        lock_organization(stand_in.organization)
        rows = StandIn.objects.select_for_update(of=("self",)).select_related("member", "organization")
        row, today = rows.get(pk=stand_in.pk), localdate(now)
        if row.until <= today or row.until == row.valid_from:
            raise StandInOver
        end_stand_in_rows(actor=actor, rows=[row], on=today, now=now)
    return row


def end_stand_in_rows(*, actor: Actor, rows: list[StandIn], on: date, now: datetime) -> None:
    """A step of ending an absence, a post and a membership, which have asked: the days and the role end together.

    What is lent to the same person for another absence goes on: rows of a cell share no day, so days tell whose role it is.
    """
    for row in rows:
        lent = row.valid_from, row.until
        row.valid_to = max(on, row.valid_from)
        row.save(update_fields=["valid_to"])
        if row.member.user_id is not None:
            end_lent_role(
                actor=actor,
                user_id=row.member.user_id,
                organization=row.organization,
                lent=lent,
                on=on,
                now=now,
            )
        _record(Verb.STAND_IN_ENDED, row, actor=actor, now=now)


def _tell(row: StandIn, actor: Actor, now: datetime) -> None:
    if row.member.user_id is None:
        return
    days = {"since": say_date(row.valid_from), "last": say_date(row.until - timedelta(days=1))}
    notify(
        actor=actor,
        user_ids=[row.member.user_id],
        kind="members.stand_in",
        title=for_reader(lambda: gettext("Đồng chí được giao thay bí thư từ %(since)s đến hết %(last)s") % days),
        page=Destination(reverse("home")),
        now=now,
    )


def _record(verb: Verb, row: StandIn, *, actor: Actor, now: datetime) -> None:
    details = {
        "unit": row.organization.name,
        "from": row.valid_from.isoformat(),
        "to": row.until.isoformat(),
    }
    record(verb, actor=actor, target=target_of(row.member, row.organization.path), now=now, details=details)
