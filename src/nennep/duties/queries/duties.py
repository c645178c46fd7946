"""Reading tasks: doors, a cell's list, the month's table that fills itself, counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.audit.queries import tell_last_act
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.duties.choices import DutyCategory, DutyState, OpeningState
from nennep.duties.models import Duty as Duty
from nennep.duties.models import DutyQuerySet, DutyReport
from nennep.duties.rules import (
    STANDING_CATEGORIES,
    MeetingBefore,
    count_days_late,
    count_months,
    find_opening_state,
    is_last_months_duty,
    say_due,
    say_result,
)
from nennep.members.choices import Standing
from nennep.members.models import Member as Member
from nennep.members.models import Membership
from nennep.organizations.models import Organization as Organization

SOON = 7  # days to the due date from which a task is shown as due
SENSITIVE = ("ethnic_group", "religion", "identity_number")


TARGET_KIND = "duties.duty"


@dataclass(frozen=True)
class DutyRow:
    """One task as lists and papers show it on the day `today`; `title` holds the words of the task.

    `opening` is the state when the month began, `month_count` which month the task is in, `days_late` days past the due date,
    `days_left` days to it (None without a date or when settled). `reported`: somebody said how it goes since it was given.
    """

    public_id: UUID
    title: str
    category: DutyCategory
    assignee: str
    assignee_id: UUID
    helpers: tuple[str, ...]
    helper_ids: tuple[UUID, ...]
    given_on: date
    due_on: date | None
    state: DutyState
    percent: int
    note: str
    exceeded: bool
    settled_on: date | None
    opening: OpeningState
    month_count: int
    days_late: int
    days_left: int | None
    reported: bool

    @cached_property
    def result(self) -> str:
        """State, percent and words in one line, as the table of the resolution prints it."""
        return say_result(self.state, self.percent, self.note, reported=self.reported, days_late=self.days_late)

    @property
    def helper(self) -> str:
        """Everybody who helps, in one line; empty when nobody does."""
        return ", ".join(self.helpers)

    @property
    def is_open(self) -> bool:
        return self.state == DutyState.ONGOING

    @property
    def chip_words(self) -> str:
        """The state in words as the chip says it: `Quá hạn 9 ngày`, `Hạn 20/11/2026`, `Hoàn thành`."""
        if not self.is_open:
            return str(self.state.label)
        if self.days_late:
            return ngettext("Quá hạn %(days)s ngày", "Quá hạn %(days)s ngày", self.days_late) % {"days": self.days_late}
        return say_due(self.due_on)

    @property
    def about(self) -> str:
        """Under the title: who, what came of it so far, which month: `Ma Đình Phúc. 180/300 m; tháng thứ 2.` in one line."""
        who = (
            _("%(name)s; giúp: %(helper)s") % {"name": self.assignee, "helper": self.helper}
            if self.helper
            else self.assignee
        )
        said = self.note.rstrip(".")
        if self.is_open and self.percent:
            said = f"{self.percent}%, {said}" if said else f"{self.percent}%"
        if self.is_open and self.month_count > 1:
            months = _("tháng thứ %(number)s") % {"number": self.month_count}
            said, who = (f"{said}; {months}", who) if said else ("", f"{who}; {months}")
        return f"{who}. {said}." if said else f"{who}."

    @property
    def chip_state(self) -> str:
        """`data-state` of the chip: done, late, due (within a week), or none."""
        if self.state == DutyState.DONE:
            return "done"
        if self.state == DutyState.NOT_DONE or self.days_late:
            return "late"
        return "due" if self.is_open and self.days_left is not None and self.days_left <= SOON else ""


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One task with everything said of it. `may_write`: change, hand over, drop; `may_report`: say how it goes.

    `former_dates` are those that it had, the first of them first.
    """

    duty: Duty
    row: DutyRow
    former_dates: tuple[date, ...]
    reports: tuple[DutyReport, ...]
    may_write: bool
    may_report: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class CellDutiesPage:
    """A cell's tasks by what was chosen (`tabs`: address part, words, count), and who has none."""

    cell: Organization
    rows: tuple[DutyRow, ...]
    tabs: tuple[tuple[str, str, int], ...]
    chosen: str
    without: tuple[Member, ...]
    late: int
    may_write: bool


