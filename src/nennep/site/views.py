"""The home page: each person is sent to the question that is theirs, by the hat they wear."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_POST, require_safe

from nennep.accounts.choices import Role
from nennep.accounts.queries import Hat, list_hats
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission
from nennep.members.queries import find_members
from nennep.notifications.queries import find_feed
from nennep.notifications.services import note_feed_read
from nennep.organizations.queries import find_units
from nennep.site.calendars import make_calendar, may_read_again
from nennep.site.guides import START, find_picture, render_guide
from nennep.site.handover import get_handover
from nennep.site.queries import choose_hat, get_secretary_home, list_followed_cells

HAT = "nn-hat"  # key of the session
WORDS_LIMIT = 100
HOMES = {
    Role.COMMUNE_OFFICER: "reporting:start",
    Role.PROVINCE_BOARD: "reporting:start",
    Role.OFFICIAL: "reporting:official_home",
    Role.MEMBER: "meetings:member_home",
    Role.ADMINISTRATOR: "organizations:browse_units",
}
# Pages of the cell one runs, as the menu names them: address and the name of the part that is the cell.
OWN_PAGES = {
    "dang-vien": "members:list",
    "nhiem-vu": "duties:show_cell",
    "kien-nghi": "petitions:show_cell",
    "tai-lieu": "documents:show_cell",
    "bien-ban": "records:show_book",
    "nghi-quyet": "records:list_resolutions",
    "ke-hoach": "meetings:show_plan",
    "quy-dinh": "policies:show_rules",
    "so-lieu": "reporting:unit",
}


@login_required
@require_safe
def show_home(request: ActorRequest) -> HttpResponse:
    """The secretary's month at once; other homes by their own address; somebody without a role is told so.

    Of a unit that has ended nothing but its books is left: its own page.
    """
    hat = _worn_hat(request)
    if hat is None:
        return render(request, "site/no_role.html")
    if hat.unit_ended:
        return redirect("organizations:show_unit", hat.unit_id)
    if hat.role.runs_cell:
        return _show_month(request, hat.unit_id)
    return redirect(HOMES[hat.role])


@login_required
@require_safe
def show_month(request: ActorRequest, cell: UUID) -> HttpResponse:
    """The same page for a cell by name."""
    return _show_month(request, cell)


def _show_month(request: ActorRequest, cell: UUID) -> HttpResponse:
    now = clock.now()
    home = get_secretary_home(actor=request.actor, cell=cell, now=now)
    return render(request, "site/secretary_home.html", {"home": home, "now": now})


@login_required
@require_safe
def show_handover(request: ActorRequest, cell: UUID) -> HttpResponse:
    """What waits in a cell, for a secretary who hands it to another."""
    return render(
        request, "site/handover.html", {"page": get_handover(actor=request.actor, cell=cell, now=clock.now())}
    )


def _worn_hat(request: ActorRequest) -> Hat | None:
    hats = list_hats(actor=request.actor, today=clock.today())
    return choose_hat(hats, request.session.get(HAT, ""))


@login_required
@require_safe
def list_own_hats(request: ActorRequest) -> HttpResponse:
    """Somebody with several roles chooses which one to work in."""
    hats = list_hats(actor=request.actor, today=clock.today())
    context = {"hats": hats, "worn": choose_hat(hats, request.session.get(HAT, ""))}
    return render(request, "site/hats.html", context)


@login_required
@require_POST
def wear_hat(request: ActorRequest, grant: UUID) -> HttpResponse:
    hats = list_hats(actor=request.actor, today=clock.today())
    if grant not in {hat.public_id for hat in hats}:
        raise NotFound
    request.session[HAT] = str(grant)
    return redirect("home")


@login_required
@require_safe
def go_to_own(request: ActorRequest, page: str) -> HttpResponse:
    """A page of the unit of the hat that is worn: the menu has one address for everybody."""
    hat = _worn_hat(request)
    if hat is None or page not in OWN_PAGES:
        raise NotFound
    return redirect(OWN_PAGES[page], hat.unit_id)


@login_required
@require_safe
def show_followed(request: ActorRequest) -> HttpResponse:
    """The cells an official follows, the soonest meeting first."""
    cells = list_followed_cells(actor=request.actor, today=clock.today())
    return render(request, "site/followed.html", {"cells": cells, "now": clock.now()})


@login_required
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Units and members in scope whose names hold the words of `?q=`."""
    words, today = request.GET.get("q", "").strip()[:WORDS_LIMIT], clock.today()
    context = {
        "words": words,
        "unit_page": "reporting:unit"
        if request.actor.may_somewhere(Permission.FIGURES_READ)
        else "organizations:show_unit",
        "units": find_units(actor=request.actor, words=words, on=today, ended=True),
        "members": find_members(actor=request.actor, words=words, on=today),
    }
    return render(request, "site/search.html", context)


@login_required
@require_safe
def show_guide(request: ActorRequest, name: str = START) -> HttpResponse:
    """A guide as it stands in docs/guide; without a name, who should read which."""
    return render(request, "site/guide.html", {"guide": render_guide(name), "is_start": name == START})


@login_required
@require_safe
def show_guide_picture(request: ActorRequest, name: str) -> HttpResponse:
    response = HttpResponse(find_picture(name).read_bytes(), content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_safe
def show_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The private calendar of whoever holds the token: calendar programs cannot sign in. Unknown and revoked look the same.

    Fetched again and again by machines: nothing changed is answered with 304, too often with 429.
    """
    feed = find_feed(token=token)
    if feed is None:
        raise NotFound
    if not may_read_again(feed.public_id):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    now = clock.now()
    note_feed_read(actor=Actor.system(), feed=feed, now=now)
    calendar = make_calendar(user=feed.user, now=now, keeps_cancelled=feed.keeps_cancelled)
    response = HttpResponse(calendar.content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="nen-nep.ics"'
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["ETag"] = calendar.etag
    if calendar.changed is not None:
        response["Last-Modified"] = http_date(calendar.changed)
    return get_conditional_response(request, calendar.etag, calendar.changed, response) or response
