"""Publishing a plan: the ledger, the officials and the cells learn what changes."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.findings import Finding
from nennep.core.frozen import hash_content, write_content
from nennep.core.permissions import Permission
from nennep.core.wording import for_records
from nennep.organizations.queries import lock_cells, lock_existing
from nennep.planning.choices import PlanKind, PlanState, Verb
from nennep.planning.models import IssuedPlan, VisitPlan
from nennep.planning.queries.books import find_book
from nennep.planning.queries.facts import gather_facts
from nennep.planning.queries.issued import find_newest, list_broken, list_visits
from nennep.planning.queries.plans import lock_plan, plan_target, read_visits
from nennep.planning.rules.comparing import Exchange, PlannedVisit, find_changes
from nennep.planning.rules.issued import IssuedList, say_exchanges
from nennep.planning.rules.order import Orders, order_changes
from nennep.visits.services.publishing import drop_visits, publish_visits
from nennep.visits.services.visits import VisitRefused, VisitWish, substitute_visit


class PlanNotSolved(DomainError):
    code = "plan_not_solved"
    message = gettext_lazy("Chưa xếp lịch nên chưa ban hành được.")


class WhatIfIsNoPlan(DomainError):
    code = "plan_what_if"
    message = gettext_lazy("Đây là phương án tính thử, không ban hành.")


class BooksHaveMoved(Conflict):
    code = "plan_books_moved"
    message = gettext_lazy("Từ lúc xếp đến nay lịch đã đổi (%(why)s). Hãy xếp lại rồi ban hành.")


def publish_plan(*, actor: Actor, plan: VisitPlan, now: datetime) -> int:
    """Write a solved plan into the ledger; how many changes that were, counted as the page before it does. All or nothing.

    In order: visits that fall away, substitutions, new visits, the state, the list as it goes out, the trail; officials,
    cells and their calendars learn of it from the visits. The list is kept (docs/adr/0026) and says what it changes against
    the one of the year that was published before. Raises ContentChanged when that one is no longer what was published,
    PlanNotSolved, WhatIfIsNoPlan, BooksHaveMoved when a visit of the plan has become impossible since it was solved, UnitClosed,
    PlanIsPublished, PlanIsSolving, NotAllowed.
    """
    actor.require(Permission.VISITS_PLAN, plan.organization.path)
    with transaction.atomic():
        lock_existing(plan.organization)
        locked = lock_plan(actor=actor, plan=plan)
        if locked.kind == PlanKind.WHAT_IF:
            raise WhatIfIsNoPlan
        if locked.state != PlanState.SOLVED:
            raise PlanNotSolved
        changes = _find_changes(locked, today=localdate(now))
        try:
            _carry_out(actor, locked, order_changes(changes), now)
        except VisitRefused as refusal:
            raise BooksHaveMoved(why=str(refusal)) from refusal
        locked.state, locked.published_at = PlanState.PUBLISHED, now
        locked.save(update_fields=["state", "published_at"])
        _keep_list(locked, now)
        record(Verb.PUBLISHED, actor=actor, target=plan_target(locked), now=now, details={"changes": len(changes)})
    return len(changes)


def _keep_list(plan: VisitPlan, now: datetime) -> None:
    """As the next version for the unit and the year; the unit is locked, nobody else publishes one there."""
    unit, before = plan.organization, find_newest(plan)
    facts = gather_facts(organization=unit, year=plan.year, today=localdate(now))
    visits = list_visits(facts, read_visits(plan))
    content = write_content(
        IssuedList(
            unit=unit.name,
            year=plan.year,
            number=before.number + 1 if before else 1,
            issued_on=localdate(now),
            visits=visits,
            changes=say_exchanges(before.visits, visits) if before else (),
        )
    )
    IssuedPlan.objects.create(plan=plan, number=content["number"], content=content, sha256=hash_content(content))


def _find_changes(plan: VisitPlan, *, today: date) -> tuple[Exchange, ...]:
    facts = gather_facts(organization=plan.organization, year=plan.year, today=today)
    return find_changes(facts.visits, read_visits(plan), today=today)


def _carry_out(actor: Actor, plan: VisitPlan, orders: Orders, now: datetime) -> None:
    book = find_book(_list_visits(orders), today=localdate(now))
    lock_cells(book.cells.values())
    reason = for_records(lambda: _("Lịch dự sinh hoạt điều chỉnh"))
    dropped = [book.visits[visit] for visit in orders.cancelled]
    gone = drop_visits(actor=actor, visits=dropped, now=now)
    for one in orders.substitutions:
        official = book.officials[one.after.official]
        substitute_visit(actor=actor, visit=book.visits[one.before], official=official, reason=reason, now=now)
    wishes = []
    for visit in orders.added:
        official, told = book.officials[visit.official], book.told.get((visit.cell, visit.on))
        if told is not None and told.official_id != official.pk:
            substitute_visit(actor=actor, visit=told, official=official, reason=told.missed_reason or reason, now=now)
        else:
            wishes.append(VisitWish(official, book.cells[visit.cell], visit.on))
    done = publish_visits(actor=actor, visits=wishes, plan=plan.public_id, gone=gone, now=now)
    for _wish, why in done.refused:
        raise BooksHaveMoved(why=why)


def _list_visits(orders: Orders) -> list[PlannedVisit]:
    exchanged = [visit for one in orders.substitutions for visit in (one.before, one.after)]
    return [*orders.cancelled, *exchanged, *orders.added]


def reconcile_lists(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  on whose behalf, when
    """Compare every published list with its checksum; what was changed past the program is named, for people to see to."""
    actor.require_program()
    return list(list_broken())
