"""What of a unit may be corrected at once, and its terms: one page with one form for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.answers import answer_form, answer_previewed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.organizations import forms as shapes
from nennep.organizations import queries, services
from nennep.organizations.models import Organization
from nennep.organizations.rules import list_moved_months
from nennep.organizations.views.changes import Data, leave, only_today


def _reaches_nothing(_unit: Organization, _data: Data, _now: datetime) -> bool:
    return False


def _moves_months(unit: Organization, data: Data, now: datetime) -> bool:
    """Another first day moves figures of months that are over."""
    return bool(list_moved_months(unit, data["used_from"] if unit.is_cell else None, today=now.date()))


def _foresee_settings(actor: Actor, unit: Organization, form: forms.Form, now: datetime) -> Preview:
    settings = services.UnitSettings(**form.cleaned_data)
    return services.foresee_settings(actor=actor, organization=unit, settings=settings, now=now)


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What may be corrected at once. `act` does it and returns the unit to show afterwards; `start` fills the form.

    Where it `reaches` beyond the unit it is shown first, as `foresee` says it.
    """

    form: type[forms.Form]
    title: str | Promise
    explanation: str | Promise
    button: str | Promise
    done: str | Promise
    act: Callable[[Actor, Organization, Data, datetime], Organization]
    start: Callable[[Organization, datetime], Data]
    reaches: Callable[[Organization, Data, datetime], bool] = _reaches_nothing
    foresee: Callable[[Actor, Organization, forms.Form, datetime], Preview] = _foresee_settings


def _set(request: ActorRequest, public_id: UUID, page: SettingsPage) -> HttpResponse:
    unit = queries.get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.ORGANIZATIONS_CHANGE, unit.path)
    now = clock.now()
    form = page.form(posted(request), initial=page.start(unit, now))
    reaches = bool(form.is_valid() and page.reaches(unit, form.cleaned_data, now))
    shown = partial(page.foresee, request.actor, unit, form, now)
    return (partial(answer_previewed, preview=shown) if reaches else answer_form)(
        request,
        form,
        lambda: page.act(request.actor, unit, form.cleaned_data, now),
        then=lambda shown: leave(request, shown),
        message=str(page.done),
        template="organizations/change.html",
        context={"unit": unit, "change": page},
    )


@login_required
@require_http_methods(["GET", "POST"])
def change_settings(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _set(request, public_id, _SETTINGS)


def _keep_settings(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    return services.change_settings(actor=actor, organization=unit, settings=services.UnitSettings(**data), now=now)


def _settings_of(unit: Organization, _now: datetime) -> Data:
    return {
        "code": unit.code,
        "cell_type": unit.cell_type,
        "used_from": unit.used_from,
        "regulations_title": unit.regulations_title,
        "regulations_issued_on": unit.regulations_issued_on,
    }


_SETTINGS = SettingsPage(
    form=shapes.UnitSettingsForm,
    title=gettext_lazy("Sửa thông tin"),
    explanation=gettext_lazy("Những điều sửa được ngay, không cần ngày hiệu lực."),
    button=gettext_lazy("Lưu"),
    done=gettext_lazy("Đã lưu."),
    act=_keep_settings,
    start=_settings_of,
    reaches=_moves_months,
)


@login_required
@require_http_methods(["GET", "POST"])
def start_term(request: ActorRequest, public_id: UUID) -> HttpResponse:
    queries.refuse_ended(queries.get_organization(actor=request.actor, public_id=public_id))
    return _set(request, public_id, _TERM)


def _start_term(actor: Actor, unit: Organization, data: Data, now: datetime) -> Organization:
    services.start_term(actor=actor, organization=unit, name=data["name"], on=data["on"], now=now)
    return unit


_TERM = SettingsPage(
    form=shapes.TermForm,
    title=gettext_lazy("Bắt đầu nhiệm kỳ mới"),
    explanation=gettext_lazy("Nhiệm kỳ trước kết thúc vào ngày ấy."),
    button=gettext_lazy("Bắt đầu nhiệm kỳ"),
    done=gettext_lazy("Đã ghi nhiệm kỳ mới."),
    act=_start_term,
    start=only_today,
)
