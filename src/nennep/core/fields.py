"""Database fields that several contexts use."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from nennep.core import crypto


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database and plain in Python. It cannot be searched or sorted by."""

    description = "Encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        return crypto.encrypt(str(value)) if value else ""

    def from_db_value(self, value: str | None, _expression: Any, _connection: BaseDatabaseWrapper) -> str:
        return crypto.decrypt(value) if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked for: every other comparison would be with ciphertext."""
        return super().get_lookup(lookup_name) if lookup_name in {"isnull", "exact"} else None
