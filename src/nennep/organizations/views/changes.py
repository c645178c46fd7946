"""One page with one form for each change of a unit: Post/Redirect/Get, a refusal keeps what was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.answers import answer_form
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.organizations import forms as shapes
from nennep.organizations import queries, services
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.rules import is_unusual_nesting

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What one page does. `act` does it and returns the unit to show afterwards; `start` fills the form."""

    form: type[forms.Form]
    title: str | Promise
    explanation: str | Promise
    button: str | Promise
    done: str | Promise
    act: Callable[[Actor, Organization, Data, datetime], Organization]
    start: Callable[[Organization, datetime], Data]


class NoSuchUnit(DomainError):
    code = "unit_no_such_code"
    message = gettext_lazy("Không có đơn vị nào mang mã “%(code)s” trong phạm vi của đồng chí. Hãy xem lại mã.")


class NoSuchParent(NoSuchUnit):
    field = "parent"


class NoSuchSuccessor(NoSuchUnit):
    field = "successor"


def _change(request: ActorRequest, public_id: UUID, change: ChangePage) -> HttpResponse:
    unit = queries.get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.ORGANIZATIONS_CHANGE, unit.path)
    now = clock.now()
    form = change.form(posted(request), initial=change.start(unit, now))
    sisters = queries.list_sisters(actor=request.actor, organization=unit, on=now.date())[:100]
    return answer_form(
        request,
        form,
        lambda: change.act(request.actor, unit, form.cleaned_data, now),
        then=lambda shown: _leave(request, shown),
        message=str(change.done),
        template="organizations/change.html",
        context={"unit": unit, "change": change, "sisters": sisters},
    )


def _only_today(_unit: Organization, now: datetime) -> Data:
    return {"on": now.date()}


def _target(actor: Actor, code: str, missing: type[NoSuchUnit]) -> Organization:
    try:
        return queries.get_organization_by_code(actor=actor, code=code)
    except NotFound:
        raise missing(code=code) from None


@login_required
@require_http_methods(["GET", "POST"])
def create_child(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _CREATE)


def _create(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    details = services.UnitDetails(
        data["code"], data["name"], UnitKind(data["kind"]), data["cell_type"], data["used_from"]
    )
    return services.create_organization(
        actor=actor, parent=unit, details=details, on=data["on"], now=now, reason=data["reason"]
    )


def _usual_child(unit: Organization, now: datetime) -> Data:
    return {"kind": UnitKind.GROUP if unit.is_cell else UnitKind.CELL, "on": now.date(), "used_from": now.date()}


_CREATE = ChangePage(
    form=shapes.CreateForm,
    title=gettext_lazy("Lập đơn vị trực thuộc"),
    explanation=gettext_lazy("Đơn vị mới đứng ngay dưới đơn vị này."),
    button=gettext_lazy("Lập đơn vị"),
    done=gettext_lazy("Đã lập đơn vị."),
    act=_create,
    start=_usual_child,
)


@login_required
@require_http_methods(["GET", "POST"])
def rename_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _RENAME)


