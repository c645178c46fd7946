"""What happens by itself every day: writers of late reports are reminded, the board gets its digest."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nennep.accounts.queries import get_actor
from nennep.core.access import Actor
from nennep.core.wording import for_reader, say_date
from nennep.notifications.choices import Destination
from nennep.notifications.services import notify
from nennep.visits.models import Visit
from nennep.visits.queries.board import get_ledger_page
from nennep.visits.queries.reminders import list_planner_ids, list_report_reminders, list_told
from nennep.visits.rules.risk import RiskLevel

WEEKLY, MONTHLY = "visits.digest_week", "visits.digest_month"


def remind_reports(*, actor: Actor, now: datetime) -> int:
    """Remind each official of a report on its last day and every week after; how many reminders were sent.

    A second run on the same day does nothing. Only for the program itself.
    """
    actor.require_program()
    today, count = localdate(now), 0
    for visit, due in list_report_reminders(today=today):
        with transaction.atomic():
            _remind(visit, due, actor, now)
        count += 1
    return count


def _remind(visit: Visit, due: date, actor: Actor, now: datetime) -> None:
    today = localdate(now)
    values = {"cell": visit.cell.name, "due": say_date(due)}
    title = (
        _("Hôm nay là hạn báo cáo dự sinh hoạt: %(cell)s")
        if due == today
        else _("Báo cáo dự sinh hoạt %(cell)s quá hạn %(due)s")
    )
    url = reverse("visits:show_visit", args=[visit.public_id])
    notify(
        actor=actor,
        user_ids=[visit.official_id],
        kind="visits.report_due",
        title=for_reader(lambda: str(title) % values),
        page=Destination(url, own=frozenset({visit.official_id})),
        now=now,
    )
    visit.reminded_on = today
    visit.save(update_fields=["reminded_on"])


def send_digests(*, actor: Actor, now: datetime) -> int:
    """Tell each planner how many officials need attention: once a month, else once a week; how many digests were sent.

    The first run of the month or of the week (from Monday) sends; nobody in need, no digest. Only for the program itself.
    """
    actor.require_program()
    today, count = localdate(now), 0
    monthly, weekly = (
        list_told(kind=MONTHLY, since=today.replace(day=1)),
        list_told(kind=WEEKLY, since=today.fromordinal(today.toordinal() - today.weekday())),
    )
    for user_id in list_planner_ids(today=today):
        if user_id not in monthly:
            count += _send(user_id, MONTHLY, actor, now)
        elif user_id not in weekly:
            count += _send(user_id, WEEKLY, actor, now)
    return count


def _send(user_id: int, kind: str, actor: Actor, now: datetime) -> int:
    today = localdate(now)
    page = get_ledger_page(actor=get_actor(user_id=user_id, today=today), on=today)
    urged = [state for state in page.officials if state.level <= RiskLevel.THIS_WEEK]
    if not urged:
        return 0
    notify(
        actor=actor,
        user_ids=[user_id],
        kind=kind,
        title=for_reader(lambda: _say_urged(len(urged))),
        body=for_reader(lambda: "\n".join(f"{state.user}: {'. '.join(state.reasons)}" for state in urged)),
        page=Destination(
            reverse("visits:show_digest", args=["thang" if kind == MONTHLY else "tuan"]), own=frozenset({user_id})
        ),
        now=now,
    )
    return 1


def _say_urged(number: int) -> str:
    words = ngettext(
        "Đôn đốc dự sinh hoạt: %(count)s đồng chí cần xem", "Đôn đốc dự sinh hoạt: %(count)s đồng chí cần xem", number
    )
    return words % {"count": number}
