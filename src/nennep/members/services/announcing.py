"""Cells are told what is planned for them, and what happened to them."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.members.queries import get_units, posts_of_units
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.choices import Announcement, ChangeAnnounced


def tell_units(*, actor: Actor, event: ChangeAnnounced) -> int:
    """Secretaries and deputies of the units read of the change, on the day before it as well; how many notices.

    A change that could not be made is the planner's affair alone.
    """
    actor.require_program()
    units = list(get_units(event.unit_ids).values())
    if not units:
        return 0
    holders = (
        posts_of_units(event.unit_ids, event.at.date()),
        posts_of_units(event.unit_ids, event.on - timedelta(days=1)),
    )
    leading = {
        holder.user_id
        for posts in holders
        for held in posts.values()
        for holder in held
        if holder.kind.signs and holder.user_id
    }
    failed = event.announcement == Announcement.FAILED
    people = {event.planner_id} - {None} if failed else leading - {event.planner_id}
    shown = next((unit for unit in units if unit.closed_on is None), units[0])
    page = Destination(
        reverse("organizations:show_unit", args=[shown.public_id]),
        permission=Permission.ORGANIZATIONS_READ,
        paths=tuple(unit.path for unit in units),
    )
    with transaction.atomic():
        notices = notify(
            actor=actor,
            user_ids=[pk for pk in people if pk],
            kind="organizations.changed",
            title=_title(event),
            body=event.said,
            page=page,
            now=event.at,
        )
    return len(notices)


def _title(event: ChangeAnnounced) -> str:
    titles = {
        Announcement.PLANNED: _("Đơn vị sẽ thay đổi từ ngày %(day)s"),
        Announcement.CANCELLED: _("Thôi thay đổi đơn vị đã định từ ngày %(day)s"),
        Announcement.DONE: _("Đơn vị thay đổi từ ngày %(day)s"),
        Announcement.FAILED: _("Chưa thực hiện được việc định từ ngày %(day)s"),
    }
    return titles[event.announcement] % {"day": say_date(event.on)}
