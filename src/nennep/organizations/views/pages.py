"""The tree of units, one unit, its trail."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nennep.audit.queries import read_trail_page
from nennep.core import clock
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.organizations import queries
from nennep.organizations.models import Organization

WORDS_LIMIT = 100


@login_required
@require_safe
def browse_units(request: ActorRequest) -> HttpResponse:
    """`?mo=` names the open unit, `?tim=` the words looked for, `?trang=` the page of what is below."""
    today = clock.today()
    words = request.GET.get("tim", "")[:WORDS_LIMIT]
    context = {
        "words": words,
        "found": queries.find_units(actor=request.actor, words=words, on=today),
        "tree": queries.read_tree_page(
            actor=request.actor, opened=_opened(request), on=today, page=request.GET.get("trang", "1")
        ),
    }
    return render(request, "organizations/tree.html", context)


def _opened(request: ActorRequest) -> Organization | None:
    text = request.GET.get("mo", "")
    if not text:
        return None
    try:
        public_id = UUID(text)
    except ValueError:
        raise NotFound from None
    return queries.get_organization(actor=request.actor, public_id=public_id)


@login_required
@require_safe
def show_unit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    unit = queries.get_organization(actor=request.actor, public_id=public_id)
    page = queries.read_unit_page(actor=request.actor, organization=unit, on=clock.today())
    return render(request, "organizations/unit.html", {"page": page, "unit": unit})


@login_required
@require_safe
def show_trail(request: ActorRequest, public_id: UUID) -> HttpResponse:
    unit = queries.get_organization(actor=request.actor, public_id=public_id)
    request.actor.require(Permission.AUDIT_READ, unit.path)
    trail = read_trail_page(actor=request.actor, path=unit.path, page=request.GET.get("trang", "1"))
    return render(request, "organizations/trail.html", {"unit": unit, "trail": trail})
