"""Reads TOML from standard input in a process of its own, and answers on standard output.

A short text can be deep or slow to read; here that ends one process. Started as `python -m nennep.core.toml_child`; imports
neither Django nor anything slow.
"""

import datetime as dt
import marshal
import sys
import tomllib
from typing import Any

from nennep.core.confined import confine

BYTES_MOST = 256 * 1024  # the largest sheet known has 8
MEMORY, SECONDS = 160 * 1024 * 1024, 5


def main() -> None:
    confine(memory=MEMORY, seconds=SECONDS)
    sys.stdout.buffer.write(marshal.dumps(read(sys.stdin.buffer.read(BYTES_MOST + 1)), 2))


def read(content: bytes) -> tuple[str, Any]:
    """`data` and what the text says, days as tuples of one; or what is wrong and where: `large`, `syntax`, `unreadable`."""
    if len(content) > BYTES_MOST:
        return "large", ""
    try:
        return "data", _to_plain(tomllib.loads(content.decode("utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        return "syntax", str(error)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        return "unreadable", type(error).__name__


def _to_plain(value: Any) -> Any:
    """TOML has no tuples: one of one text stands for a day or an hour."""
    if isinstance(value, dict):
        return {key: _to_plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_to_plain(one) for one in value]
    return (value.isoformat(),) if isinstance(value, dt.date | dt.time) else value


if __name__ == "__main__":
    main()
