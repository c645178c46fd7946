"""One rating: what is known and said of it, and its steps, each a page of its own."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.classification import forms, services
from nennep.classification.choices import CommentSource, ListedKind, RatedForm, RatingLevel
from nennep.classification.models import Rating
from nennep.classification.queries import answers, doors, pages, rating_pages
from nennep.classification.queries.facts import list_year_duties
from nennep.classification.queries.overtaken import find_overtaken
from nennep.classification.queries.subjects import list_breach_units
from nennep.classification.rules import Tally
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.wording import say_points
from nennep.members.services import log_opening
from nennep.organizations.queries import get_organization

_AnySaid = TypeVar("_AnySaid", bound=forms.SaidForm)
WEIGHED = "ket-qua"  # of the address of the review form: points that were worked out
_WEIGHED = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)


@login_required
@require_safe
def show_rating(request: ActorRequest, rating: UUID) -> HttpResponse:
    page = rating_pages.get_rating_page(actor=request.actor, public_id=rating, today=clock.today())
    if page.may_read and page.rating.member:
        log_opening(actor=request.actor, member=page.rating.member, part=lambda: _("Xếp loại"), now=clock.now())
    return render(request, "classification/rating.html", {"page": page})


@login_required
@require_safe
def show_history(request: ActorRequest, unit: UUID) -> HttpResponse:
    found = get_organization(actor=request.actor, public_id=unit)
    rows = pages.list_history(actor=request.actor, organization=found)
    return render(request, "classification/history.html", {"unit": found, "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def write_paper(request: ActorRequest, rating: UUID) -> HttpResponse:
    """The person's own form, or the cell writes it down for them; it comes filled with what was said before."""
    found = doors.get_rating(actor=request.actor, public_id=rating)
    is_own = doors.is_own(request.actor, found)
    _require(is_allowed=is_own or doors.may_propose(request.actor, found.organization))
    page = rating_pages.get_rating_page(actor=request.actor, public_id=rating, today=clock.today())
    form = forms.RatingPaperForm(
        posted(request),
        rating=found,
        sections=rating_pages.sections_of(found),
        sheet=rating_pages.sheet_of(found),
        initial=rating_pages.read_paper(found, page.facts) | _read_weighed(request),
    )
    write = services.write_own_paper if is_own else services.write_paper

    def act() -> Rating:
        return write(actor=request.actor, rating=found, paper=_paper_of(form), now=clock.now())

    paper = "classification/paper.html"
    return _answer(request, found, form, act, title=_("Bản kiểm điểm"), template=paper, facts=page.facts)


def _read_weighed(request: ActorRequest) -> dict[str, str]:
    """Points that the page before came to; what is no such number says nothing."""
    points = request.GET.get(WEIGHED, "")
    return {"results": points} if _WEIGHED.fullmatch(points) else {}


@login_required
@require_http_methods(["GET", "POST"])
def weigh_duties(request: ActorRequest, rating: UUID) -> HttpResponse:
    """Points of 70 from the year's tasks by their weights; they stand in the review form, which is where they are said."""
    found = doors.get_rating(actor=request.actor, public_id=rating)
    _require(is_allowed=doors.is_own(request.actor, found) or doors.may_propose(request.actor, found.organization))
    if found.member is None or rating_pages.sheet_of(found) is not None:
        raise NotFound
    form = forms.WeighingForm(posted(request), duties=list_year_duties(rating=found, today=clock.today()))
    paper = reverse("classification:write_paper", args=[found.public_id])
    return answer_form(
        request,
        form,
        form.points,
        then=lambda points: f"{paper}?{WEIGHED}={points}",
        message=lambda points: _("Kết quả thực hiện nhiệm vụ: %(points)s điểm.") % {"points": say_points(points)},
        template="classification/weigh.html",
        context=_frame_of(found, _("Tính điểm từ nhiệm vụ")) | {"back_url": paper, "back_label": _("Bản kiểm điểm")},
    )


