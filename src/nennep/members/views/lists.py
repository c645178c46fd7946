"""The list of a cell."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from nennep.core import clock
from nennep.core.http import ActorRequest
from nennep.members import queries
from nennep.members.forms.records import IdentityForm
from nennep.organizations.queries import find_end


@require_safe
@login_required
def list_members(request: ActorRequest, public_id: UUID) -> HttpResponse:
    search = request.GET.get("tim", "")[:100]
    standing = request.GET.get("tu-cach", "")
    page = queries.get_cell_page(
        actor=request.actor, public_id=public_id, on=clock.today(), search=search, standing=standing
    )
    context = {"page": page, "search": search, "standing": standing, "identity_form": IdentityForm()}
    context["end"] = find_end(actor=request.actor, organization=page.cell)
    return render(request, "members/list.html", context)


@sensitive_post_parameters("number")
@require_POST
@login_required
def find_by_identity(request: ActorRequest) -> HttpResponse:
    """By post: an identity number has no place in an address, which logs and histories keep."""
    form = IdentityForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    member = queries.find_by_identity(actor=request.actor, number=number)
    if member is not None:
        return redirect("members:show", member.public_id)
    messages.warning(request, _("Không có đảng viên nào mang số định danh này trong các chi bộ của đồng chí."))
    back = request.POST.get("cell", "")
    return redirect("members:list", UUID(back)) if _is_uuid(back) else redirect("home")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
