"""Passwords in Vietnamese: keyboards send the same letters composed or in parts."""

from nennep.core.text import compose_strictly


def normalize_password(password: str) -> str:
    """The one form that is hashed: Unicode NFKC (NIST SP 800-63B-4, section 3.1.1.2)."""
    return compose_strictly(password)


def list_password_forms(password: str) -> tuple[str, ...]:
    """What a stored password may have been hashed from: the one form, then what was typed, as it was done before; each once."""
    return tuple(dict.fromkeys((normalize_password(password), password)))
