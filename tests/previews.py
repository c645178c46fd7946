"""An act that is shown before it is confirmed, as a person sends it from its page (core/answers.py)."""

from typing import Any

from django.test import Client
from lxml import html

from nennep.core.answers import REPEATED, SEAL


def confirm(client: Client, address: str, data: dict[str, Any], name: str = "") -> Any:
    """The answer to the confirmation: what was typed, the seal of its preview and the repeated name."""
    shown = client.post(address, data)
    assert shown.status_code == 200, shown.content.decode()
    seal = html.fromstring(shown.content.decode()).xpath(f"//input[@name='{SEAL}']/@value")
    return client.post(address, data | {SEAL: seal[0], REPEATED: name})
