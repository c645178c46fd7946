"""Reading petitions: the door, one petition's course, what waits in a cell, the member's own."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from nennep.core.access import Actor
from nennep.core.columns import count_rows
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.members.choices import Standing
from nennep.members.models import Member as Member
from nennep.members.models import Membership
from nennep.members.queries import CellMember as CellMember
from nennep.members.queries import find_own_member as find_own_member
from nennep.members.queries import list_cell_members
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import find_heir, paths_above
from nennep.petitions.choices import (
    HIDDEN_ASKER,
    OPINIONS,
    RUNNING,
    SPOKEN_TO,
    STEP_PAPERS,
    WAITING,
    PetitionState,
    StepKind,
    StepPaper,
)
from nennep.petitions.models import Petition as Petition
from nennep.petitions.models import PetitionAsker, PetitionQuerySet, PetitionStep
from nennep.petitions.queries.alike import AlikePetition, list_alike
from nennep.petitions.queries.clocks import ClockPage, list_late_days, read_clock_page
from nennep.petitions.queries.files import NO_FILES, AttachedFile, PetitionFiles, list_files, may_attach
from nennep.petitions.queries.rows import PetitionRow, hide_words, read_row, read_rows
from nennep.petitions.queries.turns import may_part
from nennep.petitions.rules import may_follow

RECENT = timedelta(days=60)  # how long a settled petition stays on the home page of the person who asked


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One step, and which paper of that kind (`number`, from 1) went out with it; None where none did.

    `late_days`: so many after the last day as it stood then.
    """

    step: PetitionStep
    paper: StepPaper | None = None
    number: int = 0
    files: tuple[AttachedFile, ...] = ()
    late_days: int = 0


def number_papers(petition: Petition, steps: Iterable[PetitionStep]) -> tuple[CourseLine, ...]:
    """The steps, oldest first, with their papers: what a cell answers itself stands in its minutes and goes out with nothing."""
    counted: Counter[StepPaper] = Counter()
    lines: list[CourseLine] = []
    for step in steps:
        paper = STEP_PAPERS.get(StepKind(step.kind))
        if paper == StepPaper.REPLY and step.unit_id == petition.organization_id:
            paper = None
        if paper:
            counted[paper] += 1
        lines.append(CourseLine(step, paper, counted[paper] if paper else 0))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class PetitionPage:
    """One petition with its course, oldest step first, and what this actor may do with it now.

    `targets` are the units it may be passed on to: those above the cell that asked, and the cell itself. `is_extension_over`: it could
    be extended, but no day is left to choose. `may_settle`: say
    with the answer that the matter is settled; another unit's answer is for the cell to confirm. `joined` are petitions about the
    same matter that this one is answered for too, `others` those that may be joined with it, `may_separate` whether it is joined itself.
    `kept`: the one that this was joined to. Of what the actor may not open stand the unit, the area and the day alone.
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
    kept: PetitionRow | None = None
    others: tuple[AlikePetition, ...] = ()
    may_join: bool = False
    may_separate: bool = False
    may_publish: bool = False
    names_askers: bool = True
    askers: tuple[str, ...] = ()
    files: PetitionFiles = NO_FILES
    may_attach: bool = False
    is_extension_over: bool = False

    @property
    def speaks_while_it_waits(self) -> bool:
        """Whoever speaks for the cell that asked, until there is an answer: what others did may help it to help itself."""
        return self.may_withdraw and self.petition.state in RUNNING

    @property
    def is_opinion(self) -> bool:
        """Nothing is asked for: nobody owes an answer, and no clock runs."""
        return self.petition.state in OPINIONS

    @property
    def course(self) -> tuple[CourseLine, ...]:
        """Each step with the paper that went out with it, the files that came with it and how late it was."""
        lines, late = number_papers(self.petition, self.steps), list_late_days(self.petition, self.steps)
        return tuple(
            replace(line, files=tuple(self.files.by_step.get(str(line.step.pk), ())), late_days=days)
            for line, days in zip(lines, late, strict=True)
        )


def get_petition(*, actor: Actor, public_id: UUID) -> Petition:
    """A petition with its units. Raises NotFound when missing or out of the actor's scope. One query."""
    related = ("organization", "holder", "raised_by", "body", "joined_to__organization", "joined_to__holder")
    petitions = Petition.objects.visible_to(actor).select_related(*related)
    petition = petitions.filter(public_id=public_id).first()
    if petition is None:
        raise NotFound
    return petition


