"""What the page with a one-time code says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nennep.accounts.choices import CODE_TRIES, CODE_VALID_HOURS
from nennep.accounts.models import OneTimeCode, User
from nennep.accounts.rules import format_code


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A printed code that nobody has used yet: whose, until when."""

    name: str
    expires: datetime


def list_open_codes(*, unit_path: str, now: datetime) -> list[CodeRow]:
    """Codes given in this very unit that still open an account, the earliest to end first. One query."""
    codes = OneTimeCode.objects.filter(unit_path=unit_path, used_at=None, expires_at__gt=now, tries__lt=CODE_TRIES)
    rows = codes.select_related("user").order_by("expires_at", "pk")
    return [CodeRow(code.user.full_name, code.expires_at) for code in rows]


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """For the template accounts/code.html, printed on A5.

    `qr_text` is the address with the code behind the #: browsers keep that part to themselves, so neither the server,
    nor a proxy, nor a log ever sees a code from a scanned picture.
    """

    name: str
    username: str
    code: str
    address: str
    qr_text: str
    expires: datetime


def describe_code(*, user: User, code: str, address: str, now: datetime) -> PrintedCode:
    """`code` as `services.issue_code` returned it at `now`; `address` is the absolute one of the page that takes it."""
    return PrintedCode(
        name=user.full_name,
        username=user.username,
        code=format_code(code),
        address=address,
        qr_text=f"{address}#{code}",
        expires=now + timedelta(hours=CODE_VALID_HOURS),
    )
