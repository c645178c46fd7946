"""What several papers share: head, sitting, points. What the minutes keep is printed in their own shapes (`records`)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from nennep.records.rules.minutes import AttendancePart
from nennep.reporting.renderers.wording import split_lines

NOBODY = AttendancePart(called=0, counted=0, present=0, excused=0, unexcused=0, exempt=0, elsewhere=0)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The top of a paper. `symbol` such as `Số 05-NQ/CB`; empty on papers that carry no number.

    `guidance`: whose layout it has, as a rule of the unit says; one that the program does not know is that of the day.
    """

    upper: str
    issuer: str
    place: str
    issued_on: date
    symbol: str = ""
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: `on_behalf` such as `T/M CHI BỘ`, `post` such as `BÍ THƯ`; the name without titles."""

    on_behalf: str = ""
    post: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """When, where and under whom the cell sat. `kind` such as `sinh hoạt thường kỳ`; `mode` only when not in person.

    `attendance` is the frozen roll call; `guests` who came without being a member.
    """

    cell: str
    kind: str
    started_at: datetime
    place: str = ""
    ended_at: datetime | None = None
    minutes_long: int | None = None
    chair: str = ""
    chair_post: str = ""
    minute_taker: str = ""
    fee_note: str = ""
    mode: str = ""
    attendance: AttendancePart = NOBODY
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What the version after `number` corrections says differently from the one before it: such as `Có mặt: 21/23 → 20/23`."""

    number: int
    on: date
    reason: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A heading that was touched, and what was said or agreed under it."""

    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A fault, and its cause where the cell named one."""

    text: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One half of a resolution: what was done (part I) or shall be done (part II)."""

    current_affairs: str = ""
    opinion: str = ""
    topics: tuple[TopicLine, ...] = ()
    study: str = ""  # papers that were kept before have it among the current affairs

    @property
    def is_filled(self) -> bool:
        return bool(self.topics or split_lines(f"{self.current_affairs}\n{self.study}\n{self.opinion}"))


@dataclass(frozen=True, slots=True)
class ScoreLine:
    label: str
    points: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class SelfScore:
    """Part IV: points by group, the sum, the level, what to mend next time."""

    lines: tuple[ScoreLine, ...]
    total: Decimal
    maximum: Decimal
    level: str
    to_mend: str = ""
