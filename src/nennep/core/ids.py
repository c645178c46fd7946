"""Public identifiers: ordered by time, safe to make on a device without a network."""

from uuid import UUID

import uuid6


def new_public_id() -> UUID:
    """A UUIDv7 (RFC 9562)."""
    return UUID(int=uuid6.uuid7().int)
