"""Drafting a plan, its settings, what persons want of it, who cannot go when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.core.typed import take_line
from nennep.organizations.models import Organization
from nennep.planning.choices import REASON_LIMIT, PlanKind, PlanState, Verb, WishKind
from nennep.planning.models import Absence, CellTraits, PlanWish, VisitPlan
from nennep.planning.queries.books import get_cell, get_official
from nennep.planning.queries.facts import gather_facts
from nennep.planning.queries.plans import lock_plan, plan_target
from nennep.planning.rules.settings import HIGHEST_PRIORITY, MOST_VISITS, PlanSettings


class YearIsOver(DomainError):
    code = "plan_year_is_over"
    message = _("Năm %(year)s đã qua. Hãy chọn năm nay hoặc năm sau.")
    field = "year"


class NoMeetingThatDay(DomainError):
    code = "plan_no_meeting_that_day"
    message = _("Chi bộ không họp ngày %(day)s. Hãy chọn một ngày họp của chi bộ.")
    field = "to"


class PlannedOwnCell(DomainError):
    code = "plan_own_cell"
    message = _("Đây là chi bộ nơi cán bộ sinh hoạt, không tính là đi dự. Hãy chọn người khác.")


class LastDayBeforeFirst(DomainError):
    code = "absence_ends_before_start"
    message = _("Ngày cuối sớm hơn ngày đầu. Hãy chọn lại.")
    field = "last_day"


class NotAnOfficialHere(DomainError):
    code = "plan_not_an_official"
    message = _("Đồng chí này không có trong danh sách cán bộ đi dự của đơn vị. Hãy chọn người khác.")
    field = "official"


def draft_plan(
    *,
    actor: Actor,
    organization: Organization,
    year: int,
    settings: PlanSettings,
    now: datetime,
    kind: PlanKind = PlanKind.YEAR,
    based_on: VisitPlan | None = None,
) -> VisitPlan:
    """Begin a plan for the cells of a unit. Raises YearIsOver, NotAllowed."""
    actor.require(Permission.VISITS_PLAN, organization.path)
    if year < localtime(now).year:
        raise YearIsOver(year=year)
    with transaction.atomic():
        plan = VisitPlan.objects.create(
            organization=organization,
            kind=kind,
            year=year,
            options=settings.to_json(),
            based_on=based_on,
            created_at=now,
            created_by_id=actor.user_id,
        )
        record(Verb.DRAFTED, actor=actor, target=plan_target(plan), now=now)
    return plan


def change_settings(*, actor: Actor, plan: VisitPlan, settings: PlanSettings, now: datetime) -> VisitPlan:
    """Other choices; an earlier solution no longer fits them and is dropped. Raises PlanIsSolving, PlanIsPublished."""
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        locked.options, locked.state, locked.result = settings.to_json(), PlanState.DRAFT, None
        locked.save(update_fields=["options", "state", "result"])
        record(Verb.SETTINGS_CHANGED, actor=actor, target=plan_target(locked), now=now)
    return locked


@dataclass(frozen=True, slots=True)
class HandNumbers:
    """Numbers set by hand, by public id: priority and visits of cells, visits of officials. None takes one back."""

    priorities: Mapping[str, int | None]
    cell_visits: Mapping[str, int | None]
    official_visits: Mapping[str, int | None]


def set_numbers(*, actor: Actor, plan: VisitPlan, numbers: HandNumbers, now: datetime) -> VisitPlan:
    """Put a person's numbers in place of the computed ones (0 to 366 visits, priority 1 to 99; others are cut)."""
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        before = PlanSettings.from_json(locked.options)
        settings = replace(
            before,
            priorities=_merge(before.priorities, numbers.priorities, least=1, most=HIGHEST_PRIORITY),
            cell_visits=_merge(before.cell_visits, numbers.cell_visits, most=MOST_VISITS),
            official_visits=_merge(before.official_visits, numbers.official_visits, most=MOST_VISITS),
        )
        return change_settings(actor=actor, plan=locked, settings=settings, now=now)


def _merge(before: Mapping[str, int], after: Mapping[str, int | None], *, least: int = 0, most: int) -> dict[str, int]:
    numbers: dict[str, int | None] = {**before, **after}
    return {key: min(most, max(least, number)) for key, number in numbers.items() if number is not None}


@dataclass(frozen=True, slots=True)
class WishDraft:
    """What is wanted of an official (public id): to keep a visit (cell and day), or to stay away from a day or a cell."""

    kind: WishKind
    official: UUID
    cell: UUID | None = None
    on: date | None = None


def add_wish(*, actor: Actor, plan: VisitPlan, wish: WishDraft, now: datetime) -> PlanWish:
    """Keep or forbid something in the next solution; the one on the screen stays until it is solved again.

    Raises NotFound for officials and cells that are not of the plan, NoMeetingThatDay and PlannedOwnCell for a visit that cannot
    be, PlanIsSolving, PlanIsPublished.
    """
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        official, cell = _find_parties(locked, wish, today=localdate(now))
        kept: dict[str, Any] = {"kind": wish.kind, "official_id": official, "cell_id": cell, "on": wish.on}
        row, _created = PlanWish.objects.get_or_create(plan=locked, **kept)
        record(Verb.WISHED, actor=actor, target=plan_target(locked), now=now, details={"kind": str(wish.kind)})
    return row


