"""Two records that may be one person's, in units that do not see each other: a question to the unit above both."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.queries import list_users_running
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.members.models import Member
from nennep.members.queries.records import list_above_both, unit_of, unit_path_of
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization

_ONE_PERSON = _("Một hồ sơ ở %(here)s giống một hồ sơ ở %(there)s. Hãy so lại rồi gộp; nếu là hai người thì để nguyên.")


def ask_about(*, actor: Actor, member: Member, others: Iterable[Member], now: datetime) -> None:
    """`ask_above` for each of these records, once for each."""
    actor.require(Permission.MEMBERS_WRITE, unit_path_of(member))
    for other in {one.pk: one for one in others}.values():
        ask_above(actor=actor, member=member, other=other, now=now)


def ask_above(*, actor: Actor, member: Member, other: Member, now: datetime) -> None:
    """Tell those who run the nearest unit above both records that these may be one person; they merge them, or leave them.

    Without anybody there who may write, whoever reads there is told. The notice names the units and no person.
    """
    here, there = unit_of(member), unit_of(other)
    if here is None or there is None:
        return
    actor.require(Permission.MEMBERS_WRITE, here.path)
    pages = {
        Permission.MEMBERS_WRITE: f"{reverse('members:merge', args=[member.public_id])}?ho-so={other.public_id}",
        Permission.MEMBERS_READ: reverse("members:show", args=[member.public_id]),
    }
    for permission, url in pages.items():
        if users := _list_above(here, there, permission, now):
            notify(
                actor=actor,
                user_ids=users,
                kind="members.similar",
                title=_("Có thể một đảng viên có hai hồ sơ"),
                body=for_reader(lambda: str(_ONE_PERSON) % {"here": here.name, "there": there.name}),
                page=Destination(url, permission, (here.path,)),
                now=now,
            )
            return


def _list_above(here: Organization, there: Organization, permission: Permission, now: datetime) -> tuple[int, ...]:
    """Who runs the lowest unit above both that somebody runs. Two queries."""
    units = list_above_both(here, there)
    running = list_users_running(organization_ids=units, permission=permission, today=localdate(now))
    return next((running[unit] for unit in units if unit in running), ())
