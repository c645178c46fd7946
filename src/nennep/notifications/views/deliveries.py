"""What was sent in a unit's name: what could not be sent, and what somebody sends or hands over."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest, next_address
from nennep.core.origins import Origin
from nennep.notifications import queries, services

PAGE_SIZE = 50
UNDO_FOR = timedelta(minutes=30)  # that many ticks at once are taken back by one button
SHOWN_DAYS = 45  # that the list of what is handed over reaches back


@login_required
@require_safe
def list_undelivered(request: ActorRequest, unit: UUID) -> HttpResponse:
    found = queries.get_unit(actor=request.actor, public_id=unit)
    page = Paginator(queries.list_undelivered(organization=found), PAGE_SIZE).get_page(request.GET.get("trang"))
    waiting = queries.count_waiting(organization=found)
    return render(request, "notifications/undelivered.html", {"unit": found, "page": page, "waiting": waiting})


@login_required
@require_POST
def resend_all(request: ActorRequest, unit: UUID) -> HttpResponse:
    found = queries.get_unit(actor=request.actor, public_id=unit)
    return answer_button(
        request,
        lambda: services.resend_all(actor=request.actor, organization=found, now=clock.now()),
        then=reverse("notifications:list_undelivered", args=[found.public_id]),
        message=lambda many: (
            ngettext("Đang gửi lại %(many)s tin.", "Đang gửi lại %(many)s tin.", many) % {"many": many}
        ),
    )


@login_required
@require_POST
def resend(request: ActorRequest, delivery: UUID) -> HttpResponse:
    found = queries.get_delivery(actor=request.actor, public_id=delivery)
    return answer_button(
        request,
        lambda: services.resend_delivery(actor=request.actor, delivery=found, now=clock.now()),
        then=next_address(request, reverse("notifications:list")),
        message=_("Đang gửi lại cho %(name)s.") % {"name": found.person_name},
    )


@login_required
@require_safe
def list_by_hand(request: ActorRequest, unit: UUID) -> HttpResponse:
    """SMS from one's own phone, papers to be handed over; `ve` and `ma` leave only what is about one thing."""
    found = queries.get_unit(actor=request.actor, public_id=unit)
    about = Origin(request.GET.get("ve", "")[:60], request.GET.get("ma", "")[:60])
    rows = queries.list_by_hand(
        organization=found,
        origin=about if about.kind and about.id else None,
        since=clock.now() - timedelta(days=SHOWN_DAYS),
    )
    context = {
        "unit": found,
        "messages_rows": [row for row in rows if row.phone],
        "paper_rows": [row for row in rows if not row.phone],
        "messages_left": [row.delivery for row in rows if row.phone and row.handed_at is None],
        "papers_left": [row.delivery for row in rows if not row.phone and row.handed_at is None],
        "open": len({row.name for row in rows if row.handed_at is None}),
        "last": queries.find_last_ticked(rows, by_name=request.actor.name, since=clock.now() - UNDO_FOR),
        "back_url": next_address(request, reverse("home")),
    }
    return render(request, "notifications/by_hand.html", context)


@login_required
@require_POST
def mark_many(request: ActorRequest, unit: UUID) -> HttpResponse:
    """All whose rows stood on the page are told; with `luc` what was ticked off at that moment is taken back."""
    found = queries.get_unit(actor=request.actor, public_id=unit)
    facts: dict[str, Any] = {"actor": request.actor, "organization": found, "now": clock.now()}
    back = next_address(request, reverse("notifications:list_by_hand", args=[found.public_id]))
    if taken := request.POST.get("luc"):
        return answer_button(
            request,
            lambda: services.take_back_many(marked_at=read_moment(taken), **facts),
            then=back,
            message=_("Đã hoàn tác."),
            refused=back,
        )
    ids = read_ids(request.POST.getlist("tin"))
    return answer_button(
        request,
        lambda: services.mark_many_handed(deliveries=ids, **facts),
        then=back,
        message=lambda many: ngettext("Đã ghi %(many)s đồng chí.", "Đã ghi %(many)s đồng chí.", many) % {"many": many},
    )


def read_ids(texts: Iterable[str]) -> list[UUID]:
    """Public ids of rows on the page. Raises NotFound for anything else."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise NotFound from None


def read_moment(text: str) -> datetime:
    """The moment as the page wrote it, in UTC. Raises NotFound for anything else, as for one that UTC has no year for."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise NotFound
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotFound from None


@login_required
@require_POST
def mark_handed(request: ActorRequest, delivery: UUID) -> HttpResponse:
    """Ticked off, or with `bo` the tick taken back."""
    found = queries.get_delivery(actor=request.actor, public_id=delivery)
    act = services.take_back_handed if request.POST.get("bo") else services.mark_handed
    return answer_button(
        request,
        lambda: act(actor=request.actor, delivery=found, now=clock.now()),
        then=next_address(request, reverse("notifications:list")),
    )
