"""The programme: reading it, changing it, agreeing it, its papers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.errors import DomainError
from nennep.core.forms import add_domain_error, posted, posted_files
from nennep.core.http import ActorRequest
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.documents.services import add_document
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.forms.agenda import ItemForm, KindForm, OrderForm, PaperForm, PeopleForm
from nennep.meetings.queries.agenda import Meeting, get_agenda_page, list_day_members, list_items, origin_of
from nennep.meetings.queries.meeting import get_item, get_meeting
from nennep.meetings.queries.suggestions import suggest_items
from nennep.meetings.queries.themes import list_open_themes
from nennep.meetings.rules.agenda import kind_with_theme
from nennep.meetings.services import agenda as services
from nennep.meetings.services import suggestions


@login_required
@require_GET
def show_agenda(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    page = get_agenda_page(actor=request.actor, meeting=found, today=clock.today())
    wanted = page.may_change and page.is_planned
    ideas = suggest_items(actor=request.actor, meeting=found, today=clock.today()) if wanted else ()
    context = {"meeting": found, "page": page, "suggestions": ideas, "now": clock.now()}
    return render(request, "meetings/agenda/show.html", context)


@login_required
@require_POST
def add_suggestion(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """`kind` and `id` say what the suggestion comes from."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    origin = Origin(request.POST.get("kind", ""), request.POST.get("id", ""))
    try:
        suggestions.add_suggestion(actor=request.actor, meeting=found, origin=origin, now=clock.now())
        messages.success(request, _("Đã đưa gợi ý vào chương trình."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:show_agenda", found.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def reorder(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """All items at once: numbers typed beside them, or their ids in the new order (`item`), which the dragging script sends."""
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    items = list_items(found)
    form = OrderForm(posted(request), items=items)
    if form.is_valid():
        try:
            services.reorder_agenda(actor=request.actor, meeting=found, order=form.order, now=clock.now())
            return _show_order(request, found)
        except DomainError as error:
            add_domain_error(form, error)
    if request.htmx:
        words = " ".join(str(error) for error in form.non_field_errors())
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    context = {"meeting": found, "form": form}
    return render(request, "meetings/agenda/order.html", context, status=422 if form.is_bound else 200)


def _show_order(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    if not request.htmx:
        messages.success(request, _("Đã xếp lại thứ tự."))
        return redirect("meetings:show_agenda", meeting.public_id)
    page = get_agenda_page(actor=request.actor, meeting=meeting, today=clock.today())
    return render(request, "meetings/agenda/_items.html", {"meeting": meeting, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def add_item(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    members = list_day_members(found)
    form = ItemForm(posted(request), initial=_suggested(request), members=members, is_new=True)
    if form.is_valid():
        try:
            services.add_item(actor=request.actor, meeting=found, details=form.details, now=clock.now())
            messages.success(request, _("Đã thêm một mục."))
            return redirect("meetings:show_agenda", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/agenda/item.html", context, status=422 if form.is_bound else 200)


def _suggested(request: ActorRequest) -> dict[str, Any]:
    """A suggestion that was clicked stands in the address: title, topic, minutes."""
    asked = {name: request.GET[name] for name in ("title", "topic", "minutes") if request.GET.get(name)}
    return {"topic": Topic.OTHER.value, "minutes": 10, **asked}


@login_required
@require_http_methods(["GET", "POST"])
def edit_item(request: ActorRequest, item: UUID) -> HttpResponse:
    found = get_item(actor=request.actor, public_id=item)
    request.actor.require(Permission.MEETINGS_PREPARE, found.meeting.organization.path)
    members = list_day_members(found.meeting)
    presenter = next((str(one.public_id) for one in members if one.member_id == found.presenter_id), "")
    initial = {"title": found.title, "minutes": found.minutes_planned, "presenter": presenter}
    form = ItemForm(posted(request), initial=initial, members=members, is_new=False)
    if form.is_valid():
        try:
            details, now, position = form.details, clock.now(), form.cleaned_data["position"]
            services.change_item(actor=request.actor, item=found, details=details, now=now, position=position)
            messages.success(request, _("Đã sửa mục."))
            return redirect("meetings:show_agenda", found.meeting.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found.meeting, "item": found, "form": form}
    return render(request, "meetings/agenda/item.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def move_item(request: ActorRequest, item: UUID) -> HttpResponse:
    """`step` is -1 or 1."""
    found = get_item(actor=request.actor, public_id=item)
    step = -1 if request.POST.get("step") == "-1" else 1
    services.move_item(actor=request.actor, item=found, step=step, now=clock.now())
    return redirect("meetings:show_agenda", found.meeting.public_id)


@login_required
@require_POST
def remove_item(request: ActorRequest, item: UUID) -> HttpResponse:
    found = get_item(actor=request.actor, public_id=item)
    request.actor.require(Permission.MEETINGS_PREPARE, found.meeting.organization.path)
    try:
        services.remove_item(actor=request.actor, item=found, now=clock.now())
        messages.success(request, _("Đã bỏ mục “%(title)s”.") % {"title": found.title})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:show_agenda", found.meeting.public_id)


@login_required
@require_POST
def rebuild(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    try:
        services.rebuild_agenda(actor=request.actor, meeting=found, now=clock.now())
        messages.success(request, _("Đã lập lại chương trình từ mẫu."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:show_agenda", found.public_id)


@login_required
@require_POST
def agree(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    try:
        services.agree_agenda(actor=request.actor, meeting=found, now=clock.now())
        messages.success(request, _("Đã thống nhất chương trình. Việc tiếp theo: gửi thông báo, tài liệu."))
        return redirect("meetings:show_notice", found.public_id)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("meetings:show_agenda", found.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def edit_kind(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    form = KindForm(posted(request), initial={"kind": found.kind, "theme": found.theme})
    if form.is_valid():
        kind, theme = MeetingKind(form.cleaned_data["kind"]), form.cleaned_data["theme"]
        try:
            services.change_kind(actor=request.actor, meeting=found, kind=kind, theme=theme, now=clock.now())
            messages.success(request, _("Đã đổi loại buổi và chương trình."))
            return redirect("meetings:show_agenda", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    themes = list_open_themes(found, today=clock.today())
    context = {"meeting": found, "form": form, "themes": themes, "theme_kind": kind_with_theme(found.kind).value}
    return render(request, "meetings/agenda/kind.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_people(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    members = list_day_members(found)
    ids = {member.member_id: str(member.public_id) for member in members}
    initial = {
        "chair": ids.get(found.chair_id or 0, ""),
        "minute_taker": ids.get(found.minute_taker_id or 0, ""),
    }
    form = PeopleForm(posted(request), initial=initial, members=members)
    if form.is_valid():
        try:
            services.set_people(actor=request.actor, meeting=found, people=form.people, now=clock.now())
            messages.success(request, _("Đã ghi chủ trì, thư ký."))
            return redirect("meetings:show_meeting", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/agenda/people.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def add_paper(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.DOCUMENTS_WRITE, found.organization.path)
    form = PaperForm(posted(request), posted_files(request))
    if form.is_valid():
        try:
            add_document(
                actor=request.actor,
                organization=found.organization,
                details=form.details(),
                upload=form.cleaned_data["file"],
                origin=origin_of(found),
                now=clock.now(),
            )
            messages.success(request, _("Đã đưa tài liệu lên."))
            return redirect("meetings:show_agenda", found.public_id)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"meeting": found, "form": form}
    return render(request, "meetings/agenda/paper.html", context, status=422 if form.is_bound else 200)
