"""Writing petitions: note, pass on, answer, confirm, reopen, withdraw. Every step is kept."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NoReturn

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit import services as audit
from nennep.core.access import Actor
from nennep.core.errors import DomainError, MovedOn, NotAllowed
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_heir
from nennep.petitions.choices import (
    TEXT_LIMIT,
    PetitionChanged,
    PetitionState,
    StepKind,
    Verb,
    Word,
)
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries import could_take, find_above, find_days, tell_last_step, voice_of
from nennep.petitions.rules import may_follow
from nennep.petitions.services.clocks import NO_TIME, StepTime, store_clock
from nennep.petitions.services.names import check_step_text
from nennep.petitions.services.notices import tell_holder, tell_joined_settled, tell_risen
from nennep.petitions.services.sums import count_petitions
from nennep.policies.queries import rules_for

TARGET_KIND = "petitions.petition"


class PetitionEmpty(DomainError):
    code = "petition_empty"
    message = _("Chưa ghi nội dung kiến nghị.")
    field = "text"


class PetitionSettled(MovedOn):
    code = "petition_settled"
    message = _("Kiến nghị này đã khép lại (%(last)s). Nếu chưa xong, hãy mở lại kèm lý do.")


class NotYetAnswered(DomainError):
    code = "petition_not_answered"
    message = _("Kiến nghị này chưa có trả lời, nên chưa xác nhận được.")


class StepOver(MovedOn):
    code = "petition_step_over"
    message = _("Kiến nghị đã sang bước khác (%(last)s). Hãy xem bước hiện nay trên trang của kiến nghị.")


class StillWaiting(DomainError):
    code = "petition_still_waiting"
    message = _("Kiến nghị này chưa có trả lời, vẫn đang chờ; không cần mở lại.")


class RiseFirst(DomainError):
    code = "petition_rise_first"
    message = _(
        "Kiến nghị này đã tự chuyển lên đây vì dưới không giải quyết được: hãy trả lời, hoặc chuyển lên cấp trên."
    )
    field = "to"


class AlreadyWithThem(DomainError):
    code = "petition_already_with_them"
    message = _("Kiến nghị đang ở đơn vị này rồi. Hãy chọn nơi khác.")
    field = "to"


def pass_on(
    *, actor: Actor, petition: Petition, to: Organization, text: str = "", visits: bool = False, now: datetime
) -> Petition:
    """Hand the matter to the unit that can settle it, which is told. The cell sends what lies with it: the clock starts anew.

    Only those who speak for the cell send it, or an official who `visits` it: no unit above takes a fresh clock in the cell's name.
    Whoever got it hands it on as not ours, answered or not: the first clock runs on, and after as many times as the rule says it rises
    by itself to the level above whoever handed it on last (at the top: to that one).

    Raises AlreadyWithThem, UnitClosed, PetitionSettled, RiseFirst, NotAllowed.
    """
    with transaction.atomic():
        to = lock_heir(to)
        locked = lock_held(actor, petition, Permission.PETITIONS_WRITE, StepKind.PASSED_ON, from_cell=True)
        if locked.holder_id == to.pk:
            raise AlreadyWithThem
        _require_to_send(actor, locked, visits=visits)
        words = take_line(text, limit=TEXT_LIMIT, field="text")
        if locked.holder_id != locked.organization_id:
            _bounce(locked, to, actor, now, text=words)
        else:
            _send(locked, to, actor, now, text=words)
        keep_change(Verb.PASSED_ON, locked, actor, now, to=str(to.public_id))
        tell_holder(actor, locked, now)
    return locked


def _require_to_send(actor: Actor, petition: Petition, *, visits: bool) -> None:
    if petition.holder_id != petition.organization_id:
        actor.require(Permission.PETITIONS_WRITE, petition.holder.path)
    elif not visits:
        actor.require(Permission.MEETINGS_PREPARE, petition.organization.path)


def _send(petition: Petition, to: Organization, actor: Actor, now: datetime, *, text: str) -> None:
    unit, petition.holder, petition.body = petition.holder, to, None
    petition.state = PetitionState.OPEN
    petition.save(update_fields=["holder", "state", "body"])
    time = StepTime(find_days(holder=to, since=localdate(now)))
    keep_step(petition, StepKind.PASSED_ON, actor, now, unit=unit, to_id=to.pk, text=text, time=time)
    store_clock(petition)


def _bounce(petition: Petition, to: Organization, actor: Actor, now: datetime, *, text: str) -> None:
    """An answer that was given is gone: the time that was left with it goes on, nobody gets the whole of it anew."""
    if petition.risen and len(to.path) >= len(petition.holder.path):
        raise RiseFirst
    unit, petition.holder, petition.body = petition.holder, to, None
    petition.bounces, petition.state = petition.bounces + 1, PetitionState.OPEN
    petition.save(update_fields=["holder", "bounces", "body", "state"])
    keep_step(petition, StepKind.BOUNCED, actor, now, unit=unit, to_id=to.pk, text=text)
    store_clock(petition)
    most = rules_for(organization=unit, on=localdate(now)).petition_bounces
    if petition.bounces >= most:
        raise_level(petition, find_above(unit) or unit, actor, now, told=(unit, to))


def confirm_solved(*, actor: Actor, petition: Petition, now: datetime) -> Petition:
    """The cell that asked says the matter is settled. Raises NotYetAnswered, PetitionSettled, NotAllowed."""
    with transaction.atomic():
        locked = lock_own(actor, petition, StepKind.SOLVED)
        locked.word = Word.SATISFIED
        locked.save(update_fields=["word"])
        settle(locked, PetitionState.SOLVED, localdate(now))
        keep_step(locked, StepKind.SOLVED, actor, now, unit=locked.organization)
        keep_change(Verb.SOLVED, locked, actor, now)
        tell_joined_settled(actor, locked, now)
    return locked


def lock_petition(petition: Petition) -> Petition:
    """The row as it stands now, locked."""
    rows = Petition.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organization", "holder", "raised_by"
    )
    return rows.get(pk=petition.pk)


def lock_held(
    actor: Actor,
    petition: Petition,
    permission: Permission,
    step: StepKind,
    *,
    in_room: bool = False,
    from_cell: bool = False,
) -> Petition:
    """For those who act for the holder, by a right in its unit: nobody of the cell that asked answers in the name of another unit.

    `from_cell`: a right in that cell does as well: the caller asks what else it needs.
    """
    locked = lock_petition(petition)
    at = (locked.holder, locked.organization) if from_cell else (locked.holder,)
    if not any(actor.may(permission, unit.path) for unit in at):
        _require_to_hold(actor, locked, step, in_room=in_room)
    require_possible(locked, step)
    return locked


def _require_to_hold(actor: Actor, petition: Petition, step: StepKind, *, in_room: bool) -> None:
    """The chair speaks for the cell; a deputy who holds the meeting writes it down like votes and conclusions."""
    if not in_room or petition.holder_id != petition.organization_id:
        refuse_step(actor=actor, petition=petition, step=step)
    actor.require(Permission.MEETINGS_HOLD, petition.organization.path)


def lock_own(actor: Actor, petition: Petition, step: StepKind) -> Petition:
    """For those who speak for the cell that asked: those who run its meetings, not an official or the unit that answered."""
    locked = lock_petition(petition)
    for permission in (Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE):
        actor.require(permission, locked.organization.path)
    require_possible(locked, step)
    return locked


def require_possible(petition: Petition, step: StepKind) -> None:
    """Raises StillWaiting, NotYetAnswered, and of what went on PetitionSettled or StepOver, which say by what, where and when."""
    if may_follow(PetitionState(petition.state), step):
        return
    if step in {StepKind.REOPENED, StepKind.PARTLY} and petition.state != PetitionState.SOLVED:
        raise StillWaiting
    if petition.settled_on is not None:
        raise PetitionSettled(last=tell_last_step(petition))
    raise NotYetAnswered if step == StepKind.SOLVED else StepOver(last=tell_last_step(petition))


def refuse_step(*, actor: Actor, petition: Petition, step: StepKind) -> NoReturn:
    """Of a step that this person may not take now: what became of the petition, for whoever could take it before.

    Raises what `require_possible` raises, StepOver where it went to somebody else, NotAllowed for everybody else.
    """
    if not could_take(actor, petition, step):
        raise NotAllowed
    require_possible(petition, step)
    raise StepOver(last=tell_last_step(petition))


def settle(petition: Petition, state: PetitionState, on: date, *, because: str = "") -> None:
    petition.state, petition.settled_on, petition.closed_because = state, on, because
    petition.save(update_fields=["state", "settled_on", "closed_because"])


def check_text(text: str, missing: type[DomainError]) -> str:
    return require_line(text, missing, limit=TEXT_LIMIT, field="text")


def keep_step(
    petition: Petition,
    kind: StepKind,
    actor: Actor,
    now: datetime,
    *,
    unit: Organization,
    to_id: int | None = None,
    text: str = "",
    time: StepTime = NO_TIME,
) -> PetitionStep:
    """Of a step that may end a clock, the last day is kept as it stood. Whoever is spoken for has no name here either.

    Nor in what is typed: every text of a course passes here. Raises NameInText.
    """
    check_step_text(actor, petition, text, field="answer" if kind == StepKind.ANSWERED else "text")
    actor = voice_of(actor, petition)
    return PetitionStep.objects.create(
        petition=petition,
        kind=kind,
        unit=unit,
        to_id=to_id,
        text=text,
        days=time.days,
        until=time.until,
        stood=petition.due_on if kind.keeps_last_day else None,
        at=now,
        by_id=actor.user_id,
        by_name=actor.name,
    )


def keep_change(verb: Verb, petition: Petition, actor: Actor, now: datetime, **details: object) -> None:
    """After the row and its clock are written: the trail, the sums, and the event for higher contexts."""
    target = audit.Target(TARGET_KIND, str(petition.public_id), unit_path=petition.organization.path)
    actor = voice_of(actor, petition)
    audit.record(verb, actor=actor, target=target, now=now, details=details)
    count_petitions([petition.pk])
    publish(PetitionChanged(petition.organization_id, petition.pk))


def raise_level(
    petition: Petition,
    above: Organization | None,
    actor: Actor,
    now: datetime,
    *,
    told: Iterable[Organization],
) -> bool:
    """The matter rises to the unit above, which has its own time when the last day has passed. False where nothing is above."""
    if above is None or above.pk == petition.holder_id:
        return False
    unit, petition.holder, petition.body = petition.holder, above, None
    petition.risen, petition.bounces = True, 0
    petition.save(update_fields=["holder", "risen", "bounces", "body"])
    time = StepTime(find_days(holder=above, since=localdate(now)))
    keep_step(petition, StepKind.RISEN, actor, now, unit=unit, to_id=above.pk, time=time)
    store_clock(petition)
    keep_change(Verb.RISEN, petition, actor, now, to=str(above.public_id))
    tell_risen(actor, petition, told, now)
    return True
