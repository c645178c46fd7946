"""Reading petitions: the door, one petition's course, what waits in a cell, the member's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.members.choices import Standing
from nennep.members.models import Member as Member
from nennep.members.models import Membership
from nennep.members.queries import CellMember as CellMember
from nennep.members.queries import find_own_member as find_own_member
from nennep.members.queries import list_cell_members
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import paths_above
from nennep.petitions.choices import HIDDEN_ASKER, SPOKEN_TO, WAITING, PetitionField, PetitionState, StepKind
from nennep.petitions.models import Petition as Petition
from nennep.petitions.models import PetitionQuerySet, PetitionStep
from nennep.petitions.queries.clocks import ClockPage, read_clock_page
from nennep.petitions.rules import Likeness, compare, may_follow, words_of

SOON = 5  # days to the last day from which a petition is shown as due
JOINABLE = 40  # petitions offered to be joined with one
COMPARED, ASKED_WORDS = 200, 3  # open ones looked at, by so many of the longest words
RECENT = timedelta(days=60)  # how long a settled petition stays on the home page of the person who asked


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """One petition as lists and papers show it on the day asked for. `age` and `days_left` in days; the latter negative when late.

    `is_of_member`: `raised_by` begins with the name of a member, not of somebody of the village, and nobody is spoken for.
    """

    public_id: UUID
    text: str
    field: PetitionField
    raised_by: str
    raised_on: date
    cell: str
    holder: str
    holder_id: UUID
    state: PetitionState
    answer: str
    due_on: date
    age: int
    days_left: int
    promise_left: int | None = None
    body: str = ""
    place: str = ""
    risen: bool = False
    is_of_member: bool = False

    @property
    def is_late(self) -> bool:
        return self.state == PetitionState.OPEN and self.days_left < 0

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def awaits_word(self) -> bool:
        """Answered: the cell says what it thinks of it."""
        return self.state in SPOKEN_TO

    @property
    def is_promise_broken(self) -> bool:
        """The day by which it was to be solved has passed."""
        return self.promise_left is not None and self.promise_left < 0

    @property
    def chip_words(self) -> str:
        """`Quá hạn 9 ngày`, `Còn 3 ngày`, `Đã trả lời`, `Hẹn giải quyết, còn 12 ngày`."""
        if self.state == PetitionState.PROMISED and self.promise_left is not None:
            late, left = _("Quá hẹn giải quyết %(days)s ngày"), _("Hẹn giải quyết, còn %(days)s ngày")
            return (late if self.promise_left < 0 else left) % {"days": abs(self.promise_left)}
        if self.is_late:
            return _("Quá hạn %(days)s ngày") % {"days": -self.days_left}
        if self.state == PetitionState.OPEN:
            return _("Còn %(days)s ngày") % {"days": self.days_left} if self.days_left else _("Đến hạn hôm nay")
        return str(self.state.label)

    @property
    def chip_state(self) -> str:
        """`data-state` of the chip: an answer that the cell has not confirmed is due, like an open one near its day."""
        if self.is_late or self.is_promise_broken:
            return "late"
        if self.state == PetitionState.SOLVED:
            return "done"
        soon = self.state == PetitionState.OPEN and self.days_left <= SOON
        return "due" if soon or self.awaits_word else ""


@dataclass(frozen=True, slots=True)
class AlikePetition:
    """One that may be joined: `why` it is proposed, empty for what the cell merely asked as well."""

    row: PetitionRow
    why: str


@dataclass(frozen=True, slots=True)
class PetitionPage:
    """One petition with its course, oldest step first, and what this actor may do with it now.

    `targets` are the units it may be passed on to: those above the cell that asked, and the cell itself. `may_settle`: say
    with the answer that the matter is settled; another unit's answer is for the cell to confirm. `joined` are petitions about the
    same matter that this one is answered for too, `others` those that may be joined with it, `may_separate` whether it is joined itself.
    Whoever only asked one of them does not read who else did (`names_askers`), nor the course of the one that it was joined to.
    `askers`: everybody who asked along, hidden ones
    too, for readers within the cell alone.
    """

    petition: Petition
    row: PetitionRow
    steps: tuple[PetitionStep, ...]
    time: ClockPage
    targets: tuple[Organization, ...]
    is_own: bool
    may_answer: bool
    may_settle: bool
    may_pass_on: bool
    may_confirm: bool
    may_reopen: bool
    may_withdraw: bool
    may_extend: bool = False
    may_ask: bool = False
    may_clarify: bool = False
    may_say_done: bool = False
    may_read: bool = False
    may_send_out: bool = False
    joined: tuple[PetitionRow, ...] = ()
    others: tuple[AlikePetition, ...] = ()
    may_separate: bool = False
    names_askers: bool = True
    askers: tuple[str, ...] = ()


def get_petition(*, actor: Actor, public_id: UUID) -> Petition:
    """A petition with its units. Raises NotFound when missing or out of the actor's scope. One query."""
    related = ("organization", "holder", "raised_by", "body", "joined_to__organization")
    petitions = Petition.objects.visible_to(actor).select_related(*related)
    petition = petitions.filter(public_id=public_id).first()
    if petition is None:
        raise NotFound
    return petition


