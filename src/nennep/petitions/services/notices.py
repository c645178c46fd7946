"""Who is told of a petition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nennep.accounts.queries import list_users_running
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import for_reader
from nennep.notifications.choices import SAYS_NOTHING, Destination
from nennep.notifications.services import notify
from nennep.organizations.models import Organization
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition, Practice


def tell_holder(actor: Actor, petition: Petition, now: datetime) -> None:
    """Whoever answers for the unit that holds the matter now. Words of the petition stay inside the program."""
    users = _running(petition.holder, Permission.PETITIONS_SETTLE, now)
    body = for_reader(lambda: _("%(unit)s kiến nghị.") % {"unit": petition.organization.name})
    message = _Message("petitions.passed_on", _("Kiến nghị cần trả lời"), body)
    _tell(actor, users, message, page=_page_of(petition, petition.holder), now=now)


def tell_cell(actor: Actor, petition: Petition, now: datetime) -> None:
    """Who asked, and who runs the cell: it confirms at its next meeting."""
    raisers = _raisers(petition)
    users = raisers | set(_running(petition.organization, Permission.PETITIONS_WRITE, now))
    body = for_reader(lambda: _("%(unit)s trả lời.") % {"unit": petition.holder.name})
    message = _Message("petitions.answered", _("Kiến nghị đã có trả lời"), body)
    _tell(actor, users, message, page=_page_of(petition, petition.organization, raisers), now=now)


def tell_joined(actor: Actor, petition: Petition, now: datetime) -> None:
    """Who asked either of the petitions that are one from now on."""
    raisers = _raisers(petition)
    message = _Message("petitions.joined", _("Kiến nghị được gộp với kiến nghị cùng việc"))
    _tell(actor, raisers, message, page=_page_of(petition, petition.organization, raisers), now=now)


def tell_joined_settled(actor: Actor, petition: Petition, now: datetime) -> None:
    """Who asked what was joined to it: the cell said its word on the matter, or asks no longer. Each is led to their own petition."""
    for row in Petition.objects.filter(joined_to=petition).select_related("organization").order_by("pk"):
        raisers = _raisers(row)
        message = _Message("petitions.joined_settled", _("Kiến nghị gộp chung với đồng chí đã kết thúc"))
        _tell(actor, raisers, message, page=_page_of(row, row.organization, raisers), now=now)


def tell_released(actor: Actor, petition: Petition, now: datetime) -> None:
    """Who asked it, and who runs its cell: another cell no longer asks what it was joined to, and it waits again for itself."""
    raisers = _raisers(petition)
    users = raisers | set(_running(petition.organization, Permission.PETITIONS_WRITE, now))
    body = for_reader(lambda: _("%(unit)s trả lời.") % {"unit": petition.holder.name})
    message = _Message("petitions.released", _("Kiến nghị không còn gộp chung, lại chờ trả lời riêng"), body)
    _tell(actor, users, message, page=_page_of(petition, petition.organization, raisers), now=now)


def tell_raised(actor: Actor, petition: Petition, now: datetime) -> None:
    """Whoever runs the cell: a member asked for something from their own page; nobody is named."""
    users = _running(petition.organization, Permission.PETITIONS_WRITE, now)
    message = _Message("petitions.raised", _("Đảng viên nêu kiến nghị"))
    _tell(actor, users, message, page=_page_of(petition, petition.organization), now=now)


def tell_risen(actor: Actor, petition: Petition, units: Iterable[Organization], now: datetime) -> None:
    """The level to which a matter rose by itself, those who did not settle it, and the cell."""
    page = _page_of(petition, petition.holder)
    body = for_reader(lambda: _("%(unit)s kiến nghị.") % {"unit": petition.organization.name})
    users = _running(petition.holder, Permission.PETITIONS_SETTLE, now)
    asks = _Message("petitions.risen", _("Kiến nghị tự chuyển lên, cần trả lời"), body)
    _tell(actor, users, asks, page=page, now=now)
    title = for_reader(lambda: _("Kiến nghị đã tự chuyển lên %(unit)s") % {"unit": petition.holder.name})
    for unit in {petition.organization, *units} - {petition.holder}:
        page = Destination(page.url, Permission.PETITIONS_READ, (petition.organization.path,))
        others = set(_running(unit, Permission.PETITIONS_WRITE, now))
        _tell(actor, others, _Message("petitions.risen", title, body), page=page, now=now)


def tell_asked(actor: Actor, petition: Petition, now: datetime) -> None:
    """Who asked, and who runs the cell: the unit that answers wants to know more, or needs more time."""
    raisers = _raisers(petition)
    users = raisers | set(_running(petition.organization, Permission.PETITIONS_WRITE, now))
    body = for_reader(lambda: _("%(unit)s trả lời.") % {"unit": petition.holder.name})
    title = _("Kiến nghị cần đồng chí xem")
    page = _page_of(petition, petition.organization, raisers)
    _tell(actor, users, _Message("petitions.asked", title, body), page=page, now=now)


def tell_silent(actor: Actor, petition: Petition, now: datetime) -> None:
    """Whoever runs the cell: several meetings went by without its word on an answer."""
    users = _running(petition.organization, Permission.PETITIONS_WRITE, now)
    body = for_reader(lambda: _("%(unit)s trả lời.") % {"unit": petition.holder.name})
    message = _Message("petitions.silent", _("Chi bộ chưa nói về trả lời này"), body)
    _tell(actor, users, message, page=_page_of(petition, petition.organization), now=now)


def tell_proposed(actor: Actor, practice: Practice, now: datetime) -> None:
    """Whoever decides what the unit publishes: a cell proposed something that it does well."""
    users = _running(practice.unit, Permission.PETITIONS_SETTLE, now)
    body = for_reader(lambda: _("%(unit)s đề xuất.") % {"unit": practice.cell.name})
    url = reverse("petitions:show_practice", args=[practice.public_id])
    page = Destination(url, Permission.PETITIONS_READ, (practice.unit.path,))
    message = _Message("petitions.practice_proposed", _("Sáng kiến của chi bộ chờ duyệt"), body)
    _tell(actor, users, message, page=page, now=now)


def tell_recounted(actor: Actor, unit: Organization, count: int, now: datetime, *, why: StepKind) -> None:
    """Whoever answers for a unit whose last days moved: a list of days off was corrected, or they were counted wrongly."""
    users = _running(unit, Permission.PETITIONS_SETTLE, now)
    body = for_reader(
        lambda: (
            ngettext(
                "%(count)s kiến nghị đang chờ trả lời có hạn mới.",
                "%(count)s kiến nghị đang chờ trả lời có hạn mới.",
                count,
            )
            % {"count": count}
        )
    )
    message = {
        StepKind.RECOUNTED: _Message("petitions.recounted", _("Hạn trả lời đổi vì danh sách ngày nghỉ đã sửa"), body),
        StepKind.CORRECTED: _Message("petitions.corrected", _("Hạn trả lời đã tính sai, nay sửa lại"), body),
    }[why]
    page = Destination(reverse("petitions:show_unit", args=[unit.public_id]), Permission.PETITIONS_READ, (unit.path,))
    _tell(actor, users, message, page=page, now=now)


def _raisers(petition: Petition) -> set[int]:
    """The accounts of those who asked it, or what was joined to it. One query."""
    either = Q(pk=petition.pk) | Q(joined_to=petition)
    rows = Petition.objects.filter(either).order_by()
    first = rows.filter(raised_by__user_id__isnull=False).values_list("raised_by__user_id", flat=True)
    along = rows.filter(askers__member__user_id__isnull=False).values_list("askers__member__user_id", flat=True)
    return {*first, *along}


def _page_of(petition: Petition, unit: Organization, own: Iterable[int] = ()) -> Destination:
    url = reverse("petitions:show_petition", args=[petition.public_id])
    return Destination(url, Permission.PETITIONS_READ, (unit.path,), frozenset(own))


def _running(unit: Organization, permission: Permission, now: datetime) -> tuple[int, ...]:
    today = localdate(now)
    return list_users_running(organization_ids=[unit.pk], permission=permission, today=today).get(unit.pk, ())


@dataclass(frozen=True, slots=True)
class _Message:
    kind: str
    title: Promise
    body: Promise = SAYS_NOTHING


def _tell(actor: Actor, users: Iterable[int], message: _Message, *, page: Destination, now: datetime) -> None:
    """Nobody is told of what they did themselves."""
    notify(
        actor=actor,
        user_ids={user for user in users if user != actor.user_id},
        kind=message.kind,
        title=message.title,
        body=message.body,
        page=page,
        now=now,
    )
