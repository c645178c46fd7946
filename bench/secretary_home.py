"""The secretary's home: queries (goal: at most 12) and bytes of a first visit (goal: 150 KB), beside the page alone."""

import re
import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.world import prepare_cell, sign_in

QUERIES, KILOBYTES = 12, 150


def main() -> int:
    client = sign_in(prepare_cell())
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/")
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
    return {address: size_of(address, client) for address in addresses}


def size_of(address: str, client: Client) -> int:
    response = client.get(address)
    return len(b"".join(response.streaming_content) if response.streaming else response.content)


if __name__ == "__main__":
    sys.exit(main())
