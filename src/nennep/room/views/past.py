"""Taking over a book of past meetings: choose, look, say what columns and marks mean, write, take back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotAllowed
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.members.queries.import_files import get_import_unit, list_import_choices
from nennep.room.choices import PAST_KEPT_DAYS
from nennep.room.forms.past import PastMeaningForm, PastUploadForm
from nennep.room.models import PastImport
from nennep.room.queries import past as books
from nennep.room.queries import past_imports as queries
from nennep.room.services import past as services


@login_required
@require_http_methods(["GET", "POST"])
def choose_past(request: ActorRequest) -> HttpResponse:
    if not request.actor.may_somewhere(Permission.MEMBERS_IMPORT):
        raise NotAllowed
    units = list_import_choices(actor=request.actor, on=clock.today())
    form = PastUploadForm(
        posted(request),
        posted_files(request),
        units=units,
        initial={"unit": request.GET.get("don-vi", "")},
    )
    return answer_form(
        request,
        form,
        lambda: _upload(request, form),
        then=lambda file: reverse("room:show_past_import", args=[file.public_id]),
        template="room/past/choose.html",
        context=lambda: {
            "files": queries.list_past_imports(actor=request.actor, now=clock.now()),
            "kept_days": PAST_KEPT_DAYS,
        },
    )


@never_cache
@login_required
@require_GET
def show_past_import(request: ActorRequest, file: UUID) -> HttpResponse:
    """Waiting: what it says, cell by cell. Written: what it brought, and the way back."""
    found = queries.get_past_import(actor=request.actor, public_id=file, now=clock.now())
    if found.written_at is not None:
        brought = books.list_brought(file=found)
        return render(request, "room/past/written.html", {"file": found, "brought": brought})
    review = queries.read_past_review(found, on=clock.today())
    form = _meaning_form(request, review)
    return render(request, "room/past/review.html", {"review": review, "page": books.show_review(review), "form": form})


@login_required
@require_POST
def mend_past(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_past_import(actor=request.actor, public_id=file, now=clock.now())
    if found.written_at is not None:
        return redirect("room:show_past_import", file)
    form = _meaning_form(request, queries.read_past_review(found, on=clock.today()))
    if form.is_valid():
        services.mend_past(actor=request.actor, file=found, mends=form.mends())
        messages.success(request, _("Đã hiểu lại các cột, các dấu và tính lại."))
    else:
        messages.error(request, _("Có ô chọn không đúng, hoặc năm không đúng. Hãy chọn lại."))
    return redirect("room:show_past_import", file)


@login_required
@require_POST
def write_past(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_past_import(actor=request.actor, public_id=file, now=clock.now())
    reviewed = request.POST.get("reviewed", "")
    return answer_button(
        request,
        lambda: services.write_past(actor=request.actor, file=found, reviewed=reviewed, now=clock.now()),
        then=reverse("room:show_past_import", args=[file]),
        message=lambda done: _("Đã ghi %(count)s buổi vào sổ.") % {"count": done.outcome["meetings"]},
    )


@login_required
@require_POST
def discard_past(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_past_import(actor=request.actor, public_id=file, now=clock.now())
    services.discard_past(actor=request.actor, file=found)
    messages.success(request, _("Đã bỏ tệp. Chưa có gì được ghi."))
    return redirect("room:choose_past")


@login_required
@require_POST
def take_back_past(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_past_import(actor=request.actor, public_id=file, now=clock.now())
    return answer_button(
        request,
        lambda: services.take_back_past(actor=request.actor, file=found, now=clock.now()),
        then=reverse("room:choose_past"),
        message=_("Đã bỏ lần nhập này; các buổi nhập từ tệp không còn trong sổ. Nhập lại tệp được."),
        refused=reverse("room:show_past_import", args=[file]),
    )


@login_required
@require_GET
def show_attendance(request: ActorRequest, cell: UUID, year: int | None = None) -> HttpResponse:
    page = books.get_attendance_book(actor=request.actor, public_id=cell, year=year or clock.today().year)
    return render(request, "room/past/attendance.html", {"page": page})


def _upload(request: ActorRequest, form: PastUploadForm) -> PastImport:
    unit = get_import_unit(actor=request.actor, public_id=UUID(form.cleaned_data["unit"]))
    upload = form.cleaned_data["file"]
    return services.upload_past(
        actor=request.actor, organization=unit, name=upload.name, content=upload.read(), now=clock.now()
    )


def _meaning_form(request: ActorRequest, review: queries.PastReview) -> PastMeaningForm:
    mends = queries.read_past_mends(review.file)
    return PastMeaningForm(posted(request), tables=review.understood.tables, marks=review.understood.marks, mends=mends)
