"""The library: what was settled or is done well, proposed by a cell, published by a unit above for all below it, retired by date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.queries import list_names_running
from nennep.audit import services as audit
from nennep.audit.queries import tell_last_act
from nennep.core.access import Actor
from nennep.core.errors import DomainError, MovedOn, NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, require_line, take_line
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_existing, lock_heir
from nennep.petitions.choices import (
    MEETING,
    TEXT_LIMIT,
    TITLE_LIMIT,
    PetitionField,
    PetitionState,
    PracticeKind,
    PracticeState,
    Verb,
)
from nennep.petitions.models import Petition, Practice, PracticeThanks
from nennep.petitions.queries import list_askers, runs_cell
from nennep.petitions.rules import is_called, is_spelled, names_many
from nennep.petitions.services.notices import tell_proposed
from nennep.petitions.services.petitions import NotYetAnswered, PetitionEmpty, check_text, lock_petition

PRACTICE_KIND = "petitions.practice"


class TitleMissing(DomainError):
    code = "practice_title_missing"
    message = _("Chưa ghi tên cách làm.")
    field = "title"


class PersonNamed(DomainError):
    code = "practice_names_person"
    message = _("Thư viện không nêu tên người: hãy bỏ tên, ghi chức danh hoặc “chi bộ”.")
    field = "text"


class HiddenStaysInCell(DomainError):
    code = "practice_of_hidden"
    message = _("Kiến nghị mà chi bộ nói thay không đăng vào thư viện: nội dung có thể cho biết ai đã nêu.")


class PracticeThere(DomainError):
    code = "practice_there"
    message = _("Cách giải quyết này đã có trong thư viện.")


class PracticeOver(MovedOn):
    code = "practice_over"
    message = _("Việc này đã được quyết định rồi (%(last)s). Hãy xem lại trang của cách làm.")


class RetiredTooEarly(DomainError):
    code = "practice_retired_too_early"
    message = _("Ngày thôi dùng phải sau ngày đăng.")
    field = "valid_to"


@dataclass(frozen=True, slots=True)
class PracticeDetails:
    """What stands in the library. `valid_to`: from when it is out of date, when that is known."""

    title: str
    text: str
    field: PetitionField = PetitionField.OTHER
    conditions: str = ""
    result: str = ""
    valid_to: date | None = None


def propose_practice(
    *,
    actor: Actor,
    organization: Organization,
    to: Organization,
    details: PracticeDetails,
    source_on: date,
    meeting: UUID | None = None,
    now: datetime,
) -> Practice:
    """A cell proposes what it does well to a unit above, which is told. Twice the same is one. `meeting`: where it was proposed.

    Raises TitleMissing, PetitionEmpty, PersonNamed, TextTooLong, NotAllowed.
    """
    actor.require(Permission.PETITIONS_WRITE, organization.path)
    with transaction.atomic():
        cell, unit = lock_heir(organization), lock_heir(to)
        if not cell.path.startswith(unit.path):
            raise NotAllowed
        practice = Practice(
            kind=PracticeKind.INITIATIVE,
            unit=unit,
            cell=cell,
            source_on=source_on,
            meeting=meeting,
            valid_from=localdate(now),
        )
        _write(practice, details, actor, now)
        same = Practice.objects.filter(cell=cell, unit=unit, title=practice.title, source_on=source_on)
        if found := same.exclude(state=PracticeState.DECLINED).first():
            return found
        practice.save()
        _keep(Verb.PRACTICE_PROPOSED, practice, actor, now)
        tell_proposed(actor, practice, now)
    return practice


def refuse_hidden(*, actor: Actor, petition: Petition) -> None:
    """Of a petition that the cell speaks for nothing is published. Raises NotAllowed; HiddenStaysInCell for whoever could publish it."""
    if petition.is_hidden:
        actor.require(Permission.PETITIONS_SETTLE, petition.holder.path)
        raise HiddenStaysInCell


def publish_answer(*, actor: Actor, petition: Petition, details: PracticeDetails, now: datetime) -> Practice:
    """The unit that settled a petition tells all below it how, once the cell has confirmed it; never of one that the cell speaks for.

    Raises NotYetAnswered, HiddenStaysInCell, PracticeThere, TitleMissing, PetitionEmpty, PersonNamed, UnitClosed, NotAllowed.
    """
    with transaction.atomic():
        lock_existing(petition.holder)
        locked = lock_petition(petition)
        actor.require(Permission.PETITIONS_SETTLE, locked.holder.path)
        if locked.state != PetitionState.SOLVED:
            raise NotYetAnswered
        refuse_hidden(actor=actor, petition=locked)
        if Practice.objects.filter(petition=locked, unit=locked.holder).exists():
            raise PracticeThere
        practice = Practice(
            kind=PracticeKind.ANSWER,
            unit=locked.holder,
            cell=locked.organization,
            petition=locked,
            source_on=locked.raised_on,
            meeting=_find_meeting(locked),
        )
        _publish(practice, details, actor, now)
    return practice


def _find_meeting(petition: Petition) -> UUID | None:
    """Where it was asked for, when that was in a meeting."""
    return UUID(petition.origin_id) if petition.origin_kind == MEETING and petition.origin_id else None


def publish_practice(*, actor: Actor, practice: Practice, details: PracticeDetails, now: datetime) -> Practice:
    """Publish what was proposed, or correct what is published. Raises what `publish_answer` raises, PracticeOver."""
    actor.require(Permission.PETITIONS_SETTLE, practice.unit.path)
    with transaction.atomic():
        locked = _lock(practice)
        actor.require(Permission.PETITIONS_SETTLE, locked.unit.path)
        if locked.state == PracticeState.DECLINED:
            raise practice_over(locked)
        _publish(locked, details, actor, now)
    return locked


def decline_practice(*, actor: Actor, practice: Practice, text: str, now: datetime) -> Practice:
    """Not published, with the reason, which the cell reads. Raises ReasonMissing, PracticeOver, NotAllowed."""
    actor.require(Permission.PETITIONS_SETTLE, practice.unit.path)
    words = check_text(text, ReasonMissing)
    with transaction.atomic():
        locked = _lock(practice)
        if locked.state != PracticeState.PROPOSED:
            raise practice_over(locked)
        locked.state, locked.declined_because = PracticeState.DECLINED, words
        locked.save(update_fields=["state", "declined_because"])
        _keep(Verb.PRACTICE_DECLINED, locked, actor, now)
    return locked


def retire_practice(*, actor: Actor, practice: Practice, valid_to: date, now: datetime) -> Practice:
    """Out of date from that day on: it stays in the books and is proposed to nobody. Raises RetiredTooEarly, PracticeOver, NotAllowed."""
    actor.require(Permission.PETITIONS_SETTLE, practice.unit.path)
    with transaction.atomic():
        locked = _lock(practice)
        if locked.state != PracticeState.PUBLISHED:
            raise practice_over(locked)
        if valid_to < locked.valid_from:
            raise RetiredTooEarly
        locked.valid_to = valid_to
        locked.save(update_fields=["valid_to"])
        _keep(Verb.PRACTICE_RETIRED, locked, actor, now)
    return locked


def thank_practice(*, actor: Actor, practice: Practice, cell: Organization, now: datetime) -> Practice:
    """A cell says that it helped, once. Raises PracticeOver, UnitClosed, NotAllowed."""
    actor.require(Permission.PETITIONS_WRITE, cell.path)
    with transaction.atomic():
        lock_existing(cell)
        locked = _lock(practice)
        if locked.state != PracticeState.PUBLISHED or not cell.path.startswith(locked.unit.path):
            raise practice_over(locked)
        _thanks, is_new = PracticeThanks.objects.get_or_create(practice=locked, cell=cell, defaults={"at": now})
        if is_new:
            Practice.objects.filter(pk=locked.pk).update(thanks=F("thanks") + 1)
            _keep(Verb.PRACTICE_THANKED, locked, actor, now)
    return locked


def _lock(practice: Practice) -> Practice:
    rows = Practice.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "cell", "petition")
    return rows.get(pk=practice.pk)


def _publish(practice: Practice, details: PracticeDetails, actor: Actor, now: datetime) -> None:
    today = localdate(now)
    if practice.state != PracticeState.PUBLISHED:
        practice.valid_from = today
    _write(practice, details, actor, now)
    if details.valid_to is not None and details.valid_to <= practice.valid_from:
        raise RetiredTooEarly
    practice.state, practice.valid_to = PracticeState.PUBLISHED, details.valid_to
    practice.save()
    _keep(Verb.PRACTICE_PUBLISHED, practice, actor, now)


def _write(practice: Practice, details: PracticeDetails, actor: Actor, now: datetime) -> None:
    practice.title = require_line(details.title, TitleMissing, limit=TITLE_LIMIT, field="title")
    practice.text = check_text(details.text, PetitionEmpty)
    practice.conditions = take_line(details.conditions, limit=TEXT_LIMIT, field="conditions")
    practice.result = take_line(details.result, limit=TEXT_LIMIT, field="result")
    practice.field = details.field
    _check_names(practice, actor, localdate(now))


def _check_names(practice: Practice, actor: Actor, today: date) -> None:
    """Nobody of the cell, nobody who asked, no official of the unit, whole or as they are called: the library is read far from there.

    Only names that the actor may read: a refusal would tell everybody else that the name is there.
    """
    known = [name for name in _list_names(practice, actor, today) if not names_many(name)]
    for part in ("title", "text", "conditions", "result"):
        words = getattr(practice, part)
        if any(is_called(name, words) or (" " in name and is_spelled(name, words)) for name in known):
            raise PersonNamed(field=part)


def _list_names(practice: Practice, actor: Actor, today: date) -> Iterator[str]:
    if actor.may(Permission.MEMBERS_READ, practice.cell.path):
        yield from (member.full_name for member in list_askers(practice.cell, on=today))
    settles = Permission.PETITIONS_SETTLE
    yield from list_names_running(organization_id=practice.unit_id, permission=settles, today=today)
    petition = practice.petition
    if petition is None:
        return
    yield petition.raised_by.full_name if petition.raised_by else petition.raised_by_name
    if runs_cell(actor, petition.organization.path):
        askers = petition.askers.select_related("member")
        yield from (one.member.full_name if one.member else one.name for one in askers)


def practice_over(practice: Practice) -> PracticeOver:
    """What is said of a practice that was decided about: by whom, what and when."""
    last = tell_last_act(kind=PRACTICE_KIND, target_id=str(practice.public_id))
    return PracticeOver(last=last or practice.get_state_display())


def _keep(verb: Verb, practice: Practice, actor: Actor, now: datetime) -> None:
    target = audit.Target(PRACTICE_KIND, str(practice.public_id), unit_path=practice.unit.path)
    audit.record(verb, actor=actor, target=target, now=now)
