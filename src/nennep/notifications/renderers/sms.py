"""An SMS through a gateway that takes an HTTP POST (JSON or form)."""

import json
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

TIMEOUT = 20
ANSWER_LIMIT = 200
_TEMPORARY = {408, 425, 429}


class GatewayFailed(OSError):
    """The gateway did not take the message; `final` when trying again cannot help (its address, our rights)."""

    def __init__(self, words: str, *, final: bool = False) -> None:
        super().__init__(words)
        self.final = final


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where messages go, and how the gateway calls its fields. `form`: as a web form instead of JSON."""

    url: str
    token: str = ""
    form: bool = False
    to_field: str = "to"
    text_field: str = "text"
    sender_field: str = "from"
    sender: str = ""


def send_sms(gateway: SmsGateway, *, phone: str, text: str) -> None:
    """Hand one message over. Raises GatewayFailed with the gateway's words."""
    try:
        with _make_opener().open(_make_request(gateway, phone, text), timeout=TIMEOUT):
            return
    except HTTPError as error:
        words = error.read(ANSWER_LIMIT).decode(errors="replace").strip()
        final = error.code < 500 and error.code not in _TEMPORARY
        raise GatewayFailed(f"{error.code} {error.reason}: {words}", final=final) from error
    except (OSError, HTTPException) as error:
        raise GatewayFailed(str(error)) from error


def _make_opener() -> urllib.request.OpenerDirector:
    """Without the handler of redirects: the token must not travel to wherever an answer points."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _make_request(gateway: SmsGateway, phone: str, text: str) -> urllib.request.Request:
    fields: dict[str, Any] = {gateway.to_field: phone, gateway.text_field: text}
    if gateway.sender:
        fields[gateway.sender_field] = gateway.sender
    body = urlencode(fields) if gateway.form else json.dumps(fields, ensure_ascii=False)
    kind = "application/x-www-form-urlencoded" if gateway.form else "application/json; charset=utf-8"
    headers = {"Content-Type": kind, "Accept": "application/json, text/plain"}
    if gateway.token:
        headers["Authorization"] = f"Bearer {gateway.token}"
    return urllib.request.Request(gateway.url, body.encode(), headers, method="POST")  # noqa: S310  https by settings