def get_cell_page(*, actor: Actor, public_id: UUID, chosen: str, today: date) -> CellDutiesPage:
    """A cell's tasks: open ones, or settled (`xong`), or all (`tat-ca`). Raises NotFound. Four queries."""
    cell = get_cell(actor=actor, public_id=public_id)
    every = sorted(
        (make_row(duty, since=today, today=today) for duty in list_duties(actor=actor, organization=cell)), key=_by_due
    )
    running = tuple(row for row in every if row.is_open)
    settled = tuple(sorted((row for row in every if not row.is_open), key=_by_settled))
    shown = {"xong": settled, "tat-ca": (*running, *settled)}
    return CellDutiesPage(
        cell=cell,
        rows=shown.get(chosen, running),
        tabs=(
            ("", _("Đang làm"), len(running)),
            ("xong", _("Đã xong"), len(settled)),
            ("tat-ca", _("Tất cả"), len(every)),
        ),
        chosen=chosen if chosen in shown else "",
        without=list_members_without_duty(organization=cell, on=today),
        late=sum(row.days_late > 0 for row in running),
        may_write=actor.may(Permission.DUTIES_WRITE, cell.path),
    )


def get_cell(*, actor: Actor, public_id: UUID) -> Organization:
    """The unit whose tasks the actor may read. Raises NotFound."""
    unit = Organization.objects.filter(actor.scope(Permission.DUTIES_READ, "path"), public_id=public_id).first()
    if unit is None:
        raise NotFound
    return unit


def get_duty(*, actor: Actor, public_id: UUID) -> Duty:
    """A task in scope, or the actor's own. Raises NotFound."""
    duty = _with_people(Duty.objects.visible_to(actor)).filter(public_id=public_id).first()
    if duty is None:
        raise NotFound
    return duty


def get_duty_page(*, actor: Actor, public_id: UUID, today: date) -> DutyPage:
    """One task, its reports oldest first, and what this actor may do with it. Raises NotFound."""
    duty = get_duty(actor=actor, public_id=public_id)
    may_write = actor.may(Permission.DUTIES_WRITE, duty.organization.path)
    own = is_own(actor, duty)
    return DutyPage(
        duty=duty,
        row=make_row(duty, since=duty.given_on, today=today),
        former_dates=_list_former_dates(duty),
        reports=tuple(duty.reports.all()),
        may_write=may_write,
        may_report=duty.state != DutyState.DROPPED and (may_write or own),
        is_own=own,
    )


def _list_former_dates(duty: Duty) -> tuple[date, ...]:
    """Other dates than today's, each once: a task that went along to another cell kept its own."""
    every = dict.fromkeys(duty.former_due_dates.values_list("due_on", flat=True))
    return tuple(day for day in every if day != duty.due_on)


def lock_duty(duty: Duty) -> Duty:
    """The row reloaded with its people, locked until the transaction ends."""
    return _with_people(Duty.objects.select_for_update(of=("self",), no_key=True)).get(pk=duty.pk)


def is_own(actor: Actor, duty: Duty) -> bool:
    """The actor does this task or helps with it. `duty` is loaded with its people."""
    people = {duty.assignee.user_id, *(helper.user_id for helper in duty.helpers.all())}
    return actor.user_id is not None and actor.user_id in people


def list_duties(*, actor: Actor, organization: Organization) -> DutyQuerySet:
    """All tasks of one cell in scope, by due date, those without a date last."""
    return _with_people(Duty.objects.visible_to(actor)).filter(organization=organization)


def list_open_duties(*, actor: Actor, organization: Organization, today: date) -> tuple[DutyRow, ...]:
    """Tasks still under way, the most overdue first, those without a date last. Two queries."""
    found = list_duties(actor=actor, organization=organization).filter(state=DutyState.ONGOING)
    return tuple(sorted((make_row(duty, since=today, today=today) for duty in found), key=_by_due))


