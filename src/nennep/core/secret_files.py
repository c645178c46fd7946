"""Files with keys in the data directory: made once, readable by their owner only, never overwritten."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class KeyUnfit(ValueError):
    """A key is missing, empty or not the one that the database was written with; says what to do, in one sentence."""


def read_or_create(path: Path, make: Callable[[], bytes], *, is_needed: Callable[[], bool] = lambda: False) -> bytes:
    """The content of `path`; when it does not exist yet, `make()` is written first.

    Raises KeyUnfit for an empty file, and for a missing one when `is_needed()`: something was made with the key that is
    lost, and a new one would hide that. Two processes that start together agree: the file is made exclusively, the loser
    reads the winner's.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        if is_needed():
            raise KeyUnfit(f"Thiếu tệp khóa {path} của cơ sở dữ liệu đang có: hãy chép lại tệp đó từ bản sao lưu.")
        _write_exclusively(path, make())
    content = path.read_bytes()
    if not content.strip():
        raise KeyUnfit(f"Tệp khóa {path} rỗng: hãy chép lại tệp đó từ bản sao lưu.")
    return content


def _write_exclusively(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