def get_unit(*, actor: Actor, public_id: UUID) -> Organization:
    """The unit whose petitions the actor may read. Raises NotFound. One query."""
    unit = Organization.objects.filter(actor.scope(Permission.PETITIONS_READ, "path"), public_id=public_id).first()
    if unit is None:
        raise NotFound
    return unit


def get_unit_by_id(pk: int) -> Organization:
    """For the program, which names units by id. One query."""
    return Organization.objects.get(pk=pk)


def list_units_by_id(keys: Iterable[int]) -> list[Organization]:
    """For the program, which names units by id. One query."""
    return list(Organization.objects.filter(pk__in=list(keys)).order_by("pk"))


def get_petition_page(*, actor: Actor, public_id: UUID, today: date) -> PetitionPage:
    """One petition, its course, and what may be done. Raises NotFound. Six queries at most."""
    petition = get_petition(actor=actor, public_id=public_id)
    own, held = petition.organization.path, petition.holder.path
    writes = actor.may(Permission.PETITIONS_WRITE, own)
    speaks = writes and actor.may(Permission.MEETINGS_PREPARE, own)  # for the cell that asked
    joins = speaks or actor.may(Permission.PETITIONS_SETTLE, held)  # the unit that answers for both
    passes = writes or actor.may(Permission.PETITIONS_WRITE, held)
    answers = any(actor.may(Permission.PETITIONS_SETTLE, path) for path in (own, held))
    state, steps = (
        PetitionState(petition.state),
        tuple(petition.steps.select_related("unit", "to", "body").order_by("at", "pk")),
    )
    askers = list(petition.askers.select_related("member").order_by("pk"))
    asked = [one.member for one in askers if one.member] + ([petition.raised_by] if petition.raised_by else [])
    is_own = actor.user_id is not None and any(member.user_id == actor.user_id for member in asked)
    reads = any(actor.may(Permission.PETITIONS_READ, path) for path in (own, held))
    return PetitionPage(
        petition=petition,
        row=read_row(petition, today),
        steps=steps if reads or is_own else (),
        time=read_clock_page(petition, steps),
        targets=list_targets(petition.organization, besides=petition.holder_id) if passes else (),
        is_own=is_own,
        may_answer=answers and may_follow(state, StepKind.ANSWERED),
        may_settle=answers and speaks,
        may_pass_on=passes and may_follow(state, StepKind.PASSED_ON),
        may_confirm=speaks and may_follow(state, StepKind.SOLVED),
        may_reopen=speaks and may_follow(state, StepKind.REOPENED),
        may_withdraw=speaks and may_follow(state, StepKind.WITHDRAWN),
        may_extend=answers and may_follow(state, StepKind.EXTENDED),
        may_ask=actor.may(Permission.PETITIONS_SETTLE, held) and may_follow(state, StepKind.ASKED),
        may_clarify=(writes or is_own) and may_follow(state, StepKind.CLARIFIED),
        may_say_done=answers and may_follow(state, StepKind.DONE),
        may_read=passes and may_follow(state, StepKind.READ),
        may_send_out=answers and actor.may(Permission.PETITIONS_SETTLE, held) and may_follow(state, StepKind.ROUTED),
        joined=tuple(read_rows(Petition.objects.filter(joined_to=petition), today)),
        others=list_alike(actor=actor, petition=petition, today=today)
        if joins and may_follow(state, StepKind.JOINED)
        else (),
        may_separate=joins and may_follow(state, StepKind.SEPARATED),
        askers=tuple(one.member.full_name if one.member else one.name for one in askers) if _runs(actor, own) else (),
        names_askers=reads,
    )


