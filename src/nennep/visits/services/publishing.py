"""Publishing a plan: many visits at once, one notice for each official and each cell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.members.queries import secretaries_on
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.visits.choices import OPEN_STATES, Verb, VisitState
from nennep.visits.models import Visit
from nennep.visits.queries.doors import lock_visit
from nennep.visits.services.visits import VisitRefused, VisitWish, plan_visit, settle, unexpect


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: visits that stand now, wishes that were refused and why, visits that were dropped."""

    visits: tuple[Visit, ...]
    refused: tuple[tuple[VisitWish, str], ...]
    dropped: tuple[Visit, ...]


def publish_visits(
    *, actor: Actor, visits: Sequence[VisitWish], plan: UUID, now: datetime, dropped: Sequence[Visit] = ()
) -> Published:
    """Put a plan into force: all or nothing but for wishes that something stands against, which are named with the reason.

    In order: the visits of `dropped` that are still to come are cancelled, each wish is planned under `plan` (a visit that
    is there already stays), the rooms expect the officials, the trail, one notice for each official and each cell.
    Without any of either nothing is written. Raises NotAllowed when the actor may not plan for one of the cells.
    """
    cells = {wish.cell.path for wish in visits} | {visit.cell.path for visit in dropped}
    if not cells:
        return Published((), (), ())
    for cell in cells:
        actor.require(Permission.VISITS_PLAN, cell)
    with transaction.atomic():
        gone = [_drop(visit, now) for visit in dropped if visit.state in OPEN_STATES]
        made, refused = _plan_all(actor, visits, plan, now)
        target = Target("visits.plan", str(plan), gettext("Lịch dự sinh hoạt"), _common_path(made + gone))
        record(Verb.PUBLISHED, actor=actor, target=target, now=now, details={"made": len(made), "dropped": len(gone)})
        _tell_officials(actor, made, gone, now)
        _tell_cells(actor, made, now)
    return Published(tuple(made), tuple(refused), tuple(gone))


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
    settle(locked, VisitState.CANCELLED, now, reason=gettext("Lịch mới thay lịch cũ."))
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
    coming: dict[int, list[str]] = defaultdict(list)
    for visit in made:
        coming[visit.official_id].append(f"{say_date(visit.planned_on)}: {visit.cell.name}")
    for visit in gone:
        coming[visit.official_id].append(gettext("Thôi %(day)s: %(cell)s") % _words_of(visit))
    for user_id, lines in sorted(coming.items()):
        title = ngettext("Lịch dự sinh hoạt mới: %(count)s dòng", "Lịch dự sinh hoạt mới: %(count)s dòng", len(lines))
        _notify(actor, user_id, title=title % {"count": len(lines)}, lines=lines, now=now)


def _tell_cells(actor: Actor, made: Sequence[Visit], now: datetime) -> None:
    secretaries = secretaries_on({visit.cell_id for visit in made}, localdate(now))
    lines: dict[int, list[str]] = defaultdict(list)
    for visit in made:
        holder = secretaries.get(visit.cell_id)
        if holder and holder.user_id:
            lines[holder.user_id].append(f"{say_date(visit.planned_on)}: {visit.official}")
    for user_id, words in sorted(lines.items()):
        title = ngettext("Cán bộ sẽ dự sinh hoạt %(count)s buổi", "Cán bộ sẽ dự sinh hoạt %(count)s buổi", len(words))
        _notify(actor, user_id, title=title % {"count": len(words)}, lines=words, now=now)


def _words_of(visit: Visit) -> dict[str, str]:
    return {"day": say_date(visit.planned_on), "cell": visit.cell.name}


def _notify(actor: Actor, user_id: int, *, title: str, lines: Sequence[str], now: datetime) -> None:
    body = "\n".join(lines)
    notify(
        actor=actor,
        user_ids=[user_id],
        kind="visits.plan",
        title=title,
        body=body,
        page=Destination(reverse("home")),
        now=now,
    )
