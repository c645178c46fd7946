"""One person's record: making, showing, correcting, merging."""

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nennep.core import clock
from nennep.core.answers import answer_form, answer_previewed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.choices import MembershipKind, Standing
from nennep.members.forms.records import DetailsForm, DuplicateForm, NewMemberForm
from nennep.members.models import Member
from nennep.members.rules import MemberDetails
from nennep.organizations.models import Organization


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_cell(actor=request.actor, public_id=public_id)
    form = NewMemberForm(posted(request), initial={"joined_on": clock.today()})
    return answer_form(
        request,
        form,
        lambda: _create(request, page, form),
        then=_address_of,
        message=_("Đã lập hồ sơ."),
        template="members/create.html",
        context={"cell": page},
    )


@require_safe
@login_required
def show_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Opening a record is written down for its subject to read, even without the sensitive part. Former addresses lead on."""
    forwarding = queries.find_forwarding(actor=request.actor, public_id=public_id)
    if forwarding is not None:
        messages.info(request, _("Hồ sơ mở theo địa chỉ cũ đã gộp vào hồ sơ này."))
        return redirect("members:show", forwarding)
    page = queries.get_record_page(actor=request.actor, public_id=public_id)
    services.log_opening(actor=request.actor, member=page.member, part=lambda: _("Phần chung"), now=clock.now())
    unled = queries.find_unled_post(actor=request.actor, member=page.member, today=clock.today())
    return render(request, "members/show.html", {"page": page, "unled": unled})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The form shows the whole open part: that is an opening of the file, written down like any other."""
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    if request.method != "POST":
        services.log_opening(
            actor=request.actor, member=page.member, part=lambda: _("Phần chung, để sửa"), now=clock.now()
        )
    known = {name: getattr(page.member, name) for name in asdict(MemberDetails(""))}
    form = DetailsForm(posted(request), initial=known)
    return answer_form(
        request,
        form,
        lambda: services.change_member(
            actor=request.actor, member=page.member, details=form.details(), now=clock.now()
        ),
        then=_address_of(page.member),
        message=_("Đã sửa hồ sơ."),
        template="members/change.html",
        context={"page": page},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def merge_members(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    form = DuplicateForm(posted(request), initial={"duplicate": request.GET.get("ho-so", "")})

    def pair() -> dict[str, Member]:
        text = form.cleaned_data["duplicate"]
        return {"keep": page.member, "drop": queries.find_duplicate(actor=request.actor, keep=page.member, text=text)}

    return answer_previewed(
        request,
        form,
        lambda: services.merge_members(actor=request.actor, now=clock.now(), **pair()),
        preview=lambda: services.foresee_merge(actor=request.actor, now=clock.now(), **pair()),
        then=_address_of(page.member),
        message=_("Đã gộp hai hồ sơ."),
        template="members/merge.html",
        context={"page": page},
    )


def _create(request: ActorRequest, cell: Organization, form: NewMemberForm) -> Member:
    data = form.cleaned_data
    return services.create_member(
        actor=request.actor,
        organization=cell,
        details=form.details(),
        joined_on=data["joined_on"],
        standing=Standing(data["standing"]),
        kind=MembershipKind(data["kind"]),
        despite_similar=data["despite_similar"],
        now=clock.now(),
    )


def _address_of(member: Member) -> str:
    return reverse("members:show", args=[member.public_id])
