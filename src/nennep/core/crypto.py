"""Encryption at rest of sensitive columns, and keyed hashes to search them by.

Keys live in `<data directory>/secrets/encryption.keys`, one per line, newest first: the first encrypts, all decrypt.
Rotating = put a new line on top, run `nennep rotate-keys`, remove the old line. The hash key is a file of its own,
because changing it would make every stored hash useless.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from nennep.core.events import load_handlers
from nennep.core.secret_files import KeyUnfit, read_or_create

ENCRYPTION_KEYS = "encryption.keys"
HASH_KEY = "hash.key"

rotations: list[Callable[[], int]] = []
_uses: dict[str, Callable[[], bool]] = {}
_samples: list[Callable[[], bool]] = []


def encrypt(text: str) -> str:
    """Ciphertext as text; the empty string stays empty, so that 'not known' needs no key."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """The plain text of `encrypt`; raises cryptography.fernet.InvalidToken when no key fits."""
    return _cipher().decrypt(token.encode()).decode() if token else ""


def encrypt_bytes(content: bytes) -> bytes:
    """Of a file that lies in the data directory: one line of ASCII."""
    return _cipher().encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    """Raises cryptography.fernet.InvalidToken when no key fits."""
    return _cipher().decrypt(token)


def seal(content: Mapping[str, Any]) -> str:
    """JSON values as text that only this installation opens: for what lies for a while where rotating does not reach."""
    return encrypt(json.dumps(content))


def unseal(token: str) -> dict[str, Any]:
    """What was sealed; empty for the empty text, and when its key has been taken away since."""
    try:
        content: dict[str, Any] = json.loads(decrypt(token)) if token else {}
    except InvalidToken:
        return {}
    return content


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
    path = settings.NENNEP_SECRETS_DIR / ENCRYPTION_KEYS
    former = _read_encryption_keys()
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


def register_use(key: str, is_used: Callable[[], bool]) -> None:
    """Whose columns are made with the key says, once, whether any of them holds something: then a lost key is not made anew."""
    _uses[key] = is_used


def register_sample(fits: Callable[[], bool]) -> None:
    """Who can tell from a stored row whether the keys are those that it was written with says so, once."""
    if fits not in _samples:
        _samples.append(fits)


def require_keys() -> None:
    """Make the keys that are not there yet; raises KeyUnfit when one is lost, empty, broken or not the database's."""
    load_handlers()
    _cipher()
    _hash_key()
    try:
        fit = all(fits() for fits in _samples)
    except InvalidToken:
        fit = False
    if not fit:
        raise KeyUnfit(
            f"Tệp khóa trong {settings.NENNEP_SECRETS_DIR} không phải của cơ sở dữ liệu này: "
            "hãy chép lại encryption.keys và hash.key từ cùng một bản sao lưu."
        )


@cache
def _cipher() -> MultiFernet:
    lines = _read_encryption_keys()
    try:
        return MultiFernet([Fernet(line) for line in lines.split()])
    except ValueError as error:
        path = settings.NENNEP_SECRETS_DIR / ENCRYPTION_KEYS
        raise KeyUnfit(f"Tệp khóa {path} bị hỏng: hãy chép lại tệp đó từ bản sao lưu.") from error


def _read_encryption_keys() -> bytes:
    path = settings.NENNEP_SECRETS_DIR / ENCRYPTION_KEYS
    return read_or_create(path, Fernet.generate_key, is_needed=lambda: is_used(ENCRYPTION_KEYS))


@cache
def _hash_key() -> bytes:
    path = settings.NENNEP_SECRETS_DIR / HASH_KEY
    return read_or_create(path, lambda: os.urandom(32).hex().encode(), is_needed=lambda: is_used(HASH_KEY))


def is_used(key: str) -> bool:
    """Whether anything stored was made with this key (ENCRYPTION_KEYS or HASH_KEY), so that it must not be lost."""
    load_handlers()
    return key in _uses and _uses[key]()
