"""What a later version of a paper says that it changed. Pure."""

from collections.abc import Iterable

from nennep.records.rules.corrections import PaperChange

SHORT = 80  # letters: what is longer is read in the paper itself, and in the version before it


def say_changes(changes: Iterable[PaperChange]) -> tuple[str, ...]:
    """`Có mặt: 21/23 → 20/23`, one for each place; of a longer text only that it has changed."""
    return tuple(_say_change(change) for change in changes)


def _say_change(change: PaperChange) -> str:
    before, after = (" ".join(text.split()) for text in (change.before, change.after))
    if len(before) > SHORT or len(after) > SHORT:
        return f"{change.place}: {_say_long(before, after)}"
    return f"{change.place}: {before or '(trống)'} → {after or '(trống)'}"


def _say_long(before: str, after: str) -> str:
    if before and after:
        return "đã sửa"
    return "bỏ" if before else "ghi thêm"
