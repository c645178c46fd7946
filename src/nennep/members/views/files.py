"""The sensitive part of a file, who opened it, and the own record."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import add_domain_error
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.choices import Reach
from nennep.members.forms.records import ContactForm, PrivateForm

PAGE_SIZE = 50


@never_cache
@require_POST
@login_required
def show_private(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """By post, because opening it writes a line into the log that its subject reads; the answer is not kept anywhere."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_read_private:
        raise NotFound
    services.log_opening(actor=request.actor, member=page.member, part=_("Phần riêng tư"), now=clock.now())
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
    if "save" not in request.POST:
        services.log_opening(actor=request.actor, member=page.member, part=_("Phần riêng tư, để sửa"), now=clock.now())
        form = PrivateForm(initial=queries.private_values(private))
        return render(request, "members/change_private.html", {"page": page, "form": form})
    form = PrivateForm(request.POST)
    if form.is_valid():
        try:
            services.change_private(actor=request.actor, member=page.member, details=form.details(), now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã sửa phần riêng tư."))
            return redirect("members:show", public_id)
    context = {"page": page, "form": form}
    return render(request, "members/change_private.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@login_required
def list_readings(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _render_readings(request, queries.get_member(actor=request.actor, public_id=public_id))


@require_safe
@login_required
def list_own_readings(request: ActorRequest) -> HttpResponse:
    return _render_readings(request, queries.get_own_member(actor=request.actor))


def _render_readings(request: ActorRequest, member: queries.Member) -> HttpResponse:
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
    form = ContactForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"reach": Reach(form.cleaned_data["reach"])}
        services.change_contact(actor=request.actor, member=member, **data, now=clock.now())
        messages.success(request, _("Đã ghi cách nhận tài liệu."))
        return redirect("members:own")
    context = {
        "page": queries.get_record_page(actor=request.actor, public_id=member.public_id),
        "private": queries.get_private_part(actor=request.actor, member=member),
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "members/own.html", context, status=status)
