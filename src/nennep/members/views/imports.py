"""The import wizard: choose a file, see what was understood, mend it, write it."""

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
from nennep.core.typed import TextTooLong
from nennep.members import services
from nennep.members.choices import IMPORT_DAYS, TEXT_LIMIT, ImportState
from nennep.members.forms.imports import ColumnsForm, MendForm, UploadForm
from nennep.members.importers.corrections import make_mend
from nennep.members.importers.pages import column_choices, column_groups
from nennep.members.models import ImportFile
from nennep.members.queries import import_files as queries

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_http_methods(["GET", "POST"])
def choose_file(request: ActorRequest) -> HttpResponse:
    if not request.actor.may_somewhere(Permission.MEMBERS_IMPORT):
        raise NotAllowed
    units = queries.list_import_choices(actor=request.actor, on=clock.today())
    initial = {"unit": request.GET.get("don-vi", ""), "used_from": clock.today()}
    form = UploadForm(posted(request), posted_files(request), units=units, initial=initial)
    return answer_form(
        request,
        form,
        lambda: _upload(request, form),
        then=lambda file: reverse("members:review_import", args=[file.public_id]),
        template="members/import_choose.html",
        context=lambda: {
            "waiting": queries.list_import_files(actor=request.actor, now=clock.now()),
            "kept_days": IMPORT_DAYS,
        },
    )


@never_cache
@login_required
@require_GET
def review_import(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    if not found.content or found.is_in_work:
        return redirect("members:show_import_outcome", file)
    page = queries.make_review_page(queries.read_review(found, actor=request.actor, on=clock.today()))
    return render(request, "members/import_review.html", {"page": page, "choices": column_choices()})


@login_required
@require_POST
def mend_import(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    form = MendForm(request.POST)
    if form.is_valid():
        review = queries.read_review(found, actor=request.actor, on=clock.today())
        mends = make_mend(queries.read_mends(found), form.mend(), roster=review.roster, doubtful=review.doubtful)
        services.mend_file(actor=request.actor, file=found, mends=mends)
    elif "text" in form.errors:
        raise TextTooLong(limit=TEXT_LIMIT)
    else:
        messages.error(request, _("Không sửa được dòng này: nội dung quá dài hoặc không đúng. Hãy gõ lại."))
    return redirect(reverse("members:review_import", args=[file]) + "#sai")


@login_required
@require_POST
def change_import_columns(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    review = queries.read_review(found, actor=request.actor, on=clock.today())
    form = ColumnsForm(request.POST, groups=column_groups(review.book, review.roster))
    if form.is_valid():
        mends = queries.read_mends(found).with_columns(form.changed_columns())
        services.mend_file(actor=request.actor, file=found, mends=mends)
        messages.success(request, _("Đã nhận lại các cột và tính lại danh sách."))
    else:
        messages.error(request, _("Có cột được chọn không đúng. Hãy chọn lại."))
    return redirect(reverse("members:review_import", args=[file]) + "#cot")


@login_required
@require_POST
def write_import(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    reviewed = request.POST.get("reviewed", "")
    return answer_button(
        request,
        lambda: services.apply_file(actor=request.actor, file=found, reviewed=reviewed, now=clock.now()),
        then=reverse("members:show_import_outcome", args=[file]),
        refused=reverse("members:review_import", args=[file]),
    )


@login_required
@require_GET
def show_import_outcome(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    if found.state == ImportState.REVIEWED:
        return redirect("members:review_import", file)
    fragment = "members/import_outcome_body.html" if request.htmx else "members/import_outcome.html"
    return render(request, fragment, {"file": found, "kept_until": queries.expiry_of(found)})


@login_required
@require_GET
def download_waiting(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    content = queries.make_waiting_sheet(queries.read_review(found, actor=request.actor, on=clock.today()))
    headers = {"Content-Disposition": 'attachment; filename="can-sua.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@login_required
@require_POST
def discard_import(request: ActorRequest, file: UUID) -> HttpResponse:
    found = queries.get_import_file(actor=request.actor, public_id=file, now=clock.now())
    services.discard_file(actor=request.actor, file=found)
    messages.success(request, _("Đã bỏ tệp. Chưa có gì được ghi từ lần xem này."))
    return redirect("members:choose_import_file")


def _upload(request: ActorRequest, form: UploadForm) -> ImportFile:
    unit = queries.get_import_unit(actor=request.actor, public_id=UUID(form.cleaned_data["unit"]))
    upload = form.cleaned_data["file"]
    return services.upload_file(
        actor=request.actor,
        organization=unit,
        name=upload.name,
        content=upload.read(),
        used_from=form.cleaned_data["used_from"],
        now=clock.now(),
    )
