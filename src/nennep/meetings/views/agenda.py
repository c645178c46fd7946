"""The programme: reading it, changing it, agreeing it, its papers."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.forms import posted, posted_files
from nennep.core.http import ActorRequest, next_address
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.documents.services import add_document
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.forms.agenda import ItemForm, KindForm, OrderForm, PaperForm, PeopleForm
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import (
    get_agenda_page,
    list_day_members,
    list_items,
    list_leading_members,
    origin_of,
)
from nennep.meetings.queries.meeting import get_item, get_meeting, propose_people, require_settling, shown_values
from nennep.meetings.queries.suggestions import list_new_answers, suggest_items
from nennep.meetings.queries.themes import list_open_themes
from nennep.meetings.rules.agenda import kind_with_theme
from nennep.meetings.services import agenda as services
from nennep.meetings.services import suggestions
from nennep.meetings.services.former_agenda import restore_agenda
from nennep.organizations.queries import find_coming_end


@login_required
@require_GET
def show_agenda(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    page = get_agenda_page(actor=request.actor, meeting=found, today=clock.today())
    wanted = page.may_change and page.is_planned
    ideas = suggest_items(actor=request.actor, meeting=found, today=clock.today()) if wanted else ()
    new = list_new_answers(meeting=found, today=clock.today()) if wanted and found.prepared_at else ()
    ideas = tuple(one for one in ideas if one not in new)
    ends_on = find_coming_end(found.organization) if page.is_planned else None
    context = {"meeting": found, "page": page, "suggestions": ideas, "new": new, "now": clock.now(), "ends_on": ends_on}
    return render(request, "meetings/agenda/show.html", context)


@login_required
@require_POST
def add_suggestion(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """`kind` and `id` say what the suggestion comes from."""
    found = _get_to_prepare(request, meeting)
    origin = Origin(request.POST.get("kind", ""), request.POST.get("id", ""))
    return answer_button(
        request,
        lambda: suggestions.add_suggestion(actor=request.actor, meeting=found, origin=origin, now=clock.now()),
        then=_address_of(found),
        message=_("Đã đưa gợi ý vào chương trình."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def reorder(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """All items at once: numbers typed beside them, or their ids in the new order (`item`), which the dragging script sends."""
    found = _get_to_prepare(request, meeting)
    form = OrderForm(posted(request), items=list_items(found))
    answer = answer_form(
        request,
        form,
        lambda: services.reorder_agenda(actor=request.actor, meeting=found, order=form.order, now=clock.now()),
        then=lambda _done: _show_order(request, found),
        template="meetings/agenda/order.html",
        context={"meeting": found},
    )
    if request.htmx and form.errors:
        words = " ".join(str(error) for error in form.non_field_errors())
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    return answer


def _show_order(request: ActorRequest, meeting: Meeting) -> HttpResponse:
    if not request.htmx:
        messages.success(request, _("Đã xếp lại thứ tự."))
        return redirect("meetings:show_agenda", meeting.public_id)
    page = get_agenda_page(actor=request.actor, meeting=meeting, today=clock.today())
    return render(request, "meetings/agenda/_items.html", {"meeting": meeting, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def add_item(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = _get_to_prepare(request, meeting)
    form = ItemForm(posted(request), initial=_suggested(request), members=list_day_members(found), is_new=True)
    return answer_form(
        request,
        form,
        lambda: services.add_item(actor=request.actor, meeting=found, details=form.details, now=clock.now()),
        then=_address_of(found),
        message=_("Đã thêm một mục."),
        template="meetings/agenda/item.html",
        context={"meeting": found},
    )


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
    form = ItemForm(posted(request), initial=shown_values(found), members=members, is_new=False)
    return answer_form(
        request,
        form,
        lambda: services.change_item(
            actor=request.actor,
            item=found,
            details=form.details,
            begun=form.begun_values(),
            now=clock.now(),
            position=form.cleaned_data["position"],
        ),
        then=_address_of(found.meeting),
        message=_("Đã sửa mục."),
        template="meetings/agenda/item.html",
        context={"meeting": found.meeting, "item": found},
    )


@login_required
@require_POST
def move_item(request: ActorRequest, item: UUID) -> HttpResponse:
    """`step` is -1 or 1."""
    found = get_item(actor=request.actor, public_id=item)
    step = -1 if request.POST.get("step") == "-1" else 1
    return answer_button(
        request,
        lambda: services.move_item(actor=request.actor, item=found, step=step, now=clock.now()),
        then=_address_of(found.meeting),
    )


@login_required
@require_POST
def remove_item(request: ActorRequest, item: UUID) -> HttpResponse:
    found = get_item(actor=request.actor, public_id=item)
    request.actor.require(Permission.MEETINGS_PREPARE, found.meeting.organization.path)
    return answer_button(
        request,
        lambda: services.remove_item(actor=request.actor, item=found, now=clock.now()),
        then=_address_of(found.meeting),
        message=_("Đã bỏ mục “%(title)s”.") % {"title": found.title},
    )


@login_required
@require_http_methods(["GET", "POST"])
def rebuild(request: ActorRequest, meeting: UUID) -> HttpResponse:
    """Shown first, because it throws away what the committee agreed; an empty programme loses nothing."""
    found, now = _get_to_prepare(request, meeting), clock.now()
    shown = partial(services.foresee_rebuild, actor=request.actor, meeting=found, now=now)
    answer = partial(answer_previewed, preview=shown) if found.agenda.exists() else answer_form
    return answer(
        request,
        forms.Form(posted(request)),
        lambda: services.rebuild_agenda(actor=request.actor, meeting=found, now=now),
        then=_address_of(found),
        message=_("Đã lập lại chương trình từ mẫu."),
        context={
            "unit": found.organization,
            "page_title": _("Lập lại chương trình từ mẫu?"),
            "submit_label": _("Lập lại từ mẫu"),
            "back_url": _address_of(found),
            "back_label": _("Chương trình"),
        },
    )


@login_required
@require_POST
def restore(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = _get_to_prepare(request, meeting)
    return answer_button(
        request,
        lambda: restore_agenda(actor=request.actor, meeting=found, now=clock.now()),
        then=_address_of(found),
        message=_("Đã hoàn tác. Chương trình như trước."),
    )


@login_required
@require_POST
def agree(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = _get_to_prepare(request, meeting)
    return answer_button(
        request,
        lambda: services.agree_agenda(actor=request.actor, meeting=found, now=clock.now()),
        then=reverse("meetings:show_notice", args=[found.public_id]),
        message=_("Đã thống nhất chương trình. Việc tiếp theo: gửi thông báo, tài liệu."),
        refused=_address_of(found),
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit_kind(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = _get_to_prepare(request, meeting)
    form = KindForm(posted(request), initial={"kind": found.kind, "theme": found.theme})
    themes = list_open_themes(found, today=clock.today())
    return answer_form(
        request,
        form,
        lambda: services.change_kind(
            actor=request.actor,
            meeting=found,
            kind=MeetingKind(form.cleaned_data["kind"]),
            theme=form.cleaned_data["theme"],
            now=clock.now(),
        ),
        then=_address_of(found),
        message=_("Đã đổi loại buổi và chương trình."),
        template="meetings/agenda/kind.html",
        context={"meeting": found, "themes": themes, "theme_kind": kind_with_theme(found.kind).value},
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit_people(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    require_settling(actor=request.actor, cell=found.organization)
    members = list_leading_members(found)
    back = next_address(request, reverse("meetings:show_meeting", args=[found.public_id]))
    form = PeopleForm(posted(request), initial=propose_people(found, members), members=members)
    return answer_form(
        request,
        form,
        lambda: services.set_people(actor=request.actor, meeting=found, people=form.people, now=clock.now()),
        then=back,
        message=_("Đã ghi chủ trì, thư ký."),
        template="meetings/agenda/people.html",
        context={"meeting": found, "back_url": back},
    )


@login_required
@require_http_methods(["GET", "POST"])
def add_paper(request: ActorRequest, meeting: UUID) -> HttpResponse:
    found = get_meeting(actor=request.actor, public_id=meeting)
    request.actor.require(Permission.DOCUMENTS_WRITE, found.organization.path)
    form = PaperForm(posted(request), posted_files(request))
    return answer_form(
        request,
        form,
        lambda: add_document(
            actor=request.actor,
            organization=found.organization,
            details=form.details(),
            upload=form.cleaned_data["file"],
            origin=origin_of(found),
            now=clock.now(),
        ),
        then=_address_of(found),
        message=_("Đã đưa tài liệu lên."),
        template="meetings/agenda/paper.html",
        context={"meeting": found},
    )


def _get_to_prepare(request: ActorRequest, public_id: UUID) -> Meeting:
    """The meeting for somebody who may prepare it: 403 for readers."""
    found = get_meeting(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.MEETINGS_PREPARE, found.organization.path)
    return found


def _address_of(meeting: Meeting) -> str:
    return reverse("meetings:show_agenda", args=[meeting.public_id])
