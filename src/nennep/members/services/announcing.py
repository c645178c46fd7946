"""Cells are told what is planned for them, and what happened to them."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.accounts.queries import list_users_running, list_users_who_may
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, say_date
from nennep.members.queries import get_units, posts_of_units
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.choices import Announcement, ChangeAnnounced
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb


def tell_units(*, actor: Actor, event: ChangeAnnounced) -> int:
    """Secretaries and deputies of the units read of the change, on the day before it as well; how many notices.

    Of a change that could not be made only its planner reads, and whoever changes the units above.
    """
    actor.require_program()
    found = get_units(event.unit_ids)
    units = [found[pk] for pk in event.unit_ids if pk in found]
    if not units:
        return 0
    people = _people_of_failure(units[0], event) if event.announcement == Announcement.FAILED else _leading(event)
    shown = next((unit for unit in units if unit.closed_on is None), units[0])
    page = Destination(
        reverse("organizations:show_unit", args=[shown.public_id]),
        permission=Permission.ORGANIZATIONS_READ,
        paths=tuple(unit.path for unit in units),
    )
    may_open = list_users_who_may(
        user_ids=people, permission=Permission.ORGANIZATIONS_READ, paths=page.paths, today=event.at.date()
    )
    # Whoever planned it and has lost the role reads that it did not happen, without a page.
    groups = [(people & may_open, page), (people & {event.planner_id} - may_open, Destination())]
    with transaction.atomic():
        return sum(_tell(actor, event, group, destination) for group, destination in groups if group)


def _tell(actor: Actor, event: ChangeAnnounced, people: set[int], page: Destination) -> int:
    notices = notify(
        actor=actor,
        user_ids=people,
        kind="organizations.changed",
        title=for_reader(lambda: _title(event)),
        body=for_reader(lambda: event.said),
        page=page,
        now=event.at,
    )
    return len(notices)


def _people_of_failure(unit: Organization, event: ChangeAnnounced) -> set[int]:
    """The planner, and those who change units by a role in the nearest unit where others do."""
    planner = {event.planner_id} - {None}
    lineage = [crumb.id for crumb in reversed(breadcrumb(unit))]
    running = list_users_running(
        organization_ids=lineage, permission=Permission.ORGANIZATIONS_CHANGE, today=event.at.date()
    )
    others = (set(running.get(pk, ())) - planner for pk in lineage)
    return {pk for pk in planner if pk} | next(filter(None, others), set())


def _leading(event: ChangeAnnounced) -> set[int]:
    """Who leads the units, on the day before the change as well; not whoever planned it."""
    holders = (
        posts_of_units(event.unit_ids, event.at.date()),
        posts_of_units(event.unit_ids, event.on - timedelta(days=1)),
    )
    return {
        holder.user_id
        for posts in holders
        for held in posts.values()
        for holder in held
        if holder.kind.signs and holder.user_id and holder.user_id != event.planner_id
    }


def _title(event: ChangeAnnounced) -> str:
    titles = {
        Announcement.PLANNED: _("Đơn vị sẽ thay đổi từ ngày %(day)s"),
        Announcement.CANCELLED: _("Thôi thay đổi đơn vị đã định từ ngày %(day)s"),
        Announcement.DONE: _("Đơn vị thay đổi từ ngày %(day)s"),
        Announcement.FAILED: _("Chưa thực hiện được việc định từ ngày %(day)s"),
    }
    return titles[event.announcement] % {"day": say_date(event.on)}