def _paper_of(form: forms.RatingPaperForm) -> services.ReviewPaper:
    data, sums = form.cleaned_data, form.sums()
    return services.ReviewPaper(
        form.texts(),
        *sums,
        form.items(),
        level=RatingLevel(data["level"]) if data["level"] else None,
        form=RatedForm(data["form"]) if data.get("form") else None,
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer_facts(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_proposer(request, rating)
    asked = answers.find_asked(found, today=clock.today())
    form = forms.AnswersForm(
        posted(request),
        initial=answers.read_answers(found),
        recorded=asked.recorded,
        asks_discipline=asked.asks_discipline,
    )

    def act() -> Rating:
        given, reason = form.answers(), form.cleaned_data.get("reason", "")
        return services.answer_facts(actor=request.actor, rating=found, answers=given, reason=reason, now=clock.now())

    page = "classification/answers.html"
    return _answer(request, found, form, act, title=_("Số liệu để xét điều kiện"), template=page)


@login_required
@require_http_methods(["GET", "POST"])
def add_comment(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_proposer(request, rating)
    form = forms.OutsideCommentForm(posted(request))

    def act() -> Any:
        data = form.cleaned_data
        said = services.OutsideComment(CommentSource(data["source"]), data["from_name"], data["given_on"], data["text"])
        return services.add_comment(actor=request.actor, rating=found, said=said, now=clock.now())

    return _answer(request, found, form, act, title=_("Ghi ý kiến nhận xét"))


@login_required
@require_http_methods(["GET", "POST"])
def count_ballots(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_proposer(request, rating)
    form = forms.TallyForm(posted(request))

    def act() -> Rating:
        tally = Tally(**{name: value or 0 for name, value in form.cleaned_data.items()})
        return services.count_ballots(actor=request.actor, rating=found, tally=tally, now=clock.now())

    return _answer(request, found, form, act, title=_("Kết quả bỏ phiếu"))


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_proposer(request, rating)
    form = _said_form(forms.SaidForm, request, found)
    act = _saying(request, found, form, services.propose)
    return _answer(request, found, form, act, title=_("Đề nghị mức xếp loại"), template="classification/said.html")


@login_required
@require_http_methods(["GET", "POST"])
def appraise(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    form = _said_form(forms.SaidForm, request, found)
    act = _saying(request, found, form, services.appraise)
    return _answer(request, found, form, act, title=_("Thẩm định"), template="classification/said.html")


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    form = _said_form(forms.DecidingForm, request, found)
    act = _deciding(request, found, form, services.decide)
    return _answer(request, found, form, act, title=_("Quyết định mức xếp loại"), template="classification/said.html")


@login_required
@require_http_methods(["GET", "POST"])
def rate_anew(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    form = _said_form(forms.DecidingForm, request, found)
    act = _deciding(request, found, form, services.rate_anew)
    said = "classification/said.html"
    return _answer(request, found, form, act, title=_("Xếp loại lại"), template=said, then=_address_of)


@login_required
@require_POST
def announce(request: ActorRequest, rating: UUID) -> HttpResponse:
    found, today = _for_decider(request, rating), clock.today()
    return answer_button(
        request,
        lambda: services.announce(actor=request.actor, rating=found, on=today, now=clock.now()),
        then=_address_of(found),
        message=_("Đã ghi thông báo kết quả."),
    )


@login_required
@require_POST
def file_rating(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    return answer_button(
        request,
        lambda: services.file_rating(actor=request.actor, rating=found, now=clock.now()),
        then=_address_of(found),
        message=_("Đã ghi lưu hồ sơ."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def take_back(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = doors.get_rating(actor=request.actor, public_id=rating)
    unit = found.organization
    _require(is_allowed=doors.may_propose(request.actor, unit) or doors.may_decide(request.actor, unit))
    form = forms.RatingReasonForm(posted(request))

    def act() -> Rating:
        reason = form.cleaned_data["reason"]
        return services.take_back(actor=request.actor, rating=found, reason=reason, now=clock.now())

    return _answer(request, found, form, act, title=_("Lùi một bước"))


@login_required
@require_http_methods(["GET", "POST"])
def complain(request: ActorRequest, rating: UUID) -> HttpResponse:
    """The person rated, or somebody of the cell or the committee who puts down what came on paper."""
    found = doors.get_rating(actor=request.actor, public_id=rating)
    _require(is_allowed=doors.may_read_texts(request.actor, found))
    form, is_own = forms.ComplaintForm(posted(request)), doors.is_own(request.actor, found)

    def act() -> Any:
        now, text = clock.now(), form.cleaned_data["text"]
        if is_own:
            return services.complain_of_own(actor=request.actor, rating=found, text=text, now=now)
        return services.complain(actor=request.actor, rating=found, text=text, received_on=clock.today(), now=now)

    return _answer(request, found, form, act, title=_("Khiếu nại kết quả xếp loại"))


@login_required
@require_http_methods(["GET", "POST"])
def settle_complaint(request: ActorRequest, rating: UUID, complaint: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    asked = doors.get_complaint(rating=found, public_id=complaint)
    form = forms.ComplaintAnswerForm(posted(request))

    def act() -> Any:
        data = form.cleaned_data
        return services.settle_complaint(
            actor=request.actor,
            complaint=asked,
            upheld=data["upheld"] == "yes",
            answer=data["answer"],
            now=clock.now(),
        )

    return _answer(request, found, form, act, title=_("Trả lời khiếu nại"))


@login_required
@require_http_methods(["GET", "POST"])
def keep_level(request: ActorRequest, rating: UUID) -> HttpResponse:
    """What came after the decision was looked at, and changes nothing: why."""
    found = _for_decider(request, rating)
    form = forms.RatingReasonForm(posted(request))

    def act() -> Any:
        reason = form.cleaned_data["reason"]
        return services.keep_level(actor=request.actor, rating=found, reason=reason, now=clock.now())

    page, since = "classification/keep.html", find_overtaken(found)
    return _answer(request, found, form, act, title=_("Đã xem lại, giữ mức"), template=page, since=since)


@login_required
@require_http_methods(["GET", "POST"])
def record_case(request: ActorRequest, rating: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    form = forms.ListedCaseForm(posted(request), units=list_breach_units(found))

    def act() -> Any:
        data = form.cleaned_data
        conclusion = services.Conclusion(
            ListedKind(data["kind"]),
            data["document_number"],
            data["document_on"],
            data["note"],
            breach_unit=form.find_breach_unit(),
        )
        return services.record_case(actor=request.actor, rating=found, conclusion=conclusion, now=clock.now())

    return _answer(request, found, form, act, title=_("Ghi trường hợp phải xếp không hoàn thành"))


@login_required
@require_POST
def drop_case(request: ActorRequest, rating: UUID, case: UUID) -> HttpResponse:
    found = _for_decider(request, rating)
    listed = doors.get_case(rating=found, public_id=case)
    return answer_button(
        request,
        lambda: services.drop_case(actor=request.actor, rating=found, case=listed, now=clock.now()),
        then=_address_of(found),
        message=_("Đã bỏ trường hợp ghi nhầm."),
    )


def _saying(
    request: ActorRequest, rating: Rating, form: forms.SaidForm, service: Callable[..., Rating]
) -> Callable[[], Rating]:
    return lambda: service(actor=request.actor, rating=rating, said=_said_of(form), now=clock.now())


def _deciding(
    request: ActorRequest, rating: Rating, form: forms.SaidForm, service: Callable[..., Rating]
) -> Callable[[], Rating]:
    def act() -> Rating:
        paper = services.DecisionPaper(form.cleaned_data["number"], form.cleaned_data["on"])
        return service(actor=request.actor, rating=rating, said=_said_of(form), paper=paper, now=clock.now())

    return act


def _said_of(form: forms.SaidForm) -> services.Said:
    data, (common, results) = form.cleaned_data, form.sums()
    return services.Said(RatingLevel(data["level"]), common, results, form.items(), reason=data["reason"])


def _said_form(kind: type[_AnySaid], request: ActorRequest, rating: Rating) -> _AnySaid:
    """It opens with points of the side before, and the level that the program proposes."""
    page = rating_pages.get_rating_page(actor=request.actor, public_id=rating.public_id, today=clock.today())
    return kind(posted(request), sheet=rating_pages.sheet_of(rating), initial=rating_pages.read_said(page))


def _for_proposer(request: ActorRequest, rating: UUID) -> Rating:
    found = doors.get_rating(actor=request.actor, public_id=rating)
    _require(is_allowed=doors.may_propose(request.actor, found.organization))
    return found


def _for_decider(request: ActorRequest, rating: UUID) -> Rating:
    found = doors.get_rating(actor=request.actor, public_id=rating)
    _require(is_allowed=doors.may_decide(request.actor, found.organization))
    return found


def _require(*, is_allowed: bool) -> None:
    """The page too is for those alone who may do what it is for; the service asks again."""
    if not is_allowed:
        raise NotAllowed


def _answer(
    request: ActorRequest,
    rating: Rating,
    form: Form,
    act: Callable[[], Any],
    *,
    title: str,
    template: str = "classification/step.html",
    then: Any = "",
    **more: Any,
) -> HttpResponse:
    then = then or _address_of(rating)
    context = {**_frame_of(rating, title), **more}
    return answer_form(request, form, act, then=then, message=_("Đã ghi."), template=template, context=context)


def _frame_of(rating: Rating, title: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "unit": rating.organization,
        "rating": rating,
        "back_url": _address_of(rating),
        "back_label": rating.subject,
    }


def _address_of(rating: Rating) -> str:
    return reverse("classification:show_rating", args=[rating.public_id])
