"""The sensitive part of a file, who opened it, and one's own record."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.choices import Reach
from nennep.members.forms.records import ContactForm, PrivateForm
from nennep.members.models import Member

PAGE_SIZE = 50


@never_cache
@require_POST
@login_required
def show_private(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """By post, because opening it writes a line into the log that its subject reads; the answer is not kept anywhere."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_read_private:
        raise NotFound
    services.log_opening(actor=request.actor, member=page.member, part=lambda: _("Phần riêng tư"), now=clock.now())
    private = queries.get_private_part(actor=request.actor, member=page.member)
    return render(request, "members/private.html", {"page": page, "private": private})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["POST"])
@login_required
def change_private(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The first post (from the button) opens the form, filled and logged; the one with `save` writes it."""
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    private = queries.get_private_part(actor=request.actor, member=page.member)
    saves = "save" in request.POST
    if not saves:
        services.log_opening(
            actor=request.actor, member=page.member, part=lambda: _("Phần riêng tư, để sửa"), now=clock.now()
        )
    form = PrivateForm(request.POST if saves else None, initial=queries.private_values(private))
    return answer_form(
        request,
        form,
        lambda: services.change_private(
            actor=request.actor, member=page.member, details=form.details(), now=clock.now()
        ),
        then=reverse("members:show", args=[public_id]),
        message=_("Đã sửa phần riêng tư."),
        template="members/change_private.html",
        context={"page": page},
    )


@require_safe
@login_required
def list_readings(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _render_readings(request, queries.get_member(actor=request.actor, public_id=public_id))


@require_safe
@login_required
def list_own_readings(request: ActorRequest) -> HttpResponse:
    return _render_readings(request, queries.get_own_member(actor=request.actor))


def _render_readings(request: ActorRequest, member: Member) -> HttpResponse:
    readings = queries.list_file_readings(actor=request.actor, member=member)
    page = Paginator(readings, PAGE_SIZE).get_page(request.GET.get("trang"))
    own = member.user_id == request.actor.user_id
    return render(request, "members/readings.html", {"member": member, "page": page, "own": own})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_own(request: ActorRequest) -> HttpResponse:
    """The own record; its form corrects how papers reach the member."""
    member = queries.find_own_member(actor=request.actor)
    if member is None:
        return render(request, "members/no_record.html")
    known = {"phone": member.phone, "email": member.email, "reach": member.reach}
    form = ContactForm(posted(request), initial=known)
    return answer_form(
        request,
        form,
        lambda: _change_contact(request, member, form),
        then=reverse("members:own"),
        message=_("Đã ghi cách nhận tài liệu."),
        template="members/own.html",
        context=lambda: {
            "page": queries.get_record_page(actor=request.actor, public_id=member.public_id),
            "private": queries.get_private_part(actor=request.actor, member=member),
        },
    )


def _change_contact(request: ActorRequest, member: Member, form: ContactForm) -> None:
    data = form.cleaned_data | {"reach": Reach(form.cleaned_data["reach"])}
    services.change_contact(actor=request.actor, member=member, **data, now=clock.now())
