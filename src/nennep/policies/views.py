"""The rules that apply to a unit, each with its source; a unit's own rules from a day on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.core import clock
from nennep.core.answers import answer_button, answer_previewed
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization, refuse_ended
from nennep.policies import services
from nennep.policies.forms import ApplyPackForm, EndPackForm, LocalVersionForm, RuleDayForm
from nennep.policies.models import PolicyPack
from nennep.policies.queries import get_own_pack, list_delivered_local_packs, list_own_rules, read_rules_page
from nennep.policies.services import (
    LocalPack,
    LocalRule,
    add_local_version,
    apply_delivered_pack,
    foresee_end,
    foresee_rules,
)


@login_required
@require_safe
def show_rules(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """`?ngay=01/10/2025`: as they were on that day."""
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_READ, unit.path)
    form = RuleDayForm(request.GET or None)
    day = (form.cleaned_data["ngay"] if form.is_valid() else None) or clock.today()
    page = read_rules_page(actor=request.actor, organization=unit, on=day, today=clock.today())
    return render(request, "policies/rules.html", {"page": page, "unit": unit, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def add_version(request: ActorRequest, public_id: UUID) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    refuse_ended(unit)
    now = clock.now()
    form = LocalVersionForm(posted(request), own=list_own_rules(unit), initial={"valid_from": now.date()})

    def write() -> PolicyPack:
        return add_local_version(actor=request.actor, organization=unit, pack=_pack_of(form), now=now)

    return answer_previewed(
        request,
        form,
        write,
        preview=lambda: _foresee(request, unit, form, write, named=form.cleaned_data["document_number"]),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Đã ghi quy định của đơn vị."),
        template="policies/add_version.html",
        context={"unit": unit},
    )


@login_required
@require_http_methods(["GET", "POST"])
def apply_pack(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Choose a local document that comes with the program: it holds only where somebody does this."""
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    refuse_ended(unit)
    now = clock.now()
    form = ApplyPackForm(posted(request), initial={"valid_from": now.date()})

    def write() -> PolicyPack:
        return apply_delivered_pack(actor=request.actor, organization=unit, now=now, **form.cleaned_data)

    numbers = {pack.code: pack.document_number for pack in list_delivered_local_packs()}
    return answer_previewed(
        request,
        form,
        write,
        preview=lambda: _foresee(request, unit, form, write, named=numbers.get(form.cleaned_data["code"], "")),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Đã áp dụng văn bản cho đơn vị."),
        template="policies/apply_pack.html",
        context={"unit": unit, "packs": list_delivered_local_packs()},
    )


@login_required
@require_POST
def withdraw_pack(request: ActorRequest, public_id: UUID, pack: int) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    return answer_button(
        request,
        lambda: services.withdraw_pack(actor=request.actor, organization=unit, pack_id=pack, now=clock.now()),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Đã rút. Quy định trước đó áp dụng tiếp."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def end_pack(request: ActorRequest, public_id: UUID, pack: int) -> HttpResponse:
    """An applied document that has judged months ends from a day on, after a look at what changes."""
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    found, now = get_own_pack(unit, pack_id=pack), clock.now()
    form = EndPackForm(posted(request), initial={"valid_to": now.date()})
    asked: dict[str, Any] = {"actor": request.actor, "organization": unit, "now": now}
    return answer_previewed(
        request,
        form,
        lambda: services.end_pack(pack_id=pack, **form.cleaned_data, **asked),
        preview=lambda: foresee_end(pack=found, **form.cleaned_data, **asked),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Đã ghi ngày thôi áp dụng."),
        template="policies/end_pack.html",
        context={"unit": unit, "pack": found},
    )


@login_required
@require_POST
def resume_pack(request: ActorRequest, public_id: UUID, pack: int) -> HttpResponse:
    unit = get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.POLICIES_WRITE, unit.path)
    return answer_button(
        request,
        lambda: services.resume_pack(actor=request.actor, organization=unit, pack_id=pack, now=clock.now()),
        then=reverse("policies:show_rules", args=[unit.public_id]),
        message=_("Văn bản áp dụng tiếp."),
    )


def _foresee(
    request: ActorRequest, unit: Organization, form: Form, act: Callable[[], PolicyPack], *, named: str
) -> Preview:
    return foresee_rules(
        actor=request.actor,
        organization=unit,
        valid_from=form.cleaned_data["valid_from"],
        named=named,
        act=act,
        now=clock.now(),
    )


def _pack_of(form: LocalVersionForm) -> LocalPack:
    data = form.cleaned_data
    rules = [LocalRule(key, value) for key, value in form.chosen().items()]
    return LocalPack(data["document_number"], data["title"], data["valid_from"], rules, form.given_up())
