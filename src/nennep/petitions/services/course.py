"""What happens to a petition between its question and its answer: more time, a question back, a promise kept, rising by itself."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.periods import add_working_days
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState, StepKind, Verb, Word
from nennep.petitions.models import Petition
from nennep.petitions.queries import find_above, find_days, find_last_extension, read_books
from nennep.petitions.services.clocks import StepTime, store_clock
from nennep.petitions.services.following import follow_ended_holder
from nennep.petitions.services.joining import release_joined
from nennep.petitions.services.notices import tell_asked, tell_cell, tell_holder, tell_joined_settled, tell_silent
from nennep.petitions.services.petitions import (
    PetitionEmpty,
    check_text,
    keep_change,
    keep_step,
    lock_held,
    lock_own,
    lock_petition,
    raise_level,
    require_possible,
    settle,
)
from nennep.policies.queries import rules_for


class ExtendedTooFar(DomainError):
    code = "petition_extended_too_far"
    message = _("Gia hạn được đến hết ngày %(last)s, tính từ hạn %(due)s. Hãy chọn một ngày trong khoảng ấy.")
    field = "until"


class ExtensionOver(DomainError):
    code = "petition_extension_over"
    message = _(
        "Không gia hạn được nữa: chỉ được đến hết ngày %(last)s, tính từ hạn %(due)s. "
        "Hãy trả lời, hoặc chuyển lên cấp trên."
    )
    field = "until"


def extend_answer(*, actor: Actor, petition: Petition, until: date, text: str, now: datetime) -> Petition:
    """More time for the answer, with the reason told to whoever asked (294-QĐ/TW, Điều 3). Told in time it is not late.

    Told once or several times, all of it is within what the rule gives from the clock's own last day.
    Raises ReasonMissing, ExtendedTooFar, ExtensionOver, PetitionSettled, NotAllowed.
    """
    words = check_text(text, ReasonMissing)
    with transaction.atomic():
        locked = lock_held(actor, petition, Permission.PETITIONS_SETTLE, StepKind.EXTENDED)
        _check_extension(locked, until, localdate(now))
        keep_step(locked, StepKind.EXTENDED, actor, now, unit=locked.holder, text=words, time=StepTime(until=until))
        store_clock(locked)
        keep_change(Verb.EXTENDED, locked, actor, now)
        tell_asked(actor, locked, now)
    return locked


def _check_extension(petition: Petition, until: date, today: date) -> None:
    require_days_left(petition, today)
    last, due = find_last_extension(petition, today=today)
    if not max(petition.due_on, today) < until <= last:
        raise ExtendedTooFar(last=f"{last:%d/%m/%Y}", due=f"{due:%d/%m/%Y}")


def require_days_left(petition: Petition, today: date) -> None:
    """Raises ExtensionOver."""
    last, due = find_last_extension(petition, today=today)
    if max(petition.due_on, today) >= last:
        raise ExtensionOver(last=f"{last:%d/%m/%Y}", due=f"{due:%d/%m/%Y}")


def ask_asker(*, actor: Actor, petition: Petition, text: str, now: datetime) -> Petition:
    """Ask those who asked what they mean; where the rule allows it the clock stands still, and goes on by itself at the end.

    Raises PetitionEmpty, PetitionSettled, NotAllowed.
    """
    words, today = check_text(text, PetitionEmpty), localdate(now)
    with transaction.atomic():
        locked = lock_held(actor, petition, Permission.PETITIONS_SETTLE, StepKind.ASKED)
        books, newest = read_books([locked.holder], since=today)
        pause = books[locked.holder_id].petition_pause
        until = add_working_days(today, pause.working_days, newest[locked.holder_id].days_off)
        locked.state, locked.waits_until = PetitionState.CLARIFYING, until
        locked.save(update_fields=["state", "waits_until"])
        time = StepTime(until=until if pause.allowed else today)
        keep_step(locked, StepKind.ASKED, actor, now, unit=locked.holder, text=words, time=time)
        store_clock(locked)
        keep_change(Verb.ASKED, locked, actor, now)
        tell_asked(actor, locked, now)
    return locked


def clarify(*, actor: Actor, petition: Petition, text: str, now: datetime) -> Petition:
    """Those who asked, or their cell, say what they mean: the clock goes on. Raises PetitionEmpty, PetitionSettled, NotAllowed."""
    words = check_text(text, PetitionEmpty)
    with transaction.atomic():
        locked = lock_petition(petition)
        mine = Petition.objects.asked_by(actor.user_id) if actor.user_id is not None else Petition.objects.none()
        if not mine.filter(pk=locked.pk).exists():
            actor.require(Permission.PETITIONS_WRITE, locked.organization.path)
        require_possible(locked, StepKind.CLARIFIED)
        _go_on(locked, words, actor, now)
        tell_holder(actor, locked, now)
    return locked


def _go_on(petition: Petition, text: str, actor: Actor, now: datetime) -> None:
    petition.state, petition.waits_until = PetitionState.OPEN, None
    petition.save(update_fields=["state", "waits_until"])
    keep_step(petition, StepKind.CLARIFIED, actor, now, unit=petition.organization, text=text)
    store_clock(petition)
    keep_change(Verb.CLARIFIED, petition, actor, now)


def reopen_petition(*, actor: Actor, petition: Petition, text: str, word: Word = Word.NOT, now: datetime) -> Petition:
    """The cell is not content, or only partly (`word`): the matter goes back to those who answered, with a new clock.

    Where they ended meanwhile, it lies with whoever answers for them now; an office outside that ended holds it no more.
    Raises ReasonMissing, StillWaiting, NotAllowed.
    """
    words, kind = check_text(text, ReasonMissing), StepKind.PARTLY if word == Word.PARTLY else StepKind.REOPENED
    with transaction.atomic():
        locked = lock_own(actor, petition, kind)
        follow_ended_holder(actor=actor, petition=locked, now=now)
        locked.state, locked.settled_on, locked.word, locked.promised_for = PetitionState.OPEN, None, word, None
        locked.on_spot, locked.closed_because = False, ""
        changed = ["state", "settled_on", "word", "promised_for", "on_spot", "closed_because"]
        locked.save(update_fields=changed)
        days = find_days(holder=locked.holder, since=localdate(now))
        keep_step(locked, kind, actor, now, unit=locked.organization, text=words, time=StepTime(days))
        store_clock(locked)
        keep_change(Verb.REOPENED, locked, actor, now)
        if locked.holder_id != locked.organization_id:
            tell_holder(actor, locked, now)
    return locked


def withdraw_petition(*, actor: Actor, petition: Petition, text: str, now: datetime) -> Petition:
    """The cell no longer asks, with the reason; what other cells asked and was joined to it goes on for itself.

    Raises ReasonMissing, PetitionSettled, NotAllowed.
    """
    words = check_text(text, ReasonMissing)
    with transaction.atomic():
        locked = lock_own(actor, petition, StepKind.WITHDRAWN)
        settle(locked, PetitionState.WITHDRAWN, localdate(now), because=words)
        keep_step(locked, StepKind.WITHDRAWN, actor, now, unit=locked.organization, text=words)
        keep_change(Verb.WITHDRAWN, locked, actor, now)
        release_joined(actor=actor, kept=locked, now=now)
        tell_joined_settled(actor, locked, now)
    return locked


def report_done(*, actor: Actor, petition: Petition, text: str, now: datetime) -> Petition:
    """What was promised is done, says the unit that promised; the cell gives its word.

    Raises PetitionEmpty, PetitionSettled, NotAllowed.
    """
    words = check_text(text, PetitionEmpty)
    with transaction.atomic():
        locked = lock_held(actor, petition, Permission.PETITIONS_SETTLE, StepKind.DONE)
        locked.state = PetitionState.ANSWERED
        locked.save(update_fields=["state"])
        keep_step(locked, StepKind.DONE, actor, now, unit=locked.holder, text=words)
        keep_change(Verb.DONE, locked, actor, now)
        tell_cell(actor, locked, now)
    return locked


def read_opinion(*, actor: Actor, petition: Petition, now: datetime) -> Petition:
    """An opinion without a request is closed by reading it. Raises PetitionSettled, NotAllowed."""
    with transaction.atomic():
        locked = lock_held(actor, petition, Permission.PETITIONS_WRITE, StepKind.READ, from_cell=True)
        locked.state, locked.settled_on = PetitionState.READ, localdate(now)
        locked.save(update_fields=["state", "settled_on"])
        keep_step(locked, StepKind.READ, actor, now, unit=locked.holder)
        keep_change(Verb.READ, locked, actor, now)
    return locked


def keep_clocks(*, actor: Actor, now: datetime) -> int:
    """The day's work: questions that nobody answered end, what is overdue rises one level. How many petitions changed.

    Each petition is a transaction of its own. Doing it twice changes nothing.
    """
    actor.require_program()
    today = localdate(now)
    asked = Petition.objects.filter(state=PetitionState.CLARIFYING, waits_until__lt=today).order_by("pk")
    changed = sum(_end_question(pk, actor, now) for pk in list(asked.values_list("pk", flat=True)))
    late = Petition.objects.filter(state=PetitionState.OPEN, due_on__lt=today).order_by("pk")
    return changed + sum(_rise(pk, actor, now) for pk in list(late.values_list("pk", flat=True)))


def _end_question(pk: int, actor: Actor, now: datetime) -> bool:
    with transaction.atomic():
        locked = lock_petition(Petition(pk=pk))
        if locked.state != PetitionState.CLARIFYING or (locked.waits_until or localdate(now)) >= localdate(now):
            return False
        _go_on(locked, str(_("Hết thời gian chờ người nêu nói rõ.")), actor, now)
        tell_holder(actor, locked, now)
    return True


def _rise(pk: int, actor: Actor, now: datetime) -> bool:
    with transaction.atomic():
        locked = lock_petition(Petition(pk=pk))
        if locked.state != PetitionState.OPEN or locked.due_on >= localdate(now):
            return False
        return raise_level(locked, find_above(locked.holder), actor, now, told=(locked.holder,))


def note_silence(*, actor: Actor, organization: Organization, held_on: date, now: datetime) -> int:
    """A meeting of the cell is over: of answers that it said nothing about, whoever runs the cell is asked after some meetings.

    Nothing is closed by itself. How many were asked about. The same day counts once.
    """
    actor.require_program()
    most = rules_for(organization=organization, on=held_on).petition_silent
    with transaction.atomic():
        rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "holder")
        answered = rows.filter(organization=organization, state=PetitionState.ANSWERED, answered_on__lt=held_on)
        silent = list(answered.exclude(silent_on__gte=held_on).order_by("pk"))
        for petition in silent:
            petition.silent_meetings, petition.silent_on = petition.silent_meetings + 1, held_on
        Petition.objects.bulk_update(silent, ["silent_meetings", "silent_on"])
        asked = [petition for petition in silent if petition.silent_meetings == most]
        for petition in asked:
            tell_silent(actor, petition, now)
    return len(asked)
