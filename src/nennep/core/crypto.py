"""Encryption at rest of sensitive columns, and keyed hashes to search them by.

Keys live in `<data directory>/secrets/encryption.keys`, one per line, newest first: the first encrypts, all decrypt.
Rotating = put a new line on top, run `nennep rotate-keys`, remove the old line. The hash key is a file of its own,
because changing it would make every stored hash useless.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from nennep.core.secret_files import read_or_create

rotations: list[Callable[[], int]] = []


def encrypt(text: str) -> str:
    """Ciphertext as text; the empty string stays empty, so that 'not known' needs no key."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The plain text of `encrypt`; raises cryptography.fernet.InvalidToken when no key fits."""
    return _cipher().decrypt(token.encode()).decode() if token else ""


def rotate(token: str) -> str:
    """The same text under the newest key."""
    return _cipher().rotate(token.encode()).decode() if token else ""


def keyed_hash(text: str, *, purpose: str) -> str:
    """HMAC-SHA256 as hexadecimal: equal texts are found, nothing is read back. Empty for the empty text."""
    if not text:
        return ""
    return hmac.new(_hash_key(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def add_key() -> None:
    """Put a new key on top of the key file: it encrypts from now on, the older ones still decrypt.

    Processes that run already know it only after a restart.
    """
    path = settings.NENNEP_SECRETS_DIR / "encryption.keys"
    former = read_or_create(path, Fernet.generate_key)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(Fernet.generate_key() + b"\n" + former)
    draft.replace(path)
    forget_keys()


def register_rotation(rotate_rows: Callable[[], int]) -> None:
    """A context with ciphertext outside of an EncryptedTextField says, once, how it is written anew; returns how many rows."""
    if rotate_rows not in rotations:
        rotations.append(rotate_rows)


def forget_keys() -> None:
    """Read the key files again at the next use (after a rotation)."""
    _cipher.cache_clear()
    _hash_key.cache_clear()


@cache
def _cipher() -> MultiFernet:
    lines = read_or_create(settings.NENNEP_SECRETS_DIR / "encryption.keys", Fernet.generate_key)
    return MultiFernet([Fernet(line) for line in lines.split()])


@cache
def _hash_key() -> bytes:
    return read_or_create(settings.NENNEP_SECRETS_DIR / "hash.key", lambda: os.urandom(32).hex().encode())
