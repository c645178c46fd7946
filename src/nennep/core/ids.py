"""Public identifiers: ordered by time, safe to make on a device without a network."""

from datetime import UTC, datetime
from uuid import UUID

import uuid6


def new_public_id() -> UUID:
    """A UUIDv7 (RFC 9562)."""
    return UUID(int=uuid6.uuid7().int)


def made_at(public_id: UUID) -> datetime:
    """When it was made: a UUIDv7 begins with the milliseconds since 1970 (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((public_id.int >> 80) / 1000, tz=UTC)