def list_month_table(
    *, actor: Actor, organization: Organization, before: MeetingBefore, today: date, given_until: date | None = None
) -> tuple[DutyRow, ...]:
    """Last month's tasks: state when it began, result now (forms.md §1, I.3). It fills itself from the reports.

    `before` is the meeting before, `today` the day of this one, which is left out: what is given in this meeting belongs to
    next month; `given_until` is the last day of giving where it is another. Rows: given since then, or older and unfinished
    when that meeting ended (`rules.is_last_months_duty`). Dropped tasks that were settled in between stay, with their
    reason. Standing work that nobody reported on stays out (`rules.is_silent_standing_duty`). Two queries.
    """
    given = Q(given_on__lt=today) if given_until is None else Q(given_on__lte=given_until)
    silent = Q(category__in=STANDING_CATEGORIES, due_on=None, settled_on=None, given_on__lt=before.day)
    listed = list_duties(actor=actor, organization=organization).filter(given, ~(silent & ~Exists(_said_since(before))))
    found = listed.filter(Q(settled_on=None) | Q(settled_on__gte=before.day) | Q(given_on__gte=before.day))
    moment = {"settled_at": Subquery(settled_reports().values("at")[:1])}  # declared on the model
    rows = [
        make_row(duty, since=before.day, today=today)
        for duty in found.annotate(**moment)
        if is_last_months_duty(
            given_on=duty.given_on, settled_on=duty.settled_on, settled_at=duty.settled_at, before=before
        )
    ]
    return tuple(sorted(rows, key=_by_due))


def _said_since(before: MeetingBefore) -> QuerySet[DutyReport]:
    """Reports on the outer task that the meeting before could not know of."""
    said = DutyReport.objects.filter(duty=OuterRef("pk"))
    return said.filter(at__date__gte=before.day) if before.closed_at is None else said.filter(at__gt=before.closed_at)


def settled_reports() -> QuerySet[DutyReport]:
    """Reports of the day on which the outer task was settled that say as what, the first of them first."""
    said = DutyReport.objects.filter(duty=OuterRef("pk"), state=OuterRef("state"), at__date=OuterRef("settled_on"))
    return said.order_by("at", "pk")


def was_reported(*, organization: Organization, since: datetime, until: datetime) -> bool:
    """Whether anything was said of a task of the cell in that time. The caller has passed the cell's door. One query."""
    return DutyReport.objects.filter(duty__organization=organization, at__gte=since, at__lte=until).exists()


def list_duties_of_origin(*, kind: str, origin_id: str, today: date) -> tuple[DutyRow, ...]:
    """Tasks that one meeting (or another origin) gave, in the order given. The caller has passed the origin's own door."""
    found = _with_people(Duty.objects.all()).filter(origin_kind=kind, origin_id=origin_id).order_by("pk")
    return tuple(make_row(duty, since=duty.given_on, today=today) for duty in found)


def list_own_duties(*, actor: Actor, today: date) -> tuple[DutyRow, ...]:
    """The tasks that the actor does or helps with: open ones first, then what was settled in the last 60 days. Two queries."""
    if actor.user_id is None:
        return ()
    recent = Q(settled_on__isnull=True) | Q(settled_on__gte=date.fromordinal(today.toordinal() - 60))
    found = _with_people(Duty.objects.own(actor.user_id).filter(recent))
    rows = (make_row(duty, since=today, today=today) for duty in found)
    return tuple(sorted(rows, key=lambda row: (not row.is_open, *_by_due(row))))


def list_members(*, organization: Organization, on: date) -> QuerySet[Member]:
    """Who may be given a task in this cell on that day: its active members and those sitting with it for a while, by name."""
    memberships = Membership.objects.on(on).filter(organization=organization, standing__in=Standing.active())
    members = Member.objects.filter(pk__in=memberships.values("member_id"))
    return members.defer(*SENSITIVE).order_by("name_key", "pk")


@dataclass(frozen=True, slots=True)
class Staff:
    """The active members of one cell by id, and those of them who neither do nor help with a task under way there."""

    members: frozenset[int]
    idle: frozenset[int]


