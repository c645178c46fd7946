"""One page with one form for each change of a unit: what reaches further is shown before it is confirmed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
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
from django.views.decorators.http import require_http_methods, require_POST

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.answers import answer_button, answer_form, answer_previewed
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations import forms as shapes
from nennep.organizations import queries, services
from nennep.organizations.choices import ChangeKind, UnitKind
from nennep.organizations.models import Organization, PlannedChange
from nennep.organizations.rules import is_unusual_nesting

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What one page changes, and how it looks. `read` gives the details of the change, `start` fills the form."""

    kind: ChangeKind
    form: type[forms.Form]
    title: str | Promise
    explanation: str | Promise
    button: str | Promise
    done: str | Promise
    read: Callable[[Data], Data]
    start: Callable[[Organization, datetime], Data]


FORESEEN = {ChangeKind.MOVE, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE}


def _change(request: ActorRequest, public_id: UUID, page: ChangePage) -> HttpResponse:
    """A change that reaches beyond the unit itself is shown before it is made."""
    unit = queries.get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.ORGANIZATIONS_CHANGE, unit.path)
    now, former = clock.now(), _planned_before(request, unit, page)
    start = page.start(unit, now) | (_start_again(former) if former else {})
    form = page.form(posted(request), initial=start, **_holders(request.actor, unit, page, now))
    facts: Data = {"actor": request.actor, "now": now, "instead_of": former}
    answer = partial(
        answer_previewed, preview=lambda: services.foresee_change(change=_asked(unit, form, page), **facts)
    )
    return (answer if page.kind in FORESEEN else answer_form)(
        request,
        form,
        lambda: services.ask_change(change=_asked(unit, form, page), **facts),
        then=lambda shown: leave(request, shown),
        message=lambda _shown: _say_done(form, page, now),
        template="organizations/change.html",
        context={"unit": unit, "change": page, "others": _others(request.actor, unit, page, now)},
    )


def _holders(actor: Actor, unit: Organization, page: ChangePage, now: datetime) -> Data:
    """The roles on a unit that is merged: each is asked about."""
    if page.kind != ChangeKind.MERGE:
        return {}
    found = services.find_holders(actor=actor, organization=unit, on=now.date())
    return {"holders": [(one.key, one.words, one.usual, one.may_move) for one in found]}


def _planned_before(request: ActorRequest, unit: Organization, page: ChangePage) -> PlannedChange | None:
    """`?thay=`: the planned change that the form is to replace."""
    text = request.GET.get("thay", "")
    if not text:
        return None
    try:
        planned = queries.get_planned(actor=request.actor, public_id=UUID(text))
    except ValueError:
        raise NotFound from None
    if (planned.organization_id, planned.kind) != (unit.pk, page.kind):
        raise NotFound
    return planned


def _start_again(planned: PlannedChange) -> Data:
    """What was typed when it was planned, the unit it goes to by its code of today."""
    typed = dict(planned.details) | {"on": planned.on, "reason": planned.reason}
    typed |= {name: planned.target.code for name in ("parent", "successor") if name in typed and planned.target}
    if typed.get("used_from"):
        typed["used_from"] = date.fromisoformat(typed["used_from"])
    if "parts" in typed:
        typed["parts"] = "\n".join(f"{code} {name}" for code, name in typed["parts"])
    return typed


def _say_done(form: forms.Form, page: ChangePage, now: datetime) -> str:
    on = form.cleaned_data["on"]
    if on <= now.date():
        return str(page.done)
    return _("Đã ghi vào việc định trước, có hiệu lực từ ngày %(day)s.") % {"day": say_date(on)}


@login_required
@require_POST
def cancel_planned(request: ActorRequest, public_id: UUID) -> HttpResponse:
    planned = queries.get_plan(actor=request.actor, public_id=public_id)
    return answer_button(
        request,
        lambda: services.cancel_planned(actor=request.actor, planned=planned, now=clock.now()),
        then=reverse("organizations:show_unit", args=[planned.organization.public_id]),
        message=_("Đã hủy việc định trước."),
    )


def _asked(unit: Organization, form: forms.Form, page: ChangePage) -> services.UnitChange:
    data = form.cleaned_data
    return services.UnitChange(page.kind, unit, data["on"], data["reason"], page.read(data))


def _others(actor: Actor, unit: Organization, page: ChangePage, now: datetime) -> Iterable[Organization]:
    """Units that the form proposes: sisters to be merged into, parents to be put under."""
    if page.kind == ChangeKind.MOVE:
        return queries.list_parents(actor=actor, organization=unit, on=now.date())[:100]
    return queries.list_sisters(actor=actor, organization=unit, on=now.date())[:100]


def only_today(_unit: Organization, now: datetime) -> Data:
    return {"on": now.date()}


def _no_roles(_data: Data) -> Data:
    """Every role on the unit is dropped."""
    return {"roles": {}}


@login_required
@require_http_methods(["GET", "POST"])
def create_child(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _CREATE)


def _usual_child(unit: Organization, now: datetime) -> Data:
    return {"kind": UnitKind.GROUP if unit.is_cell else UnitKind.CELL, "on": now.date(), "used_from": now.date()}


