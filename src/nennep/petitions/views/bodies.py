"""Pages of offices outside the program."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions import queries, services
from nennep.petitions.choices import PetitionField
from nennep.petitions.forms import BodyForm
from nennep.petitions.models import OutsideBody


@login_required
@require_GET
def show_bodies(request: ActorRequest, unit: UUID) -> HttpResponse:
    page = queries.read_body_page(actor=request.actor, public_id=unit, today=clock.today())
    return render(request, "petitions/bodies.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def add_body(request: ActorRequest, unit: UUID) -> HttpResponse:
    found = queries.get_unit(actor=request.actor, public_id=unit)
    request.actor.require(Permission.PETITIONS_SETTLE, found.path)
    return _answer(request, found, BodyForm(posted(request)), title=_("Thêm nơi giải quyết"))


@login_required
@require_http_methods(["GET", "POST"])
def change_body(request: ActorRequest, body: UUID) -> HttpResponse:
    found = queries.get_body(actor=request.actor, public_id=body)
    request.actor.require(Permission.PETITIONS_SETTLE, found.unit.path)
    if not found.covers(clock.today()):
        raise services.body_ended(found)
    initial = {"name": found.name, "contact": found.contact, "fields_settled": found.fields}
    return _answer(
        request, found.unit, BodyForm(posted(request), initial=initial), body=found, title=_("Sửa nơi giải quyết")
    )


@login_required
@require_POST
def end_body(request: ActorRequest, body: UUID) -> HttpResponse:
    found = queries.get_body(actor=request.actor, public_id=body)
    return answer_button(
        request,
        lambda: services.end_body(actor=request.actor, body=found, now=clock.now()),
        then=_address_of(found.unit),
        message=lambda count: (
            ngettext(
                "Đã ghi thôi hoạt động; %(count)s kiến nghị trở lại đơn vị.",
                "Đã ghi thôi hoạt động; %(count)s kiến nghị trở lại đơn vị.",
                count,
            )
            % {"count": count}
        ),
    )


def _answer(
    request: ActorRequest, unit: Organization, form: BodyForm, *, title: str, body: OutsideBody | None = None
) -> HttpResponse:
    def write() -> OutsideBody:
        data = form.cleaned_data
        fields = [PetitionField(field) for field in data["fields_settled"]]
        details = services.BodyDetails(data["name"], data["contact"], fields)
        return services.write_body(actor=request.actor, organization=unit, details=details, body=body, now=clock.now())

    context = {"unit": unit, "page_title": title, "back_url": _address_of(unit)}
    return answer_form(
        request, form, write, then=_address_of(unit), message=_("Đã ghi nơi giải quyết."), context=context
    )


def _address_of(unit: Organization) -> str:
    return reverse("petitions:show_bodies", args=[unit.public_id])
