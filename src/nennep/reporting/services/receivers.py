"""Whom a correction of papers that went out is told: those above who got them, and the secretary who may score again."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.accounts.queries import list_users_running
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader, say_date
from nennep.meetings.models import Meeting
from nennep.members.queries import secretary_on
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.organizations.queries import breadcrumb
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries.papers import get_kind
from nennep.reporting.queries.papers.score import SCORE
from nennep.visits.queries.facts import list_followers


def tell_receivers(*, actor: Actor, meeting: Meeting, papers: Iterable[IssuedPaper], now: datetime) -> None:
    """Tell the unit above and who follows the cell which papers have a new version; the secretary, when the score may be another.

    Inside the transaction of the correction. Only the names of the papers: notices leave the program.
    """
    actor.require_program()
    kinds = [get_kind(paper.kind) for paper in papers]
    if not kinds:
        return
    words = {"cell": meeting.organization.name, "day": say_date(meeting.held_on)}
    notify(
        actor=actor,
        user_ids=_list_above(meeting, now),
        kind="reporting.corrected",
        title=for_reader(lambda: _("%(cell)s đính chính văn bản đã gửi, buổi ngày %(day)s") % words),
        body=for_reader(lambda: ", ".join(str(kind.label) for kind in kinds)),
        page=_page_of("reporting:papers", meeting, Permission.MEETINGS_READ),
        now=now,
    )
    if SCORE in kinds:
        _ask_to_score_again(actor, meeting, now)


def _list_above(meeting: Meeting, now: datetime) -> set[int]:
    """Who runs the nearest unit above that somebody runs, and who follows the cell, today. Three queries."""
    today = localdate(now)
    above = [crumb.id for crumb in reversed(breadcrumb(meeting.organization)[:-1])]
    running = list_users_running(organization_ids=above, permission=Permission.FIGURES_READ, today=today)
    nearest = next((running[unit] for unit in above if unit in running), ())
    return {*list_followers(cell=meeting.organization, on=today), *nearest}


def _ask_to_score_again(actor: Actor, meeting: Meeting, now: datetime) -> None:
    secretary = secretary_on(meeting.organization_id, localdate(now))
    words = {"day": say_date(meeting.held_on)}
    if secretary and secretary.user_id:
        notify(
            actor=actor,
            user_ids=[secretary.user_id],
            kind="reporting.score_outdated",
            title=for_reader(lambda: _("Biên bản đã đính chính: xem lại điểm buổi ngày %(day)s") % words),
            body=for_reader(lambda: _("Điểm giữ như chi bộ đã thống nhất; cần thì mở lại phiếu chấm, có lý do.")),
            page=_page_of("assessments:show_sheet", meeting, Permission.SCORES_WRITE),
            now=now,
        )


def _page_of(address: str, meeting: Meeting, permission: Permission) -> Destination:
    return Destination(reverse(address, args=[meeting.public_id]), permission, (meeting.organization.path,))