def _rename(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    return services.rename_organization(actor=actor, organization=unit, now=now, **data)


def _name_and_today(unit: Organization, now: datetime) -> Data:
    return {"name": unit.name, "on": now.date()}


_RENAME = ChangePage(
    form=shapes.RenameForm,
    title=gettext_lazy("Đổi tên"),
    explanation=gettext_lazy("Tên cũ vẫn được giữ trong lịch sử và trên giấy tờ của thời gian trước."),
    button=gettext_lazy("Đổi tên"),
    done=gettext_lazy("Đã đổi tên."),
    act=_rename,
    start=_name_and_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def move_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _MOVE)


def _move(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    parent = _target(actor, data["parent"], NoSuchParent)
    return services.move_organization(
        actor=actor, organization=unit, parent=parent, on=data["on"], reason=data["reason"], now=now
    )


_MOVE = ChangePage(
    form=shapes.MoveUnitForm,
    title=gettext_lazy("Chuyển về đơn vị cấp trên khác"),
    explanation=gettext_lazy(
        "Cả các đơn vị bên dưới và đảng viên chuyển theo. Số liệu những tháng trước vẫn tính cho đơn vị cũ."
    ),
    button=gettext_lazy("Chuyển đơn vị"),
    done=gettext_lazy("Đã chuyển đơn vị."),
    act=_move,
    start=_only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def merge_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _MERGE)


def _merge(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    successor = _target(actor, data["successor"], NoSuchSuccessor)
    return services.merge_organization(
        actor=actor, organization=unit, successor=successor, on=data["on"], reason=data["reason"], now=now
    )


_MERGE = ChangePage(
    form=shapes.MergeForm,
    title=gettext_lazy("Sáp nhập vào đơn vị khác"),
    explanation=gettext_lazy(
        "Đơn vị này kết thúc vào ngày ấy; đảng viên và đơn vị trực thuộc sang đơn vị nhận. Hồ sơ cũ vẫn xem được."
    ),
    button=gettext_lazy("Sáp nhập"),
    done=gettext_lazy("Đã sáp nhập."),
    act=_merge,
    start=_only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def split_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _SPLIT)


def _split(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    parts = [services.UnitDetails(code, name, UnitKind(unit.kind), unit.cell_type) for code, name in data["parts"]]
    services.split_organization(
        actor=actor, organization=unit, parts=parts, on=data["on"], reason=data["reason"], now=now
    )
    return unit


_SPLIT = ChangePage(
    form=shapes.SplitForm,
    title=gettext_lazy("Chia tách"),
    explanation=gettext_lazy(
        "Lập các đơn vị mới từ đơn vị này, cùng loại và cùng cấp trên. Sau đó chuyển sinh hoạt cho từng đảng viên;"
        " khi không còn ai, giải thể đơn vị cũ nếu nó không tiếp tục."
    ),
    button=gettext_lazy("Chia tách"),
    done=gettext_lazy("Đã lập các đơn vị mới."),
    act=_split,
    start=_only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def close_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _CLOSE)


def _close(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    return services.close_organization(actor=actor, organization=unit, now=now, **data)


_CLOSE = ChangePage(
    form=shapes.CloseForm,
    title=gettext_lazy("Giải thể"),
    explanation=gettext_lazy(
        "Chỉ giải thể được đơn vị không còn đảng viên và đơn vị trực thuộc. Hồ sơ cũ vẫn xem được."
    ),
    button=gettext_lazy("Giải thể"),
    done=gettext_lazy("Đã giải thể."),
    act=_close,
    start=_only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def change_settings(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _SETTINGS)


def _set(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    return services.change_settings(actor=actor, organization=unit, settings=services.UnitSettings(**data), now=now)


def _settings_of(unit: Organization, _now: datetime) -> Data:
    return {
        "code": unit.code,
        "cell_type": unit.cell_type,
        "used_from": unit.used_from,
        "regulations_title": unit.regulations_title,
        "regulations_issued_on": unit.regulations_issued_on,
    }


_SETTINGS = ChangePage(
    form=shapes.UnitSettingsForm,
    title=gettext_lazy("Sửa thông tin"),
    explanation=gettext_lazy("Những điều sửa được ngay, không cần ngày hiệu lực."),
    button=gettext_lazy("Lưu"),
    done=gettext_lazy("Đã lưu."),
    act=_set,
    start=_settings_of,
)


@login_required
@require_http_methods(["GET", "POST"])
def start_term(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _TERM)


def _start_term(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    services.start_term(actor=actor, organization=unit, name=data["name"], on=data["on"], now=now)
    return unit


_TERM = ChangePage(
    form=shapes.TermForm,
    title=gettext_lazy("Bắt đầu nhiệm kỳ mới"),
    explanation=gettext_lazy("Nhiệm kỳ trước kết thúc vào ngày ấy."),
    button=gettext_lazy("Bắt đầu nhiệm kỳ"),
    done=gettext_lazy("Đã ghi nhiệm kỳ mới."),
    act=_start_term,
    start=_only_today,
)


def _leave(request: ActorRequest, unit: Organization) -> str:
    """The page of the unit, which says too when it stands in an unusual place."""
    above = queries.breadcrumb(unit)[:-1]
    if is_unusual_nesting(kind=unit.kind, parent_kind=above[-1].kind if above else None):
        messages.warning(
            request, _("Đơn vị này đứng dưới một đơn vị cùng cấp hoặc cấp thấp hơn. Hãy xem lại nếu nhầm.")
        )
    return reverse("organizations:show_unit", args=[unit.public_id])
