"""One-time codes: eight characters that nobody confuses on paper, valid for three days and five tries."""

from datetime import datetime

from nennep.accounts.choices import CODE_LENGTH, CODE_TRIES


def normalize_code(text: str) -> str:
    """The code as it is hashed, however it was typed: capitals, no spaces or hyphens."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[:CODE_LENGTH]


def format_code(code: str) -> str:
    """`ABCD-2345`, as it is printed."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def code_problem(*, used: bool, tries: int, expires_at: datetime, now: datetime) -> str:
    """Why a code cannot be used any more: `used`, `tries` or `expired`; empty while it can."""
    if used:
        return "used"
    if tries >= CODE_TRIES:
        return "tries"
    return "expired" if now >= expires_at else ""
