"""Publishing a plan: many visits at once, one notice for each official and each cell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, for_records, say_date
from nennep.members.queries import secretaries_on
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify, replace_notices
from nennep.organizations.queries import lock_cells
from nennep.visits.choices import OPEN_STATES, Verb, VisitState
from nennep.visits.models import Visit
from nennep.visits.queries import facts
from nennep.visits.queries.doors import lock_visit
from nennep.visits.services.visits import VisitRefused, VisitWish, plan_visit, settle, unexpect

TO_OFFICIALS, TO_CELLS = "visits.plan", "visits.plan_of_cell"  # kinds of notices


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: visits that stand now, wishes that were refused and why, visits that were dropped."""

    visits: tuple[Visit, ...]
    refused: tuple[tuple[VisitWish, str], ...]
    dropped: tuple[Visit, ...]


def drop_visits(*, actor: Actor, visits: Sequence[Visit], now: datetime) -> tuple[Visit, ...]:
    """Cancel those that are still to come, before others take their days; returns them, for `publish_visits` to tell of.

    Raises NotAllowed when the actor may not plan for one of the cells.
    """
    cells = {visit.cell.path for visit in visits}
    if not cells:
        return ()
    for cell in cells:
        actor.require(Permission.VISITS_PLAN, cell)
    with transaction.atomic():
        return tuple(_drop(visit, now) for visit in visits if visit.state in OPEN_STATES)


def publish_visits(
    *,
    actor: Actor,
    visits: Sequence[VisitWish],
    plan: UUID,
    now: datetime,
    dropped: Sequence[Visit] = (),
    gone: Sequence[Visit] = (),
) -> Published:
    """Put a plan into force: all or nothing but for wishes that something stands against, which are named with the reason.

    In order: the visits of `dropped` that are still to come are cancelled (`gone` were already, by `drop_visits`), each
    wish is planned under `plan` (a visit that is there already stays), the rooms expect the officials, the trail, one
    notice for each official and each cell, what goes named beside what comes. Without any of these nothing is written.
    Raises NotAllowed when the actor may not plan for one of the cells.
    """
    cells = {wish.cell.path for wish in visits} | {visit.cell.path for visit in (*dropped, *gone)}
    if not cells:
        return Published((), (), ())
    for cell in cells:
        actor.require(Permission.VISITS_PLAN, cell)
    with transaction.atomic():
        lock_cells([wish.cell for wish in visits] + [visit.cell for visit in (*dropped, *gone)])
        went = [*gone, *drop_visits(actor=actor, visits=dropped, now=now)]
        made, refused = _plan_all(actor, visits, plan, now)
        target = Target(
            "visits.plan", str(plan), for_records(lambda: _("Lịch dự sinh hoạt")), _common_path(made + went)
        )
        record(Verb.PUBLISHED, actor=actor, target=target, now=now, details={"made": len(made), "dropped": len(went)})
        _tell_officials(actor, made, went, now)
        _tell_cells(actor, made, went, now)
    return Published(tuple(made), tuple(refused), tuple(went))


def _plan_all(
    actor: Actor, wishes: Sequence[VisitWish], plan: UUID, now: datetime
) -> tuple[list[Visit], list[tuple[VisitWish, str]]]:
    made, refused = [], []
    for wish in sorted(wishes, key=lambda item: (item.on, item.cell.path, item.official.pk)):
        under_plan = VisitWish(wish.official, wish.cell, wish.on, wish.joint, plan)
        try:
            made.append(plan_visit(actor=actor, wish=under_plan, now=now, tell=False))
        except VisitRefused as error:
            refused.append((wish, str(error)))
    return made, refused


def _drop(visit: Visit, now: datetime) -> Visit:
    locked = lock_visit(visit)
    settle(locked, VisitState.CANCELLED, now, reason=for_records(lambda: _("Lịch mới thay lịch cũ.")))
    unexpect(locked, now)
    return locked


def _common_path(visits: Sequence[Visit]) -> str:
    """The tree path that all the cells share: whose trail the publication belongs to."""
    paths = [visit.cell.path for visit in visits]
    step = len(paths[0]) if paths else 0
    while step and len({path[:step] for path in paths}) > 1:
        step -= 4
    return paths[0][:step] if paths else ""


