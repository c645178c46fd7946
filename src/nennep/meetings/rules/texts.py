"""Texts that people type in the room."""

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.text import compose
from nennep.meetings.choices import TITLE_LIMIT


class TextTooLong(DomainError):
    code = "meeting_text_too_long"
    message = _("Dài quá %(limit)s chữ. Hãy viết gọn lại.")


def check_line(text: str, missing: type[DomainError]) -> str:
    """One line of text, composed; raises `missing` when nothing is left, TextTooLong."""
    words = compose(text)
    if not words:
        raise missing
    if len(words) > TITLE_LIMIT:
        raise TextTooLong(limit=TITLE_LIMIT)
    return words
