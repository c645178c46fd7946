"""Changes of standing, transfers, leaving and coming back, posts: one form each, one service each."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from nennep.accounts.queries import find_unit, list_unit_labels
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.members import queries, services
from nennep.members.choices import Ending, MembershipKind, PostKind, Standing
from nennep.members.forms.records import (
    EndPostForm,
    LeaveForm,
    PartForm,
    PostForm,
    RejoinForm,
    ReturnForm,
    StandingChangeForm,
    TransferForm,
    TransferManyForm,
)
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_coming_end

Write = Callable[[dict[str, Any]], object]


def _answer(
    request: ActorRequest, page: queries.RecordPage, form: forms.Form, *, write: Write, words: dict[str, str]
) -> HttpResponse:
    """What the pages of this file share: a form about one person, written by `write`, then back to the record.

    `words`: title, lede, button, done.
    """
    units = _units(request) if "organization" in form.fields else []
    return answer_form(
        request,
        form,
        lambda: write(form.cleaned_data),
        then=reverse("members:show", args=[page.member.public_id]),
        message=words["done"],
        template="members/change_membership.html",
        context={"page": page, "units": units, **words},
    )


def _units(request: ActorRequest) -> list[str]:
    return list_unit_labels(actor=request.actor, permission=Permission.MEMBERS_WRITE, cells_only=True)


def _unit(request: ActorRequest, text: str) -> Organization:
    return find_unit(actor=request.actor, permission=Permission.MEMBERS_WRITE, text=text, cells_only=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_standing(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)

    def write(data: dict[str, Any]) -> None:
        values = data | {"standing": Standing(data["standing"])}
        services.change_standing(actor=request.actor, member=page.member, **values, now=clock.now())

    form = StandingChangeForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Đổi tư cách sinh hoạt"),
        "lede": _("Công nhận chính thức, miễn sinh hoạt, đình chỉ: ghi từ ngày có hiệu lực."),
        "button": _("Ghi tư cách mới"),
        "done": _("Đã đổi tư cách sinh hoạt."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def transfer(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)

    def write(data: dict[str, Any]) -> None:
        to = _unit(request, data["organization"]) if data["organization"] else None
        values = {"member": page.member, "on": data["on"], "decision": data["decision"], "now": clock.now()}
        if data["manner"] == "official" and to is not None:
            services.transfer(actor=request.actor, to=to, **values)
        else:
            services.transfer_temporarily(actor=request.actor, to=to, **values)

    form = TransferForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Chuyển sinh hoạt"),
        "lede": _("Chức vụ ở chi bộ cũ thôi theo. Ra ngoài các chi bộ ở đây hẳn thì ghi ở “Rời danh sách”."),
        "button": _("Chuyển sinh hoạt"),
        "done": _("Đã chuyển sinh hoạt."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def transfer_many(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Several of a cell at once, as after a split; `den` in the address names the cell they go to."""
    cell, now = queries.get_writable_cell(actor=request.actor, public_id=public_id), clock.now()
    residents = queries.list_cell_members(organization_id=cell.pk, on=now.date())
    members = [one for one in residents if not one.temporary]
    initial = {"on": now.date(), "organization": request.GET.get("den", "")}
    form = TransferManyForm(posted(request), members=members, initial=initial)
    return answer_form(
        request,
        form,
        lambda: services.transfer_many(
            actor=request.actor,
            members=queries.get_members(form.cleaned_data["chosen"]),
            to=_unit(request, form.cleaned_data["organization"]),
            on=form.cleaned_data["on"],
            decision=form.cleaned_data["decision"],
            now=now,
        ),
        then=reverse("members:list", args=[cell.public_id]),
        message=_say_transferred,
        template="members/transfer_many.html",
        context={
            "unit": cell,
            "units": list_unit_labels(actor=request.actor, permission=Permission.MEMBERS_WRITE, cells_only=True),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose_parts(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Before a planned split: who goes to which part, one part at a time."""
    page = queries.get_split_page(actor=request.actor, public_id=public_id, today=clock.today())
    form = PartForm(posted(request), page=page)
    return answer_form(
        request,
        form,
        lambda: services.choose_part(
            actor=request.actor,
            organization=page.cell,
            members=queries.get_members(form.cleaned_data["chosen"]),
            code=form.cleaned_data["code"],
            now=clock.now(),
        ),
        then=reverse("members:choose_parts", args=[page.cell.public_id]),
        message=lambda many: (
            ngettext("Đã ghi cho %(many)s đồng chí.", "Đã ghi cho %(many)s đồng chí.", many) % {"many": many}
        ),
        template="members/choose_parts.html",
        context={"page": page, "unit": page.cell},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def return_home(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)

    def write(data: dict[str, Any]) -> None:
        services.return_home(actor=request.actor, member=page.member, on=data["on"], now=clock.now())

    form = ReturnForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Về sinh hoạt ở chi bộ"),
        "lede": _("Hết thời gian sinh hoạt tạm thời nơi khác."),
        "button": _("Ghi đã về"),
        "done": _("Đã ghi đồng chí về sinh hoạt ở chi bộ."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)

    def write(data: dict[str, Any]) -> None:
        values = data | {"ending": Ending(data["ending"])}
        services.leave(actor=request.actor, member=page.member, **values, now=clock.now())

    form = LeaveForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Rời danh sách chi bộ"),
        "lede": _("Hồ sơ và những gì đã ghi vẫn còn; từ ngày này không còn tính vào chi bộ."),
        "button": _("Đưa ra khỏi danh sách"),
        "done": _("Đã đưa ra khỏi danh sách."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rejoin(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)

    def write(data: dict[str, Any]) -> None:
        services.join_cell(
            actor=request.actor,
            member=page.member,
            organization=_unit(request, data["organization"]),
            kind=MembershipKind(data["kind"]),
            standing=Standing(data["standing"]),
            on=data["on"],
            decision=data["decision"],
            now=clock.now(),
        )

    form = RejoinForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Trở lại một chi bộ"),
        "lede": _("Đồng chí này hiện không ở danh sách chi bộ nào."),
        "button": _("Ghi vào danh sách"),
        "done": _("Đã ghi vào danh sách chi bộ."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give_post(request: ActorRequest, public_id: UUID) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    unit = page.unit
    if unit is None:
        raise NotFound

    def write(data: dict[str, Any]) -> None:
        kind = PostKind(data["kind"])
        values = {"organization": unit, "kind": kind, "on": data["on"], "now": clock.now()}
        services.ask_post(actor=request.actor, member=page.member, **values)

    form = PostForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Giao chức vụ"),
        "lede": _(
            "Mỗi chi bộ một bí thư: bí thư cũ thôi từ ngày này. Quyền bí thư trong chương trình do cấp trên giao: "
            "chương trình báo cấp trên, bí thư cũ còn giữ quyền đến khi bí thư mới có quyền. "
            "Ngày sau hôm nay thì đến ngày ấy tự giao; trước đó hủy được ở danh sách đảng viên."
        ),
        "button": _("Giao chức vụ"),
        "done": _("Đã giao chức vụ."),
    }
    if form.is_valid() and form.cleaned_data["on"] > clock.today():
        words["done"] = _say_planned(form.cleaned_data["on"], find_coming_end(unit))
    return _answer(request, page, form, write=write, words=words)


def _say_planned(on: date, ends_on: date | None) -> str:
    said = _("Đã ghi: giao chức vụ từ ngày %(day)s, đến ngày ấy chương trình tự giao.") % {"day": say_date(on)}
    if ends_on is None or ends_on > on:
        return said
    warned = _("Chi bộ này định kết thúc từ ngày %(day)s, nên khi ấy sẽ không giao được.") % {"day": say_date(ends_on)}
    return f"{said} {warned}"


@require_POST
@login_required
def cancel_planned_post(request: ActorRequest, planned: UUID) -> HttpResponse:
    found = queries.get_planned_post(actor=request.actor, public_id=planned)
    return answer_button(
        request,
        lambda: services.cancel_planned_post(actor=request.actor, planned=found, now=clock.now()),
        then=reverse("members:list", args=[found.organization.public_id]),
        message=_("Đã hủy việc giao chức vụ này."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end_post(request: ActorRequest, public_id: UUID, post_id: int) -> HttpResponse:
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    post = queries.get_post(actor=request.actor, member=page.member, post_id=post_id)

    def write(data: dict[str, Any]) -> None:
        services.end_post(actor=request.actor, post=post, on=data["on"], now=clock.now())

    form = EndPostForm(posted(request), initial={"on": clock.today()})
    words = {
        "title": _("Thôi chức vụ"),
        "lede": f"{post.get_kind_display()}, {post.organization}",
        "button": _("Ghi thôi chức vụ"),
        "done": _("Đã ghi thôi chức vụ."),
    }
    return _answer(request, page, form, write=write, words=words)


@require_POST
@login_required
def give_secretary_role(request: ActorRequest, public_id: UUID, post_id: int) -> HttpResponse:
    """The account of the new secretary runs the cell; that of the former one no longer does."""
    page = queries.get_writable_record(actor=request.actor, public_id=public_id)
    post = queries.get_post(actor=request.actor, member=page.member, post_id=post_id)
    request.actor.require(Permission.ACCOUNTS_GRANT, post.organization.path)
    return answer_button(
        request,
        lambda: services.give_secretary_role(actor=request.actor, post=post, now=clock.now()),
        then=reverse("members:show", args=[public_id]),
        message=_("Đã giao quyền bí thư."),
    )


def _say_transferred(many: int) -> str:
    words = ngettext("Đã chuyển sinh hoạt %(many)s đồng chí.", "Đã chuyển sinh hoạt %(many)s đồng chí.", many)
    return words % {"many": many}
