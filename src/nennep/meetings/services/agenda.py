"""The programme: from the template, changed by hand, agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.merging import settle_values
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.previews import Preview, list_named
from nennep.core.typed import take_line
from nennep.core.wording import say_date
from nennep.meetings.choices import TITLE_LIMIT, MeetingKind, MeetingState, Phase, Topic, Verb
from nennep.meetings.models import AgendaItem, Meeting, ThemePlan
from nennep.meetings.queries.meeting import lock_meeting, require_settling, shown_values
from nennep.meetings.queries.themes import find_plan_of
from nennep.meetings.rules.agenda import (
    build_agenda,
    find_place,
    may_change_kind,
    move_position,
    place_at,
)
from nennep.meetings.rules.state import require_planned, require_unfinished
from nennep.meetings.services.former_agenda import keep_former
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.members.queries import list_cell_members
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for


class AgendaEmpty(DomainError):
    code = "agenda_empty"
    message = _("Chương trình chưa có mục nào. Hãy lập từ mẫu hoặc thêm mục.")


class ItemBegun(DomainError):
    code = "item_begun"
    message = _("Mục này đã bàn hoặc đã có ghi chép nên không bỏ được.")


class KindNotPossible(DomainError):
    code = "kind_not_possible"
    message = _(
        "Buổi chuyên đề không thay buổi thường kỳ của tháng. Hãy chọn thường kỳ gắn chuyên đề, hoặc thêm một buổi "
        "chuyên đề riêng."
    )
    field = "kind"


class ThemeNeeded(DomainError):
    code = "theme_needed"
    message = _("Hãy ghi tên chuyên đề.")
    field = "theme"


class PresenterOfAnotherCell(DomainError):
    code = "not_of_this_cell"
    message = _("Đồng chí này không sinh hoạt ở chi bộ vào ngày họp. Hãy chọn người khác.")


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """What a person types of one item. `presenter` is a member's public id."""

    title: str
    minutes: int
    topic: Topic = Topic.OTHER
    phase: Phase = Phase.PROCEEDINGS
    presenter: UUID | None = None


@dataclass(frozen=True, slots=True)
class MeetingPeople:
    """Who runs the meeting. `chair` and `minute_taker` are members' public ids; guests have their own list (guests)."""

    chair: UUID | None = None
    minute_taker: UUID | None = None


def fill_agendas(*, actor: Actor, meetings: Sequence[Meeting], cell: Organization, now: datetime) -> None:
    """Give new meetings of one cell the programme of its template. Two queries, inside the caller's transaction."""
    actor.require(Permission.MEETINGS_PREPARE, cell.path)
    template = rules_for(organization=cell, on=now.date()).agenda_template
    items: list[AgendaItem] = []
    for meeting in meetings:
        items += _build_items(meeting, template)
    AgendaItem.objects.bulk_create(items)


def _build_items(meeting: Meeting, template: dict[str, Any]) -> list[AgendaItem]:
    lines = build_agenda(
        template,
        kind=MeetingKind(meeting.kind),
        month=Month.of(meeting.month),
        theme=meeting.theme,
        cell_type=meeting.organization.cell_type,
    )
    return [
        AgendaItem(
            meeting=meeting,
            position=position,
            phase=line.phase,
            topic=line.topic,
            title=line.title,
            minutes_planned=line.minutes,
        )
        for position, line in enumerate(lines, start=1)
    ]


