"""What is written down about a person."""

from dataclasses import dataclass
from datetime import date

from nennep.members.choices import Reach


@dataclass(frozen=True, slots=True)
class MemberDetails:
    """The part of a record that every reader of the cell's list may see. Empty text and None mean not known."""

    full_name: str
    sex: str = ""
    born_on: date | None = None
    born_year: int | None = None
    phone: str = ""
    email: str = ""
    reach: str = Reach.PRINT
    education: str = ""
    card_number: str = ""
    admitted_on: date | None = None
    official_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrivateDetails:
    """The sensitive part (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15): read and written only with the right to."""

    ethnic_group: str = ""
    religion: str = ""
    identity_number: str = ""


def details_problem(details: MemberDetails, *, today: date) -> str:
    """The field that contradicts another or the calendar: born_on, born_year, admitted_on or official_on; else empty."""
    born = details.born_on or (date(details.born_year, 1, 1) if details.born_year else None)
    if born is not None and born >= (details.admitted_on or today):
        return "born_on" if details.born_on else "born_year"
    if details.admitted_on is not None and details.admitted_on > today:
        return "admitted_on"
    if details.official_on is None:
        return ""
    too_early = details.admitted_on is not None and details.official_on < details.admitted_on
    return "official_on" if too_early or details.official_on > today else ""
