"""The bare Django that benchmarks of the room compare with; it is no part of the program.

What a plain project of this version would do in the place of a tap: sign-in, its usual middleware, one row read and written,
a short answer.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.http import require_POST

from nennep.accounts.models import User
from nennep.room.models import RollCallEntry

# As `django-admin startproject` writes them, after one line that leads to the addresses of this file.
MIDDLEWARE = [
    "bench.bare_django.use_own_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def use_own_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Two projects in one process: this one's addresses are here."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = "bench.bare_django"
        return get_response(request)

    return answer


@login_required
@require_POST
def touch_row(request: HttpRequest, pk: int) -> HttpResponse:
    row = RollCallEntry.objects.get(pk=pk)
    row.reason = request.POST.get("reason", "")
    row.save(update_fields=["reason"])
    return HttpResponse("ok")


urlpatterns = [path("<int:pk>/", touch_row)]


def make_post(user: User, pk: int) -> Callable[[], object]:
    """One request of the plain project, by a browser that has signed in."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        client.post(f"/{pk}/")  # its middleware is loaded now
    return lambda: client.post(f"/{pk}/", {"reason": "đo"})
