"""The secretary's home: queries (goal: at most 12) and bytes of a first visit (goal: 150 KB), beside the page alone."""

import re
import sys
from urllib.parse import urljoin

from django.test import Client

from bench.world import list_queries, prepare_cell, sign_in

QUERIES, KILOBYTES = 12, 150


def main() -> int:
    client = sign_in(prepare_cell())
    page = client.get("/")
    captured = list_queries(lambda: client.get("/"))
    own = len(page.content)
    assets = list_assets(client.get("/", headers={"accept-encoding": "identity"}).content.decode(), client)
    total = own + sum(assets.values())
    print(f"{len(captured)} queries (goal ≤ {QUERIES})")
    for address, size in assets.items():
        print(f"  {size / 1000:7.1f} KB  {address}")
    print(
        f"first visit {total / 1000:.1f} KB compressed (goal ≤ {KILOBYTES}) = {total / own:.1f} × the page alone ({own / 1000:.1f} KB)"
    )
    return 0 if len(captured) <= QUERIES and total <= KILOBYTES * 1000 else 1


def list_assets(html: str, client: Client) -> dict[str, int]:
    """Everything the page fetches, and the fonts its style sheets name for Vietnamese text, with compressed sizes."""
    addresses = dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    for sheet in [address for address in addresses if address.endswith(".css")]:
        addresses |= dict.fromkeys(
            list_fonts(sheet, b"".join(client.get(sheet, headers={"accept-encoding": "identity"})).decode())
        )
    return {address: size_of(address, client) for address in addresses}


def list_fonts(sheet: str, css: str) -> list[str]:
    """Fonts of the two weights that a phone fetches (400 and 700), as absolute addresses."""
    names = re.findall(r'url\("?([^")]+-(?:400|700)-normal[^")]*\.woff2)', css)
    return [urljoin(sheet, name) for name in names]


def size_of(address: str, client: Client) -> int:
    return len(b"".join(client.get(address)))


if __name__ == "__main__":
    sys.exit(main())
