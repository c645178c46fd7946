"""Tokens of private addresses."""

import hashlib


def hash_token(token: str) -> str:
    """A token has 256 random bits: a plain hash is enough to keep it secret in the database."""
    return hashlib.sha256(token.encode()).hexdigest()
