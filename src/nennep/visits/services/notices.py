"""Notices about one visit: to its official, to the secretary of the cell, to those who plan.

They go out by e-mail, so none says why somebody does not come: that stands on the visit's page.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, say_date
from nennep.members.queries import secretary_on
from nennep.notifications.choices import SAYS_NOTHING, Destination
from nennep.notifications.services import notify, replace_notices
from nennep.visits.models import Visit
from nennep.visits.queries import facts

KIND = "visits.visit"


def _words_of(visit: Visit) -> dict[str, str]:
    return {"cell": visit.cell.name, "day": say_date(visit.planned_on), "name": str(visit.official)}


def tell_official(visit: Visit, actor: Actor, now: datetime, title: Promise, *, body: Promise = SAYS_NOTHING) -> None:
    """A notice for the official of the visit, unless it was the official who acted."""
    if visit.official_id != actor.user_id:
        _tell([visit.official_id], visit, actor=actor, now=now, title=title, body=body)


def tell_secretary(visit: Visit, actor: Actor, now: datetime, title: Promise, *, body: Promise = SAYS_NOTHING) -> None:
    """A notice for the secretary of the cell, who may have no account."""
    secretary = secretary_on(visit.cell_id, localdate(now))
    if secretary and secretary.user_id and secretary.user_id != actor.user_id:
        _tell([secretary.user_id], visit, actor=actor, now=now, title=title, body=body)


def _tell(
    user_ids: Sequence[int], visit: Visit, *, actor: Actor, now: datetime, title: Promise, body: Promise = SAYS_NOTHING
) -> None:
    """What was told of this visit before holds no more: the newest notice says how it stands."""
    url = reverse("visits:show_visit", args=[visit.public_id])
    for user_id in user_ids:
        replace_notices(actor=actor, user_id=user_id, kind=KIND, now=now, url=url)
    notify(
        actor=actor,
        user_ids=user_ids,
        kind=KIND,
        title=for_reader(lambda: str(title) % _words_of(visit)),
        body=body,
        page=Destination(url, Permission.VISITS_READ, (visit.cell.path,), frozenset({visit.official_id})),
        now=now,
    )


def tell_carried(former: Visit, new: Visit, actor: Actor, now: datetime) -> None:
    """The official, once: what was told of the former visit holds no more. The secretary of the cell that is attended instead.

    Only the program carries a visit.
    """
    actor.require_program()
    url = reverse("visits:show_visit", args=[former.public_id])
    replace_notices(actor=actor, user_id=former.official_id, kind=KIND, now=now, url=url)
    body = for_reader(lambda: gettext("Thay lịch dự ngày %(day)s ở %(cell)s, đã sáp nhập.") % _words_of(former))
    tell_official(new, actor, now, _("Lịch dự sinh hoạt: %(cell)s, %(day)s"), body=body)
    tell_secretary(new, actor, now, _("Đồng chí %(name)s sẽ dự sinh hoạt ngày %(day)s"))


def tell_missing(visit: Visit, actor: Actor, now: datetime) -> None:
    """The official cannot come: planners may look for a substitute, the secretary expects nobody."""
    planners = facts.list_planners(unit=visit.cell, on=localdate(now))
    title = _("Đồng chí %(name)s không dự được: %(cell)s, %(day)s")
    others = [pk for pk in planners if pk != actor.user_id]
    _tell(others, visit, actor=actor, now=now, title=title)
    tell_secretary(visit, actor, now, _("Đồng chí %(name)s không dự sinh hoạt ngày %(day)s"))
    tell_official(visit, actor, now, _("Thôi lịch dự sinh hoạt: %(cell)s, %(day)s"))


def tell_rivalry(visit: Visit, actor: Actor, now: datetime) -> None:
    """The room saw the official, but another visit has the day: planner and official put the plan right."""
    planners = facts.list_planners(unit=visit.cell, on=localdate(now))
    title = _("%(cell)s ghi đồng chí %(name)s có dự ngày %(day)s, trùng một lịch khác. Hãy sửa lịch.")
    _tell(sorted({*planners, visit.official_id}), visit, actor=actor, now=now, title=title)


def tell_substituted(former: Visit, new: Visit, actor: Actor, now: datetime) -> None:
    """Both officials and the secretary."""
    tell_official(
        former, actor, now, _("Có người dự thay: %(cell)s, %(day)s"), body=for_reader(lambda: str(new.official))
    )
    tell_official(new, actor, now, _("Nhờ đồng chí dự thay: %(cell)s, %(day)s"))
    tell_secretary(new, actor, now, _("Đồng chí %(name)s sẽ dự sinh hoạt ngày %(day)s"))
