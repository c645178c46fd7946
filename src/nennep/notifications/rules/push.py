"""Where a push message may be sent: never into the network that the program itself stands in."""

import ipaddress
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit


def is_acceptable_endpoint(endpoint: str, *, allowed: Collection[str] = ()) -> bool:
    """An https address of a host with a name on the usual port, or one that begins with an origin in `allowed`.

    Browsers name the endpoint, so anybody signed in may send any: an address of this network must not pass
    (OWASP, server-side request forgery). `allowed` are origins that the installation itself trusts.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if f"{parts.scheme}://{parts.netloc}" in allowed:
        return True
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and port in {None, 443}
        and "@" not in parts.netloc
        and "." in host.strip(".")
        and not _is_address(host)
        and not host.rstrip(".").endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def are_public(addresses: Iterable[str]) -> bool:
    """True when every address that a name stands for belongs to the open internet, and there is at least one."""
    found = [ipaddress.ip_address(address.split("%")[0]) for address in addresses]
    return bool(found) and all(address.is_global and not address.is_multicast for address in found)
