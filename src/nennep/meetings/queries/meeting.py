"""Doors to a meeting and its parts, and the locked row that every service begins with."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.periods import day_of
from nennep.core.permissions import Permission
from nennep.core.previews import NAMED, Effect
from nennep.core.wording import say_date, say_short_date
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import AgendaItem as AgendaItem
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.queries import CellMember, find_stand_in, list_cell_members, secretary_on
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for


def get_meeting(*, actor: Actor, public_id: UUID) -> Meeting:
    """The meeting with its cell. Raises NotFound when missing or out of the actor's scope. One query."""
    meeting = Meeting.objects.visible_to(actor).select_related("organization").filter(public_id=public_id).first()
    if meeting is None:
        raise NotFound
    return meeting


def shown_values(item: AgendaItem) -> dict[str, str]:
    """What the form of an item begins with: its title, minutes and the public id of who presents it."""
    presenter = str(item.presenter.public_id) if item.presenter else ""
    return {"title": item.title, "minutes": str(item.minutes_planned), "presenter": presenter}


def find_meeting(meeting_id: int) -> Meeting | None:
    """For handlers: the meeting that a lower context told of, with its cell. One query."""
    return Meeting.objects.select_related("organization").filter(pk=meeting_id).first()


def get_item(*, actor: Actor, public_id: UUID) -> AgendaItem:
    """An item of the programme with its meeting and cell. Raises NotFound. One query."""
    meetings = Meeting.objects.visible_to(actor)
    items = AgendaItem.objects.filter(meeting__in=meetings, public_id=public_id)
    item = items.select_related("meeting__organization").first()
    if item is None:
        raise NotFound
    return item


def find_last_minute_taker(meeting: Meeting) -> int | None:
    """The member who took the minutes of the meeting that its cell held last, of those that have a minute-taker. One query."""
    held = Meeting.objects.held().filter(organization_id=meeting.organization_id).exclude(minute_taker=None)
    return held.order_by("-opened_at", "-pk").values_list("minute_taker_id", flat=True).first()


def propose_people(meeting: Meeting, members: Collection[CellMember]) -> dict[str, str]:
    """Public ids of `chair` and `minute_taker`, empty for nobody: who was chosen, else who it was last, of those still there.

    Where nobody was yet, the chair is who stands in for the secretary, else the secretary, and the deputy takes the minutes.
    Three queries at most.
    """
    held = Meeting.objects.held().filter(organization_id=meeting.organization_id).exclude(pk=meeting.pk)
    last = held.order_by("-opened_at", "-pk").first() or meeting
    ids = {member.member_id: str(member.public_id) for member in members}
    chair = ids.get(meeting.chair_id or last.chair_id or 0) or _propose_chair(meeting, members)
    deputies = (person for person in _list_holders(members, PostKind.DEPUTY_SECRETARY) if person != chair)
    taker = ids.get(meeting.minute_taker_id or find_last_minute_taker(meeting) or 0) or next(deputies, "")
    return {"chair": chair, "minute_taker": taker}


def _propose_chair(meeting: Meeting, members: Collection[CellMember]) -> str:
    stand_in = find_stand_in(organization_id=meeting.organization_id, on=meeting.day)
    acting = (str(one.public_id) for one in members if stand_in and one.member_id == stand_in.member_id)
    return next(iter((*acting, *_list_holders(members, PostKind.SECRETARY))), "")


def _list_holders(members: Collection[CellMember], post: PostKind) -> tuple[str, ...]:
    return tuple(str(member.public_id) for member in members if post in member.posts)


def lock_meeting(meeting: Meeting) -> Meeting:
    """The row reloaded with its cell, locked until the end of the transaction. Raises NotFound when it is gone."""
    locked = (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization")
        .filter(pk=meeting.pk)
        .first()
    )
    if locked is None:
        raise NotFound
    return locked


def lock_open_meetings(ids: Collection[int]) -> list[Meeting]:
    """Those of these meetings that are going on, with their cells, locked until the end of the transaction; by id."""
    rows = Meeting.objects.filter(pk__in=ids, state=MeetingState.OPEN).select_related("organization")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def list_called(meeting: Meeting, *, on: date | None = None) -> list[CellMember]:
    """The members who must come, as of the day the meeting is called for (or `on`), sorted by given name. Three queries."""
    day = on or meeting.day
    rules = rules_for(organization=meeting.organization, on=day)
    members = list_cell_members(organization_id=meeting.organization_id, on=day)
    return [member for member in members if member.is_counted(rules)]


def find_first_met(organization_id: int, since: date, until: date) -> date | None:
    """The first day of the first month, from that of `since` to the one before that of `until`, for which the cell met. One query."""
    met = Meeting.objects.filter(
        organization_id=organization_id,
        kind__in=MeetingKind.monthly(),
        state__in=MeetingState.begun(),
        month__gte=since,
        month__lt=until,
    )
    return met.order_by("month").values_list("month", flat=True).first()


def find_last_met(path: str, since: date, until: date) -> date | None:
    """The last day, `since` or later and before `until`, on which a cell at or below that place met or is meeting. One query."""
    begun = Meeting.objects.filter(organization__path__startswith=path, state__in=MeetingState.begun())
    within = begun.filter(opened_at__date__gte=since, opened_at__date__lt=until).order_by("-opened_at")
    moment = within.values_list("opened_at", flat=True).first()
    return day_of(moment) if moment else None


def name_open_meeting(organization_id: int, today: date) -> str:
    """`buổi mở ngày 03/11/2026 chưa kết thúc (đồng chí Ma Công Lập, bí thư, kết thúc được)`; empty for none. Two queries."""
    opened = Meeting.objects.filter(organization_id=organization_id, state=MeetingState.OPEN).order_by("opened_at")
    meeting = opened.first()
    if meeting is None:
        return ""
    words = _("buổi mở ngày %(day)s chưa kết thúc") % {"day": say_date(meeting.held_on)}
    secretary = secretary_on(organization_id, today)
    if secretary is None:
        return words
    return _("%(meeting)s (đồng chí %(name)s, bí thư, kết thúc được)") % {"meeting": words, "name": secretary.full_name}


def list_unrecorded(actor: Actor, organization: Organization) -> tuple[Effect, ...]:
    """The meetings that a unit which has ended neither wrote down nor called off, as its preview says them; others finish them.

    Those of its end and later were called off with it. At most two queries.
    """
    left = Meeting.objects.filter(organization=organization, state=MeetingState.PLANNED).order_by("planned_for", "pk")
    label = _("Buổi sinh hoạt trước ngày ấy chưa họp hoặc chưa ghi lại (đơn vị nhận hồ sơ ghi nốt)")
    days = [say_short_date(meeting.day) for meeting in left.visible_to(actor)[:NAMED]]
    count = left.count()
    return (Effect(label, count, tuple(days)),) if count else ()


def require_settling(*, actor: Actor, cell: Organization) -> None:
    """For whoever says that a meeting was not held, who presided at it, or why it went against a rule. Raises NotAllowed.

    In a cell that has ended nothing is prepared any more; who finishes what its last meetings left says that too (docs/adr/0006).
    """
    permission = Permission.MEETINGS_PREPARE if cell.closed_on is None else Permission.MEETINGS_HOLD
    actor.require(permission, cell.path)


def may_settle(*, actor: Actor, cell: Organization) -> bool:
    """`require_settling`, asked by pages."""
    try:
        require_settling(actor=actor, cell=cell)
    except NotAllowed:
        return False
    return True