def list_staff(*, cells: Collection[int], on: date) -> dict[int, Staff]:
    """Who works in each cell and who has no task (rules.md §6: every member has one). One query however many cells.

    The caller has passed the cells' own door.
    """
    running = Q(settled_on=None) | Q(
        settled_on__gt=on
    )  # settled exactly when it runs no longer (duty_settled_when_final)
    open_duties = Duty.objects.filter(running, organization=OuterRef("organization"), given_on__lte=on).order_by()
    doing, helping = open_duties.filter(assignee=OuterRef("member")), open_duties.filter(helpers=OuterRef("member"))
    active = Membership.objects.on(on).filter(organization__in=cells, standing__in=Standing.active())
    members: dict[int, set[int]] = {cell: set() for cell in cells}
    idle: dict[int, set[int]] = {cell: set() for cell in cells}
    rows = active.order_by().annotate(is_busy=Exists(doing) | Exists(helping))
    for cell, member, is_busy in rows.values_list("organization_id", "member_id", "is_busy"):
        members[cell].add(member)
        if not is_busy:
            idle[cell].add(member)
    return {cell: Staff(frozenset(members[cell]), frozenset(idle[cell])) for cell in members}


def list_members_without_duty(*, organization: Organization, on: date) -> tuple[Member, ...]:
    """The members of `list_staff` who have no task, by name. Two queries."""
    idle = list_staff(cells=[organization.pk], on=on)[organization.pk].idle
    return tuple(list_members(organization=organization, on=on).filter(pk__in=idle))


def count_stranded() -> int:
    """Tasks still going on in units that ended before they are due; what was due earlier stays in the books. One query."""
    ended = Q(due_on=None, organization__closed_on__isnull=False) | Q(due_on__gte=F("organization__closed_on"))
    return Duty.objects.filter(ended, state=DutyState.ONGOING).count()


def make_row(
    duty: Duty, *, since: date, today: date, helpers: Iterable[Member] | None = None, reported: bool | None = None
) -> DutyRow:
    """A task as a row; `duty` is read `with_reported` and with its people, or `reported` and `helpers` say it."""
    people = list(duty.helpers.all() if helpers is None else helpers)
    state = DutyState(duty.state)
    category = DutyCategory(duty.category)
    return DutyRow(
        public_id=duty.public_id,
        title=duty.words,
        category=category,
        assignee=duty.assignee.full_name,
        assignee_id=duty.assignee.public_id,
        helpers=tuple(helper.full_name for helper in people),
        helper_ids=tuple(helper.public_id for helper in people),
        given_on=duty.given_on,
        due_on=duty.due_on,
        state=state,
        percent=duty.percent,
        note=duty.result,
        exceeded=duty.exceeded,
        settled_on=duty.settled_on,
        opening=find_opening_state(category, duty.due_on, carried_over=duty.given_on < since),
        month_count=count_months(duty.given_on, today),
        days_late=count_days_late(duty.due_on, state, duty.settled_on, today),
        days_left=(duty.due_on - today).days if duty.due_on and state == DutyState.ONGOING else None,
        reported=duty.is_reported if reported is None else reported,
    )


def _with_people(duties: DutyQuerySet) -> DutyQuerySet:
    """Who does it, who helps (one query more, by name), whose it is; nothing sensitive of them is read."""
    helpers = Member.objects.defer(*SENSITIVE).order_by("name_key", "pk")
    joined = duties.with_reported().select_related("assignee", "organization")
    found = joined.prefetch_related(Prefetch("helpers", helpers))
    return found.defer(*(f"assignee__{name}" for name in SENSITIVE))


def _by_due(row: DutyRow) -> tuple[bool, date, date, UUID]:
    return (row.due_on is None, row.due_on or row.given_on, row.given_on, row.public_id)


def _by_settled(row: DutyRow) -> tuple[int, UUID]:
    """The last settled first."""
    return (-(row.settled_on or row.given_on).toordinal(), row.public_id)


def tell_last(duty: Duty) -> str:
    """What was done last with a task that is over, by whom and when; the day on which it ended where nothing is written down.

    One query.
    """
    return tell_last_act(kind=TARGET_KIND, target_id=str(duty.public_id)) or say_date(duty.settled_on)
