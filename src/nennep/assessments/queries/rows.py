"""The rows of a figure: each line of a sheet opens what it was proposed by, as it was then."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries.changes import choose_begun
from nennep.assessments.queries.fact_rows import EvidenceRow, list_fact_rows
from nennep.assessments.queries.facts import gather_one
from nennep.assessments.queries.sheets import say_of
from nennep.assessments.rules import EVIDENCE, Rows
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.policies.choices import ScoreEvidence
from nennep.policies.queries import SheetItem
from nennep.room.queries.outcome import rules_of


@dataclass(frozen=True, slots=True)
class RowsLink:
    label: str
    address: str


_OF_MEETING = {
    Rows.ROLL_CALL: ("records:show_minutes", _("điểm danh trong biên bản")),
    Rows.MINUTES: ("records:show_minutes", _("biên bản")),
    Rows.PROGRAMME: ("meetings:show_agenda", _("chương trình")),
    Rows.PAPERS: ("meetings:show_agenda", _("tài liệu")),
    Rows.PREMEETING: ("meetings:show_premeeting", _("họp chi ủy")),
    Rows.RESOLUTION: ("records:show_resolution", _("nghị quyết")),
    Rows.FILING: ("records:show_filing", _("gửi, lưu")),
}
_OF_CELL = {
    Rows.DUTIES: ("duties:show_cell", _("nhiệm vụ")),
    Rows.PETITIONS: ("petitions:show_cell", _("kiến nghị")),
    Rows.ABSENCES: ("room:show_absences", _("vắng nhiều lần")),
}
_OF_LEADERS = {Rows.PREMEETING, Rows.ABSENCES}  # pages for those who hold the meetings


def list_rows(line: SheetItem | None, meeting: Meeting, *, leads: bool) -> tuple[RowsLink, ...]:
    """The pages that hold what the line is proposed by, each once; those of the leaders only where the reader `leads`. No query."""
    kinds = dict.fromkeys(EVIDENCE[one].rows for one in line.evidence) if line else {}
    found = (_find(kind, meeting) for kind in kinds if kind and (leads or kind not in _OF_LEADERS))
    return tuple({link.address: link for link in found}.values())


def _find(kind: Rows, meeting: Meeting) -> RowsLink:
    if kind in _OF_MEETING:
        name, label = _OF_MEETING[kind]
        return RowsLink(str(label), reverse(name, args=[meeting.public_id]))
    name, label = _OF_CELL[kind]
    return RowsLink(str(label), reverse(name, args=[meeting.organization.public_id]))


# ── the rows themselves ───────────────────────────────────────────────────────

SHOWN = 100  # rows of one kind on a page


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """The rows of one evidence: the first hundred, how many more there are."""

    rows: tuple[EvidenceRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class LineRowsPage:
    """What one line of a sheet was proposed by. `is_kept` False: nobody kept the rows then, they are those of today.

    `hidden`: there are rows that this reader may not see.
    """

    meeting: Meeting
    title: str
    fact: str
    proposed: Decimal | None
    maximum: Decimal
    is_agreed: bool
    is_kept: bool
    parts: tuple[EvidenceRows, ...]
    hidden: bool
    links: tuple[RowsLink, ...]

    @property
    def of(self) -> str:
        return say_of(self.maximum)


def get_rows_page(*, actor: Actor, meeting_id: UUID, code: str, today: date) -> LineRowsPage:
    """The rows behind a line of a sheet that was begun. Five queries where they were kept. Raises NotFound."""
    meeting = get_meeting(actor=actor, public_id=meeting_id)
    sheets = ScoreSheet.objects.visible_to(actor).filter(meeting=meeting)
    items = list(ScoreItem.objects.filter(sheet__in=sheets).select_related("sheet").order_by("position"))
    item = next((one for one in items if one.code == code), None)
    if item is None:
        raise NotFound
    choose = choose_begun(item.sheet, items)
    kept = read_rows(item.rows) if item.rows else None
    found = list_fact_rows(gather_one(meeting, today, choose)) if kept is None else kept
    line = next((one for one in choose(meeting, rules_of(meeting)).items if one.code == code), None)
    named = tuple(found) if kept is not None else line.evidence if line else ()  # what was kept, it was proposed by
    asked = [one for one in named if found.get(one)]
    seen = _list_seen(actor, meeting, has_minutes=meeting.minutes_versions.exists())
    shown = [one for one in asked if EVIDENCE[one].rows in seen]
    return LineRowsPage(
        meeting=meeting,
        title=line.title if line else code,
        fact=item.fact,
        proposed=item.proposed,
        maximum=item.maximum,
        is_agreed=item.sheet.state == SheetState.AGREED,
        is_kept=kept is not None,
        parts=tuple(
            EvidenceRows(rows[:SHOWN], len(rows) - SHOWN if len(rows) > SHOWN else 0)
            for rows in _each_once(found, shown)
        ),
        hidden=len(shown) < len(asked),
        links=list_rows(line, meeting, leads=actor.may(Permission.SCORES_WRITE, meeting.organization.path)),
    )


def _each_once(
    found: Mapping[ScoreEvidence, tuple[EvidenceRow, ...]], shown: Iterable[ScoreEvidence]
) -> list[tuple[EvidenceRow, ...]]:
    """Two evidences of one line may count the same rows."""
    return list(dict.fromkeys(found[one] for one in shown))


def _list_seen(actor: Actor, meeting: Meeting, *, has_minutes: bool) -> set[Rows]:
    """The kinds of rows that the reader would find elsewhere too: drafts and absences are for those who hold the meetings."""
    path = meeting.organization.path
    holds = actor.may(Permission.MEETINGS_HOLD, path)
    may = {
        Rows.ROLL_CALL: holds or has_minutes,
        Rows.MINUTES: holds or has_minutes,
        Rows.PROGRAMME: True,
        Rows.PAPERS: actor.may(Permission.DOCUMENTS_READ, path),
        Rows.PREMEETING: actor.may(Permission.MEMBERS_READ, path),
        Rows.RESOLUTION: holds or has_minutes,
        Rows.FILING: True,
        Rows.DUTIES: actor.may(Permission.DUTIES_READ, path),
        Rows.PETITIONS: actor.may(Permission.PETITIONS_READ, path),
        Rows.ABSENCES: holds,
    }
    return {kind for kind, allowed in may.items() if allowed}


def keep_rows(line: SheetItem | None, found: Mapping[ScoreEvidence, tuple[EvidenceRow, ...]]) -> str:
    """The rows of a line as its fact was read, to stand beside it from then on."""
    named = line.evidence if line else ()
    return json.dumps({one.value: [astuple(row) for row in found[one]] for one in named}, ensure_ascii=False)


def read_rows(kept: str) -> dict[ScoreEvidence, tuple[EvidenceRow, ...]]:
    """What `keep_rows` wrote; an evidence that the program no longer knows is left out."""
    known = {one.value: one for one in ScoreEvidence}
    found = json.loads(kept)
    return {known[name]: tuple(EvidenceRow(*row) for row in rows) for name, rows in found.items() if name in known}