def rebuild_agenda(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Throw the programme away and take the template in force today again; it is no longer agreed. Only before the meeting."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        keep_former(actor=actor, meeting=meeting)
        meeting.agenda.all().delete()
        fill_agendas(actor=actor, meetings=[meeting], cell=meeting.organization, now=now)
        meeting.prepared_at = None
        meeting.save(update_fields=["prepared_at"])
        _note(actor, meeting, now, change="rebuilt")
    return meeting


def foresee_rebuild(*, actor: Actor, meeting: Meeting, now: datetime) -> Preview:
    """Which items the template would bring, and which would go; nothing is done."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    template = rules_for(organization=meeting.organization, on=now.date()).agenda_template
    new = [item.title for item in _build_items(meeting, template)]
    old = [item.title for item in meeting.agenda.order_by("position", "pk")]
    effects = (
        *list_named(str(_("Mục sẽ bỏ")), [title for title in old if title not in new]),
        *list_named(str(_("Mục sẽ thêm")), [title for title in new if title not in old]),
    )
    agreed = _("Chương trình đã thống nhất ngày %(day)s sẽ phải thống nhất lại.")
    asked = str(_("Bỏ các sửa đổi, lập lại chương trình từ mẫu."))
    if meeting.prepared_at:
        asked = f"{asked} {agreed % {'day': say_date(localdate(meeting.prepared_at))}}"
    return Preview(asked, effects, undo=str(AGENDA_UNDO))


AGENDA_UNDO = _("Hoàn tác được ở trang chương trình, đến khi chương trình có thay đổi khác.")


def add_item(*, actor: Actor, meeting: Meeting, details: ItemDetails, now: datetime) -> AgendaItem:
    """Put an item beside its kin, in its own phase (`find_place`). Also possible during the meeting.

    The very same item once more is a form that was sent twice: nothing is added.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_unfinished(meeting.state)
        items = list(meeting.agenda.order_by("position", "pk"))
        kinds = [(Phase(item.phase), Topic(item.topic)) for item in items]
        before = find_place(kinds, details.phase, details.topic)
        item = AgendaItem(meeting=meeting, position=before + 1, phase=details.phase, topic=details.topic)
        item.title = take_line(details.title, limit=TITLE_LIMIT, field="title")
        item.minutes_planned = details.minutes
        item.presenter_id = _member_id(meeting, details.presenter)
        if same := next((one for one in items if _is_same(one, item)), None):
            return same
        item.save()
        _renumber([*items[:before], item, *items[before:]])
        _note(actor, meeting, now, change="added", item=str(item.public_id))
    return item


def _is_same(one: AgendaItem, other: AgendaItem) -> bool:
    names = ("phase", "topic", "title", "minutes_planned", "presenter_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def change_item(
    *,
    actor: Actor,
    item: AgendaItem,
    details: ItemDetails,
    begun: Mapping[str, str] | None = None,
    now: datetime,
    position: int | None = None,
) -> AgendaItem:
    """Another title, length or presenter, and with `position` (1 is first) another place; the topic stays.

    `begun`: title, minutes and presenter as they were shown to the writer; what another changed since stays, or raises ValuesChanged
    where both changed it.
    """
    actor.require(Permission.MEETINGS_PREPARE, item.meeting.organization.path)
    with transaction.atomic():
        meeting, item = _lock_item(item)
        mine = {"title": details.title, "minutes": str(details.minutes), "presenter": str(details.presenter or "")}
        settled = settle_values(base=begun or {}, mine=mine, theirs=shown_values(item))
        item.title = take_line(settled["title"], limit=TITLE_LIMIT, field="title")
        item.minutes_planned = int(settled["minutes"])
        item.presenter_id = _member_id(meeting, UUID(settled["presenter"]) if settled["presenter"] else None)
        item.save(update_fields=["title", "minutes_planned", "presenter"])
        if position:
            _reorder(meeting, item, position=position)
        _note(actor, meeting, now, change="changed", item=str(item.public_id))
    return item


def remove_item(*, actor: Actor, item: AgendaItem, now: datetime) -> None:
    """Take an item off. Raises ItemBegun once it was discussed or noted."""
    actor.require(Permission.MEETINGS_PREPARE, item.meeting.organization.path)
    with transaction.atomic():
        meeting, item = _lock_item(item)
        if item.started_at or item.note or item.conclusion:
            raise ItemBegun
        keep_former(actor=actor, meeting=meeting)
        item.delete()
        _renumber(list(meeting.agenda.order_by("position", "pk")))
        came_from = {"origin": item.origin_id} if item.origin_id else {}
        _note(actor, meeting, now, change="removed", item=str(item.public_id), **came_from)


def move_item(*, actor: Actor, item: AgendaItem, step: int, now: datetime) -> None:
    """One place up (-1) or down (+1)."""
    actor.require(Permission.MEETINGS_PREPARE, item.meeting.organization.path)
    with transaction.atomic():
        meeting, item = _lock_item(item)
        _reorder(meeting, item, step=step)
        _note(actor, meeting, now, change="moved", item=str(item.public_id))


class AgendaChanged(Conflict):
    code = "agenda_changed"
    message = _("Chương trình vừa có mục thêm hoặc bớt. Hãy xem lại rồi xếp thứ tự.")


def reorder_agenda(*, actor: Actor, meeting: Meeting, order: Sequence[UUID], now: datetime) -> Meeting:
    """Put all items into this order, by their public ids.

    Raises AgendaChanged unless these are exactly the items that the programme has now: nothing is lost by a stale page.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_unfinished(locked.state)
        items = {item.public_id: item for item in locked.agenda.order_by("position", "pk")}
        if len(order) != len(items) or set(order) != set(items):
            raise AgendaChanged
        if list(order) != list(items):
            _renumber([items[public_id] for public_id in order])
            _note(actor, locked, now, change="reordered")
    return locked


def _reorder(meeting: Meeting, item: AgendaItem, *, step: int = 0, position: int = 0) -> None:
    items = {row.pk: row for row in meeting.agenda.order_by("position", "pk")}
    order = list(items)
    index = order.index(item.pk)
    order = place_at(order, index, position) if position else move_position(order, index, step)
    _renumber([items[pk] for pk in order])


def change_kind(*, actor: Actor, meeting: Meeting, kind: MeetingKind, theme: str, now: datetime) -> Meeting:
    """Make it regular, regular with a theme, thematic or extraordinary, with the programme of that kind.

    A theme of the cell's plan with the same title is linked to the meeting. Between regular and combined only the theme's
    items come and go; otherwise the programme is built anew.
    Raises ThemeNeeded, KindNotPossible.
    """
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    theme = take_line(theme, limit=TITLE_LIMIT, field="theme")
    if kind.is_themed and not theme:
        raise ThemeNeeded
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        before = MeetingKind(meeting.kind)
        if not may_change_kind(before, kind, month_has_regular=_other_regular(meeting)):
            raise KindNotPossible
        meeting.kind, meeting.theme = kind, theme if kind.is_themed else ""
        meeting.save(update_fields=["kind", "theme"])
        link_theme(actor=actor, meeting=meeting, now=now)
        _adapt_items(actor, meeting, before, now)
        _note(actor, meeting, now, change="kind", kind=str(kind))
    return meeting


def link_theme(*, actor: Actor, meeting: Meeting, now: datetime) -> None:  # noqa: ARG001  as services are called
    """Tie the meeting to the theme of the plan that it names, and to no other. Inside the caller's transaction."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    plan = find_plan_of(meeting) if meeting.theme else None
    ThemePlan.objects.filter(meeting=meeting).update(meeting=None)
    if plan is not None:
        plan.meeting = meeting
        plan.save(update_fields=["meeting"])


def _other_regular(meeting: Meeting) -> bool:
    same_month = Meeting.objects.filter(
        organization=meeting.organization_id, month=meeting.month, kind__in=MeetingKind.monthly()
    )
    return same_month.exclude(Q(pk=meeting.pk) | Q(state=MeetingState.CANCELLED)).exists()


def _adapt_items(actor: Actor, meeting: Meeting, before: MeetingKind, now: datetime) -> None:
    if not (before.is_monthly and MeetingKind(meeting.kind).is_monthly):
        meeting.agenda.all().delete()
        fill_agendas(actor=actor, meetings=[meeting], cell=meeting.organization, now=now)
        return
    kept = list(meeting.agenda.exclude(topic=Topic.THEME).order_by("position", "pk"))
    meeting.agenda.filter(topic=Topic.THEME).delete()
    template = rules_for(organization=meeting.organization, on=now.date()).agenda_template
    themed = [item for item in _build_items(meeting, template) if item.topic == Topic.THEME]
    AgendaItem.objects.bulk_create(themed)
    _renumber(
        [
            *(item for item in kept if item.phase != Phase.CLOSING),
            *themed,
            *(item for item in kept if item.phase == Phase.CLOSING),
        ]
    )


def leave_chair_open(*, actor: Actor, organization_id: int, member_id: int, since: date, until: date) -> int:
    """Somebody does the work of this member from a day until before another: who was to chair planned meetings of these days.

    Nobody is named any more, and so whoever stands in presides, as for every meeting for which nobody was. How many changed.
    """
    actor.require_program()
    planned = Meeting.objects.filter(organization_id=organization_id, state=MeetingState.PLANNED, chair_id=member_id)
    moments = (make_aware(datetime.combine(day, time.min)) for day in (since, until))
    return planned.filter(planned_for__gte=next(moments), planned_for__lt=next(moments)).update(chair=None)


def set_people(*, actor: Actor, meeting: Meeting, people: MeetingPeople, now: datetime) -> Meeting:
    """Name the chair and the minute-taker (members of the cell on the day)."""
    require_settling(actor=actor, cell=meeting.organization)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_unfinished(meeting.state)
        meeting.chair_id = _member_id(meeting, people.chair)
        meeting.minute_taker_id = _member_id(meeting, people.minute_taker)
        meeting.save(update_fields=["chair", "minute_taker"])
        _note(actor, meeting, now, change="people")
    return meeting


def agree_agenda(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """The committee (or the secretary) has agreed the programme: step one of the month is done. Raises AgendaEmpty."""
    actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        if not meeting.agenda.exists():
            raise AgendaEmpty
        meeting.prepared_at = now
        meeting.save(update_fields=["prepared_at"])
        _note(actor, meeting, now, change="agreed")
    return meeting


def _member_id(meeting: Meeting, public_id: UUID | None) -> int | None:
    """The member's own id, when it belongs to the cell on the day of the meeting."""
    if public_id is None:
        return None
    members = list_cell_members(organization_id=meeting.organization_id, on=meeting.day)
    found = next((member.member_id for member in members if member.public_id == public_id), None)
    if found is None:
        raise PresenterOfAnotherCell
    return found


def _lock_item(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    meeting = lock_meeting(item.meeting)
    require_unfinished(meeting.state)
    fresh = AgendaItem.objects.select_for_update().filter(pk=item.pk, meeting=meeting).first()
    if fresh is None:
        raise NotFound
    return meeting, fresh


def _renumber(items: Sequence[AgendaItem]) -> None:
    changed = []
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            changed.append(item)
    AgendaItem.objects.bulk_update(changed, ["position"])


def _note(actor: Actor, meeting: Meeting, now: datetime, **details: str) -> None:
    """The trail, and a new revision: the programme may change while people sit in the room."""
    keep_meeting(actor=actor, meeting=meeting)
    record(Verb.AGENDA_CHANGED, actor=actor, target=meeting_target(meeting), now=now, details=details)
