"""What a paper of a meeting is: the one entry that its page, its file, the zip and the trail know it by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, Premeeting
from nennep.reporting.renderers.word import Paper


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """Who asks for a paper of which meeting; `member` (a public id) only means something to a notice and a pack."""

    actor: Actor
    meeting: Meeting
    member: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What decides over the papers. `version` 0 and `number` empty while there is none."""

    held: bool
    opened: bool
    version: int
    number: str
    scored: bool
    scoring: bool
    has_items: bool
    premeeting: Premeeting | None
    may_hold: bool
    may_prepare: bool
    may_read_members: bool
    may_read_lines: bool  # of the score


class Readiness(NamedTuple):
    """`ready` to be taken, `final` when it may go out; `note` says which one, or what is missing."""

    ready: bool
    final: bool
    note: str = ""


@dataclass(frozen=True)
class Keeping:
    """How a paper is kept once it was issued: as `content`, whose `revisions` say what later versions changed.

    `places`: what it says where, so that two versions can be compared. `renew`: the paper with what was corrected in the
    records since, and nothing else. `holds`: whether this reader gets what was issued (otherwise what the records say now).
    `pick`: the part of it that is this reader's; None when there is none. `opens`: whether its versions, and what they changed,
    are this reader's at all. `before_filing`: it has versions from its number on.
    """

    content: type[Any]
    places: Callable[[Any], Iterable[tuple[str, str]]]
    renew: Callable[[Any, Meeting], Any]
    holds: Callable[["PaperRequest"], bool] = lambda _request: True
    pick: Callable[[Any, "PaperRequest"], Any | None] = lambda paper, _request: paper
    opens: Callable[["PaperRequest"], bool] = lambda _request: True
    before_filing: bool = False


def keep_paper(paper: Any, _meeting: Meeting) -> Any:
    """`renew` of papers that no correction changes."""
    return paper


def is_filed(request: "PaperRequest") -> bool:
    """`holds` of papers that go out with the filing: what went out with one that was taken back never went out."""
    return request.meeting.filed_at is not None


def is_over(request: "PaperRequest") -> bool:
    """`holds` of papers before the meeting: while it is prepared, they say what is prepared."""
    return request.meeting.state != MeetingState.PLANNED


@dataclass(frozen=True, eq=False)
class PaperKind:
    """One paper. `address` ends its address: `…/nghi-quyet.docx`; its content names its template.

    `describe` says ready for exactly those to whom `build` does not raise NotFound (tested for all). `for_leaders`: what
    the committee says is not every member's. `name_addressee` goes into the name of the file. `keeping` None: it is never
    issued, and always says what the records say.
    """

    address: str
    label: Promise
    build: Callable[[PaperRequest], Paper]
    describe: Callable[[PaperFacts], Readiness]
    for_leaders: bool = False
    name_addressee: Callable[[Any], str] = lambda _paper: ""
    keeping: Keeping | None = None

    def __str__(self) -> str:
        return str(self.label)


def is_taken_back(kind: PaperKind, meeting: Meeting) -> bool:
    """It goes out with the filing alone, and the filing was taken back."""
    keeping = kind.keeping
    return keeping is not None and keeping.holds is is_filed and not keeping.before_filing and meeting.filed_at is None
