"""Between question and answer: more time, a question back, an office outside, a promise kept, an opinion read."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.petitions import queries, services
from nennep.petitions.choices import StepKind
from nennep.petitions.forms import ClarifyForm, ExtendForm, PassOnForm
from nennep.petitions.views.petitions import address_of, answer_step, get_page


@login_required
@require_http_methods(["GET", "POST"])
def extend_answer(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_extend or page.is_extension_over, StepKind.EXTENDED)
    services.require_days_left(page.petition, clock.today())
    form = ExtendForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.extend_answer(
            actor=request.actor, petition=page.petition, now=clock.now(), **form.cleaned_data
        ),
        title=_("Gia hạn trả lời"),
        message=_("Đã gia hạn; người nêu và chi bộ được báo lý do."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def ask_asker(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_ask, StepKind.ASKED)
    form = ClarifyForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.ask_asker(
            actor=request.actor, petition=page.petition, text=form.cleaned_data["text"], now=clock.now()
        ),
        title=_("Cần người nêu nói rõ điều gì?"),
        message=_("Đã hỏi lại; hạn trả lời tính tiếp khi có lời, hoặc tự tính tiếp khi hết thời gian chờ."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def clarify(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_clarify, StepKind.CLARIFIED)
    form = ClarifyForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.clarify(
            actor=request.actor, petition=page.petition, text=form.cleaned_data["text"], now=clock.now()
        ),
        title=_("Nói rõ kiến nghị"),
        message=_("Đã gửi lời nói rõ."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def report_done(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_say_done, StepKind.DONE)
    form = ClarifyForm(posted(request))
    return answer_step(
        request,
        page,
        form,
        lambda: services.report_done(
            actor=request.actor, petition=page.petition, text=form.cleaned_data["text"], now=clock.now()
        ),
        title=_("Đã làm xong việc gì?"),
        message=_("Đã báo làm xong; chi bộ xác nhận ở kỳ sinh hoạt tới."),
    )


@login_required
@require_POST
def read_opinion(request: ActorRequest, petition: UUID) -> HttpResponse:
    found = queries.get_petition(actor=request.actor, public_id=petition)
    return answer_button(
        request,
        lambda: services.read_opinion(actor=request.actor, petition=found, now=clock.now()),
        then=address_of(found),
        message=_("Đã đọc ý kiến."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def send_to_body(request: ActorRequest, petition: UUID) -> HttpResponse:
    page = get_page(request, petition, lambda page: page.may_send_out, StepKind.ROUTED)
    form = PassOnForm(posted(request), places=queries.list_bodies(page.petition, today=clock.today()))
    return answer_step(
        request,
        page,
        form,
        lambda: services.send_to_body(
            actor=request.actor,
            petition=page.petition,
            body=form.place(),
            text=form.cleaned_data["text"],
            now=clock.now(),
        ),
        title=_("Gửi nơi nào ngoài hệ thống?"),
        message=lambda _done: _("Đã ghi gửi %(body)s; hạn trả lời vẫn tính.") % {"body": form.place().name},
        template="petitions/send_out.html",
    )
