"""Accounts and roles, for whoever hands them out."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.accounts import queries, services
from nennep.accounts.choices import Role
from nennep.accounts.forms import EndGrantForm, GrantForm, NewUserForm
from nennep.accounts.models import User
from nennep.accounts.rules import grantable_roles
from nennep.core import clock
from nennep.core.answers import answer_button, answer_form
from nennep.core.errors import NotFound
from nennep.core.forms import posted
from nennep.core.http import ActorRequest
from nennep.core.permissions import Permission

PAGE_SIZE = 50


@require_safe
@login_required
def list_users(request: ActorRequest) -> HttpResponse:
    _require_granter(request)
    search = request.GET.get("tim", "")[:100]
    users = queries.list_users(actor=request.actor, search=search)
    page = Paginator(users, PAGE_SIZE).get_page(request.GET.get("trang"))
    rows = queries.user_rows(actor=request.actor, users=page.object_list, today=clock.today())
    return render(request, "accounts/users.html", {"page": page, "rows": rows, "search": search})


def _require_granter(request: ActorRequest) -> None:
    """Somebody who hands out no roles anywhere finds no such page."""
    if not request.actor.may_somewhere(Permission.ACCOUNTS_GRANT):
        raise NotFound


def _role_choices(request: ActorRequest) -> frozenset[Role]:
    return grantable_roles(queries.held_roles(user_id=request.actor.user_id, today=clock.today()))


def _units(request: ActorRequest) -> list[str]:
    return queries.list_unit_labels(actor=request.actor, permission=Permission.ACCOUNTS_GRANT)


def _terms(request: ActorRequest, form: GrantForm) -> services.Terms:
    """The role part of a form. Raises UnitUnclear."""
    data = form.cleaned_data
    unit = queries.find_unit(actor=request.actor, permission=Permission.ACCOUNTS_GRANT, text=data["organization"])
    return services.Terms(Role(data["role"]), unit, form.subtree, data["valid_from"], data["valid_to"])


def _person(form: NewUserForm) -> services.Person:
    data = form.cleaned_data
    return services.Person(data["full_name"], data["phone"], data["email"], data["username"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_user(request: ActorRequest) -> HttpResponse:
    _require_granter(request)
    form = NewUserForm(posted(request), roles=_role_choices(request), initial={"valid_from": clock.today()})
    return answer_form(
        request,
        form,
        lambda: services.open_office_account(
            actor=request.actor, person=_person(form), terms=_terms(request, form), now=clock.now()
        ),
        then=lambda opened: _answer_code(request, *opened),
        template="accounts/create_user.html",
        context={"units": _units(request)},
    )


@require_safe
@login_required
def show_user(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    form = GrantForm(roles=_role_choices(request), initial={"valid_from": clock.today()})
    return render(request, "accounts/user.html", {"form": form, **_user_context(request, user)})


@require_POST
@login_required
def grant_role(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    form = GrantForm(posted(request), roles=_role_choices(request))
    return answer_form(
        request,
        form,
        lambda: services.grant_on_terms(actor=request.actor, user=user, terms=_terms(request, form), now=clock.now()),
        then=_address_of(user),
        message=_("Đã giao quyền."),
        template="accounts/user.html",
        context=lambda: _user_context(request, user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke_grant(request: ActorRequest, public_id: UUID) -> HttpResponse:
    grant = queries.get_grant(actor=request.actor, public_id=public_id)
    form = EndGrantForm(posted(request), initial={"on": clock.today()})
    return answer_form(
        request,
        form,
        lambda: services.revoke_grant(actor=request.actor, grant=grant, on=form.cleaned_data["on"], now=clock.now()),
        then=_address_of(grant.user),
        message=_("Đã thu quyền."),
        template="accounts/revoke_grant.html",
        context={"grant": grant},
    )


@require_POST
@login_required
def change_reach(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """`ca-duoi` 1: also what stands below; 0: the unit alone."""
    grant = queries.get_grant(actor=request.actor, public_id=public_id)
    below = request.POST.get("ca-duoi") == "1"
    return answer_button(
        request,
        lambda: services.change_reach(actor=request.actor, grant=grant, subtree=below, now=clock.now()),
        then=_address_of(grant.user),
        message=_("Đã đổi phạm vi của quyền."),
    )


@never_cache
@require_POST
@login_required
def issue_code(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Answers with the code itself: it is kept nowhere, so there is nothing to send the person to."""
    user = queries.get_user(actor=request.actor, public_id=public_id)
    lost = "lost_phone" in request.POST
    return answer_button(
        request,
        lambda: services.issue_office_code(actor=request.actor, user=user, lost_phone=lost, now=clock.now()),
        then=lambda code: _answer_code(request, user, code),
        refused=_address_of(user),
    )


def _answer_code(request: ActorRequest, user: User, code: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accounts:enter_code"))
    printed = queries.describe_code(user=user, code=code, address=address, now=clock.now())
    return render(
        request,
        "accounts/code.html",
        {"printed": printed, "back_url": reverse("accounts:show_user", args=[user.public_id])},
    )


@require_POST
@login_required
def set_active(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    opens = request.POST.get("active") == "1"
    change = services.reactivate_user if opens else services.deactivate_user
    return answer_button(
        request,
        lambda: change(actor=request.actor, user=user, now=clock.now()),
        then=_address_of(user),
        message=_("Đã mở lại tài khoản.") if opens else _("Đã khóa tài khoản."),
    )


def _user_context(request: ActorRequest, user: User) -> dict[str, object]:
    users = queries.list_users(actor=request.actor).filter(pk=user.pk)
    rows = queries.user_rows(actor=request.actor, users=users, today=clock.today())
    return {"row": rows[0], "own": user.pk == request.actor.user_id, "units": _units(request)}


def _address_of(user: User) -> str:
    return reverse("accounts:show_user", args=[user.public_id])
