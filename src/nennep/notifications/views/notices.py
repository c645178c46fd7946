"""The signed-in person's notices. Opening one is a post: it marks the notice read and goes where it points."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.notifications import queries, services

PAGE_SIZE = 30


@require_safe
@login_required
def list_notifications(request: ActorRequest) -> HttpResponse:
    notices = queries.list_notifications(actor=request.actor)
    page = Paginator(notices, PAGE_SIZE).get_page(request.GET.get("trang"))
    unread = queries.count_unread(actor=request.actor)
    return render(request, "notifications/list.html", {"page": page, "unread": unread})


@require_POST
@login_required
def open_notification(request: ActorRequest, public_id: UUID) -> HttpResponse:
    notice = queries.get_notification(actor=request.actor, public_id=public_id)
    services.mark_read(notification=notice, now=clock.now())
    local = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if local else "notifications:list")


@require_POST
@login_required
def mark_all_read(request: ActorRequest) -> HttpResponse:
    services.mark_all_read(actor=request.actor, now=clock.now())
    return redirect("notifications:list")
