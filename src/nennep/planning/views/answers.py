"""Where the buttons of a plan's page lead back to."""

from uuid import UUID

from django.urls import reverse


def plan_address(plan: UUID, tab: str = "", anchor: str = "") -> str:
    """The plan, at the tab and the row where the button stood."""
    address = reverse("planning:show_plan", args=[plan])
    return address + (f"?xem={tab}" if tab else "") + (f"#{anchor}" if anchor else "")
