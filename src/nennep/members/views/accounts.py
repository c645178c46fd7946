"""Codes for members, from the secretary's hand."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nennep.accounts.queries import describe_code, find_user
from nennep.core import clock
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.forms import add_domain_error
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.forms.records import LinkForm
from nennep.members.views.records import status_of


@never_cache
@require_POST
@login_required
def issue_code(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Open the account when there is none yet, and answer with the page to print: the code is kept nowhere."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_reset:
        raise NotAllowed
    lost, now = "lost_phone" in request.POST, clock.now()
    try:
        user, code = services.help_in(actor=request.actor, member=page.member, lost_phone=lost, now=now)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("members:show", public_id)
    address = request.build_absolute_uri(reverse("accounts:enter_code"))
    printed = describe_code(user=user, code=code, address=address, now=now)
    return render(request, "accounts/code.html", {"printed": printed})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def link_account(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """For somebody who had an account before the record: an official who is also a member of this cell."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_link:
        raise NotAllowed
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = find_user(actor=request.actor, username=form.cleaned_data["username"])
            services.link_user(actor=request.actor, member=page.member, user=user, now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã gắn tài khoản với hồ sơ."))
            return redirect("members:show", public_id)
    context = {
        "page": page,
        "form": form,
        "title": _("Gắn tài khoản đã có"),
        "lede": _("Khi đồng chí ấy đã có tài khoản cán bộ từ trước."),
        "button": _("Gắn tài khoản"),
    }
    return render(request, "members/change_membership.html", context, status=status_of(form))