def remove_wish(*, actor: Actor, plan: VisitPlan, public_id: UUID, now: datetime) -> None:
    """Raises NotFound, PlanIsSolving, PlanIsPublished."""
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        found = locked.wishes.filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        found.delete()
        record(Verb.WISHED, actor=actor, target=plan_target(locked), now=now, details={"removed": found.kind})


def move_visit(*, actor: Actor, plan: VisitPlan, visit: WishDraft, to: date, now: datetime) -> PlanWish:
    """The official goes to the same cell on another day: the old day is forbidden, the new visit kept.

    Raises as add_wish.
    """
    with transaction.atomic():
        kept = add_wish(actor=actor, plan=plan, wish=replace(visit, kind=WishKind.PIN, on=to), now=now)
        away = replace(visit, kind=WishKind.FORBID_DAY, cell=None)
        add_wish(actor=actor, plan=plan, wish=away, now=now)
        plan.wishes.filter(kind=WishKind.PIN, official_id=kept.official_id, on=visit.on).delete()
    return kept


def _find_parties(plan: VisitPlan, wish: WishDraft, *, today: date) -> tuple[int, int | None]:
    """Ids of the official and the cell, when they are of this plan and the visit can be."""
    facts = gather_facts(organization=plan.organization, year=plan.year, today=today)
    official = next((one for one in facts.officials if one.id == str(wish.official)), None)
    cell = next((one for one in facts.cells if one.id == str(wish.cell)), None)
    if official is None or (wish.cell and cell is None):
        raise NotFound
    if wish.kind == WishKind.PIN and cell is not None:
        if cell.id in official.own_cells:
            raise PlannedOwnCell
        if wish.on not in cell.meetings:
            raise NoMeetingThatDay(day=f"{wish.on:%d/%m/%Y}")
    return get_official(public_id=wish.official).pk, get_cell(public_id=wish.cell).pk if wish.cell else None


@dataclass(frozen=True, slots=True)
class AbsenceDraft:
    """An official (public id) cannot go from one day to another, both included."""

    official: UUID
    first_day: date
    last_day: date
    reason: str = ""


def note_absence(*, actor: Actor, organization: Organization, draft: AbsenceDraft, now: datetime) -> Absence:
    """Note when an official of the unit cannot go. Raises LastDayBeforeFirst, TextTooLong, NotAnOfficialHere."""
    actor.require(Permission.VISITS_PLAN, organization.path)
    reason = take_line(draft.reason, limit=REASON_LIMIT, field="reason")
    if draft.last_day < draft.first_day:
        raise LastDayBeforeFirst
    facts = gather_facts(organization=organization, year=draft.first_day.year, today=localdate(now))
    if str(draft.official) not in {one.id for one in facts.officials}:
        raise NotAnOfficialHere
    with transaction.atomic():
        official = get_official(public_id=draft.official)
        absence, _created = Absence.objects.get_or_create(
            organization=organization,
            official=official,
            first_day=draft.first_day,
            last_day=draft.last_day,
            defaults={"reason": reason},
        )
        target = Target("planning.absence", str(absence.public_id), official.full_name, organization.path)
        record(Verb.ABSENCE_NOTED, actor=actor, target=target, now=now)
    return absence


def remove_absence(*, actor: Actor, absence: Absence, now: datetime) -> None:
    """The official can go after all. The caller has passed the absence's door."""
    actor.require(Permission.VISITS_PLAN, absence.organization.path)
    with transaction.atomic():
        target = Target(
            "planning.absence", str(absence.public_id), absence.official.full_name, absence.organization.path
        )
        record(Verb.ABSENCE_NOTED, actor=actor, target=target, now=now, details={"removed": True})
        absence.delete()


@dataclass(frozen=True, slots=True)
class OfficialTraits:
    """What people know of a cell; a position in degrees or None."""

    is_remote: bool
    is_weak: bool
    position: tuple[float, float] | None = None


def set_traits(*, actor: Actor, cell: Organization, traits: OfficialTraits, now: datetime) -> CellTraits:
    """Note that a cell is remote or weak, and where it lies. Needs visits.plan on the cell."""
    actor.require(Permission.VISITS_PLAN, cell.path)
    latitude, longitude = traits.position or (None, None)
    with transaction.atomic():
        row, _created = CellTraits.objects.update_or_create(
            organization=cell,
            defaults={
                "is_remote": traits.is_remote,
                "is_weak": traits.is_weak,
                "latitude": latitude,
                "longitude": longitude,
            },
        )
        target = Target("organizations.organization", str(cell.public_id), cell.name, cell.path)
        record(Verb.TRAITS_CHANGED, actor=actor, target=target, now=now)
    return row


def discard_plan(*, actor: Actor, plan: VisitPlan, now: datetime) -> None:
    """Throw away a plan that was never published. Raises PlanIsSolving, PlanIsPublished."""
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        record(Verb.DISCARDED, actor=actor, target=plan_target(locked), now=now)
        locked.delete()
