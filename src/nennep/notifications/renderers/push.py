"""A push message to one browser (RFC 8030, 8188, 8292): encrypted for it, signed with the key of this installation."""

import base64
import socket
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nennep.notifications.rules.push import are_public, is_acceptable_endpoint

if TYPE_CHECKING:
    from pywebpush import WebPushException

TIMEOUT = 20
KEPT_SECONDS = 60 * 60 * 24  # that the push service keeps it for a device that is off


class PushFailed(OSError):
    """The push service did not take it."""


class SubscriptionGone(PushFailed):
    """The browser does not want to be told any more: forget it (404, 410)."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a browser gave us: where its push service takes messages, its public key, the shared secret."""

    endpoint: str
    p256dh: str
    auth: str


def make_key() -> bytes:
    """A private key for signing (P-256), as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_key_of(pem: bytes) -> str:
    """The public part as browsers want it: the uncompressed point in base64url."""
    from py_vapid import Vapid

    key = Vapid.from_pem(pem).public_key
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send_push(device: Device, content: str, *, key: bytes, contact: str, allowed: Collection[str]) -> None:
    """Encrypt and hand over. Raises SubscriptionGone, PushFailed; never goes to a private address unless allowed."""
    import requests
    from py_vapid import Vapid
    from pywebpush import WebPushException, webpush

    _require_reachable(device.endpoint, allowed)
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    with requests.Session() as session:
        session.max_redirects = 0
        try:
            webpush(
                {"endpoint": device.endpoint, "keys": keys},
                content,
                vapid_private_key=Vapid.from_pem(key),
                vapid_claims={"sub": contact},
                ttl=KEPT_SECONDS,
                timeout=TIMEOUT,
                requests_session=session,
            )
        except WebPushException as error:
            raise _name(error) from error
        except requests.RequestException:
            raise
        except ValueError as error:  # a key that is no point of the curve: no browser made it, none will ever read it
            raise SubscriptionGone(str(error)) from error


def _name(error: "WebPushException") -> PushFailed:
    status = error.response.status_code if error.response is not None else None
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return SubscriptionGone(str(status))
    return PushFailed(f"{status or ''} {error.message}".strip()[:300])


def _require_reachable(endpoint: str, allowed: Collection[str]) -> None:
    """The name is looked up here: one that leads into a private network is refused whatever it looks like."""
    parts = urlsplit(endpoint)
    if f"{parts.scheme}://{parts.netloc}" in allowed:
        return
    if not is_acceptable_endpoint(endpoint):
        raise PushFailed("address not allowed")
    try:
        found = socket.getaddrinfo(parts.hostname, 443, proto=socket.IPPROTO_TCP)
    except UnicodeError as error:  # a name that no name server can be asked for
        raise SubscriptionGone("address not allowed") from error
    if not are_public(str(row[4][0]) for row in found):
        raise PushFailed("address not allowed")
