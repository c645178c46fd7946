"""Rounds: which there are, opening one, where it stands, a unit in it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.classification import services
from nennep.classification.choices import RatingLevel
from nennep.classification.forms import CapNoteForm, DecisionPaperForm, HeldForm, ReviewForm, RoundForm
from nennep.classification.models import Campaign, UnitReview
from nennep.classification.queries import doors, pages, roll_up
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization

PAGE_SIZE = 50


@login_required
@require_safe
def show_start(request: ActorRequest) -> HttpResponse:
    actor, today = request.actor, clock.today()
    context = {
        "campaigns": pages.list_campaigns(actor=actor, today=today),
        "units": pages.list_units_to_open(actor=actor, today=today),
        "today": today,
        "own": pages.list_own_ratings(actor=actor),
        "may_read": actor.may_somewhere(Permission.RATINGS_READ),
    }
    return render(request, "classification/start.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_campaign(request: ActorRequest, unit: UUID) -> HttpResponse:
    """Shown first: how many of whom would be listed."""
    found = get_organization(actor=request.actor, public_id=unit)
    if not request.actor.may(Permission.RATINGS_READ, found.path):
        raise NotFound
    request.actor.require_below(Permission.RATINGS_DECIDE, found.path)
    now = clock.now()
    form = RoundForm(posted(request), initial=pages.propose_opening(now.date()))

    def act() -> Campaign:
        opening = services.Opening(**form.cleaned_data)
        return services.open_campaign(actor=request.actor, organization=found, opening=opening, now=now)

    return answer_previewed(
        request,
        form,
        act,
        preview=lambda: services.foresee_opening(actor=request.actor, organization=found, act=act),
        then=lambda campaign: reverse("classification:show_campaign", args=[campaign.public_id]),
        message=_("Đã mở đợt xếp loại."),
        context=_frame(_("Mở đợt xếp loại"), found, reverse("classification:start"), _("Mở đợt")),
    )


@login_required
@require_safe
def show_campaign(request: ActorRequest, campaign: UUID) -> HttpResponse:
    page = pages.get_campaign_page(actor=request.actor, public_id=campaign, today=clock.today())
    units = Paginator(page.units, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, "classification/campaign.html", {"page": page, "units": units})


@login_required
@require_safe
def show_roll_up(request: ActorRequest, campaign: UUID) -> HttpResponse:
    """The round on one page to print, and whom to commend."""
    page = roll_up.get_roll_up(actor=request.actor, public_id=campaign)
    shown = Paginator(page.commendations, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {"page": page, "commendations": shown, "levels": list(RatingLevel)}
    return render(request, "classification/roll_up.html", context)


@login_required
@require_POST
def renew_subjects(request: ActorRequest, campaign: UUID) -> HttpResponse:
    found = _get_campaign(request, campaign)
    return answer_button(
        request,
        lambda: services.renew_subjects(actor=request.actor, campaign=found, now=clock.now()),
        then=_address_of(found),
        message=_("Đã cập nhật danh sách theo ngày hôm nay."),
        refused=_address_of(found),
    )


@login_required
@require_POST
def reopen_campaign(request: ActorRequest, campaign: UUID) -> HttpResponse:
    found = _get_campaign(request, campaign)
    return answer_button(
        request,
        lambda: services.reopen_campaign(actor=request.actor, campaign=found, now=clock.now()),
        then=_address_of(found),
        message=_("Đã mở lại đợt xếp loại."),
    )


@login_required
@require_safe
def show_unit(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    return render(request, "classification/unit.html", _unit_context(request, campaign, unit))


@login_required
@require_POST
def set_review(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    review = _get_review(request, campaign, unit)
    doors.require_proposer(request.actor, review.organization)
    form = ReviewForm(posted(request))
    act = _writing(request, review, form, services.set_review)
    return _answer(request, review, form, act, message=_("Đã ghi ngày hội nghị."), shown_as="review_form")


@login_required
@require_POST
def hold_review(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    review = _get_review(request, campaign, unit)
    doors.require_proposer(request.actor, review.organization)
    form = HeldForm(posted(request))
    act = _writing(request, review, form, services.hold_review)
    return _answer(request, review, form, act, message=_say_held, shown_as="held_form")


def _say_held(counts: tuple[int, int]) -> str:
    words = _("Đã ghi %(count)s mục kiểm điểm; còn %(left)s mục chưa có bản kiểm điểm.")
    return words % {"count": counts[0], "left": counts[1]}


@login_required
@require_POST
def note_cap(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    review = _get_review(request, campaign, unit)
    request.actor.require(Permission.RATINGS_DECIDE, review.campaign.organization.path)
    form = CapNoteForm(posted(request))
    act = _writing(request, review, form, services.note_cap)
    return _answer(request, review, form, act, message=_("Đã ghi."), shown_as="cap_form")


def _writing(request: ActorRequest, review: UnitReview, form: Form, service: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: service(actor=request.actor, review=review, now=clock.now(), **form.cleaned_data)


def _answer(
    request: ActorRequest, review: UnitReview, form: Form, act: Callable[[], Any], *, message: Any, shown_as: str
) -> HttpResponse:
    """A form of the page of a unit: refused, the page stands with what was typed in it."""

    def show() -> dict[str, Any]:
        return {**_unit_context(request, review.campaign.public_id, review.organization.public_id), shown_as: form}

    page = "classification/unit.html"
    return answer_form(request, form, act, then=_unit_address(review), message=message, template=page, context=show)


@login_required
@require_POST
def remind_unit(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    review = _get_review(request, campaign, unit)
    return answer_button(
        request,
        lambda: services.remind_unit(actor=request.actor, review=review, now=clock.now()),
        then=_address_of(review.campaign),
        message=_("Đã nhắc."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide_unit(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    """Decide whatever waits in the unit as it was proposed, by one document; names and numbers are shown first."""
    review = _get_review(request, campaign, unit)
    doors.require_decider(request.actor, review.organization)
    waiting = pages.list_decidable(campaign=review.campaign, organization=review.organization)
    form = DecisionPaperForm(posted(request))

    def act() -> int:
        paper = services.DecisionPaper(**form.cleaned_data)
        return services.decide_as_proposed(actor=request.actor, ratings=waiting, paper=paper, now=clock.now())

    return answer_previewed(
        request,
        form,
        act,
        preview=lambda: services.foresee_decisions(
            actor=request.actor, organization=review.organization, ratings=waiting, act=act
        ),
        then=_unit_address(review),
        message=lambda count: _("Đã quyết định %(count)s mục.") % {"count": count},
        context=_frame(_("Quyết định như đã đề nghị"), review.organization, _unit_address(review), _("Quyết định")),
    )


@login_required
@require_http_methods(["GET", "POST"])
def announce_unit(request: ActorRequest, campaign: UUID, unit: UUID) -> HttpResponse:
    """Everybody of the unit was told what was decided; names are shown first, for it is not taken back."""
    review = _get_review(request, campaign, unit)
    doors.require_decider(request.actor, review.organization)
    decided = pages.list_tellable(campaign=review.campaign, organization=review.organization)

    def act() -> int:
        return services.announce_many(actor=request.actor, ratings=decided, on=clock.today(), now=clock.now())

    return answer_previewed(
        request,
        Form(posted(request)),
        act,
        preview=lambda: services.foresee_announcing(
            actor=request.actor, organization=review.organization, ratings=decided, act=act
        ),
        then=_unit_address(review),
        message=lambda count: _("Đã ghi thông báo %(count)s mục.") % {"count": count},
        context=_frame(
            _("Ghi đã thông báo kết quả"), review.organization, _unit_address(review), _("Ghi đã thông báo")
        ),
    )


def _frame(title: str, unit: Organization, back: str, submit: str) -> dict[str, Any]:
    return {"page_title": title, "unit": unit, "back_url": back, "submit_label": submit}


def _unit_context(request: ActorRequest, campaign: UUID, unit: UUID) -> dict[str, Any]:
    today: date = clock.today()
    page = pages.get_rated_unit_page(actor=request.actor, campaign_id=campaign, unit_id=unit, today=today)
    review = page.review
    return {
        "page": page,
        "review_form": ReviewForm(initial={"meeting_on": review.meeting_on, "drafts_sent_on": review.drafts_sent_on}),
        "held_form": HeldForm(
            initial={
                "held_on": None if review.held_on else review.meeting_on,  # late ones are reviewed on another day
                "days": None if review.held_on else review.days,
                "note": review.held_note,
            }
        ),
        "cap_form": CapNoteForm(
            initial={"note": review.cap_note, "outstanding": review.outstanding, "excellent": page.cap.excellent}
        ),
    }


def _get_campaign(request: ActorRequest, campaign: UUID) -> Campaign:
    """For those who read the ratings of its unit. Raises NotFound."""
    return doors.get_round(actor=request.actor, public_id=campaign)


def _get_review(request: ActorRequest, campaign: UUID, unit: UUID) -> UnitReview:
    found = doors.get_campaign(actor=request.actor, public_id=campaign)
    return doors.get_unit_of_round(actor=request.actor, campaign=found, public_id=unit)


def _address_of(campaign: Campaign) -> str:
    return reverse("classification:show_campaign", args=[campaign.public_id])


def _unit_address(review: UnitReview) -> str:
    return reverse("classification:show_unit", args=[review.campaign.public_id, review.organization.public_id])