def _runs(actor: Actor, path: str) -> bool:
    """Somebody who runs the cell itself: whoever follows it, or is over it, holds roles there too and prepares no meeting."""
    return any(grant.path == path and grant.permission == Permission.MEETINGS_PREPARE for grant in actor.grants)


def list_alike(*, actor: Actor, petition: Petition, today: date) -> tuple[AlikePetition, ...]:
    """Open ones with the same unit that may be about the same matter, the most alike first; then what the cell asked as well.

    Only what the actor may read. One query of at most `COMPARED` rows.
    """
    same_cell = Q(organization_id=petition.organization_id)
    words = sorted(words_of(petition.key), key=lambda word: (-len(word), word))[:ASKED_WORDS]
    either = reduce(or_, (Q(key__contains=word) for word in words), same_cell)
    found = Petition.objects.visible_to(actor).filter(either, holder_id=petition.holder_id, state=PetitionState.OPEN)
    found = found.exclude(pk=petition.pk).select_related("organization", "holder", "raised_by", "body")
    ranked = [(_compare(petition, other), other) for other in found.order_by("-raised_on", "-pk")[:COMPARED]]
    shown = [
        (one, other) for one, other in ranked if one.is_enough or other.organization_id == petition.organization_id
    ]
    shown.sort(key=lambda pair: (not pair[0].is_enough, -pair[0].score, pair[1].raised_on, pair[1].pk))
    return tuple(AlikePetition(read_row(other, today), _say_why(one, other)) for one, other in shown[:JOINABLE])


def _compare(petition: Petition, other: Petition) -> Likeness:
    return compare(
        petition.key,
        other.key,
        same_field=petition.field == other.field,
        same_place=bool(petition.place) and fold(petition.place) == fold(other.place),
        days=abs((petition.raised_on - other.raised_on).days),
    )


def _say_why(likeness: Likeness, other: Petition) -> str:
    """`giống: cầu, khà; cùng lĩnh vực; cách 12 ngày`, with the words as they stand in the text."""
    if not likeness.is_enough:
        return ""
    words = [word for word in other.text.replace(",", " ").split() if fold(word) in likeness.shared]
    parts = [_("giống: %(words)s") % {"words": ", ".join(dict.fromkeys(word.lower() for word in words))}]
    parts += [_("cùng nơi")] if likeness.same_place else []
    parts += [_("cùng lĩnh vực")] if likeness.same_field else []
    return "; ".join([*parts, _("nêu cách nhau %(days)s ngày") % {"days": likeness.days}])


def list_own(*, actor: Actor, today: date, recent_only: bool = False) -> list[PetitionRow]:
    """What this person asked for, waiting ones first, then the newest; `recent_only` leaves out what was settled long ago. One query."""
    if actor.user_id is None:
        return []
    mine = Petition.objects.asked_by(actor.user_id)
    if recent_only:
        mine = mine.filter(Q(state__in=WAITING) | Q(settled_on__gte=today - RECENT))
    rows = read_rows(mine, today)
    return sorted(rows, key=lambda row: (not row.is_waiting, -row.raised_on.toordinal()))


def list_targets(cell: Organization, *, besides: int) -> tuple[Organization, ...]:
    """Where a matter of this cell can go: the units above it, the nearest first, and the cell itself. One query."""
    found = Organization.objects.filter(path__in=paths_above(cell), closed_on=None).exclude(pk=besides)
    return tuple(found.order_by("-path"))


def list_askers(cell: Organization, *, on: date) -> list[CellMember]:
    """Members of the cell on that day, by name: who may have asked. Two queries."""
    return list_cell_members(organization_id=cell.pk, on=on)


def get_asker(*, public_id: UUID) -> Member:
    """The record of a member chosen from `list_askers`; the caller has passed the cell's door. One query."""
    return Member.objects.get(public_id=public_id)


