"""Opinions of a report that is not sent: each keeps its row from one saving to the next, and its files with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.typed import take_line
from nennep.documents.models import Enclosure
from nennep.documents.queries import find_enclosure, list_enclosures
from nennep.documents.services import check_upload, enclose, remove_enclosure
from nennep.organizations.models import Organization
from nennep.petitions.choices import FILES_LIMIT, PLACE_LIMIT, PetitionField
from nennep.petitions.models import Petition
from nennep.petitions.queries import origin_of
from nennep.petitions.services import TooManyFiles
from nennep.visits.choices import NAME_LIMIT, OPINION_LIMIT, OpinionOutcome, SpeakerKind, Verb
from nennep.visits.models import VisitOpinion, VisitReport
from nennep.visits.queries.doors import lock_report, lock_visit, origin_of_opinion, target_of


class OpinionSettled(DomainError):
    code = "visit_opinion_settled"
    message = _("Kiến nghị này chi bộ đã khép lại, không kèm thêm tệp được.")
    field = "file"


@dataclass(frozen=True, slots=True)
class OpinionDraft:
    """One opinion heard; `passed_to` (a unit) or `passed_to_name` (a body outside the tree) for one that is passed on.

    `petition`: the cell noted it already at this meeting; then that record goes on and none is made. `public_id`: the row it was
    saved as.
    """

    text: str
    speaker: SpeakerKind = SpeakerKind.MEMBER
    outcome: OpinionOutcome = OpinionOutcome.NOTED
    passed_to: Organization | None = None
    passed_to_name: str = ""
    petition: Petition | None = None
    field: PetitionField = PetitionField.OTHER
    place: str = ""
    public_id: UUID | None = None


def take_opinion(opinion: OpinionDraft) -> OpinionDraft:
    """As it is stored."""
    text = take_line(opinion.text, limit=OPINION_LIMIT, field="opinions")
    name = take_line(opinion.passed_to_name, limit=NAME_LIMIT, field="opinions")
    place = take_line(opinion.place, limit=PLACE_LIMIT, field="opinions")
    return replace(opinion, text=text, passed_to_name=name, place=place)


def write_opinions(
    *, actor: Actor, report: VisitReport, drafts: Sequence[OpinionDraft], emptied: frozenset[UUID], now: datetime
) -> None:
    """A part of saving, which has asked and holds the report: rows that are still written stay, new ones come, the others go."""
    known = list(report.opinions.all())
    rows = _match(drafts, known)
    written = [
        _fill(row or VisitOpinion(report=report, petition=draft.petition), draft, position)
        for position, (draft, row) in enumerate(zip(drafts, rows, strict=True), start=1)
    ]
    kept = {row.pk for row in rows if row}
    VisitOpinion.objects.bulk_create(row for row in written if row.pk not in kept)
    VisitOpinion.objects.bulk_update([row for row in written if row.pk in kept], _WRITTEN)
    for gone in known:
        if gone.pk not in kept and gone.public_id not in emptied:
            _drop(actor, gone, now)


_WRITTEN = ["position", "text", "speaker", "outcome", "field", "place", "passed_to", "passed_to_name"]


def _match(drafts: Sequence[OpinionDraft], known: Iterable[VisitOpinion]) -> list[VisitOpinion | None]:
    """The row of each draft. A page that was opened before the first saving names none: then the one with the same words."""
    rows = {one.public_id: one for one in known}
    found = [rows.pop(draft.public_id, None) if draft.public_id else None for draft in drafts]
    for index, draft in enumerate(drafts):
        if draft.public_id is None:
            same = (key for key, one in rows.items() if (one.text, one.petition_id) == (draft.text, _key_of(draft)))
            key = next(same, None)
            found[index] = rows.pop(key) if key else None
    return found


def _key_of(draft: OpinionDraft) -> int | None:
    return draft.petition.pk if draft.petition else None


def _fill(row: VisitOpinion, draft: OpinionDraft, position: int) -> VisitOpinion:
    """All but the petition that the cell noted: with it stands whether names must stay out of the files."""
    row.position, row.text, row.speaker, row.outcome = position, draft.text, draft.speaker, draft.outcome
    row.field, row.place = draft.field, draft.place
    row.passed_to, row.passed_to_name = draft.passed_to, draft.passed_to_name
    return row


def _drop(actor: Actor, opinion: VisitOpinion, now: datetime) -> None:
    for kept in list_enclosures(origin_of_opinion(opinion)):
        remove_enclosure(actor=actor, enclosure=kept, now=now)
        _record(Verb.FILE_REMOVED, opinion, actor, now)
    opinion.delete()


def attach_to_opinion(*, actor: Actor, opinion: VisitOpinion, upload: File[bytes], now: datetime) -> Enclosure:
    """A picture of the broken bridge, a letter: waits with the opinion until the report is sent; its writer alone reads it till then.

    Of one for whom the cell speaks, the file keeps no name. Raises NotFound (another's report, or sent), OpinionSettled, TooManyFiles,
    FileRefused.
    """
    petition = opinion.petition
    checked = check_upload(upload, nameless=petition is not None and petition.is_hidden)
    with transaction.atomic():
        locked = _lock(actor, opinion)
        if locked.petition is not None and locked.petition.settled_on is not None:
            raise OpinionSettled
        origins = [origin_of_opinion(locked), *([origin_of(locked.petition)] if locked.petition else [])]
        if sum(len(list_enclosures(origin)) for origin in origins) >= FILES_LIMIT:
            raise TooManyFiles(limit=FILES_LIMIT)
        kept = enclose(actor=actor, origin=origins[0], checked=checked, now=now)
        _record(Verb.FILE_ATTACHED, locked, actor, now)
    return kept


def remove_from_opinion(*, actor: Actor, opinion: VisitOpinion, number: int, now: datetime) -> None:
    """Before the report is sent; a file that is gone stays gone. Raises NotFound (another's report, or sent)."""
    with transaction.atomic():
        locked = _lock(actor, opinion)
        kept = find_enclosure(origin_of_opinion(locked), number=number)
        if kept is None:
            return
        remove_enclosure(actor=actor, enclosure=kept, now=now)
        _record(Verb.FILE_REMOVED, locked, actor, now)


def _lock(actor: Actor, opinion: VisitOpinion) -> VisitOpinion:
    """Its report is not sent, and the actor's own."""
    visit = lock_visit(opinion.report.visit)
    report = lock_report(visit)
    if visit.official_id != actor.user_id or report is None or report.submitted_at is not None:
        raise NotFound
    locked = report.opinions.select_related("report__visit__official", "report__visit__cell", "petition")
    found = locked.filter(pk=opinion.pk).first()
    if found is None:
        raise NotFound
    return found


def _record(verb: Verb, opinion: VisitOpinion, actor: Actor, now: datetime) -> None:
    record(verb, actor=actor, target=target_of(opinion.report.visit), now=now)
