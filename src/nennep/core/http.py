"""The request as our views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from nennep.core.access import Actor


class ActorRequest(HttpRequest):
    """A request with the acting person (accounts/middleware.py) and htmx's details (django_htmx)."""

    actor: Actor
    htmx: HtmxDetails
