"""What the views of planning share: trying a service, going back to where the button stood."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from nennep.core.errors import DomainError
from nennep.core.http import ActorRequest


def attempt(sent: ActorRequest, act: Callable[[], object]) -> bool:
    """Do it; a refusal is said on the next page. True when it was done."""
    try:
        act()
    except DomainError as error:
        messages.error(sent, str(error))
        return False
    return True


def to_plan(plan: UUID, tab: str = "", anchor: str = "") -> HttpResponse:
    """Back to the plan, to the tab and the row where the button stood."""
    address = reverse("planning:show_plan", args=[plan])
    return redirect(address + (f"?xem={tab}" if tab else "") + (f"#{anchor}" if anchor else ""))
