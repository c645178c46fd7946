"""One person's record: making, showing, correcting, merging."""

from dataclasses import asdict
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.choices import MembershipKind, Standing
from nennep.members.forms.records import DetailsForm, DuplicateForm, NewMemberForm
from nennep.members.rules import MemberDetails


def status_of(form: forms.Form) -> int:
    """422 for a page that shows mistakes."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_cell(actor=request.actor, public_id=public_id)
    form = NewMemberForm(request.POST or None, initial={"joined_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            member = services.create_member(
                actor=request.actor,
                organization=page,
                details=form.details(),
                joined_on=data["joined_on"],
                standing=Standing(data["standing"]),
                kind=MembershipKind(data["kind"]),
                despite_similar=data["despite_similar"],
                now=clock.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã lập hồ sơ."))
            return redirect("members:show", member.public_id)
    return render(request, "members/create.html", {"form": form, "cell": page}, status=status_of(form))


@require_safe
@login_required
def show_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Opening a record is written down for its subject to read, even without the sensitive part."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    services.log_opening(actor=request.actor, member=page.member, part=_("Phần chung"), now=clock.now())
    return render(request, "members/show.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The form shows the whole open part: that is an opening of the file, written down like any other."""
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    if request.method != "POST":
        services.log_opening(actor=request.actor, member=page.member, part=_("Phần chung, để sửa"), now=clock.now())
    known = {name: getattr(page.member, name) for name in asdict(MemberDetails(""))}
    form = DetailsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member(actor=request.actor, member=page.member, details=form.details(), now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã sửa hồ sơ."))
            return redirect("members:show", public_id)
    return render(request, "members/change.html", {"form": form, "page": page}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def merge_members(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    form = DuplicateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drop = queries.find_duplicate(actor=request.actor, text=form.cleaned_data["duplicate"])
            services.merge_members(actor=request.actor, keep=page.member, drop=drop, now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã gộp hai hồ sơ."))
            return redirect("members:show", public_id)
    return render(request, "members/merge.html", {"form": form, "page": page}, status=status_of(form))
