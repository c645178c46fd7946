"""What the cell is used to: from a month on it meets on another day, at another hour or place."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.typed import take_line
from nennep.core.wording import for_reader
from nennep.meetings.choices import (
    PLACE_LIMIT,
    MeetingKind,
    MeetingScheduled,
    MeetingsMoved,
    MeetingState,
    RoutineChanged,
    Verb,
)
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.queries.routine import (
    first_free_month,
    has_judged,
    list_cells_by_rule,
    read_day_rules,
    read_habits,
)
from nennep.meetings.rules.schedule import find_meeting_day
from nennep.members.queries import secretaries_on
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization


class RoutineTooEarly(DomainError):
    code = "routine_too_early"
    message = _("Chi bộ đã họp hoặc đã qua tháng này theo lịch cũ. Hãy chọn từ tháng %(first)s.")
    field = "since"


class RoutineNotThere(DomainError):
    code = "routine_not_there"
    message = _("Thay đổi này đã được bỏ. Hãy tải lại trang.")


def set_routine(
    *,
    actor: Actor,
    organization: Organization,
    since: Month,
    fixed_day: int | None,
    starts_at: time,
    place: str,
    now: datetime,
) -> int:
    """Change the cell's fixed day (None: the day of the policy), hour and place from that month on; return how many meetings moved.

    What is said again about a month replaces what was said. A cell of which no month was judged has it from ever.
    Meetings to come follow, except those already announced or moved by hand with a reason.
    Raises RoutineTooEarly (no month that is over or has met is judged anew).
    """
    actor.require(Permission.MEETINGS_PREPARE, organization.path)
    place = take_line(place, limit=PLACE_LIMIT, field="place")
    with transaction.atomic():
        cell = lock_organization(organization)
        first = _require_free(cell, since, localdate(now))
        is_first = since == first and not has_judged(cell, today=localdate(now))
        MeetingRoutine.objects.update_or_create(
            organization=cell,
            since=None if is_first else since.first_day,
            defaults={"fixed_day": fixed_day, "starts_at": starts_at, "place": place},
        )
        publish(RoutineChanged(cell.pk, date.min if is_first else since.first_day))
        moved = _follow_routine(cell, since, now)
        said = {"since": str(since), "fixed_day": fixed_day, "starts_at": f"{starts_at:%H:%M}"}
        record(Verb.ROUTINE_CHANGED, actor=actor, target=_target(cell), now=now, details=said | {"moved": moved})
    return moved


def withdraw_routine(*, actor: Actor, organization: Organization, since: Month, now: datetime) -> int:
    """Take back the change that was to begin with that month; return how many meetings follow the former routine again.

    Raises RoutineTooEarly, RoutineNotThere.
    """
    actor.require(Permission.MEETINGS_PREPARE, organization.path)
    with transaction.atomic():
        cell = lock_organization(organization)
        _require_free(cell, since, localdate(now))
        deleted, _rows = MeetingRoutine.objects.filter(organization=cell, since=since.first_day).delete()
        if not deleted:
            raise RoutineNotThere
        publish(RoutineChanged(cell.pk, since.first_day))
        moved = _follow_routine(cell, since, now)
        said = {"since": str(since), "withdrawn": True, "moved": moved}
        record(Verb.ROUTINE_CHANGED, actor=actor, target=_target(cell), now=now, details=said)
    return moved


def follow_rules(*, actor: Actor, organization_id: int, since: date, now: datetime) -> int:
    """The fixed day of a rule changed for the unit from that day on: meetings to come follow; returns how many moved.

    Those of cells with a fixed day of their own stay, so do those already announced or moved by hand with a reason. The
    secretaries are told. Publishes MeetingsMoved.
    """
    actor.require_program()
    with transaction.atomic():
        cells = list_cells_by_rule(organization_id=organization_id, since=since, on=localdate(now))
        moved = _place_anew(cells, Month.of(since), now, only_moved=True)
        if moved:
            publish(MeetingsMoved(tuple(meeting.pk for meeting in moved)))
            _tell_secretaries(actor, moved, now)
    return len(moved)


def _tell_secretaries(actor: Actor, moved: Sequence[Meeting], now: datetime) -> None:
    secretaries = secretaries_on({meeting.organization_id for meeting in moved}, localdate(now)).values()
    first = Month.of(min(meeting.month for meeting in moved))
    words = {"month": f"{first.number}/{first.year}"}
    notify(
        actor=actor,
        user_ids=[post.user_id for post in secretaries if post.user_id],
        kind="meetings.day_changed",
        title=for_reader(lambda: gettext("Ngày sinh hoạt cố định theo quy định đổi từ tháng %(month)s") % words),
        body=_("Các buổi chưa gửi giấy mời đã chuyển theo ngày mới. Xem ở Kế hoạch năm."),
        page=Destination(reverse("home")),
        now=now,
    )


def _require_free(cell: Organization, since: Month, today: date) -> Month:
    first = first_free_month(cell, today=today)
    if since < first:
        raise RoutineTooEarly(first=f"{first.number}/{first.year}")
    return first


def _target(cell: Organization) -> Target:
    return Target("organizations.organization", str(cell.public_id), cell.name, cell.path)


def _follow_routine(cell: Organization, since: Month, now: datetime) -> int:
    moved = _place_anew([cell], since, now)
    for meeting in moved:
        publish(MeetingScheduled(meeting.organization_id, meeting.pk, meeting.month))
    return len(moved)


def _place_anew(
    cells: Sequence[Organization], since: Month, now: datetime, *, only_moved: bool = False
) -> list[Meeting]:
    """Meetings to come, each on the day, hour and place of its month; none into the past. `only_moved`: without those that stay."""
    coming = Meeting.objects.select_for_update(of=("self",), no_key=True).filter(
        organization__in=cells,
        month__gte=since.first_day,
        kind__in=MeetingKind.monthly(),
        state=MeetingState.PLANNED,
        announced_at=None,
        departures=None,
        planned_for__gt=now,
    )
    meetings = list(coming)
    rules = read_day_rules(cells=cells, months={Month.of(meeting.month) for meeting in meetings})
    habits = read_habits(cells=cells)
    moved = []
    for meeting in meetings:
        month = Month.of(meeting.month)
        cell = meeting.organization_id
        routine, day = habits[cell].of(month), find_meeting_day(month, rules[month][cell])
        planned_for = make_aware(datetime.combine(day, routine.starts_at))
        if planned_for > now and not (only_moved and meeting.day == day):
            meeting.planned_for, meeting.place = planned_for, routine.place
            moved.append(meeting)
    Meeting.objects.bulk_update(moved, ["planned_for", "place"])
    return moved