def list_readable(actor: Actor, unit: Organization) -> PetitionQuerySet:
    """For lists of what lies with a unit or was asked below: whoever reads all below it is not asked about each row by itself."""
    if actor.may_below(Permission.PETITIONS_READ, unit.path):
        return Petition.objects.all()
    return Petition.objects.visible_to(actor)


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
    """One petition, its course, and what may be done. Raises NotFound. Eight queries at most."""
    petition = get_petition(actor=actor, public_id=public_id)
    own, held = petition.organization.path, petition.holder.path
    writes = actor.may(Permission.PETITIONS_WRITE, own)
    speaks = writes and actor.may(Permission.MEETINGS_PREPARE, own)  # for the cell that asked
    joins = speaks or actor.may(Permission.PETITIONS_SETTLE, held)  # the unit that answers for both
    passes = speaks if held == own else actor.may(Permission.PETITIONS_WRITE, held)  # not in the cell's name
    answers = actor.may(Permission.PETITIONS_SETTLE, held)
    state, steps = (
        PetitionState(petition.state),
        tuple(petition.steps.select_related("unit", "to", "body").order_by("at", "pk")),
    )
    askers = list(petition.askers.select_related("member").order_by("pk"))
    asked = [one.member for one in askers if one.member] + ([petition.raised_by] if petition.raised_by else [])
    is_own = actor.user_id is not None and any(member.user_id == actor.user_id for member in asked)
    time = read_clock_page(petition, steps, today)
    extends = answers and may_follow(state, StepKind.EXTENDED)
    has_days = max(petition.due_on, today) < time.longest
    may_join = joins and may_follow(state, StepKind.JOINED)
    reads = any(actor.may(Permission.PETITIONS_READ, path) for path in (own, held))
    kept, joined = _read_one_matter(actor, petition, today)
    return PetitionPage(
        petition=petition,
        row=read_row(petition, today),
        steps=steps if reads or is_own else (),
        time=time,
        targets=list_targets(petition.organization, besides=petition.holder_id) if passes else (),
        is_own=is_own,
        may_answer=answers and may_follow(state, StepKind.ANSWERED),
        may_settle=answers and speaks,
        may_pass_on=passes and may_follow(state, StepKind.PASSED_ON),
        may_confirm=speaks and may_follow(state, StepKind.SOLVED),
        may_reopen=speaks and may_follow(state, StepKind.REOPENED),
        may_withdraw=speaks and may_follow(state, StepKind.WITHDRAWN),
        may_extend=extends and has_days,
        is_extension_over=extends and not has_days,
        may_ask=actor.may(Permission.PETITIONS_SETTLE, held) and may_follow(state, StepKind.ASKED),
        may_clarify=(writes or is_own) and may_follow(state, StepKind.CLARIFIED),
        may_say_done=answers and may_follow(state, StepKind.DONE),
        may_read=(writes or passes) and may_follow(state, StepKind.READ),
        may_send_out=answers and actor.may(Permission.PETITIONS_SETTLE, held) and may_follow(state, StepKind.ROUTED),
        joined=joined,
        kept=kept,
        others=list_alike(actor=actor, petition=petition, today=today) if may_join else (),
        may_join=may_join,
        may_separate=petition.joined_to is not None and may_part(actor, petition, petition.joined_to),
        may_publish=state == PetitionState.SOLVED
        and petition.holder.closed_on is None
        and not petition.is_hidden
        and actor.may(Permission.PETITIONS_SETTLE, held),
        askers=tuple(one.member.full_name if one.member else one.name for one in askers)
        if runs_cell(actor, own)
        else (),
        names_askers=reads,
        files=list_files(actor=actor, petition=petition, is_asker=is_own, today=today) if reads or is_own else NO_FILES,
        may_attach=may_attach(actor, petition, is_asker=is_own),
    )


def _read_one_matter(
    actor: Actor, petition: Petition, today: date
) -> tuple[PetitionRow | None, tuple[PetitionRow, ...]]:
    """What it was joined to, and what was joined to it; without words and names where the actor may not open it. Two queries at most."""
    along = Petition.objects.filter(Q(joined_to=petition) | Q(pk=petition.joined_to_id)).order_by("raised_on", "pk")
    found = list(along.select_related("organization", "holder", "raised_by", "body"))
    opens = Petition.objects.visible_to(actor).filter(pk__in=[one.pk for one in found]).order_by()
    known, rows = set(opens.values_list("pk", flat=True)), [(one.pk, read_row(one, today)) for one in found]
    shown = {pk: row if pk in known else hide_words(row, text="") for pk, row in rows}
    kept = shown.pop(petition.joined_to_id, None) if petition.joined_to_id else None
    return kept, tuple(shown.values())


def runs_cell(actor: Actor, path: str) -> bool:
    """Somebody who runs the cell itself: whoever follows it, or is over it, holds roles there too and prepares no meeting."""
    return any(grant.path == path and grant.permission == Permission.MEETINGS_PREPARE for grant in actor.grants)


