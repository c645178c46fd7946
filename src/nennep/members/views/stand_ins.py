"""The secretary is away for some weeks: who does the work, from when to when."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.members import queries, services
from nennep.members.forms.records import StandInForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose_stand_in(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_stand_in_page(actor=request.actor, public_id=public_id, today=clock.today())
    choices = [(str(one.member_id), f"{one.label}, {one.kind.label}") for one in page.choices]
    initial = {"since": clock.today(), "member": choices[0][0] if choices else ""}
    form = StandInForm(posted(request), choices=choices, initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.begin_stand_in(
            actor=request.actor,
            organization=page.cell,
            member_id=int(form.cleaned_data["member"]),
            since=form.cleaned_data["since"],
            last_day=form.cleaned_data["last_day"],
            now=clock.now(),
        ),
        then=reverse("members:choose_stand_in", args=[public_id]),
        message=_("Đã giao thay bí thư."),
        template="members/stand_in.html",
        context={"page": page},
    )


@require_POST
@login_required
def end_stand_in(request: ActorRequest, stand_in: UUID) -> HttpResponse:
    found = queries.get_stand_in(actor=request.actor, public_id=stand_in)
    return answer_button(
        request,
        lambda: services.end_stand_in(actor=request.actor, stand_in=found, now=clock.now()),
        then=reverse("members:choose_stand_in", args=[found.organization.public_id]),
        message=_("Đã kết thúc việc thay bí thư."),
    )
