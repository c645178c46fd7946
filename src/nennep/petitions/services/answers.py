"""Answering for the unit that holds a petition: words, a day promised, an office's letter; for all that is joined."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.merging import settle_texts
from nennep.core.permissions import Permission
from nennep.documents.services import CheckedFile, check_upload
from nennep.organizations.queries import find_heir
from nennep.petitions.choices import PetitionChanged, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition
from nennep.petitions.services.clocks import StepTime, store_clock
from nennep.petitions.services.files import keep_file
from nennep.petitions.services.names import check_step_text
from nennep.petitions.services.notices import tell_cell
from nennep.petitions.services.petitions import check_text, keep_change, keep_step, lock_held
from nennep.petitions.services.sums import count_petitions


class AnswerEmpty(DomainError):
    code = "petition_answer_empty"
    message = _("Chưa ghi trả lời thế nào. Hãy ghi một câu để chi bộ biết.")
    field = "answer"


class LetterMissing(DomainError):
    code = "petition_letter_missing"
    message = _("Hãy ghi số và ngày công văn trả lời của nơi giải quyết.")
    field = "letter"


class LetterInFuture(DomainError):
    code = "petition_letter_in_future"
    message = _("Ngày công văn chưa tới. Hãy ghi ngày trên công văn, muộn nhất là hôm nay.")
    field = "letter_on"


class PromisedTooEarly(DomainError):
    code = "petition_promised_too_early"
    message = _("Ngày hẹn giải quyết xong đã qua. Hãy ghi một ngày từ hôm nay trở đi.")
    field = "promised_for"


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """Beside the words of an answer: the text that stood there when the writer began (None: nobody else is asked about).

    `promised_for`: the day by which the matter will be solved; number and day of a letter, needed for an office outside;
    `upload`: that letter.
    """

    begun: str | None = None
    promised_for: date | None = None
    letter: str = ""
    letter_on: date | None = None
    upload: File[bytes] | None = None


NO_MORE = AnswerFacts()


def answer_petition(
    *,
    actor: Actor,
    petition: Petition,
    answer: str,
    facts: AnswerFacts = NO_MORE,
    settled: bool = False,
    in_room: bool = False,
    visits: bool = False,
    now: datetime,
) -> Petition:
    """Answer for the unit that holds the matter. With `settled` it was settled on the spot, before the cell.

    `in_room`: said at a meeting of the cell that goes on, which the caller has locked; what the cell itself is to answer
    is then written down by whoever holds the meeting. `visits`: said on the spot by an official who visits the cell.
    Not `settled`, the cell confirms at its next meeting, or reopens; for a cell that was closed nobody can, and the answer
    settles it. With a day promised the matter waits for that. What is joined gets the answer too. The cells and who asked are
    told.

    Raises AnswerEmpty, TextTooLong, PetitionSettled, LetterMissing, LetterInFuture, PromisedTooEarly,
    TextsChanged, FileRefused, NotAllowed.
    """
    today, checked = localdate(now), _check_letter(petition, facts)
    with transaction.atomic():
        locked = lock_held(
            actor, petition, Permission.PETITIONS_SETTLE, StepKind.ANSWERED, in_room=in_room, from_cell=visits
        )
        words = check_text(_put_together(locked, answer, facts), AnswerEmpty)
        _check_answer(locked, facts, today)
        settled = settled or locked.organization.closed_on is not None
        for one in (locked, *_lock_joined(locked)):
            _follow(one, locked)
            ends = settled if one.organization_id == locked.organization_id else one.organization.closed_on is not None
            _write_answer(one, words, facts, settled=ends, now=now)
            _keep_answer(one, facts, actor, now, checked=checked, settled=ends)
            if one.joined_to_id is None:
                tell_cell(actor, one, now)
            if one.pk != locked.pk:
                count_petitions([one.pk])
                publish(PetitionChanged(one.organization_id, one.pk))
        keep_change(Verb.ANSWERED, locked, actor, now, settled=settled)
    return locked


def _check_letter(petition: Petition, facts: AnswerFacts) -> CheckedFile | None:
    """It goes with all that is answered; where one of them is spoken for, without names."""
    if facts.upload is None:
        return None
    along = Petition.objects.filter(Q(pk=petition.pk) | Q(joined_to=petition), is_hidden=True)
    return check_upload(facts.upload, nameless=along.exists())


def _put_together(petition: Petition, answer: str, facts: AnswerFacts) -> str:
    """What two people wrote at once is shown to the later one side by side."""
    if facts.begun is None or facts.begun == petition.answer:
        return answer
    begun, stands = {"answer": facts.begun}, {"answer": petition.answer}
    return settle_texts(base=begun, mine={"answer": answer}, theirs=stands)["answer"]


def _check_answer(petition: Petition, facts: AnswerFacts, today: date) -> None:
    if petition.body_id is not None and not (facts.letter and facts.letter_on):
        raise LetterMissing
    if facts.letter_on is not None and facts.letter_on > today:
        raise LetterInFuture
    if facts.promised_for is not None and facts.promised_for < today:
        raise PromisedTooEarly


def _lock_joined(petition: Petition) -> list[Petition]:
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "holder")
    return list(rows.filter(joined_to=petition).order_by("pk"))


def _follow(petition: Petition, kept: Petition) -> None:
    """What was joined lies with whoever answers it, wherever that one went meanwhile: its course, its letters and the boards name them.

    What another cell asked, or the one that this went on in, is answered along and then is that cell's again: each gives its own word.
    """
    if petition.joined_to_id is None:
        return
    petition.holder, petition.body_id = kept.holder, kept.body_id
    petition.organization = find_heir(petition.organization) or petition.organization
    if petition.organization_id != kept.organization_id:
        petition.joined_to, petition.state, petition.settled_on = None, PetitionState.OPEN, None
    petition.save(update_fields=["holder", "body", "organization", "joined_to", "state", "settled_on"])


def _write_answer(petition: Petition, words: str, facts: AnswerFacts, *, settled: bool, now: datetime) -> None:
    """What is joined stays joined; its own row knows the answer too."""
    today = localdate(now)
    petition.answer, petition.answered_on, petition.word = words, today, ""
    petition.answered_by = petition.holder.name
    if petition.answer_days is None:
        petition.answer_days = max((today - petition.raised_on).days, 0)
    petition.silent_meetings, petition.silent_on = 0, None
    petition.promised_for = None if settled else facts.promised_for
    changed = [
        "answer",
        "answered_by",
        "answered_on",
        "word",
        "promised_for",
        "answer_days",
        "silent_meetings",
        "silent_on",
    ]
    if petition.state != PetitionState.JOINED:
        spoken = PetitionState.PROMISED if petition.promised_for else PetitionState.ANSWERED
        petition.state = PetitionState.SOLVED if settled else spoken
        petition.settled_on = today if settled else None
        closed = settled and petition.organization.closed_on is not None
        petition.on_spot = settled and not closed
        petition.closed_because = str(_("Chi bộ đã kết thúc hoạt động.")) if closed else ""
        changed += ["state", "settled_on", "on_spot", "closed_because"]
    petition.save(update_fields=changed)


def _keep_answer(
    petition: Petition,
    facts: AnswerFacts,
    actor: Actor,
    now: datetime,
    *,
    checked: CheckedFile | None,
    settled: bool,
) -> None:
    step = keep_step(
        petition,
        StepKind.ANSWERED,
        actor,
        now,
        unit=petition.holder,
        text=petition.answer,
        time=StepTime(until=petition.promised_for),
    )
    check_step_text(actor, petition, facts.letter, field="letter")
    if facts.letter or petition.body_id:
        step.letter, step.letter_on, step.body_id = facts.letter, facts.letter_on, petition.body_id
        step.save(update_fields=["letter", "letter_on", "body"])
    if checked:
        keep_file(actor, petition, checked, now)
    store_clock(petition)
    if settled:
        keep_step(petition, StepKind.SOLVED, actor, now, unit=petition.organization)
