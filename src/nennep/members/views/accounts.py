"""Codes for members, from the secretary's hand."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nennep.accounts.models import User
from nennep.accounts.queries import describe_code, find_user
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.forms.records import CodesForm, LinkForm
from nennep.members.models import Member
from nennep.members.queries.codes import Sheets, get_codes_page, lay_out, list_chosen


@never_cache
@require_POST
@login_required
def issue_code(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Open the account when there is none yet, and answer with the page to print: the code is kept nowhere."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_reset:
        raise NotAllowed
    lost, now = "lost_phone" in request.POST, clock.now()
    return answer_button(
        request,
        lambda: services.help_in(actor=request.actor, member=page.member, lost_phone=lost, now=now),
        then=lambda opened: _show_code(request, *opened, back=reverse("members:show", args=[public_id]), now=now),
        refused=reverse("members:show", args=[public_id]),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def issue_codes(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Codes for many of a cell, or for those who lead the cells below a unit; answered with the sheets to be printed."""
    now = clock.now()
    page = get_codes_page(actor=request.actor, public_id=public_id, on=now.date())
    form = CodesForm(posted(request), page=page)

    def issue() -> Sheets:
        chosen = list_chosen(page, form.cleaned_data["chosen"])
        members = [member for _group, member in chosen]
        made, refused = services.help_many_in(actor=request.actor, members=members, now=now)
        address = request.build_absolute_uri(reverse("accounts:enter_code"))
        codes = {
            member.pk: describe_code(user=user, code=code, address=address, now=now) for member, user, code in made
        }
        return lay_out(chosen, codes), [(member.full_name, reason) for member, reason in refused]

    return answer_form(
        request,
        form,
        issue,
        then=lambda sheets: render(
            request, "members/code_sheets.html", {"page": page, "sheets": sheets[0], "refused": sheets[1]}
        ),
        template="members/issue_codes.html",
        context={"page": page, "unit": page.unit},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def link_account(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """For somebody who had an account before the record: an official who is also a member of this cell."""
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    if not page.may_link:
        services.refuse_link(actor=request.actor, member=page.member)
    form = LinkForm(posted(request))
    return answer_form(
        request,
        form,
        lambda: _link(request, page.member, form.cleaned_data["username"]),
        then=reverse("members:show", args=[public_id]),
        message=_("Đã gắn tài khoản với hồ sơ."),
        template="members/change_membership.html",
        context={
            "page": page,
            "title": _("Gắn tài khoản đã có"),
            "lede": _("Khi đồng chí ấy đã có tài khoản cán bộ từ trước."),
            "button": _("Gắn tài khoản"),
        },
    )


def _show_code(request: ActorRequest, user: User, code: str, *, back: str, now: datetime) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accounts:enter_code"))
    printed = describe_code(user=user, code=code, address=address, now=now)
    return render(request, "accounts/code.html", {"printed": printed, "back_url": back})


def _link(request: ActorRequest, member: Member, username: str) -> None:
    user = find_user(actor=request.actor, username=username)
    services.link_user(actor=request.actor, member=member, user=user, now=clock.now())