def _tell_officials(actor: Actor, made: Sequence[Visit], gone: Sequence[Visit], now: datetime) -> None:
    coming: dict[int, list[Promise]] = defaultdict(list)
    for visit in made:
        coming[visit.official_id].append(_fill("%(day)s: %(cell)s", visit))
    for visit in gone:
        coming[visit.official_id].append(_fill(_("Thôi %(day)s: %(cell)s"), visit))
    title = ngettext_lazy("Lịch dự sinh hoạt mới: %(count)s dòng", "Lịch dự sinh hoạt mới: %(count)s dòng", "count")
    for user_id, lines in sorted(coming.items()):
        _notify(actor, user_id, TO_OFFICIALS, title=title, lines=lines, now=now)


def _tell_cells(actor: Actor, made: Sequence[Visit], gone: Sequence[Visit], now: datetime) -> None:
    """To each secretary what comes, what moves from which day, what goes.

    Where something goes or moves, what still stands is said too: so this notice takes the place of the earlier ones.
    """
    secretaries = secretaries_on({visit.cell_id for visit in (*made, *gone)}, localdate(now))
    told: dict[int, set[int]] = defaultdict(set)
    for cell_id, holder in secretaries.items():
        if holder.user_id:
            told[holder.user_id].add(cell_id)
    for user_id, cells in sorted(told.items()):
        come = [visit for visit in made if visit.cell_id in cells]
        went = [visit for visit in gone if visit.cell_id in cells]
        _tell_secretary(user_id, come, went, actor=actor, now=now)


def _tell_secretary(user_id: int, come: Sequence[Visit], went: Sequence[Visit], *, actor: Actor, now: datetime) -> None:
    lines = _list_changes(come, went)
    if went:
        title = ngettext_lazy(
            "Lịch cán bộ dự sinh hoạt đổi: %(count)s dòng", "Lịch cán bộ dự sinh hoạt đổi: %(count)s dòng", "count"
        )
        replace_notices(actor=actor, user_id=user_id, kind=TO_CELLS, now=now)
    else:
        title = ngettext_lazy("Cán bộ sẽ dự sinh hoạt %(count)s buổi", "Cán bộ sẽ dự sinh hoạt %(count)s buổi", "count")
    stands = _list_standing({visit.cell_id for visit in (*come, *went)}, come, now) if went else []
    _notify(actor, user_id, TO_CELLS, title=title, lines=lines, besides=stands, now=now)


def _list_changes(come: Sequence[Visit], went: Sequence[Visit]) -> list[Promise]:
    """A visit that goes and one of the same official to the same cell that comes is one that moves."""
    left, lines = list(went), []
    for visit in come:
        same = (one for one in left if (one.official_id, one.cell_id) == (visit.official_id, visit.cell_id))
        former = next(same, None)
        if former is None:
            lines.append(_fill("%(day)s: %(name)s", visit))
        else:
            left.remove(former)
            lines.append(_fill(_("Dời %(before)s sang %(day)s: %(name)s"), visit, before=say_date(former.planned_on)))
    return lines + [_fill(_("Thôi %(day)s: %(name)s"), one) for one in left]


def _list_standing(cells: set[int], besides: Sequence[Visit], now: datetime) -> list[Promise]:
    """What is still planned at the cells and not said in the same notice."""
    said = {visit.pk for visit in besides}
    standing = facts.open_visits_of_cells(cells, since=localdate(now))
    return [_fill(_("Giữ nguyên %(day)s: %(name)s"), one) for one in standing if one.pk not in said]


def _fill(line: str | Promise, visit: Visit, **more: str) -> Promise:
    words = {"day": say_date(visit.planned_on), "cell": visit.cell.name, "name": str(visit.official), **more}
    return for_reader(lambda: str(line) % words)


def _notify(
    actor: Actor,
    user_id: int,
    kind: str,
    *,
    title: Promise,
    lines: Sequence[Promise],
    besides: Sequence[Promise] = (),
    now: datetime,
) -> None:
    """`title` says how many `lines` there are."""
    notify(
        actor=actor,
        user_ids=[user_id],
        kind=kind,
        title=for_reader(lambda: title % {"count": len(lines)}),
        body=for_reader(lambda: "\n".join(str(line) for line in (*lines, *besides))),
        page=Destination(reverse("home")),
        now=now,
    )
