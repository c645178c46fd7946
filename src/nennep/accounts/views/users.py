"""Accounts and roles, for whoever hands them out."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nennep.accounts import queries, services
from nennep.accounts.choices import Role
from nennep.accounts.forms import EndGrantForm, GrantForm, NewUserForm
from nennep.accounts.rules import grantable_roles
from nennep.core import clock
from nennep.core.errors import DomainError, NotFound
from nennep.core.forms import add_domain_error
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
    return services.Terms(Role(data["role"]), unit, data["subtree"], data["valid_from"], data["valid_to"])


def _person(form: NewUserForm) -> services.Person:
    data = form.cleaned_data
    return services.Person(data["full_name"], data["phone"], data["email"], data["username"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_user(request: ActorRequest) -> HttpResponse:
    _require_granter(request)
    form = NewUserForm(request.POST or None, roles=_role_choices(request), initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            user, code = services.open_office_account(
                actor=request.actor, person=_person(form), terms=_terms(request, form), now=clock.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _answer_code(request, user, code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/create_user.html", {"form": form, "units": _units(request)}, status=status)


@require_safe
@login_required
def show_user(request: ActorRequest, public_id: UUID) -> HttpResponse:
    return _render_user(request, public_id)


def _render_user(request: ActorRequest, public_id: UUID, form: GrantForm | None = None) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    rows = queries.user_rows(
        actor=request.actor, users=queries.list_users(actor=request.actor).filter(pk=user.pk), today=clock.today()
    )
    context = {
        "row": rows[0],
        "own": user.pk == request.actor.user_id,
        "form": form or GrantForm(roles=_role_choices(request), initial={"valid_from": clock.today()}),
        "units": _units(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    return render(request, "accounts/user.html", context, status=status)


@require_POST
@login_required
def grant_role(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    form = GrantForm(request.POST, roles=_role_choices(request))
    if form.is_valid():
        try:
            services.grant_on_terms(actor=request.actor, user=user, terms=_terms(request, form), now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã giao quyền."))
            return redirect("accounts:show_user", public_id)
    return _render_user(request, public_id, form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke_grant(request: ActorRequest, public_id: UUID) -> HttpResponse:
    grant = queries.get_grant(actor=request.actor, public_id=public_id)
    form = EndGrantForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_grant(actor=request.actor, grant=grant, on=form.cleaned_data["on"], now=clock.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Đã thu quyền."))
            return redirect("accounts:show_user", grant.user.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/revoke_grant.html", {"form": form, "grant": grant}, status=status)


@never_cache
@require_POST
@login_required
def issue_code(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Answers with the code itself: it is kept nowhere, so there is nothing to send the person to."""
    user = queries.get_user(actor=request.actor, public_id=public_id)
    lost = "lost_phone" in request.POST
    try:
        code = services.issue_office_code(actor=request.actor, user=user, lost_phone=lost, now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:show_user", public_id)
    return _answer_code(request, user, code)


def _answer_code(request: ActorRequest, user: queries.User, code: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accounts:enter_code"))
    printed = queries.describe_code(user=user, code=code, address=address, now=clock.now())
    return render(request, "accounts/code.html", {"printed": printed})


@require_POST
@login_required
def set_active(request: ActorRequest, public_id: UUID) -> HttpResponse:
    user = queries.get_user(actor=request.actor, public_id=public_id)
    change = services.reactivate_user if request.POST.get("active") == "1" else services.deactivate_user
    try:
        change(actor=request.actor, user=user, now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã mở lại tài khoản.") if not user.is_active else _("Đã khóa tài khoản."))
    return redirect("accounts:show_user", public_id)
