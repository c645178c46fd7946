"""What is changed about a round as a whole: cancelled, restored, its day moved, why a group passes its cap."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.classification import services
from nennep.classification.choices import CapGroup
from nennep.classification.forms import CapNoteForm, CutoffForm, RatingReasonForm
from nennep.classification.models import Campaign, CapNote
from nennep.classification.queries import doors, pages
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission


@login_required
@require_http_methods(["GET", "POST"])
def cancel_campaign(request: ActorRequest, campaign: UUID) -> HttpResponse:
    """Opened by mistake; how much was written in it is shown first."""
    found = _for_runner(request, campaign)
    form = RatingReasonForm(posted(request))

    def act() -> Campaign:
        reason = form.cleaned_data["reason"]
        return services.cancel_campaign(actor=request.actor, campaign=found, reason=reason, now=clock.now())

    return answer_previewed(
        request,
        form,
        act,
        preview=lambda: services.foresee_cancelling(actor=request.actor, campaign=found, act=act),
        then=_address_of(found),
        message=_("Đã hủy đợt xếp loại."),
        context=_frame(found, _("Hủy đợt mở nhầm"), _("Hủy đợt")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def close_campaign(request: ActorRequest, campaign: UUID) -> HttpResponse:
    """What would be left open is shown first, in numbers."""
    found = doors.get_round(actor=request.actor, public_id=campaign)
    request.actor.require(Permission.RATINGS_DECIDE, found.organization.path)

    def act() -> Campaign:
        return services.close_campaign(actor=request.actor, campaign=found, now=clock.now())

    return answer_previewed(
        request,
        Form(posted(request)),
        act,
        preview=lambda: services.foresee_closing(actor=request.actor, campaign=found, act=act),
        then=_address_of(found),
        message=_("Đã kết thúc đợt xếp loại."),
        context=_frame(found, _("Kết thúc đợt xếp loại"), _("Kết thúc đợt")),
    )


@login_required
@require_POST
def restore_campaign(request: ActorRequest, campaign: UUID) -> HttpResponse:
    found = doors.get_round(actor=request.actor, public_id=campaign)
    return answer_button(
        request,
        lambda: services.restore_campaign(actor=request.actor, campaign=found, now=clock.now()),
        then=_address_of(found),
        message=_("Đã khôi phục đợt xếp loại, danh sách theo ngày hôm nay."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def move_cutoff(request: ActorRequest, campaign: UUID) -> HttpResponse:
    """Who would fall in or out is shown first."""
    found = _for_runner(request, campaign)
    form = CutoffForm(posted(request), initial={"cutoff_on": found.cutoff_on})

    def act() -> tuple[int, int]:
        day = form.cleaned_data["cutoff_on"]
        return services.move_cutoff(actor=request.actor, campaign=found, cutoff_on=day, now=clock.now())

    return answer_previewed(
        request,
        form,
        act,
        preview=lambda: services.foresee_cutoff(
            actor=request.actor, campaign=found, cutoff_on=form.cleaned_data["cutoff_on"], act=act
        ),
        then=_address_of(found),
        message=_("Đã đổi ngày chốt danh sách."),
        context=_frame(found, _("Đổi ngày chốt danh sách"), _("Đổi ngày")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def note_group_cap(request: ActorRequest, campaign: UUID, group: str) -> HttpResponse:
    found = doors.get_round(actor=request.actor, public_id=campaign)
    kind = _read_group(group)
    doors.require_cap_noter(request.actor, found, kind)
    check, opening = pages.read_cap_note(found, kind)
    form = CapNoteForm(posted(request), initial=opening)

    def act() -> CapNote:
        return services.note_group_cap(
            actor=request.actor, campaign=found, group=kind, now=clock.now(), **form.cleaned_data
        )

    title = _("Ghi chú về tỷ lệ xuất sắc: %(group)s") % {"group": kind.label}
    context = _frame(found, title, _("Ghi")) | {"check": check}
    page = "classification/cap_note.html"
    return answer_form(
        request, form, act, then=_address_of(found), message=_("Đã ghi."), template=page, context=context
    )


def _read_group(value: str) -> CapGroup:
    """One that is reckoned beyond a cell. Raises NotFound."""
    found = next((one for one in CapGroup if one == value and one != CapGroup.MEMBERS), None)
    if found is None:
        raise NotFound
    return found


def _for_runner(request: ActorRequest, campaign: UUID) -> Campaign:
    """The page too is for those alone who run the round; the service asks again. Raises NotFound, NotAllowed."""
    found = doors.get_round(actor=request.actor, public_id=campaign)
    request.actor.require_below(Permission.RATINGS_DECIDE, found.organization.path)
    return found


def _frame(campaign: Campaign, title: str, submit: str) -> dict[str, Any]:
    back = {"back_url": _address_of(campaign), "back_label": campaign.title}
    return {"page_title": title, "unit": campaign.organization, "submit_label": submit, **back}


def _address_of(campaign: Campaign) -> str:
    return reverse("classification:show_campaign", args=[campaign.public_id])