def list_own(*, actor: Actor, today: date, recent_only: bool = False) -> list[PetitionRow]:
    """What this person asked for, waiting ones first, then the newest; `recent_only` leaves out what was settled long ago. One query."""
    if actor.user_id is None:
        return []
    mine = Petition.objects.asked_by(actor.user_id)
    if recent_only:
        mine = mine.filter(Q(state__in=WAITING) | Q(settled_on__gte=today - RECENT))
    rows = read_rows(mine, today)
    return sorted(rows, key=lambda row: (not row.is_waiting, -row.raised_on.toordinal()))


def list_asked(members: Collection[int], *, cell: Organization, today: date) -> dict[int, list[PetitionRow]]:
    """What each of these members asked in the cell by name, waiting or settled of late, the oldest first. Two queries.

    Not what the cell says for them: this goes onto papers.
    """
    recent = Q(state__in=WAITING) | Q(settled_on__gte=today - RECENT)
    open_ones = Petition.objects.filter(recent, organization=cell, is_hidden=False)
    either = Q(raised_by__in=members) | Q(pk__in=PetitionAsker.objects.filter(member__in=members).values("petition"))
    found = open_ones.filter(either).select_related("organization", "holder", "raised_by", "body").distinct()
    asked: dict[int, list[PetitionRow]] = {pk: [] for pk in members}
    for one in found.prefetch_related("askers").order_by("raised_on", "pk"):
        names = {one.raised_by_id, *(asker.member_id for asker in one.askers.all())}
        for pk in asked.keys() & names:
            asked[pk].append(read_row(one, today))
    return asked


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
    if not petition.is_hidden or actor.user_id is None or runs_cell(actor, petition.organization.path):
        return actor
    if not petition.askers.filter(member__user_id=actor.user_id).exists():
        return actor
    return Actor(user_id=None, name=str(HIDDEN_ASKER), grants=actor.grants)


def find_above(unit: Organization) -> Organization | None:
    """The nearest open unit above, of the tree of today. One query."""
    above = [path for path in paths_above(unit) if path != unit.path]
    return Organization.objects.filter(path__in=above, closed_on=None).order_by("-path").first()


def find_answering(unit: Organization) -> Organization:
    """Who answers now for what lay with this unit: itself, its successor, or the unit above where it ended without one.

    Where nothing is above, it stays. One query for an open unit.
    """
    return find_heir(unit) or find_above(unit) or unit


def find_spoken_to(*, petition_id: int) -> Petition | None:
    """For the program: this petition where it is answered and waits for the cell's word. One query."""
    answered = Petition.objects.filter(pk=petition_id, state__in=SPOKEN_TO)
    return answered.select_related("organization", "holder", "raised_by", "body").first()


def list_waiting(*, organization_id: int, today: date) -> list[PetitionRow]:
    """What one cell still waits for, oldest first: unanswered ones, and answers that it has not confirmed. One query.

    The caller has passed the cell's own door.
    """
    waiting = Petition.objects.filter(organization_id=organization_id).waiting()
    return read_rows(waiting, today)


def due_answer_columns() -> dict[str, Combinable]:
    """What lay with the cell of each meeting to be answered from its `year_begun` to its `held_day`, and how much of it was answered."""
    due = _due_from(OuterRef("year_begun"), OuterRef("held_day")).filter(holder=OuterRef("organization_id"))
    answered = due.filter(answered_on__lte=OuterRef("held_day"))
    return {"petitions_due": count_rows(due, "holder"), "petitions_answered": count_rows(answered, "holder")}


def list_due_answers(*, holder: int, on: date) -> list[tuple[str, bool]]:
    """What `due_answer_columns` counts for a meeting of that cell on that day: its words, whether it was answered. One query."""
    due = _due_from(date(on.year, 1, 1), on).filter(holder=holder).order_by("due_on", "pk")
    return [(row.text, row.answered_on is not None and row.answered_on <= on) for row in due]


def _due_from(first: Any, last: Any) -> QuerySet[Petition]:
    return Petition.objects.filter(due_on__gte=first, due_on__lte=last).exclude(state__in=_NOT_ANSWERED)


_NOT_ANSWERED = (PetitionState.JOINED, PetitionState.WITHDRAWN)  # nobody is owed an answer


def list_of_origin(*, origin: Origin, today: date) -> list[PetitionRow]:
    """What was noted at one meeting or visit, in the order it was noted. The caller has passed that door. One query."""
    return read_rows(Petition.objects.filter(origin_kind=origin.kind, origin_id=origin.id), today)