def list_own_cells(*, actor: Actor, today: date) -> list[Organization]:
    """The cells in which this person may speak today, the own one first. Two queries."""
    member = find_own_member(actor=actor)
    if member is None:
        return []
    rows = Membership.objects.on(today).filter(member=member).select_related("organization").order_by("-kind")
    return [row.organization for row in rows if not Standing(row.standing).is_away]


def voice_of(actor: Actor, petition: Petition) -> Actor:
    """Somebody without a name for the one for whom the cell speaks; who runs the cell acts for it.

    One query for what is hidden.
    """
    if not petition.is_hidden or actor.user_id is None or _runs(actor, petition.organization.path):
        return actor
    if not petition.askers.filter(member__user_id=actor.user_id).exists():
        return actor
    return Actor(user_id=None, name=str(HIDDEN_ASKER), grants=actor.grants)


def find_above(unit: Organization) -> Organization | None:
    """The nearest open unit above, of the tree of today. One query."""
    above = [path for path in paths_above(unit) if path != unit.path]
    return Organization.objects.filter(path__in=above, closed_on=None).order_by("-path").first()


def list_waiting(*, organization_id: int, today: date) -> list[PetitionRow]:
    """What one cell still waits for, oldest first: unanswered ones, and answers that it has not confirmed. One query.

    The caller has passed the cell's own door.
    """
    waiting = Petition.objects.filter(organization_id=organization_id).waiting()
    return read_rows(waiting, today)


def count_due_answers(*, unit: Organization, on: date) -> tuple[int, int]:
    """What lay with the unit to be answered from the first of the year to that day, and how much of it was answered. One query."""
    due = Petition.objects.filter(holder=unit, due_on__range=(date(on.year, 1, 1), on))
    left_out = (PetitionState.JOINED, PetitionState.WITHDRAWN)
    days = list(due.exclude(state__in=left_out).order_by("pk").values_list("answered_on", flat=True))
    return len(days), sum(day is not None and day <= on for day in days)


def list_of_origin(*, origin: Origin, today: date) -> list[PetitionRow]:
    """What was noted at one meeting or visit, in the order it was noted. The caller has passed that door. One query."""
    return read_rows(Petition.objects.filter(origin_kind=origin.kind, origin_id=origin.id), today)


def read_rows(petitions: PetitionQuerySet, today: date, *, in_order: bool = False) -> list[PetitionRow]:
    """As lists show them, those raised first in front, or `in_order` as they come. One query."""
    found = petitions.select_related("organization", "holder", "raised_by", "body")
    return [read_row(petition, today) for petition in (found if in_order else found.order_by("raised_on", "pk"))]


def _name_askers(petition: Petition) -> str:
    """Whoever is spoken for has no name, whoever reads: lists, papers and notices are one text for all."""
    if petition.is_hidden:
        return str(HIDDEN_ASKER)
    first = petition.raised_by.full_name if petition.raised_by else petition.raised_by_name
    if not petition.more_askers:
        return first
    words = {"first": first, "count": petition.more_askers}
    return _("%(first)s và %(count)s người nữa") % words if first else _("%(count)s người") % words


def _find_left(petition: Petition, today: date) -> int | None:
    """Days to the day promised, while it is not done; negative when it has passed."""
    if petition.state != PetitionState.PROMISED or petition.promised_for is None:
        return None
    return (petition.promised_for - today).days


def read_row(petition: Petition, today: date) -> PetitionRow:
    """`petition` is read with its units and who asked."""
    return PetitionRow(
        public_id=petition.public_id,
        text=petition.text,
        field=PetitionField(petition.field),
        raised_by=_name_askers(petition),
        place=petition.place,
        raised_on=petition.raised_on,
        cell=petition.organization.name,
        holder=petition.holder.name,
        holder_id=petition.holder.public_id,
        state=PetitionState(petition.state),
        answer=petition.answer,
        due_on=petition.due_on,
        age=(today - petition.raised_on).days,
        days_left=(petition.due_on - today).days,
        promise_left=_find_left(petition, today),
        body=petition.body.name if petition.body else "",
        risen=petition.risen,
        is_of_member=petition.raised_by_id is not None and not petition.is_hidden,
    )
