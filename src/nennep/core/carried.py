"""What stands in one part of a page while another part of it is sent: it stands there again until it is sent itself.

A page whose parts are one form (each button with its own `formaction`) sends all of it with every button, without scripts
too; the view that takes its own part carries the rest. It lies encrypted in the session, for two hours, for one page: the last.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from nennep.core.crypto import seal, unseal

_KEY = "carried_words"
_CARRIED_FOR = timedelta(hours=2)
_MOST = 100_000  # characters; a roll call of three hundred people with reasons has fewer


def carry(session: SessionBase, page: str, words: Mapping[str, str], *, now: datetime) -> None:
    """Add `words`, by the name of their field, to what is carried for `page`; what was carried for another page is gone."""
    _write(session, page, carried(session, page, now=now) | dict(words), now)


def carried(session: SessionBase, page: str, *, now: datetime) -> dict[str, str]:
    """What is carried for `page`, by the name of its field; reading leaves it."""
    content = unseal(session.get(_KEY, ""))
    if content.get("page") != page or datetime.fromisoformat(content["until"]) <= now:
        return {}
    words: dict[str, str] = content["words"]
    return words


def drop_carried(session: SessionBase, page: str, names: Iterable[str], *, now: datetime) -> None:
    """These fields of `page` were sent."""
    if words := carried(session, page, now=now):
        sent = set(names)
        _write(session, page, {name: text for name, text in words.items() if name not in sent}, now)


def _write(session: SessionBase, page: str, words: Mapping[str, str], now: datetime) -> None:
    content = {"page": page, "words": dict(words), "until": (now + _CARRIED_FOR).isoformat()}
    if not words or sum(map(len, words.values())) > _MOST:
        session.pop(_KEY, None)
    else:
        session[_KEY] = seal(content)
