"""One's own devices and calendar: messages on this machine, the private address of the calendar, the service worker."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button
from nennep.core.http import ActorRequest
from nennep.core.qr import draw_qr
from nennep.notifications import queries, services
from nennep.notifications.forms import SubscriptionForm


@login_required
@require_safe
def show_devices(request: ActorRequest) -> HttpResponse:
    context = {"devices": queries.list_own_devices(actor=request.actor), "key": queries.read_public_push_key()}
    return render(request, "notifications/devices.html", context)


@login_required
@require_POST
def subscribe(request: ActorRequest) -> HttpResponse:
    """Sent by the script of the page when the browser has said yes."""
    form = SubscriptionForm(request.POST)
    return answer_button(
        request,
        lambda: _subscribe(request, form),
        then=reverse("notifications:devices"),
        message=_("Đã bật thông báo trên máy này."),
    )


@login_required
@require_POST
def unsubscribe(request: ActorRequest, device: UUID) -> HttpResponse:
    found = queries.get_own_device(actor=request.actor, public_id=device)
    services.unsubscribe_device(actor=request.actor, subscription=found, now=clock.now())
    messages.success(request, _("Đã tắt thông báo trên máy đó."))
    return redirect("notifications:devices")


@require_safe
def show_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it serves every page. The same for everybody."""
    response = render(request, "notifications/sw.js", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@login_required
@require_safe
def show_feed(request: ActorRequest) -> HttpResponse:
    return render(request, "notifications/feed.html", {"feed": queries.find_own_feed(actor=request.actor)})


@never_cache
@login_required
@require_POST
def make_feed(request: ActorRequest) -> HttpResponse:
    """A new address, shown on this page only: it is a key, and nobody but its owner ever sees it again."""
    token = services.make_feed(actor=request.actor, now=clock.now())
    path = f"lich/{token}.ics"
    address = f"{settings.NENNEP_ADDRESS}{path}"
    context = {
        "address": address,
        "webcal": address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        "qr": draw_qr(address),
        "feed": queries.find_own_feed(actor=request.actor),
    }
    return render(request, "notifications/feed.html", context)


@login_required
@require_POST
def choose_cancelled(request: ActorRequest) -> HttpResponse:
    keeps = request.POST.get("giu") == "1"
    services.choose_cancelled(actor=request.actor, keeps=keeps)
    words = (
        _("Buổi đã báo không họp vẫn hiện trong lịch.")
        if keeps
        else _("Buổi đã báo không họp không hiện trong lịch nữa.")
    )
    messages.success(request, words)
    return redirect(reverse("notifications:feed"))


@login_required
@require_POST
def revoke_feed(request: ActorRequest) -> HttpResponse:
    services.revoke_feed(actor=request.actor, now=clock.now())
    messages.success(request, _("Đã hủy địa chỉ lịch. Máy nào còn dùng địa chỉ ấy không đọc được nữa."))
    return redirect(reverse("notifications:feed"))


def _subscribe(request: ActorRequest, form: SubscriptionForm) -> None:
    if not form.is_valid():
        raise services.BadSubscription
    services.subscribe_device(actor=request.actor, subscription=form.subscription(), now=clock.now())
