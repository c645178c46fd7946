"""A mail server that refuses in the way a test says."""

from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

BACKEND = f"{__name__}.RefusingMail"


class RefusingMail(BaseEmailBackend):
    """Answers with the number that stands before the @ of the address; `nobody` is an unknown recipient.

    `silent` breaks off without a word, `long` says too much.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        name = email_messages[0].to[0].split("@", maxsplit=1)[0]
        if name == "nobody":
            raise SMTPRecipientsRefused({})
        if name == "silent":
            raise ConnectionResetError
        if name == "long":
            raise ConnectionResetError("x" * 301)
        raise SMTPResponseException(int(name), b"no")