def _new_unit(data: Data) -> Data:
    used_from = data["used_from"].isoformat() if data["used_from"] else ""
    return {name: data[name] for name in ("code", "name", "kind", "cell_type")} | {"used_from": used_from}


_CREATE = ChangePage(
    kind=ChangeKind.CREATE,
    form=shapes.CreateForm,
    title=gettext_lazy("Lập đơn vị trực thuộc"),
    explanation=gettext_lazy("Đơn vị mới đứng ngay dưới đơn vị này."),
    button=gettext_lazy("Lập đơn vị"),
    done=gettext_lazy("Đã lập đơn vị."),
    read=_new_unit,
    start=_usual_child,
)


@login_required
@require_http_methods(["GET", "POST"])
def rename_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _RENAME)


def _name_and_today(unit: Organization, now: datetime) -> Data:
    return {"name": unit.name, "on": now.date()}


def _name(data: Data) -> Data:
    return {"name": data["name"]}


_RENAME = ChangePage(
    kind=ChangeKind.RENAME,
    form=shapes.RenameForm,
    title=gettext_lazy("Đổi tên"),
    explanation=gettext_lazy("Tên cũ vẫn được giữ trong lịch sử và trên giấy tờ của thời gian trước."),
    button=gettext_lazy("Đổi tên"),
    done=gettext_lazy("Đã đổi tên."),
    read=_name,
    start=_name_and_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def move_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _MOVE)


def _parent(data: Data) -> Data:
    return {"parent": data["parent"]}


_MOVE = ChangePage(
    kind=ChangeKind.MOVE,
    form=shapes.MoveUnitForm,
    title=gettext_lazy("Chuyển về đơn vị cấp trên khác"),
    explanation=gettext_lazy(
        "Cả các đơn vị bên dưới và đảng viên chuyển theo. Số liệu những tháng trước vẫn tính cho đơn vị cũ."
    ),
    button=gettext_lazy("Chuyển đơn vị"),
    done=gettext_lazy("Đã chuyển đơn vị."),
    read=_parent,
    start=only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def merge_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _MERGE)


def _successor(data: Data) -> Data:
    return {"successor": data["successor"], "roles": data["roles"]}


_MERGE = ChangePage(
    kind=ChangeKind.MERGE,
    form=shapes.MergeForm,
    title=gettext_lazy("Sáp nhập vào đơn vị khác"),
    explanation=gettext_lazy(
        "Đơn vị này kết thúc vào ngày ấy; đảng viên và đơn vị trực thuộc sang đơn vị nhận. Hồ sơ cũ vẫn xem được."
        " Ai đang giữ quyền ở đây thì chọn cho từng người: thôi, hay giữ ở đơn vị nhận."
    ),
    button=gettext_lazy("Sáp nhập"),
    done=gettext_lazy("Đã sáp nhập."),
    read=_successor,
    start=only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def split_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _SPLIT)


def _parts(data: Data) -> Data:
    return {"parts": data["parts"]}


_SPLIT = ChangePage(
    kind=ChangeKind.SPLIT,
    form=shapes.SplitForm,
    title=gettext_lazy("Chia tách"),
    explanation=gettext_lazy(
        "Lập các đơn vị mới từ đơn vị này, cùng loại và cùng cấp trên. Định trước cho ngày sau thì chọn luôn ai sang đơn vị nào"
        " ở danh sách đảng viên; làm hôm nay thì chuyển ở đấy sau (Chuyển nhiều người). Khi không còn ai, giải thể đơn vị cũ nếu"
        " nó không tiếp tục. Quyền ở đơn vị này giữ nguyên; quyền ở đơn vị mới thì giao sau khi lập."
    ),
    button=gettext_lazy("Chia tách"),
    done=gettext_lazy("Đã lập các đơn vị mới."),
    read=_parts,
    start=only_today,
)


@login_required
@require_http_methods(["GET", "POST"])
def close_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _change(request, public_id, _CLOSE)


_CLOSE = ChangePage(
    kind=ChangeKind.CLOSE,
    form=shapes.CloseForm,
    title=gettext_lazy("Giải thể"),
    explanation=gettext_lazy(
        "Chỉ giải thể được đơn vị không còn đảng viên và đơn vị trực thuộc. Hồ sơ cũ vẫn xem được."
        " Quyền của những người đang giữ ở đây thôi từ ngày ấy."
    ),
    button=gettext_lazy("Giải thể"),
    done=gettext_lazy("Đã giải thể."),
    read=_no_roles,
    start=only_today,
)


def leave(request: ActorRequest, unit: Organization) -> str:
    """The page of the unit, which says too when it stands in an unusual place."""
    above = queries.breadcrumb(unit)[:-1]
    if is_unusual_nesting(kind=unit.kind, parent_kind=above[-1].kind if above else None):
        messages.warning(
            request, _("Đơn vị này đứng dưới một đơn vị cùng cấp hoặc cấp thấp hơn. Hãy xem lại nếu nhầm.")
        )
    return reverse("organizations:show_unit", args=[unit.public_id])
