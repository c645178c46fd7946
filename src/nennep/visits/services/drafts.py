"""What happens by itself every day with files that wait with a report nobody sends: its writer is told, later they go."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.wording import for_reader, say_date
from nennep.documents.queries import find_newest_of, list_enclosures
from nennep.documents.services import forget_removed, remove_enclosure
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.visits.choices import DRAFT_FILES_DAYS, DRAFT_FILES_NOTICE_DAYS, REMOVED_FILES_DAYS, Verb
from nennep.visits.models import Visit, VisitOpinion, VisitReport
from nennep.visits.queries.doors import OPINION_KIND, lock_report, lock_visit, origin_of_opinion, target_of


def clear_draft_files(*, actor: Actor, now: datetime) -> int:
    """Take out files that wait with a report that is not sent; how many. Only for the program itself.

    After `DRAFT_FILES_DAYS` without a word saved or a file attached the writer is told; `DRAFT_FILES_NOTICE_DAYS` later they are taken
    out, which is told too; words stay. What was taken out of a draft is forgotten `REMOVED_FILES_DAYS` later. A second run on the same
    day does nothing.
    """
    actor.require_program()
    forget_removed(actor=actor, kind=OPINION_KIND, before=now - timedelta(days=REMOVED_FILES_DAYS))
    idle = _list_idle(now - timedelta(days=DRAFT_FILES_DAYS))
    return sum(_see_to(report, touched, actor, now) for report, touched in idle)


def _list_idle(before: datetime) -> list[tuple[VisitReport, datetime]]:
    """Reports with files, and when they were touched last. Two queries."""
    newest = find_newest_of(OPINION_KIND)
    opinions = VisitOpinion.objects.filter(public_id__in=newest, report__submitted_at=None).select_related(
        "report__visit__meeting"
    )
    touched: dict[VisitReport, datetime] = {}
    for one in opinions.order_by("report", "pk"):
        last = touched.get(one.report, one.report.saved_at)
        touched[one.report] = max(last, newest[str(one.public_id)])
    return [(report, last) for report, last in touched.items() if last <= before]


def _see_to(report: VisitReport, touched: datetime, actor: Actor, now: datetime) -> int:
    """What somebody did meanwhile counts: a report that is saved or sent in this moment keeps its files."""
    with transaction.atomic():
        visit = lock_visit(report.visit)
        locked = lock_report(visit)
        if locked is None or locked.submitted_at is not None or locked.saved_at > touched:
            return 0
        told = locked.files_told_on
        if told is None or told < localdate(touched):
            _warn(locked, visit, actor, now)
            return 0
        if localdate(now) < told + timedelta(days=DRAFT_FILES_NOTICE_DAYS):
            return 0
        return _take_out(locked.opinions.order_by("position", "pk"), visit, actor, now)


def _warn(report: VisitReport, visit: Visit, actor: Actor, now: datetime) -> None:
    report.files_told_on = localdate(now)
    report.save(update_fields=["files_told_on"])
    day = say_date(report.files_told_on + timedelta(days=DRAFT_FILES_NOTICE_DAYS))
    words = {"cell": visit.cell.name, "day": day}
    title = for_reader(lambda: _("Báo cáo nháp dự %(cell)s: tệp kèm được bỏ ngày %(day)s nếu chưa gửi") % words)
    _tell(actor, visit, title, now)


def _take_out(opinions: Iterable[VisitOpinion], visit: Visit, actor: Actor, now: datetime) -> int:
    files = [one for opinion in opinions for one in list_enclosures(origin_of_opinion(opinion))]
    for one in files:
        remove_enclosure(actor=actor, enclosure=one, now=now)
        record(Verb.FILE_REMOVED, actor=actor, target=target_of(visit), now=now)
    _tell(actor, visit, for_reader(lambda: _say_gone(len(files), visit)), now)
    return len(files)


def _tell(actor: Actor, visit: Visit, title: Promise, now: datetime) -> None:
    page = Destination(reverse("visits:show_visit", args=[visit.public_id]), own=frozenset({visit.official_id}))
    notify(actor=actor, user_ids=[visit.official_id], kind="visits.draft_files", title=title, page=page, now=now)


def _say_gone(number: int, visit: Visit) -> str:
    words = ngettext(
        "Báo cáo nháp dự %(cell)s: đã bỏ %(count)s tệp kèm vì lâu không gửi",
        "Báo cáo nháp dự %(cell)s: đã bỏ %(count)s tệp kèm vì lâu không gửi",
        number,
    )
    return words % {"cell": visit.cell.name, "count": number}
