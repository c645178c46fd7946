"""The zip of a meeting: every final paper that this reader may take, and the sheet that says what is missing."""

from datetime import date

from django.utils import translation
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.policies.queries import rules_for
from nennep.reporting.queries.papers import BUNDLED, PaperKind, find_paper, parts
from nennep.reporting.queries.papers.overview import PaperRow, get_papers_page
from nennep.reporting.renderers.files import Bundle
from nennep.reporting.rules.bundle import BundleFacts, make_bundle_name, make_stem, write_read_me

READ_ME = "DOC-TRUOC.txt"


def build_bundle(*, actor: Actor, meeting: Meeting) -> Bundle:
    """The papers in their order under the names they have in the zip. Raises NotFound while the meeting is not held.

    What the reader may not take is simply not there; what the cell has not finished yet is named as missing.
    """
    if meeting.state != MeetingState.HELD:
        raise NotFound
    with translation.override("vi"):
        return _build(actor, meeting)


def _build(actor: Actor, meeting: Meeting) -> Bundle:
    page = get_papers_page(actor=actor, meeting=meeting)
    rows = {row.kind: row for row in (*page.before, *page.after)}
    cell, held_on = meeting.organization.name, meeting.held_on
    stems = {
        kind: make_stem(held_on, cell, number, str(kind.label))
        for number, kind in enumerate(BUNDLED, 1)
        if kind in rows and rows[kind].final
    }
    facts = _gather(meeting, rows, stems, page.deadline or held_on)
    return Bundle(
        name=make_bundle_name(held_on, cell),
        day=held_on,
        papers={stem: find_paper(actor=actor, meeting=meeting, kind=kind) for kind, stem in stems.items()},
        texts={READ_ME: write_read_me(facts)},
    )


def _gather(
    meeting: Meeting, rows: dict[PaperKind, PaperRow], stems: dict[PaperKind, str], deadline: date
) -> BundleFacts:
    unfinished = [rows[kind] for kind in BUNDLED if kind in rows and kind not in stems and rows[kind].note]
    return BundleFacts(
        cell=meeting.organization.name,
        subject=parts.say_subject(meeting),
        held_on=meeting.held_on,
        contained=[(stem, _say(rows[kind])) for kind, stem in stems.items()],
        missing=[_say(row) for row in unfinished],
        deadline=deadline,
        days_after=rules_for(organization=meeting.organization, on=meeting.held_on).filing_days_after,
        filed_on=localdate(meeting.filed_at) if meeting.filed_at else None,
    )


def _say(row: PaperRow) -> str:
    return f"{row.kind.label}. {row.note}".rstrip(" .") + "."
