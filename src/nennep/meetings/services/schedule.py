"""The year's meetings: they exist by themselves; moving, adding and not holding one takes a reason."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.queue import enqueue_on_commit
from nennep.core.typed import ReasonMissing, require_line, take_line
from nennep.core.wording import for_records, say_date
from nennep.meetings.choices import (
    CELLS_OF_A_JOB,
    PLACE_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    MeetingAnnounced,
    MeetingKind,
    MeetingScheduled,
    MeetingState,
    Verb,
)
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.meetings.queries.meeting import lock_meeting, require_settling
from nennep.meetings.queries.routine import day_rule_of, read_day_rules, read_habits
from nennep.meetings.queries.schedule import list_cells_to_plan, list_open_cells
from nennep.meetings.rules.schedule import (
    NEIGHBOUR_DAYS,
    DatePosition,
    find_first_day,
    find_last_day,
    find_month_counted,
    list_months_to_plan,
    may_count_for,
    place_date,
)
from nennep.meetings.rules.state import is_before, require_planned
from nennep.meetings.services.agenda import fill_agendas, link_theme
from nennep.meetings.services.meeting import meeting_target
from nennep.meetings.services.notice import CellEnded, tell_members
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization, unit_as_of
from nennep.policies.choices import PolicyKey


class ScheduleNeedsCell(DomainError):
    code = "not_a_cell"
    message = _("Chỉ chi bộ mới có lịch sinh hoạt.")


class MonthTaken(DomainError):
    code = "month_taken"
    message = _("Tháng này đã có buổi sinh hoạt thường kỳ. Hãy dời ngày của buổi đó.")
    field = "planned_for"


class DateTooFar(DomainError):
    code = "date_too_far"
    message = _("Ngày này quá xa tháng %(month)s. Hãy chọn ngày trong tháng, hoặc trước, sau không quá %(days)s ngày.")
    field = "planned_for"


class ThemeMissing(DomainError):
    code = "theme_missing"
    message = _("Hãy ghi tên chuyên đề.")
    field = "theme"


class CellClosed(DomainError):
    code = "cell_closed"
    message = _("Chi bộ này kết thúc hoạt động từ ngày %(on)s. Hãy chọn ngày trước đó.")
    field = "planned_for"


class NotCancelled(DomainError):
    code = "not_cancelled"
    message = _("Buổi này không bị ghi là không họp.")


def ensure_schedule(*, actor: Actor, organization: Organization, year: int, now: datetime) -> list[Meeting]:
    """Make the regular meetings of `year` that the cell still lacks, with their programmes; return the new ones.

    In order: the cell is locked, each month from today's on gets a meeting on its fixed day (rules.md §1.3)
    at the cell's usual hour and place, but none for the month after whose days the cell came; the programme comes from the
    template of the cell's type. A month whose meeting was called off stays without. Idempotent. Raises ScheduleNeedsCell.
    """
    actor.require(Permission.MEETINGS_PREPARE, organization.path)
    with transaction.atomic():
        cell = lock_organization(organization)
        if not cell.is_cell:
            raise ScheduleNeedsCell
        planned = _plan_months(cell, year, now)
        meetings = Meeting.objects.bulk_create(planned)
        if meetings:
            fill_agendas(actor=actor, meetings=meetings, cell=cell, now=now)
            details = {"year": year, "meetings": len(meetings)}
            record(Verb.SCHEDULED, actor=actor, target=_cell_target(cell), now=now, details=details)
        for meeting in meetings:
            _publish(meeting)
    return meetings


def _plan_months(cell: Organization, year: int, now: datetime) -> list[Meeting]:
    months = list_months_to_plan(year=year, opened_on=cell.counted_from, closed_on=cell.closed_on, today=now.date())
    taken = set(
        Meeting.objects.filter(organization=cell, month__year=year, kind__in=MeetingKind.monthly())
        .order_by()
        .values_list("month", flat=True)
    )
    habits, rules = read_habits(cells=[cell])[cell.pk], read_day_rules(cells=[cell], months=months)
    planned = []
    for month in months:
        routine, rule = habits.of(month), rules[month][cell.pk]
        day = find_first_day(month, rule, opened_on=cell.counted_from)
        is_there = cell.counted_from <= find_last_day(month, rule) and (cell.closed_on is None or day < cell.closed_on)
        if is_there and month.first_day not in taken:
            moment = _at(day, routine.starts_at)
            planned.append(Meeting(organization=cell, month=month.first_day, planned_for=moment, place=routine.place))
    return planned


def ensure_all_schedules(*, actor: Actor, now: datetime) -> int:
    """`ensure_schedule` for every cell that exists, for this year and from December on for the next; how many meetings were made.

    Each cell is a transaction of its own. Run every night (`nennep tick`).
    """
    made = 0
    for year in _years_to_plan(now):
        for cell in list_cells_to_plan(actor=actor, year=year, on=now.date()):
            made += len(ensure_schedule(actor=actor, organization=cell, year=year, now=now))
    return made


def _years_to_plan(now: datetime) -> list[int]:
    return [now.year, now.year + 1] if localtime(now).month == 12 else [now.year]


def plan_later(*, actor: Actor, organization_ids: Sequence[int]) -> None:
    """After the commit jobs plan these new cells: a list of thousands holds up nobody who writes meanwhile.

    What a killed worker leaves undone is planned by the day's work, at the next start.
    """
    actor.require_program()
    for start in range(0, len(organization_ids), CELLS_OF_A_JOB):
        ids = list(organization_ids[start : start + CELLS_OF_A_JOB])
        enqueue_on_commit("nennep.meetings.jobs.plan_cells", organization_ids=ids)


def plan_cells(*, actor: Actor, organization_ids: Sequence[int], now: datetime) -> int:
    """`ensure_schedule` of this year for new cells (of the next too in December); how many meetings were made.

    Each cell is a transaction of its own; one that has its meetings gets no more.
    """
    made = 0
    for cell in list_open_cells(organization_ids=organization_ids, on=now.date()):
        for year in _years_to_plan(now):
            made += len(ensure_schedule(actor=actor, organization=cell, year=year, now=now))
    return made


def _cell_target(cell: Organization) -> Target:
    return Target("organizations.organization", str(cell.public_id), cell.name, cell.path)


def call_off_coming(
    *, actor: Actor, organization_id: int, on: date, successor_id: int | None = None, now: datetime
) -> int:
    """A cell ended on that day: its meetings from then on will not be held; returns how many. Whoever was called is told."""
    ended, reason = CellEnded(on - timedelta(days=1), successor_id or organization_id), _say_end(on, successor_id)
    with transaction.atomic():
        coming = Meeting.objects.select_related("organization").filter(
            organization_id=organization_id, state=MeetingState.PLANNED, planned_for__gte=_at(on, time.min)
        )
        meetings = list(coming.select_for_update(of=("self",), no_key=True))
        for meeting in meetings:
            actor.require(Permission.MEETINGS_PREPARE, meeting.organization.path)
            meeting.state, meeting.cancelled_reason = MeetingState.CANCELLED, reason
            meeting.save(update_fields=["state", "cancelled_reason"])
            record(Verb.CANCELLED, actor=actor, target=meeting_target(meeting), now=now)
            _publish(meeting)
            if meeting.announced_at:
                tell_members(actor=actor, meeting=meeting, what=_("Không họp"), reason=reason, ended=ended, now=now)
    return len(meetings)


def _say_end(on: date, successor_id: int | None) -> str:
    """Where those who were called belong from that day on."""
    heir = unit_as_of(organization=Organization(pk=successor_id), on=on) if successor_id else None
    if heir is None:
        return for_records(lambda: _("Chi bộ đã kết thúc hoạt động."))
    words = {"day": say_date(on), "cell": heir.name}
    return for_records(lambda: _("Chi bộ đã sáp nhập: từ ngày %(day)s sinh hoạt ở %(cell)s.") % words)[:REASON_LIMIT]


def move_meeting(
    *, actor: Actor, meeting: Meeting, planned_for: datetime, place: str, reason: str = "", now: datetime
) -> Meeting:
    """Call the meeting for another time or place.

    A regular meeting off its fixed day needs a reason, kept as a departure from the rule (inside the window: the fixed
    day; outside: the window). Back on the fixed day the departure goes. Members already told are told again.
    The day of the meeting decides: what a cell held before it ended is put on its day by whoever finishes for it, who tells nobody.
    Raises DateTooFar, ReasonMissing, CellClosed, and what `require_planned` raises.
    """
    require_settling(actor=actor, cell=meeting.organization)
    place = take_line(place, limit=PLACE_LIMIT, field="place")
    reason = take_line(reason, limit=REASON_LIMIT, field="reason")
    with transaction.atomic():
        lock_organization(meeting.organization)
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        _require_cell_on(meeting.organization, planned_for)
        before = meeting.planned_for
        monthly = MeetingKind(meeting.kind).is_monthly
        if monthly:
            _judge_move(actor, meeting, planned_for, reason=reason, now=now)
        counted = find_month_counted(Month.of(meeting.month), localdate(planned_for), monthly=monthly)
        meeting.month = counted.first_day
        meeting.planned_for, meeting.place = planned_for, place
        meeting.save(update_fields=["planned_for", "place", "month"])
        details = {"from": before.isoformat(), "to": planned_for.isoformat()}
        record(Verb.MOVED, actor=actor, target=meeting_target(meeting), now=now, details=details)
        _publish(meeting)
        if _is_to_be_told(meeting) and before != planned_for:
            tell_members(actor=actor, meeting=meeting, what=_("Dời buổi sinh hoạt"), reason=reason, now=now)
            publish(MeetingAnnounced(meeting.organization_id, meeting.pk, meeting.month, at=now))
    return meeting


def _is_to_be_told(meeting: Meeting) -> bool:
    """Whoever was called still waits for it; nobody does for what a cell that has ended held or did not hold."""
    return meeting.announced_at is not None and meeting.organization.closed_on is None


def _require_cell_on(cell: Organization, planned_for: datetime) -> None:
    if cell.closed_on is not None and not is_before(localdate(planned_for), cell.closed_on):
        raise CellClosed(on=f"{cell.closed_on:%d/%m/%Y}")


def _judge_move(actor: Actor, meeting: Meeting, planned_for: datetime, *, reason: str, now: datetime) -> None:
    month, day = Month.of(meeting.month), localdate(planned_for)
    if not may_count_for(day, month):
        raise DateTooFar(month=f"{month.number}/{month.year}", days=NEIGHBOUR_DAYS)
    position = place_date(day, month=month, rule=day_rule_of(meeting.organization, month=month))
    keys = {PolicyKey.FIXED_DAY, PolicyKey.WINDOW_LAST_DAY}
    withdraw_departures(actor=actor, meeting=meeting, rule_keys=keys)
    if position == DatePosition.ON_DAY:
        return
    if not reason:
        raise ReasonMissing
    key = PolicyKey.FIXED_DAY if position == DatePosition.IN_WINDOW else PolicyKey.WINDOW_LAST_DAY
    record_departure(actor=actor, meeting=meeting, rule_key=key, reason=reason, now=now)


def record_departure(*, actor: Actor, meeting: Meeting, rule_key: str, reason: str, now: datetime) -> RuleDeparture:
    """Keep why the cell went on against what the rule `rule_key` says; a later reason replaces the earlier one.

    Called inside the transaction of a service that has asked for its permission, or by itself.
    """
    require_settling(actor=actor, cell=meeting.organization)
    reason = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
    with transaction.atomic():
        defaults = {"reason": reason, "at": now, "by_id": actor.user_id, "by_name": actor.name}
        departure, _created = RuleDeparture.objects.update_or_create(
            meeting=meeting, rule_key=str(rule_key), defaults=defaults
        )
        details = {"rule": str(rule_key)}
        record(Verb.DEPARTED, actor=actor, target=meeting_target(meeting), now=now, details=details)
    return departure


def withdraw_departures(*, actor: Actor, meeting: Meeting, rule_keys: Collection[str]) -> None:
    """What was said about these rules no longer holds: the meeting is being judged anew."""
    require_settling(actor=actor, cell=meeting.organization)
    RuleDeparture.objects.filter(meeting=meeting, rule_key__in=rule_keys).delete()


def add_meeting(
    *,
    actor: Actor,
    organization: Organization,
    kind: MeetingKind,
    planned_for: datetime,
    place: str,
    theme: str,
    now: datetime,
) -> Meeting:
    """Call a thematic or extraordinary meeting, or the month's regular one where there is none.

    The same one asked for once more (a button tapped twice) is the one that is there. Raises ScheduleNeedsCell,
    ThemeMissing (thematic and combined), CellClosed, MonthTaken.
    """
    actor.require(Permission.MEETINGS_PREPARE, organization.path)
    place = take_line(place, limit=PLACE_LIMIT, field="place")
    theme = take_line(theme, limit=TITLE_LIMIT, field="theme")
    if kind.is_themed and not theme:
        raise ThemeMissing
    with transaction.atomic():
        cell = lock_organization(organization)
        if not cell.is_cell:
            raise ScheduleNeedsCell
        _require_cell_on(cell, planned_for)
        month = Month.of(localdate(planned_for)).first_day
        if kind.is_monthly and _has_regular(cell, month):
            raise MonthTaken
        same = Meeting.objects.filter(organization=cell, kind=kind, planned_for=planned_for, theme=theme)
        if known := same.exclude(state=MeetingState.CANCELLED).first():
            return known
        meeting = Meeting.objects.create(
            organization=cell, kind=kind, month=month, planned_for=planned_for, place=place, theme=theme
        )
        fill_agendas(actor=actor, meetings=[meeting], cell=cell, now=now)
        link_theme(actor=actor, meeting=meeting, now=now)
        record(Verb.SCHEDULED, actor=actor, target=meeting_target(meeting), now=now, details={"kind": str(kind)})
        _publish(meeting)
    return meeting


def _has_regular(cell: Organization, month: date) -> bool:
    monthly = Meeting.objects.filter(organization=cell, month=month, kind__in=MeetingKind.monthly())
    return monthly.filter(~Q(state=MeetingState.CANCELLED)).exists()


def cancel_meeting(*, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Write down that the meeting will not be held, and why; members already told are told so, unless their cell has ended."""
    require_settling(actor=actor, cell=meeting.organization)
    reason = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        require_planned(meeting.state)
        meeting.state, meeting.cancelled_reason = MeetingState.CANCELLED, reason
        meeting.save(update_fields=["state", "cancelled_reason"])
        record(Verb.CANCELLED, actor=actor, target=meeting_target(meeting), now=now)
        _publish(meeting)
        if _is_to_be_told(meeting):
            tell_members(actor=actor, meeting=meeting, what=_("Không họp"), reason=reason, now=now)
    return meeting


def restore_meeting(*, actor: Actor, meeting: Meeting, now: datetime) -> Meeting:
    """Take back that the meeting will not be held. Raises NotCancelled, CellClosed, MonthTaken."""
    require_settling(actor=actor, cell=meeting.organization)
    with transaction.atomic():
        lock_organization(meeting.organization)
        meeting = lock_meeting(meeting)
        if meeting.state != MeetingState.CANCELLED:
            raise NotCancelled
        _require_cell_on(meeting.organization, meeting.planned_for)
        if MeetingKind(meeting.kind).is_monthly and _has_regular(meeting.organization, meeting.month):
            raise MonthTaken
        meeting.state, meeting.cancelled_reason = MeetingState.PLANNED, ""
        meeting.save(update_fields=["state", "cancelled_reason"])
        record(Verb.SCHEDULED, actor=actor, target=meeting_target(meeting), now=now, details={"restored": True})
        _publish(meeting)
    return meeting


def _publish(meeting: Meeting) -> None:
    publish(MeetingScheduled(meeting.organization_id, meeting.pk, meeting.month))


def _at(day: date, starts_at: time) -> datetime:
    return make_aware(datetime.combine(day, starts_at))
