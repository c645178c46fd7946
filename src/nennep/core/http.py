"""The request as our views see it."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from nennep.core.access import Actor


class ActorRequest(HttpRequest):
    """A request with the acting person (accounts/middleware.py) and htmx's details (django_htmx)."""

    actor: Actor
    htmx: HtmxDetails


def next_address(request: HttpRequest, default: str) -> str:
    """Where to go afterwards: the page that the parameter `tiep` names when it is one of ours, else `default`."""
    wanted = request.POST.get("tiep") or request.GET.get("tiep") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else default
